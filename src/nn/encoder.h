#pragma once
#include <ATen/core/Tensor.h>

#include <array>
#include <string>
#include <vector>

#include "core/json.h"
#include "nn/parameters.h"

namespace larc::nn {

/// Kernel and stride in (depth, height, width); the padding keeps the size at stride 1.
struct StageSpec {
  std::int64_t features = 0;
  std::array<std::int64_t, 3> kernel = {1, 3, 3};
  std::array<std::int64_t, 3> stride = {1, 1, 1};
};

/// The first stage is a plain convolution, one a sequence; the others are residual blocks that all sequences share.
/// sequences    names, for the first convolutions
/// groups       of the group normalisation; divides the features of every stage
/// ring_voxels  half width of the ring around the tumour in (depth, height, width)
struct EncoderSpec {
  std::vector<std::string> sequences;
  std::vector<StageSpec> stages;
  std::int64_t groups = 4;
  std::array<std::int64_t, 3> ring_voxels = {1, 3, 3};
};

/// Stages of a preset. Slices are thick, so the first stages see and shrink the plane alone.
/// errors domain (lists the presets)
std::vector<StageSpec> preset_stages(const std::string& preset);

Json to_json(const EncoderSpec& spec);
/// errors format (a key absent, of the wrong type or out of range)
EncoderSpec encoder_from_json(const Json& json);

/// Residual encoder over a crop: an image and the tumour's mask. Each stage's features are averaged, and their spread
/// taken, inside the tumour, and averaged in the ring around it; the last stage's also over the crop. With the same of
/// the image itself and the logarithm of the tumour's share of the crop this is the descriptor. Pooling inside the
/// tumour hands size, intensity and heterogeneity to the head at once, which is what 100-400 patients can teach.
/// Pre-activation blocks (He 2016), group normalisation (Wu and He 2018), each block the identity at first.
class Encoder {
 public:
  /// Adds the encoder's parameters, He-normal from `random`, which must outlive it.
  Encoder(const EncoderSpec& spec, Parameters& parameters, Random& random);
  std::int64_t descriptor_size() const;
  /// (f,) factor of each standardised value: the image's own values, each stage's and those of the whole crop have the
  /// same sum of squares, so that a hundred values of a late stage do not drown size and mean of the tumour.
  const at::Tensor& shares() const { return shares_; }
  /// crops  one (n, 2, d, h, w) a sequence of the spec, in its order; undefined where there is none
  /// -> (sum of n, f), in that order
  at::Tensor descriptors(const std::vector<at::Tensor>& crops) const;

 private:
  at::Tensor block(const at::Tensor& x, std::size_t stage) const;
  EncoderSpec spec_;
  const Parameters& parameters_;
  at::Tensor shares_;
};

/// Mean and standard deviation of x in the tumour, and its mean in the ring.
/// x (b, c, d, h, w), tumour and ring (b, 1, d, h, w) in 0..1 -> (b, c) each; 0 and nearly 0 where a region is empty
std::vector<at::Tensor> pooled(const at::Tensor& x, const at::Tensor& tumour, const at::Tensor& ring);

/// What lies within `voxels` of the mask but not in it. mask (b, 1, d, h, w) in 0..1
at::Tensor ring_of(const at::Tensor& mask, const std::array<std::int64_t, 3>& voxels);

}  // namespace larc::nn
