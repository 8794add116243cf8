#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "core/random.h"

namespace larc::nn {

/// One tensor of a network. `learned` is false for scales, which are fitted once.
struct Parameter {
  std::string name;
  at::Tensor value;
  bool learned;
  bool decayed;
};

/// The tensors of a network, in the order in which they were made, found by name.
class Parameters {
 public:
  explicit Parameters(at::ScalarType dtype) : dtype_(dtype) {}
  /// Normal values with this standard deviation; 0 draws nothing and gives zeros. Decayed in training.
  void add_weight(const std::string& name, const std::vector<std::int64_t>& shape, double sd, Random& random);
  /// Constant at first, learned, not decayed.
  void add_bias(const std::string& name, const std::vector<std::int64_t>& shape, double value);
  /// Constant, fitted once and not learned.
  void add_scale(const std::string& name, const std::vector<std::int64_t>& shape, double value);

  bool contains(const std::string& name) const { return places_.contains(name); }
  /// errors internal (no such parameter)
  const at::Tensor& operator[](const std::string& name) const;
  std::vector<Parameter>& list() { return list_; }
  const std::vector<Parameter>& list() const { return list_; }

 private:
  void add(const std::string& name, at::Tensor value, bool learned, bool decayed);
  at::ScalarType dtype_;
  std::vector<Parameter> list_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace larc::nn
