#include "nn/parameters.h"

#include <ATen/ATen.h>

#include "core/error.h"

namespace larc::nn {

void Parameters::add_weight(const std::string& name, const std::vector<std::int64_t>& shape, double sd,
                            Random& random) {
  at::Tensor values = at::zeros(shape, at::kDouble);
  double* data = values.data_ptr<double>();
  if (sd > 0.0)
    for (std::int64_t i = 0; i < values.numel(); ++i) data[i] = sd * random.normal();
  add(name, values.to(dtype_), true, true);
}

void Parameters::add_bias(const std::string& name, const std::vector<std::int64_t>& shape, double value) {
  add(name, at::full(shape, value, dtype_), true, false);
}

void Parameters::add_scale(const std::string& name, const std::vector<std::int64_t>& shape, double value) {
  add(name, at::full(shape, value, dtype_), false, false);
}

void Parameters::add(const std::string& name, at::Tensor value, bool learned, bool decayed) {
  value.set_requires_grad(learned);
  places_[name] = list_.size();
  list_.push_back({name, std::move(value), learned, decayed});
}

const at::Tensor& Parameters::operator[](const std::string& name) const {
  const auto found = places_.find(name);
  if (found == places_.end()) throw Error(ErrorCode::internal, "network: no parameter '" + name + "'");
  return list_[found->second].value;
}

}  // namespace larc::nn
