#include "nn/ensemble.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "nn/predictor.h"
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

Ensemble load_ensemble(const std::string& weights, const Json& architecture) {
  if (!architecture.is_object() || architecture.value("id", Json()) != Json(kArchitecture))
    throw Error(ErrorCode::format, std::string("network architecture: id is not ") + kArchitecture);
  const Json count = architecture.value("members", Json());
  if (!count.is_number_integer() || count.get<int>() < 1 || count.get<int>() > 100)
    throw Error(ErrorCode::format, "network architecture: members is not a number between 1 and 100");
  const int members = count.get<int>();
  const TensorFile file = read_safetensors(weights);
  Ensemble ensemble;
  ensemble.spec = spec_from_json(architecture.value("network", Json()));
  const std::size_t views = ensemble.spec.views.size();
  ensemble.scale = {floats_of(file, "input.mean", views), floats_of(file, "input.sd", views)};
  std::size_t used = 2;
  for (int member = 0; member < members; ++member) {
    Random unused(0);
    auto& network = *ensemble.members.emplace_back(std::make_unique<Network>(ensemble.spec, unused));
    for (const auto& task : ensemble.spec.tasks) add_task_parameters(task, network.parameters());
    for (const auto& parameter : network.parameters().list()) {
      const at::NoGradGuard no_gradient;
      restore(file, member_prefix(member) + parameter.name, parameter.value);
      ++used;
    }
  }
  used += ensemble.typicality.read(ensemble.spec, members, file);
  if (used != file.tensors.size())
    throw Error(ErrorCode::shape_mismatch, "weights: " + std::to_string(file.tensors.size()) +
                                               " tensors, but the architecture has " + std::to_string(used));
  return ensemble;
}

}  // namespace larc::nn
