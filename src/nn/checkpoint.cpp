#include "nn/checkpoint.h"

#include <ATen/ATen.h>
#include <torch/version.h>

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "nn/predictor.h"
#include "nn/safetensors.h"

namespace larc::nn {

namespace {

constexpr const char* kFormat = "larc.training/1";

Json settings_json(const TrainSettings& settings) {
  const AugmentSettings& a = settings.augment;
  return {settings.preset,
          settings.epochs,
          settings.batch_size,
          settings.learning_rate,
          settings.weight_decay,
          settings.dropout,
          settings.members,
          settings.averaging,
          settings.gradient_clip,
          settings.group.size,
          {a.enabled, a.flip_left_right, a.rotation_degrees, a.scale, a.elastic_mm, a.shift, a.gain, a.gamma, a.noise,
           a.bias_field, a.ghost, a.low_resolution, a.mask_jitter_mm, a.hide_view}};
}

Json outcomes_json(const std::vector<Task>& tasks) {
  Json json = Json::array();
  for (const auto& task : tasks) json.push_back({task.label, task.entry_months, task.time_months, task.cause});
  return json;
}

Json cases_json(const Cases& cases) {
  return {cases.rows, cases.present, cases.table, cases.units};
}

Json losses_json(const Losses& losses) {
  return {{"sum", losses.sum}, {"rows", losses.rows}};
}

Losses losses_from(const Json& json) {
  Losses losses;
  for (const auto& value : json.at("sum")) losses.sum.push_back(number_or_nan(value));
  for (const auto& value : json.at("rows")) losses.rows.push_back(number_or_nan(value));
  return losses;
}

Tensor stored(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor value = tensor.detach().contiguous();
  const float* data = value.data_ptr<float>();
  return {name, value.sizes().vec(), {data, data + value.numel()}};
}

/// The tensors of a file, one after the other.
class Reader {
 public:
  explicit Reader(TensorFile file) : file_(std::move(file)) {}
  std::vector<float>& next(const std::string& name, at::IntArrayRef shape) {
    if (next_ >= file_.tensors.size() || file_.tensors[next_].name != name || file_.tensors[next_].shape != shape.vec())
      throw Error(ErrorCode::format, "the state of a training has no tensor '" + name + "' where it should be");
    return file_.tensors[next_++].data;
  }
  void into(const std::string& name, const at::Tensor& tensor) {
    std::ranges::copy(next(name, tensor.sizes()), tensor.data_ptr<float>());
  }

 private:
  TensorFile file_;
  std::size_t next_ = 0;
};

using Metadata = std::map<std::string, std::string>;

std::string with_hash(const std::vector<Tensor>& tensors, Metadata metadata) {
  metadata["sha256"] = sha256(write_safetensors(tensors, metadata));
  return write_safetensors(tensors, metadata);
}

/// errors format, unsupported
TensorFile checked_state(const std::string& bytes, const std::string& identity) {
  TensorFile file = read_safetensors(bytes);
  if (file.metadata["identity"] != identity) throw Error(ErrorCode::format, "the state belongs to another training");
  Metadata metadata = file.metadata;
  metadata.erase("sha256");
  if (with_hash(file.tensors, metadata) != bytes) throw Error(ErrorCode::format, "the state is damaged");
  return file;
}

std::string bytes_or_nothing(const std::filesystem::path& path) {
  try {
    return read_file(path);
  } catch (const Error&) {
    return {};
  }
}

std::string optimiser_name(std::size_t place) {
  return "optimiser." + std::to_string(place);
}

std::string candidate_name(std::size_t place, const std::string& what) {
  return "candidate" + std::to_string(place) + "." + what;
}

std::string state_bytes(const Member& member, const std::string& identity) {
  Json state = {{"without", losses_json(member.without)}, {"epochs", Json::array()}, {"candidates", Json::array()}};
  for (const auto& losses : member.epochs) state["epochs"].push_back(losses_json(losses));
  const auto& parameters = member.network->parameters().list();
  std::vector<Tensor> tensors;
  for (std::size_t c = 0; c < member.candidates.size(); ++c) {
    const Candidate& candidate = member.candidates[c];
    state["candidates"].push_back(losses_json(candidate.losses));
    tensors.push_back(stored(candidate_name(c, "held_out"), candidate.held_out));
    for (std::size_t i = 0; i < parameters.size(); ++i)
      tensors.push_back(stored(candidate_name(c, parameters[i].name), candidate.weights[i]));
  }
  if (member.optimiser) {
    const OptimiserState optimiser = member.optimiser->state();
    state["steps"] = optimiser.steps;
    for (const auto& parameter : parameters) tensors.push_back(stored(parameter.name, parameter.value));
    for (std::size_t k = 0; k < optimiser.values.size(); ++k)
      tensors.push_back(
          {optimiser_name(k), {static_cast<std::int64_t>(optimiser.values[k].size())}, optimiser.values[k]});
  }
  return with_hash(tensors, {{"identity", identity}, {"state", dump_json(state)}});
}

void restore_state(const Job& job, TensorFile file, Member& member) {
  const Json state = parse_json(file.metadata["state"], "the state of a training");
  Reader reader(std::move(file));
  auto& parameters = member.network->parameters().list();
  member.without = losses_from(state.at("without"));
  for (const auto& losses : state.at("epochs")) member.epochs.push_back(losses_from(losses));
  for (const auto& losses : state.at("candidates")) {
    const std::size_t place = member.candidates.size();
    Candidate& candidate = member.candidates.emplace_back();
    candidate.losses = losses_from(losses);
    candidate.held_out = at::empty({static_cast<std::int64_t>(member.held_out.size()), job.spec.outputs()}, at::kFloat);
    reader.into(candidate_name(place, "held_out"), candidate.held_out);
    for (const auto& parameter : parameters) {
      candidate.weights.push_back(at::empty_like(parameter.value.detach()));
      reader.into(candidate_name(place, parameter.name), candidate.weights.back());
    }
  }
  if (!state.contains("steps")) return;
  for (const auto& parameter : parameters) reader.into(parameter.name, parameter.value);
  member.optimiser = std::make_unique<Optimiser>(parameters, job.settings);
  OptimiserState optimiser = member.optimiser->state();
  optimiser.steps = state.at("steps").get<int>();
  for (std::size_t k = 0; k < optimiser.values.size(); ++k)
    optimiser.values[k] =
        std::move(reader.next(optimiser_name(k), {static_cast<std::int64_t>(optimiser.values[k].size())}));
  member.optimiser->restore(optimiser);
}

}  // namespace

Checkpoint::Checkpoint(const Job& job, const InputScale& scale, std::uint64_t seed)
    : folder_(job.settings.checkpoint.folder) {
  identity_ = hash_of({kFormat, folder_.empty() ? "not kept" : "kept", kArchitecture, TORCH_VERSION,
                       job.settings.checkpoint.key, std::to_string(seed), dump_json(settings_json(job.settings)),
                       dump_json(to_json(job.spec)), dump_json(outcomes_json(job.tasks)),
                       dump_json(cases_json(job.cases)), dump_json({scale.mean, scale.sd})});
}

std::filesystem::path Checkpoint::file_of(int number) const {
  return std::filesystem::path(folder_) / ("member" + std::to_string(number) + ".safetensors");
}

void Checkpoint::save(const Job& job, int number, const Member& member) const {
  if (folder_.empty() || job.processes.rank() != 0) return;
  ensure_directory(folder_);
  write_file_atomic(file_of(number), state_bytes(member, hash_of({identity_, std::to_string(number)})));
}

bool Checkpoint::restore(const Job& job, int number, Member& member) const {
  if (folder_.empty()) return false;
  const std::string bytes =
      job.processes.from_first(job.processes.rank() == 0 ? bytes_or_nothing(file_of(number)) : "");
  try {
    restore_state(job, checked_state(bytes, hash_of({identity_, std::to_string(number)})), member);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace larc::nn
