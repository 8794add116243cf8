#include "nn/typicality.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "nn/batch.h"

namespace larc::nn {

namespace {

/// One axis for so many training rows, so that its variance is known.
constexpr std::int64_t kRowsAnAxis = 8;
constexpr std::int64_t kMostAxes = 24;
constexpr double kTiny = 1e-9;
/// No scaled log score lies farther out: a descriptor may be infinite.
constexpr double kFarthest = 1e6;

const char* const kParts[] = {"mean", "sd", "axes", "variance", "numbers"};

std::vector<at::Tensor Typicality::*> members_of_typicality() {
  return {&Typicality::mean, &Typicality::sd, &Typicality::axes, &Typicality::variance, &Typicality::numbers};
}

at::Tensor standardised(const Typicality& fit, const at::Tensor& descriptors, const at::Tensor& shares) {
  return (descriptors - fit.mean) / fit.sd * shares;
}

/// log of the mean squared distance along the axes plus that of the rest. z (n, f) -> (n,)
std::vector<double> log_scores(const Typicality& fit, const at::Tensor& z) {
  const at::Tensor along = z.matmul(fit.axes.t());  // (n, q)
  const at::Tensor rest = (z.square().sum(1) - along.square().sum(1)).clamp_min(0.0);
  const at::Tensor score = (along.square() / fit.variance).mean(1) + rest / fit.numbers[0];
  const at::Tensor logs = (score + kTiny).log().contiguous();
  std::vector<double> list(logs.data_ptr<double>(), logs.data_ptr<double>() + logs.numel());
  for (double& value : list)
    if (!std::isfinite(value)) value = kFarthest;
  return list;
}

std::string prefix_of(std::size_t member, const View& view) {
  return "typical.member" + std::to_string(member) + "." + view.name + ".";
}

std::string reference_of(const View& view) {
  return "typical." + view.name;
}

Tensor tensor_of(const std::string& name, const at::Tensor& value) {
  const at::Tensor single = value.to(at::kFloat).contiguous();
  const float* data = single.data_ptr<float>();
  return {name, single.sizes().vec(), {data, data + single.numel()}};
}

const Tensor* find(const TensorFile& file, const std::string& name) {
  const auto found = std::ranges::find(file.tensors, name, &Tensor::name);
  return found == file.tensors.end() ? nullptr : &*found;
}

at::Tensor doubles_of(const Tensor& tensor) {
  for (const float value : tensor.data)
    if (!std::isfinite(value))
      throw Error(ErrorCode::format, "weights: tensor '" + tensor.name + "' holds a value that is not finite");
  at::Tensor value = at::empty(tensor.shape, at::kFloat);
  std::ranges::copy(tensor.data, value.data_ptr<float>());
  return value.to(at::kDouble);
}

}  // namespace

std::vector<double> Typicality::scores(const at::Tensor& descriptors, const at::Tensor& shares) const {
  std::vector<double> list =
      log_scores(*this, standardised(*this, descriptors.to(at::kDouble), shares.to(at::kDouble)));
  const double centre = numbers[1].item<double>(), scale = numbers[2].item<double>();
  for (double& value : list) value = std::min((value - centre) / scale, kFarthest);
  return list;
}

at::Tensor view_descriptors(const Network& network, const Cases& cases, const std::vector<std::size_t>& rows,
                            std::size_t view, CropCache& cache) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> list;
  for (const std::size_t row : rows)
    if (cases.present[row][view] != 0)
      list.push_back(
          network.descriptors(make_inputs(network.spec(), 1, {{0, view, *cache.get(row, view)}},
                                          cases.columns.empty() ? std::vector<std::vector<double>>()
                                                                : std::vector<std::vector<double>>{cases.table[row]})));
  return list.empty() ? at::Tensor() : at::cat(list, 0);
}

Typicality fit_typicality(const at::Tensor& training, const at::Tensor& held_out, const at::Tensor& shares,
                          std::vector<double>& held_out_scores) {
  const at::NoGradGuard no_gradient;
  const at::Tensor x = training.to(at::kDouble), weights = shares.to(at::kDouble);
  const std::int64_t rows = x.size(0);
  Typicality fit;
  fit.mean = x.mean(0);
  fit.sd = (x - fit.mean).square().mean(0).sqrt();
  // What does not vary among the training rows must not either in a new one: a hundredth of its size is much.
  fit.sd = at::maximum(fit.sd, 0.01 * fit.mean.abs()).clamp_min(1e-4);
  const at::Tensor z = standardised(fit, x, weights);
  const auto [unused, singular, axes] = at::linalg_svd(z, /*full_matrices=*/false);
  const at::Tensor variance = singular.square() / static_cast<double>(rows);
  const std::int64_t count = std::clamp<std::int64_t>(rows / kRowsAnAxis, 1, std::min(kMostAxes, axes.size(0)));
  fit.axes = axes.narrow(0, 0, count).contiguous();
  fit.variance = variance.narrow(0, 0, count).clamp_min(kTiny).contiguous();
  const double rest = variance.narrow(0, count, variance.size(0) - count).sum().item<double>();
  fit.numbers = at::tensor({std::max(rest, kTiny), 0.0, 1.0}, at::kDouble);
  held_out_scores = log_scores(fit, standardised(fit, held_out.to(at::kDouble), weights));
  const auto n = static_cast<double>(held_out_scores.size());
  const double centre = std::accumulate(held_out_scores.begin(), held_out_scores.end(), 0.0) / n;
  double squares = 0.0;
  for (const double score : held_out_scores) squares += (score - centre) * (score - centre);
  const double scale = std::max(std::sqrt(squares / n), 1e-3);
  fit.numbers = at::tensor({std::max(rest, kTiny), centre, scale}, at::kDouble);
  for (double& score : held_out_scores) score = (score - centre) / scale;
  return fit;
}

void TypicalityFits::add_member(const Network& network, const Cases& cases, const std::vector<std::size_t>& training,
                                const std::vector<std::size_t>& held_out, CropCache& cache) {
  auto& own = members_.emplace_back();
  for (std::size_t view = 0; view < cases.views.size(); ++view) {
    const at::Tensor learned = view_descriptors(network, cases, training, view, cache),
                     other = view_descriptors(network, cases, held_out, view, cache);
    const auto enough = [](const at::Tensor& x) {
      return x.defined() && static_cast<std::size_t>(x.size(0)) >= kFewestTypical;
    };
    if (!enough(learned) || !enough(other)) continue;
    std::vector<double> scores;
    own[view] = fit_typicality(learned, other, network.shares(), scores);
    auto& reference = references_[view];
    reference.insert(reference.end(), scores.begin(), scores.end());
  }
  for (auto& [view, reference] : references_) std::ranges::sort(reference);
}

void TypicalityFits::append_tensors(const NetworkSpec& spec, std::vector<Tensor>& tensors) const {
  for (const auto& [view, reference] : references_) {
    const bool of_all = std::ranges::all_of(members_, [&](const auto& member) { return member.contains(view); });
    if (!of_all) continue;
    Tensor list{reference_of(spec.views[view]), {static_cast<std::int64_t>(reference.size())}, {}};
    for (const double score : reference) list.data.push_back(static_cast<float>(score));
    tensors.push_back(std::move(list));
    for (std::size_t member = 0; member < members_.size(); ++member) {
      const auto parts = members_of_typicality();
      for (std::size_t part = 0; part < parts.size(); ++part)
        tensors.push_back(
            tensor_of(prefix_of(member, spec.views[view]) + kParts[part], members_[member].at(view).*parts[part]));
    }
  }
}

std::size_t TypicalityFits::read(const NetworkSpec& spec, int members, const TensorFile& file) {
  members_.resize(static_cast<std::size_t>(members));
  std::size_t used = 0;
  for (std::size_t view = 0; view < spec.views.size(); ++view) {
    const Tensor* reference = find(file, reference_of(spec.views[view]));
    if (reference == nullptr) continue;
    references_[view].assign(reference->data.begin(), reference->data.end());
    ++used;
    for (std::size_t member = 0; member < members_.size(); ++member) {
      Typicality& fit = members_[member][view];
      const auto parts = members_of_typicality();
      for (std::size_t part = 0; part < parts.size(); ++part) {
        const std::string name = prefix_of(member, spec.views[view]) + kParts[part];
        const Tensor* tensor = find(file, name);
        if (tensor == nullptr)
          throw Error(ErrorCode::shape_mismatch,
                      "weights: tensor '" + name + "' is absent; weights and architecture are not from one training");
        fit.*parts[part] = doubles_of(*tensor);
        ++used;
      }
      const std::int64_t f = fit.mean.numel();
      if (fit.sd.numel() != f || fit.axes.dim() != 2 || fit.axes.size(1) != f ||
          fit.variance.numel() != fit.axes.size(0) || fit.numbers.numel() != 3)
        throw Error(ErrorCode::shape_mismatch,
                    "weights: the tensors 'typical' of view '" + spec.views[view].name + "' have other shapes");
    }
  }
  return used;
}

std::vector<double> TypicalityFits::scores(std::size_t member, std::size_t view, const at::Tensor& descriptors,
                                           const at::Tensor& shares) const {
  return members_.at(member).at(view).scores(descriptors, shares);
}

double TypicalityFits::p_value(std::size_t view, double score) const {
  const auto& reference = references_.at(view);
  const auto below = std::ranges::lower_bound(reference, score) - reference.begin();
  const auto n = static_cast<double>(reference.size());
  return (1.0 + n - static_cast<double>(below)) / (1.0 + n);
}

}  // namespace larc::nn
