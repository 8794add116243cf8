#include "nn/network.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace larc::nn {

namespace {

const std::array<std::int64_t, 3> kInPlane = {1, 3, 3};
const std::array<std::int64_t, 3> kCube = {3, 3, 3};
const std::array<std::int64_t, 3> kHalvePlane = {1, 2, 2};
const std::array<std::int64_t, 3> kHalve = {2, 2, 2};
const std::array<std::int64_t, 3> kKeep = {1, 1, 1};
// Keeps the gradient of a square root finite where nothing varies.
constexpr double kVarianceFloor = 1e-5;
// Standard deviations beyond which a descriptor counts no further: one odd scan must not decide alone.
constexpr double kLargest = 5.0;

at::Tensor normal_tensor(at::IntArrayRef shape, double sd, Random& random, at::ScalarType dtype) {
  at::Tensor values = at::empty(shape, at::kDouble);
  double* data = values.data_ptr<double>();
  for (std::int64_t i = 0; i < values.numel(); ++i) data[i] = sd * random.normal();
  return values.to(dtype);
}

/// oneDNN always where it can be: at::conv3d changes its algorithm with the batch size and the number of threads.
at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                    const std::array<std::int64_t, 3>& stride) {
  const std::array<std::int64_t, 3> padding = {weight.size(2) / 2, weight.size(3) / 2, weight.size(4) / 2};
  if (x.device().is_cpu() && x.scalar_type() == at::kFloat && at::hasMKLDNN()) {
    return at::mkldnn_convolution(x, weight, bias, padding, stride, kKeep, 1);
  }
  return at::conv3d(x, weight, bias, stride, padding);
}

at::Tensor select_channels(const at::Tensor& x, const std::vector<std::int64_t>& channels) {
  std::vector<at::Tensor> parts;
  for (const std::int64_t channel : channels) parts.push_back(x.narrow(1, channel, 1));
  return at::cat(parts, 1);
}

std::string stage_name(std::size_t stage) {
  return "stage" + std::to_string(stage);
}

}  // namespace

NetworkSpec preset_spec(const std::string& preset, const std::vector<std::size_t>& mask_channels,
                        std::size_t channels) {
  NetworkSpec spec;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const bool is_mask = std::ranges::find(mask_channels, channel) != mask_channels.end();
    (is_mask ? spec.mask_channels : spec.image_channels).push_back(static_cast<std::int64_t>(channel));
  }
  if (spec.image_channels.empty()) throw Error(ErrorCode::domain, "crops: every channel is a mask; an image is needed");
  if (preset == "tiny") {
    spec.stages = {{8, kInPlane, kKeep}, {8, kCube, kHalvePlane}};
  } else if (preset == "small") {
    spec.stages = {
        {8, kInPlane, kHalvePlane}, {16, kInPlane, kHalvePlane}, {32, kCube, kHalvePlane}, {48, kCube, kHalve}};
  } else if (preset == "medium") {
    spec.stages = {{16, kInPlane, kKeep},
                   {32, kInPlane, kHalvePlane},
                   {64, kCube, kHalvePlane},
                   {96, kCube, kHalve},
                   {128, kCube, kHalve}};
  } else {
    throw Error(ErrorCode::domain, "network preset '" + preset + "' does not exist; choose tiny, small or medium");
  }
  return spec;
}

Json to_json(const NetworkSpec& spec) {
  Json stages = Json::array();
  for (const auto& stage : spec.stages) {
    stages.push_back({{"features", stage.features}, {"kernel", stage.kernel}, {"stride", stage.stride}});
  }
  return {{"image_channels", spec.image_channels},
          {"mask_channels", spec.mask_channels},
          {"groups", spec.groups},
          {"stages", stages}};
}

NetworkSpec spec_from_json(const Json& json) {
  const auto require = [](bool good, const char* what) {
    if (!good)
      throw Error(ErrorCode::format, std::string("network architecture: ") + what + " is absent or out of range");
  };
  try {
    NetworkSpec spec;
    spec.image_channels = json.at("image_channels").get<std::vector<std::int64_t>>();
    spec.mask_channels = json.at("mask_channels").get<std::vector<std::int64_t>>();
    spec.groups = json.at("groups").get<std::int64_t>();
    for (const auto& item : json.at("stages")) {
      spec.stages.push_back({item.at("features").get<std::int64_t>(),
                             item.at("kernel").get<std::array<std::int64_t, 3>>(),
                             item.at("stride").get<std::array<std::int64_t, 3>>()});
    }
    auto channels = spec.image_channels;
    channels.insert(channels.end(), spec.mask_channels.begin(), spec.mask_channels.end());
    std::ranges::sort(channels);
    require(!spec.image_channels.empty() && channels.size() <= 64, "image_channels");
    for (std::size_t i = 0; i < channels.size(); ++i) {
      require(channels[i] == static_cast<std::int64_t>(i), "image_channels or mask_channels");
    }
    require(spec.groups >= 1, "groups");
    require(!spec.stages.empty() && spec.stages.size() <= 16, "stages");
    for (const auto& stage : spec.stages) {
      require(stage.features >= 1 && stage.features <= 1024 && stage.features % spec.groups == 0, "features");
      for (int axis = 0; axis < 3; ++axis) {
        require(stage.kernel[axis] >= 1 && stage.kernel[axis] <= 7 && stage.kernel[axis] % 2 == 1, "kernel");
        require(stage.stride[axis] >= 1 && stage.stride[axis] <= 4, "stride");
      }
    }
    return spec;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::format,
                "network architecture: a key is absent or of the wrong type; use the document that "
                "training wrote");
  }
}

std::pair<at::Tensor, at::Tensor> masked_mean_sd(const at::Tensor& x, const at::Tensor& mask) {
  const at::Tensor weight = (mask / mask.sum({2, 3, 4}, true).clamp_min(1e-6)).flatten(2);
  const at::Tensor flat = x.flatten(2);
  const at::Tensor mean = (flat * weight).sum(2, true);
  const at::Tensor variance = ((flat - mean).square() * weight).sum(2);
  return {mean.squeeze(2), (variance + kVarianceFloor).sqrt()};
}

Network::Network(NetworkSpec spec, Random& random, at::ScalarType dtype) : spec_(std::move(spec)) {
  const auto filled = [dtype](std::int64_t size, double value) { return at::full({size}, value, dtype); };
  auto inputs = static_cast<std::int64_t>(spec_.image_channels.size() + spec_.mask_channels.size());
  const auto convolution = [&](const std::string& name, std::int64_t from, std::int64_t to,
                               const std::array<std::int64_t, 3>& kernel, double gain) {
    const std::int64_t fan = from * kernel[0] * kernel[1] * kernel[2];
    add(name + ".weight",
        normal_tensor({to, from, kernel[0], kernel[1], kernel[2]}, gain / std::sqrt(static_cast<double>(fan)), random,
                      dtype),
        true, true);
    add(name + ".bias", filled(to, 0.0), true, false);
  };
  const auto normalisation = [&](const std::string& name, std::int64_t size) {
    add(name + ".gain", filled(size, 1.0), true, false);
    add(name + ".shift", filled(size, 0.0), true, false);
  };
  const double he = std::sqrt(2.0);
  for (std::size_t i = 0; i < spec_.stages.size(); ++i) {
    const auto& stage = spec_.stages[i];
    const std::string name = stage_name(i);
    if (i == 0) {
      convolution(name + ".conv", inputs, stage.features, stage.kernel, he);
    } else {
      normalisation(name + ".norm1", inputs);
      convolution(name + ".conv1", inputs, stage.features, stage.kernel, he);
      normalisation(name + ".norm2", stage.features);
      // Zero weights make the block its shortcut alone at first.
      convolution(name + ".conv2", stage.features, stage.features, stage.kernel, 0.0);
      convolution(name + ".shortcut", inputs, stage.features, kKeep, 1.0);
    }
    inputs = stage.features;
  }
  const std::int64_t size = descriptor_size();
  add("descriptor.mean", filled(size, 0.0), false, false);
  add("descriptor.sd", filled(size, 1.0), false, false);
  add("head.weight", filled(size, 0.0), true, true);
  add("head.bias", filled(1, 0.0), true, false);
}

at::Tensor Network::add(std::string name, at::Tensor value, bool learned, bool decayed) {
  value.set_requires_grad(learned);
  parameters_.push_back({std::move(name), value, learned, decayed});
  return value;
}

const at::Tensor& Network::parameter(const std::string& name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  if (found == parameters_.end()) throw Error(ErrorCode::internal, "network: no parameter '" + name + "'");
  return found->value;
}

std::int64_t Network::descriptor_size() const {
  auto pooled = static_cast<std::int64_t>(spec_.image_channels.size());
  for (const auto& stage : spec_.stages) pooled += stage.features;
  const auto masks = static_cast<std::int64_t>(spec_.mask_channels.size());
  return masks * (2 * pooled + 1) + 2 * spec_.stages.back().features;
}

at::Tensor Network::block(const at::Tensor& x, std::size_t stage) const {
  const std::string name = stage_name(stage);
  const auto& stride = spec_.stages[stage].stride;
  const auto normalise = [&](const at::Tensor& y, const char* which) {
    return at::relu(
        at::group_norm(y, spec_.groups, parameter(name + which + ".gain"), parameter(name + which + ".shift")));
  };
  const at::Tensor first =
      convolve(normalise(x, ".norm1"), parameter(name + ".conv1.weight"), parameter(name + ".conv1.bias"), stride);
  const at::Tensor second =
      convolve(normalise(first, ".norm2"), parameter(name + ".conv2.weight"), parameter(name + ".conv2.bias"), kKeep);
  const std::array<std::int64_t, 3> window = {std::min(stride[0], x.size(2)), std::min(stride[1], x.size(3)),
                                              std::min(stride[2], x.size(4))};
  const at::Tensor shortened =
      stride == kKeep ? x : at::avg_pool3d(x, window, stride, {0, 0, 0}, /*ceil_mode=*/true, false);
  return second + convolve(shortened, parameter(name + ".shortcut.weight"), parameter(name + ".shortcut.bias"), kKeep);
}

at::Tensor Network::descriptor(const at::Tensor& x) const {
  std::vector<at::Tensor> masks;
  for (const std::int64_t channel : spec_.mask_channels) masks.push_back(x.narrow(1, channel, 1));
  std::vector<at::Tensor> parts;
  const auto pool = [&](const at::Tensor& y) {
    for (const auto& mask : masks) {
      const bool same = mask.sizes().slice(2) == y.sizes().slice(2);
      const auto [mean, sd] = masked_mean_sd(y, same ? mask : at::adaptive_avg_pool3d(mask, y.sizes().slice(2)));
      parts.push_back(mean);
      parts.push_back(sd);
    }
  };
  pool(select_channels(x, spec_.image_channels));
  at::Tensor y = x;
  for (std::size_t stage = 0; stage < spec_.stages.size(); ++stage) {
    y = stage == 0 ? convolve(y, parameter("stage0.conv.weight"), parameter("stage0.conv.bias"), spec_.stages[0].stride)
                   : block(y, stage);
    pool(at::relu(y));
  }
  // One voxel of a usual crop is 1e-5 to 1e-4 of it.
  for (const auto& mask : masks) parts.push_back((mask.mean({2, 3, 4}) + 1e-5).log());
  const at::Tensor last = at::relu(y).flatten(2);
  parts.push_back(last.mean(2));
  parts.push_back(last.amax(2));
  return at::cat(parts, 1);
}

void Network::fit_descriptor_scale(const at::Tensor& descriptors) {
  const at::NoGradGuard no_gradient;
  parameter("descriptor.mean").copy_(descriptors.mean(0));
  const at::Tensor sd = descriptors.std(0, /*unbiased=*/false);
  parameter("descriptor.sd").copy_(at::where(sd > 1e-3, sd, at::ones_like(sd)));
}

at::Tensor Network::head(const at::Tensor& descriptor, const at::Tensor& keep) const {
  at::Tensor standard =
      ((descriptor - parameter("descriptor.mean")) / parameter("descriptor.sd")).clamp(-kLargest, kLargest);
  if (keep.defined()) standard = standard * keep;
  return (standard * parameter("head.weight")).sum(1) + parameter("head.bias");
}

}  // namespace larc::nn
