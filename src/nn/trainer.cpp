#include "nn/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "nn/augment.h"
#include "nn/data.h"
#include "nn/losses.h"
#include "nn/network.h"
#include "nn/safetensors.h"

namespace larc::nn {

namespace {

constexpr const char* kArchitecture = "larc.tumour_net.1";
constexpr int kWarmUpEpochs = 2;
constexpr double kLastRate = 0.05;

/// LibTorch computes in the calling thread alone while this lives.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneThread() {
    if (before_ != 1) at::set_num_threads(before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

/// AdamW (Loshchilov and Hutter 2019).
class Optimiser {
 public:
  Optimiser(std::vector<Parameter>& parameters, const TrainSettings& settings) : settings_(settings) {
    for (auto& parameter : parameters) {
      if (!parameter.learned) continue;
      const auto size = static_cast<std::size_t>(parameter.value.numel());
      slots_.push_back({parameter.value, parameter.decayed, std::vector<float>(size), std::vector<float>(size)});
    }
  }

  std::vector<at::Tensor> inputs() const {
    std::vector<at::Tensor> values;
    for (const auto& slot : slots_) values.push_back(slot.value);
    return values;
  }

  /// gradients in the order of inputs(). errors domain (not finite)
  void step(const std::vector<at::Tensor>& gradients, double rate) {
    ++steps_;
    double squares = 0.0;
    for (const auto& gradient : gradients) squares += gradient.square().sum(at::kDouble).item<double>();
    if (!std::isfinite(squares)) {
      throw Error(ErrorCode::domain, "the network's gradient is no longer finite: lower learning_rate");
    }
    const float clip = static_cast<float>(std::min(1.0, settings_.gradient_clip / (std::sqrt(squares) + 1e-12)));
    const float step_size = static_cast<float>(rate / (1.0 - std::pow(kBeta1, steps_)));
    const float correction = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(kBeta2, steps_)));
    const float decay = static_cast<float>(1.0 - rate * settings_.weight_decay);
    constexpr float beta1 = static_cast<float>(kBeta1);
    constexpr float beta2 = static_cast<float>(kBeta2);
    for (std::size_t k = 0; k < slots_.size(); ++k) {
      auto& slot = slots_[k];
      const at::Tensor gradient = gradients[k].contiguous();
      const float* g = gradient.data_ptr<float>();
      float* value = slot.value.data_ptr<float>();
      for (std::size_t i = 0; i < slot.mean.size(); ++i) {
        const float clipped = clip * g[i];
        slot.mean[i] = beta1 * slot.mean[i] + (1.0F - beta1) * clipped;
        slot.square[i] = beta2 * slot.square[i] + (1.0F - beta2) * clipped * clipped;
        if (slot.decayed) value[i] *= decay;
        value[i] -= step_size * slot.mean[i] / (std::sqrt(slot.square[i]) * correction + 1e-8F);
      }
    }
  }

 private:
  static constexpr double kBeta1 = 0.9;
  static constexpr double kBeta2 = 0.99;
  struct Slot {
    at::Tensor value;
    bool decayed;
    std::vector<float> mean;
    std::vector<float> square;
  };
  const TrainSettings& settings_;
  std::vector<Slot> slots_;
  int steps_ = 0;
};

/// Everything the members share.
struct Job {
  const Crops& grid;
  const Target& target;
  const TrainSettings& settings;
  const std::vector<std::vector<float>>& cases;  // scaled
  const std::vector<int>& strata;
};

at::Tensor stack(const std::vector<const std::vector<float>*>& cases, const Crops& grid) {
  const auto size = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  at::Tensor batch = at::empty(
      {size(cases.size()), size(grid.channels), size(grid.depth), size(grid.height), size(grid.width)}, at::kFloat);
  float* data = batch.data_ptr<float>();
  for (const auto* values : cases) data = std::copy(values->begin(), values->end(), data);
  return batch;
}

at::Tensor loss_of(const at::Tensor& predictor, const Target& target, const std::vector<std::size_t>& rows) {
  if (target.kind == TaskKind::binary) {
    at::Tensor label = at::empty({static_cast<std::int64_t>(rows.size())}, at::kFloat);
    for (std::size_t i = 0; i < rows.size(); ++i)
      label.data_ptr<float>()[i] = static_cast<float>(target.label[rows[i]]);
    return binary_loss(predictor, label);
  }
  std::vector<double> time;
  std::vector<int> event;
  for (const std::size_t row : rows) {
    time.push_back(target.time_months[row]);
    event.push_back(target.event[row]);
  }
  return cox_loss(predictor, time, event);
}

/// One case at a time, so that no case's value depends on its neighbours in a batch.
at::Tensor descriptors_of(const Network& network, const Crops& grid, const std::vector<std::vector<float>>& cases,
                          const std::vector<std::size_t>& rows) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> parts;
  for (const std::size_t row : rows) parts.push_back(network.descriptor(stack({&cases[row]}, grid)));
  return at::cat(parts, 0);
}

at::Tensor predictors_of(const Network& network, const Crops& grid, const std::vector<std::vector<float>>& cases,
                         const std::vector<std::size_t>& rows) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> parts;
  for (const std::size_t row : rows) parts.push_back(network.head(network.descriptor(stack({&cases[row]}, grid)), {}));
  return at::cat(parts, 0);
}

double rate_at(int epoch, const TrainSettings& settings) {
  const double warm = std::min(1.0, static_cast<double>(epoch) / kWarmUpEpochs);
  const double through = static_cast<double>(epoch - 1) / std::max(1, settings.max_epochs - 1);
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * through));
  return settings.learning_rate * warm * (kLastRate + (1.0 - kLastRate) * cosine);
}

/// One pass over the training rows; the loss is the mean over the batches.
double run_epoch(const Job& job, const std::vector<std::size_t>& rows, std::uint64_t seed, int epoch, Network& network,
                 Optimiser& optimiser) {
  const auto number = static_cast<std::uint64_t>(epoch);
  const auto& settings = job.settings;
  const int batch_size =
      settings.batch_size > 0 ? settings.batch_size : (job.target.kind == TaskKind::binary ? 16 : 64);
  Random order(derive_seed(seed, "order", number));
  Random dropout(derive_seed(seed, "dropout", number));
  const auto batches = stratified_batches(rows, job.strata, static_cast<std::size_t>(batch_size), order);
  const auto inputs = optimiser.inputs();
  double total = 0.0;
  for (const auto& batch : batches) {
    std::vector<std::vector<float>> changed;
    std::vector<const std::vector<float>*> cases;
    changed.reserve(batch.size());
    for (const std::size_t row : batch) {
      if (settings.augment.enabled) {
        Random random(derive_seed(seed, "augment", number, row));
        changed.push_back(augment(job.cases[row], job.grid, settings.augment, random));
        cases.push_back(&changed.back());
      } else {
        cases.push_back(&job.cases[row]);
      }
    }
    const at::Tensor descriptor = network.descriptor(stack(cases, job.grid));
    at::Tensor keep = at::empty_like(descriptor);
    float* factor = keep.data_ptr<float>();
    for (std::int64_t i = 0; i < keep.numel(); ++i) {
      factor[i] = dropout.uniform() < settings.dropout ? 0.0F : static_cast<float>(1.0 / (1.0 - settings.dropout));
    }
    const at::Tensor loss = loss_of(network.head(descriptor, keep), job.target, batch);
    total += loss.item<double>();
    optimiser.step(torch::autograd::grad({loss}, inputs), rate_at(epoch, settings));
  }
  return total / static_cast<double>(batches.size());
}

/// Trains one member in place and returns its history.
Json train_member(const Job& job, int member, const std::vector<int>& fold, int held_out, std::uint64_t seed,
                  Network& network, const std::function<void(int, int)>& on_epoch) {
  const auto& settings = job.settings;
  std::vector<std::size_t> training;
  std::vector<std::size_t> validation;
  for (std::size_t row = 0; row < fold.size(); ++row) (fold[row] == held_out ? validation : training).push_back(row);
  network.fit_descriptor_scale(descriptors_of(network, job.grid, job.cases, training));
  if (job.target.kind == TaskKind::binary) {
    double ones = 0.0;
    for (const std::size_t row : training) ones += job.target.label[row];
    const at::NoGradGuard no_gradient;
    network.parameter("head.bias").fill_(std::log(ones / (static_cast<double>(training.size()) - ones)));
  }

  Optimiser optimiser(network.parameters(), settings);
  std::vector<at::Tensor> best;
  double best_loss = std::numeric_limits<double>::infinity();
  int best_epoch = 0;
  Json train_losses = Json::array();
  Json validation_losses = Json::array();
  for (int epoch = 1; epoch <= settings.max_epochs; ++epoch) {
    train_losses.push_back(number_or_null(run_epoch(job, training, seed, epoch, network, optimiser)));
    const double loss =
        loss_of(predictors_of(network, job.grid, job.cases, validation), job.target, validation).item<double>();
    if (!std::isfinite(loss)) {
      throw Error(ErrorCode::domain, "the network's validation loss is no longer finite: lower learning_rate");
    }
    validation_losses.push_back(loss);
    if (loss < best_loss) {
      best_loss = loss;
      best_epoch = epoch;
      best.clear();
      for (const auto& parameter : network.parameters()) best.push_back(parameter.value.detach().clone());
    }
    const bool stop = epoch - best_epoch >= settings.patience;
    if (on_epoch)
      on_epoch(member * settings.max_epochs + (stop ? settings.max_epochs : epoch),
               settings.members * settings.max_epochs);
    if (stop) break;
  }
  const at::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < best.size(); ++i) network.parameters()[i].value.copy_(best[i]);
  return {{"training_rows", training.size()}, {"validation_rows", validation.size()},
          {"best_epoch", best_epoch},         {"best_validation_loss", best_loss},
          {"training_loss", train_losses},    {"validation_loss", validation_losses}};
}

std::string member_prefix(int member) {
  return "member" + std::to_string(member) + ".";
}

void append_tensors(const Network& network, int member, std::vector<Tensor>& tensors) {
  for (const auto& parameter : network.parameters()) {
    const at::Tensor value = parameter.value.contiguous();
    const float* data = value.data_ptr<float>();
    tensors.push_back({member_prefix(member) + parameter.name, value.sizes().vec(), {data, data + value.numel()}});
  }
}

/// Copies a tensor of the file into `to`. errors shape_mismatch, format
void restore(const TensorFile& file, const std::string& name, at::Tensor to) {
  const auto found = std::ranges::find(file.tensors, name, &Tensor::name);
  if (found == file.tensors.end() || found->shape != to.sizes().vec()) {
    throw Error(ErrorCode::shape_mismatch, "weights: tensor '" + name +
                                               (found == file.tensors.end() ? "' is absent" : "' has another shape") +
                                               "; weights and architecture are not from one training");
  }
  for (const float value : found->data) {
    if (!std::isfinite(value))
      throw Error(ErrorCode::format, "weights: tensor '" + name + "' holds a value that is not finite");
  }
  std::ranges::copy(found->data, to.data_ptr<float>());
}

}  // namespace

TrainResult train(const Crops& crops, const Target& target, const TrainSettings& settings, std::uint64_t seed,
                  const std::function<void(int, int)>& on_epoch) {
  check_crops(crops);
  check_settings(settings);
  const std::vector<int> strata = check_target(target, crops.cases.size());
  const NetworkSpec spec = preset_spec(settings.preset, crops.mask_channels, crops.channels);
  const OneThread one_thread;

  const InputScale scale = fit_scale(crops);
  const auto cases = apply_scale(scale, crops);
  const Job job{crops, target, settings, cases, strata};
  const auto ones = static_cast<std::size_t>(std::ranges::count(strata, 1));
  const std::size_t scarce = target.kind == TaskKind::binary ? std::min(ones, strata.size() - ones) : ones;
  const int folds = static_cast<int>(
      std::min(static_cast<double>(scarce), std::max(2.0, std::round(1.0 / settings.validation_fraction))));
  std::vector<std::size_t> all(cases.size());
  std::iota(all.begin(), all.end(), std::size_t{0});

  std::vector<Tensor> tensors;
  tensors.push_back({"input.mean", {static_cast<std::int64_t>(crops.channels)}, scale.mean});
  tensors.push_back({"input.sd", {static_cast<std::int64_t>(crops.channels)}, scale.sd});
  Json members = Json::array();
  std::vector<int> fold;
  for (int member = 0; member < settings.members; ++member) {
    if (member % folds == 0) {
      Random random(derive_seed(seed, "folds", static_cast<std::uint64_t>(member / folds)));
      fold = stratified_folds(strata, folds, random);
    }
    const std::uint64_t member_seed = derive_seed(seed, "member", static_cast<std::uint64_t>(member));
    Random initial(derive_seed(member_seed, "initial"));
    Network network(spec, initial);
    members.push_back(train_member(job, member, fold, member % folds, member_seed, network, on_epoch));
    if (target.kind == TaskKind::survival) {
      const at::NoGradGuard no_gradient;
      network.parameter("head.bias").sub_(predictors_of(network, crops, cases, all).mean());
    }
    append_tensors(network, member, tensors);
  }

  TrainResult result;
  result.weights = write_safetensors(tensors, {{"architecture", kArchitecture}});
  result.architecture = {
      {"id", kArchitecture},        {"task", target.kind == TaskKind::binary ? "binary" : "survival"},
      {"preset", settings.preset},  {"members", settings.members},
      {"channels", crops.channels}, {"depth", crops.depth},
      {"height", crops.height},     {"width", crops.width},
      {"network", to_json(spec)}};
  result.history = {{"rows", crops.cases.size()}, {"members", members}};
  return result;
}

std::vector<double> predict(const std::string& weights, const Json& architecture, const Crops& crops) {
  check_crops(crops);
  if (!architecture.is_object() || architecture.value("id", Json()) != Json(kArchitecture)) {
    throw Error(ErrorCode::format, std::string("network architecture: id is not ") + kArchitecture);
  }
  const auto positive = [&](const char* key) {
    const Json value = architecture.value(key, Json());
    if (!value.is_number_integer() || value.get<std::int64_t>() < 1) {
      throw Error(ErrorCode::format, std::string("network architecture: ") + key + " is not a positive integer");
    }
    return value.get<std::size_t>();
  };
  if (positive("channels") != crops.channels || positive("depth") != crops.depth ||
      positive("height") != crops.height || positive("width") != crops.width) {
    throw Error(ErrorCode::shape_mismatch, "crops: channels or size are not those the network was trained on");
  }
  const NetworkSpec spec = spec_from_json(architecture.value("network", Json()));
  std::vector<std::int64_t> masks(crops.mask_channels.begin(), crops.mask_channels.end());
  std::ranges::sort(masks);
  if (masks != spec.mask_channels || spec.image_channels.size() + masks.size() != crops.channels) {
    throw Error(ErrorCode::shape_mismatch, "crops: the mask channels are not those the network was trained on");
  }
  const OneThread one_thread;
  const TensorFile file = read_safetensors(weights);
  const auto members = static_cast<int>(positive("members"));

  const auto channels = static_cast<std::int64_t>(crops.channels);
  const at::Tensor mean = at::empty({channels}, at::kFloat);
  const at::Tensor sd = at::empty({channels}, at::kFloat);
  restore(file, "input.mean", mean);
  restore(file, "input.sd", sd);
  const auto values = [](const at::Tensor& t) {
    return std::vector<float>(t.data_ptr<float>(), t.data_ptr<float>() + t.numel());
  };
  const auto cases = apply_scale({values(mean), values(sd)}, crops);
  std::vector<std::size_t> rows(cases.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});

  std::vector<double> sum(cases.size(), 0.0);
  std::size_t used = 2;
  for (int member = 0; member < members; ++member) {
    Random unused(0);
    Network network(spec, unused);
    for (const auto& parameter : network.parameters()) {
      const at::NoGradGuard no_gradient;
      restore(file, member_prefix(member) + parameter.name, parameter.value);
      ++used;
    }
    const at::Tensor predictor = predictors_of(network, crops, cases, rows);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(predictor.data_ptr<float>()[i]);
  }
  if (used != file.tensors.size()) {
    throw Error(ErrorCode::shape_mismatch, "weights: " + std::to_string(file.tensors.size()) +
                                               " tensors, but the architecture has " + std::to_string(used));
  }
  for (double& value : sum) value /= members;
  return sum;
}

}  // namespace larc::nn
