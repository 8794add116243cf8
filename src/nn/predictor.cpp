#include "nn/predictor.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "nn/batch.h"
#include "nn/ensemble.h"
#include "nn/tasks.h"

namespace larc::nn {

OneThread::OneThread() : before_(at::get_num_threads()) {
  at::set_num_threads(1);
}

OneThread::~OneThread() {
  if (before_ != 1) at::set_num_threads(before_);
}

Fused fuse_cases(const Network& network, const Cases& cases, const std::vector<std::size_t>& rows, CropCache& cache,
                 const SeeDescriptors& see) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> linear, attention;
  for (const std::size_t row : rows) {
    std::vector<BatchCrop> crops;
    for (std::size_t view = 0; view < cases.views.size(); ++view)
      if (cases.present[row][view] != 0) crops.push_back({0, view, *cache.get(row, view)});
    const Inputs inputs = make_inputs(network.spec(), 1, crops,
                                      cases.columns.empty() ? std::vector<std::vector<double>>()
                                                            : std::vector<std::vector<double>>{cases.table[row]});
    const at::Tensor descriptors = network.descriptors(inputs);
    if (see) see(row, inputs, descriptors);
    const Fused fused = network.fuse(inputs, descriptors, {});
    linear.push_back(fused.linear);
    attention.push_back(fused.attention);
  }
  return {at::cat(linear, 0), at::cat(attention, 0)};
}

void append_tensors(const Network& network, int member, std::vector<Tensor>& tensors) {
  for (const auto& parameter : network.parameters().list()) {
    const at::Tensor value = parameter.value.detach().contiguous();
    const float* data = value.data_ptr<float>();
    tensors.push_back(
        {"member" + std::to_string(member) + "." + parameter.name, value.sizes().vec(), {data, data + value.numel()}});
  }
}

namespace {

/// Mean over the members of the scaled score of each row's views; NaN where there is none.
class Oddness {
 public:
  Oddness(const Ensemble& ensemble, std::size_t rows)
      : ensemble_(ensemble),
        sums_(rows, std::vector<double>(ensemble.spec.views.size(), std::numeric_limits<double>::quiet_NaN())) {}

  void add(std::size_t member, std::size_t row, const Inputs& inputs, const at::Tensor& descriptors) {
    for (std::size_t i = 0; i < inputs.view.size(); ++i) {
      const auto view = static_cast<std::size_t>(inputs.view[i]);
      if (!ensemble_.typicality.knows(view)) continue;
      const double score = ensemble_.typicality.scores(
          member, view, descriptors.narrow(0, static_cast<std::int64_t>(i), 1), ensemble_.members[member]->shares())[0];
      double& sum = sums_[row][view];
      sum = (std::isnan(sum) ? 0.0 : sum) + score / static_cast<double>(ensemble_.members.size());
    }
  }
  std::vector<std::vector<double>> p_values() const {
    auto result = sums_;
    for (auto& row : result)
      for (std::size_t view = 0; view < row.size(); ++view)
        if (!std::isnan(row[view])) row[view] = ensemble_.typicality.p_value(view, row[view]);
    return result;
  }

 private:
  const Ensemble& ensemble_;
  std::vector<std::vector<double>> sums_;
};

void add_incidence(const at::Tensor& incidence, std::size_t rows, double share,
                   std::vector<std::vector<std::vector<double>>>& sum) {
  const at::Tensor values = incidence.to(at::kDouble).contiguous();
  const auto causes = static_cast<std::size_t>(values.size(1)), bins = static_cast<std::size_t>(values.size(2));
  if (sum.empty()) sum.assign(rows, std::vector<std::vector<double>>(causes, std::vector<double>(bins, 0.0)));
  const double* data = values.data_ptr<double>();
  for (auto& of_row : sum)
    for (auto& of_cause : of_row)
      for (double& value : of_cause) value += *data++ * share;
}

}  // namespace

Prediction predict(const std::string& weights, const Json& architecture, const Cases& cases) {
  const Ensemble ensemble = load_ensemble(weights, architecture);
  const NetworkSpec& spec = ensemble.spec;
  const Cases own = bound_cases(spec, cases);
  check_cases(own);
  const OneThread one_thread;
  const at::NoGradGuard no_gradient;
  CropCache cache(own, ensemble.scale, std::size_t{256} << 20);
  std::vector<std::size_t> rows(cases.rows);
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;

  Prediction result;
  const std::size_t tasks = spec.tasks.size();
  const auto members = static_cast<double>(ensemble.members.size());
  std::vector<LinearPredictors> squares(tasks);
  result.linear.resize(tasks);
  result.spread.resize(tasks);
  result.incidence.resize(tasks);
  at::Tensor attention;
  Oddness oddness(ensemble, rows.size());
  for (std::size_t member = 0; member < ensemble.members.size(); ++member) {
    const Network& network = *ensemble.members[member];
    const Fused fused = fuse_cases(network, own, rows, cache, [&](std::size_t row, const auto& inputs, const auto& d) {
      oddness.add(member, row, inputs, d);
    });
    attention = member == 0 ? fused.attention : attention + fused.attention;
    std::int64_t first = 0;
    for (std::size_t t = 0; t < tasks; ++t) {
      const TaskSpec& task = spec.tasks[t];
      const at::Tensor linear = fused.linear.narrow(1, first, task.outputs());
      first += task.outputs();
      const LinearPredictors values = linear_predictors(task, network.parameters(), linear);
      if (member == 0)
        result.linear[t] = squares[t] = LinearPredictors(rows.size(), std::vector<double>(values[0].size()));
      for (std::size_t row = 0; row < rows.size(); ++row)
        for (std::size_t k = 0; k < values[row].size(); ++k) {
          result.linear[t][row][k] += values[row][k] / members;
          squares[t][row][k] += values[row][k] * values[row][k] / members;
        }
      if (task.kind == TaskKind::survival)
        add_incidence(cumulative_incidence(linear, network.parameters()["task." + task.name + ".base"]), rows.size(),
                      1.0 / members, result.incidence[t]);
    }
  }
  for (std::size_t t = 0; t < tasks; ++t) {
    result.spread[t] = squares[t];
    for (std::size_t row = 0; row < rows.size(); ++row)
      for (std::size_t k = 0; k < squares[t][row].size(); ++k)
        result.spread[t][row][k] =
            std::sqrt(std::max(0.0, squares[t][row][k] - result.linear[t][row][k] * result.linear[t][row][k]));
  }
  attention = (attention / members).to(at::kDouble).contiguous();
  for (std::int64_t row = 0; row < attention.size(0); ++row) {
    const double* data = attention.data_ptr<double>() + row * attention.size(1);
    result.attention.emplace_back(data, data + attention.size(1));
  }
  const auto odd = oddness.p_values();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto& of_row = result.typicality.emplace_back();
    for (const auto& view : cases.views) {
      const auto found = std::ranges::find(spec.views, view.name, &View::name);
      of_row.push_back(found == spec.views.end() ? std::numeric_limits<double>::quiet_NaN()
                                                 : odd[row][static_cast<std::size_t>(found - spec.views.begin())]);
    }
  }
  return result;
}

}  // namespace larc::nn
