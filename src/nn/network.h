#pragma once
#include <ATen/core/Tensor.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/random.h"

namespace larc::nn {

/// Kernel and stride in (depth, height, width); the padding keeps the size at stride 1.
struct StageSpec {
  std::int64_t features = 0;
  std::array<std::int64_t, 3> kernel = {1, 3, 3};
  std::array<std::int64_t, 3> stride = {1, 1, 1};
};

/// The first stage is a plain convolution, the others residual blocks.
struct NetworkSpec {
  std::vector<std::int64_t> image_channels;
  std::vector<std::int64_t> mask_channels;
  std::vector<StageSpec> stages;
  /// Groups of the group normalisation; divides the features of every stage.
  std::int64_t groups = 4;
};

/// Stages of a preset. Slices are thick, so the first stages see and shrink the plane alone.
/// errors domain (lists the presets)
NetworkSpec preset_spec(const std::string& preset, const std::vector<std::size_t>& mask_channels, std::size_t channels);

Json to_json(const NetworkSpec& spec);
/// errors format (a key absent, of the wrong type or out of range)
NetworkSpec spec_from_json(const Json& json);

/// One tensor of a network. `learned` is false for the scale of the descriptors, which is fitted once.
struct Parameter {
  std::string name;
  at::Tensor value;
  bool learned;
  bool decayed;
};

/// Residual encoder over a crop. Each stage's features are averaged, and their spread taken, inside each mask; the last
/// stage's also averaged and maximised over the crop. With the masked mean and spread of the images themselves and the
/// logarithm of each mask's share of the crop this is the descriptor, which is standardised, held within 5 sd and goes
/// through one linear layer. Pooling inside the tumour hands size, intensity and heterogeneity to the head at once,
/// which is what 100-400 patients can teach. Pre-activation blocks (He 2016), group normalisation (Wu and He 2018),
/// each block the identity at first.
class Network {
 public:
  /// He-normal convolutions and a zero head, from `random`. `dtype` is at::kFloat, or at::kDouble for gradient checks.
  Network(NetworkSpec spec, Random& random, at::ScalarType dtype = at::kFloat);

  const NetworkSpec& spec() const { return spec_; }
  std::vector<Parameter>& parameters() { return parameters_; }
  const std::vector<Parameter>& parameters() const { return parameters_; }
  std::int64_t descriptor_size() const;

  /// x (b, c, d, h, w) -> (b, f), before standardisation
  at::Tensor descriptor(const at::Tensor& x) const;
  /// descriptor (b, f), keep (b, f) factors of dropout or undefined -> (b,) linear predictor
  at::Tensor head(const at::Tensor& descriptor, const at::Tensor& keep) const;
  /// Sets the mean and sd by which head() standardises. descriptors (n, f)
  void fit_descriptor_scale(const at::Tensor& descriptors);

  /// errors internal (no such parameter)
  const at::Tensor& parameter(const std::string& name) const;

 private:
  at::Tensor add(std::string name, at::Tensor value, bool learned, bool decayed);
  at::Tensor block(const at::Tensor& x, std::size_t stage) const;
  NetworkSpec spec_;
  std::vector<Parameter> parameters_;
};

/// Mean and standard deviation of x inside a soft mask.
/// x (b, c, d, h, w), mask (b, 1, d, h, w) in 0..1 -> (b, c) each; 0 and nearly 0 where the mask is empty
std::pair<at::Tensor, at::Tensor> masked_mean_sd(const at::Tensor& x, const at::Tensor& mask);

}  // namespace larc::nn
