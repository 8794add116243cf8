#include "nn/predictor.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "nn/batch.h"
#include "nn/tasks.h"

namespace larc::nn {

namespace {

std::string member_prefix(int member) {
  return "member" + std::to_string(member) + ".";
}

/// Copies a tensor of the file into `to`. errors shape_mismatch, format
void restore(const TensorFile& file, const std::string& name, const at::Tensor& to) {
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

std::vector<float> floats_of(const TensorFile& file, const std::string& name, std::size_t size) {
  const at::Tensor values = at::empty({static_cast<std::int64_t>(size)}, at::kFloat);
  restore(file, name, values);
  return {values.data_ptr<float>(), values.data_ptr<float>() + size};
}

}  // namespace

OneThread::OneThread() : before_(at::get_num_threads()) {
  at::set_num_threads(1);
}

OneThread::~OneThread() {
  if (before_ != 1) at::set_num_threads(before_);
}

Fused fuse_cases(const Network& network, const Cases& cases, const std::vector<std::size_t>& rows, CropCache& cache) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> linear, attention;
  for (const std::size_t row : rows) {
    std::vector<BatchCrop> crops;
    for (std::size_t view = 0; view < cases.views.size(); ++view)
      if (cases.present[row][view] != 0) crops.push_back({0, view, *cache.get(row, view)});
    const Inputs inputs = make_inputs(network.spec(), 1, crops,
                                      cases.columns.empty() ? std::vector<std::vector<double>>()
                                                            : std::vector<std::vector<double>>{cases.table[row]});
    const Fused fused = network.fuse(inputs, network.descriptors(inputs), {});
    linear.push_back(fused.linear);
    attention.push_back(fused.attention);
  }
  return {at::cat(linear, 0), at::cat(attention, 0)};
}

void append_tensors(const Network& network, int member, std::vector<Tensor>& tensors) {
  for (const auto& parameter : network.parameters().list()) {
    const at::Tensor value = parameter.value.detach().contiguous();
    const float* data = value.data_ptr<float>();
    tensors.push_back({member_prefix(member) + parameter.name, value.sizes().vec(), {data, data + value.numel()}});
  }
}

Prediction predict(const std::string& weights, const Json& architecture, const Cases& cases) {
  if (!architecture.is_object() || architecture.value("id", Json()) != Json(kArchitecture))
    throw Error(ErrorCode::format, std::string("network architecture: id is not ") + kArchitecture);
  const Json count = architecture.value("members", Json());
  if (!count.is_number_integer() || count.get<int>() < 1 || count.get<int>() > 100)
    throw Error(ErrorCode::format, "network architecture: members is not a number between 1 and 100");
  const int members = count.get<int>();
  const NetworkSpec spec = spec_from_json(architecture.value("network", Json()));
  const TensorFile file = read_safetensors(weights);
  const Cases own = bound_cases(spec, cases);
  check_cases(own);
  const OneThread one_thread;

  const InputScale scale = {floats_of(file, "input.mean", spec.views.size()),
                            floats_of(file, "input.sd", spec.views.size())};
  CropCache cache(own, scale, std::size_t{256} << 20);
  std::vector<std::size_t> rows(cases.rows);
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;

  Prediction result;
  const std::size_t tasks = spec.tasks.size();
  std::vector<LinearPredictors> squares(tasks);
  result.linear.resize(tasks);
  result.spread.resize(tasks);
  result.incidence.resize(tasks);
  std::size_t used = 2;
  at::Tensor attention;
  for (int member = 0; member < members; ++member) {
    Random unused(0);
    Network network(spec, unused);
    for (const auto& task : spec.tasks) add_task_parameters(task, network.parameters());
    for (const auto& parameter : network.parameters().list()) {
      const at::NoGradGuard no_gradient;
      restore(file, member_prefix(member) + parameter.name, parameter.value);
      ++used;
    }
    const at::NoGradGuard no_gradient;
    const Fused fused = fuse_cases(network, own, rows, cache);
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
      if (task.kind != TaskKind::survival) continue;
      const at::Tensor incidence = cumulative_incidence(linear, network.parameters()["task." + task.name + ".base"])
                                       .to(at::kDouble)
                                       .contiguous();
      const auto causes = static_cast<std::size_t>(incidence.size(1)),
                 bins = static_cast<std::size_t>(incidence.size(2));
      if (member == 0)
        result.incidence[t].assign(rows.size(),
                                   std::vector<std::vector<double>>(causes, std::vector<double>(bins, 0.0)));
      const double* data = incidence.data_ptr<double>();
      for (auto& of_row : result.incidence[t])
        for (auto& of_cause : of_row)
          for (double& value : of_cause) value += *data++ / members;
    }
  }
  if (used != file.tensors.size())
    throw Error(ErrorCode::shape_mismatch, "weights: " + std::to_string(file.tensors.size()) +
                                               " tensors, but the architecture has " + std::to_string(used));
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
  return result;
}

}  // namespace larc::nn
