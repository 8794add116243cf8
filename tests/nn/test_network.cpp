#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gradient_check.h"
#include "nn/network.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

NetworkSpec little() {
  NetworkSpec spec;
  spec.image_channels = {0};
  spec.mask_channels = {1};
  spec.groups = 2;
  spec.stages = {{2, {1, 3, 3}, {1, 1, 1}}, {4, {1, 3, 3}, {1, 2, 2}}, {4, {3, 3, 3}, {2, 2, 2}}};
  return spec;
}

at::Tensor uniform(at::IntArrayRef shape, std::uint64_t seed, double lower, double upper) {
  Random random(seed);
  at::Tensor values = at::empty(shape, at::kDouble);
  for (std::int64_t i = 0; i < values.numel(); ++i) values.data_ptr<double>()[i] = random.uniform(lower, upper);
  return values;
}

/// (b, 2, 3, 6, 7): an image and a soft mask.
at::Tensor input(std::int64_t batch) {
  return at::cat({uniform({batch, 1, 3, 6, 7}, 1, -2.0, 2.0), uniform({batch, 1, 3, 6, 7}, 2, 0.0, 1.0)}, 1);
}

/// A network none of whose weights is at its special first value.
Network stirred() {
  Random random(3);
  Network network(little(), random, at::kDouble);
  const at::NoGradGuard no_gradient;
  std::uint64_t seed = 10;
  for (const auto& parameter : network.parameters()) {
    if (parameter.learned) parameter.value.add_(uniform(parameter.value.sizes(), ++seed, -0.3, 0.3));
  }
  network.fit_descriptor_scale(network.descriptor(input(5)));
  return network;
}

}  // namespace

TEST(MaskedPooling, EqualsTheDefinition) {
  const at::Tensor x = uniform({2, 3, 2, 4, 5}, 4, -1.0, 1.0);
  at::Tensor mask = at::zeros({2, 1, 2, 4, 5}, at::kDouble);
  mask.narrow(3, 1, 2).fill_(1.0);
  const auto [mean, sd] = masked_mean_sd(x, mask);
  const at::Tensor inside = x.narrow(3, 1, 2).flatten(2);
  EXPECT_LT((mean - inside.mean(2)).abs().max().item<double>(), 1e-14);
  EXPECT_LT((sd.square() - 1e-5 - inside.var(2, false)).abs().max().item<double>(), 1e-14);
}

TEST(MaskedPooling, AnEmptyMaskPoolsToNothing) {
  const auto [mean, sd] =
      masked_mean_sd(uniform({1, 2, 2, 2, 2}, 4, -1.0, 1.0), at::zeros({1, 1, 2, 2, 2}, at::kDouble));
  EXPECT_EQ(mean.abs().max().item<double>(), 0.0);
  EXPECT_NEAR(sd.max().item<double>(), std::sqrt(1e-5), 1e-12);
}

TEST(MaskedPooling, GradientIsNumeric) {
  const at::Tensor mask = uniform({2, 1, 2, 3, 3}, 5, 0.0, 1.0);
  const at::Tensor factor = uniform({2, 4}, 6, -1.0, 1.0);
  const at::Tensor x = uniform({2, 2, 2, 3, 3}, 7, -1.0, 1.0);
  check_gradient(x, [&] {
    const auto [mean, sd] = masked_mean_sd(x, mask);
    return (at::cat({mean, sd}, 1) * factor).sum();
  });
}

TEST(Network, GradientOfTheInputIsNumeric) {
  const Network network = stirred();
  const at::Tensor keep = uniform({2, network.descriptor_size()}, 8, 0.0, 2.0);
  const at::Tensor factor = uniform({2}, 9, 0.5, 1.0);
  const at::Tensor x = input(2);
  check_gradient(
      x, [&] { return (network.head(network.descriptor(x), keep) * factor).sum(); }, 3);
}

TEST(Network, GradientOfEveryParameterIsNumeric) {
  const Network network = stirred();
  const at::Tensor x = input(2);
  const at::Tensor factor = uniform({2}, 9, 0.5, 1.0);
  for (const auto& parameter : network.parameters()) {
    if (!parameter.learned) continue;
    SCOPED_TRACE(parameter.name);
    check_gradient(parameter.value, [&] { return (network.head(network.descriptor(x), {}) * factor).sum(); });
  }
}

TEST(Network, StartsAsThePriorAndItsBlocksAsShortcuts) {
  Random random(3);
  const Network network(preset_spec("small", {1}, 2), random);
  const at::Tensor x =
      at::cat({uniform({2, 1, 4, 16, 16}, 1, -2, 2), uniform({2, 1, 4, 16, 16}, 2, 0, 1)}, 1).to(at::kFloat);
  const at::Tensor descriptor = network.descriptor(x);
  EXPECT_EQ(descriptor.size(1), network.descriptor_size());
  EXPECT_TRUE(descriptor.isfinite().all().item<bool>());
  EXPECT_EQ(network.head(descriptor, {}).abs().max().item<float>(), 0.0F);
  EXPECT_EQ(network.parameter("stage1.conv2.weight").abs().max().item<float>(), 0.0F);
  EXPECT_GT(network.parameter("stage1.conv1.weight").abs().max().item<float>(), 0.0F);
}

TEST(Network, ThinCropsAndSeveralMasksWork) {
  for (const char* preset : {"tiny", "small", "medium"}) {
    Random random(3);
    Network network(preset_spec(preset, {1, 3}, 4), random);
    const at::Tensor x = uniform({1, 4, 1, 9, 5}, 1, 0.0, 1.0).to(at::kFloat);
    EXPECT_TRUE(network.descriptor(x).isfinite().all().item<bool>()) << preset;
  }
}

TEST(Network, DescriptorScaleStandardises) {
  const Network network = stirred();
  const at::Tensor x = input(5);
  const at::Tensor standard =
      (network.descriptor(x) - network.parameter("descriptor.mean")) / network.parameter("descriptor.sd");
  EXPECT_LT(standard.mean(0).abs().max().item<double>(), 1e-9);
  EXPECT_LT((standard.std(0, false) - 1.0).abs().median().item<double>(), 1e-9);
}

TEST(Network, SpecificationGoesThroughJson) {
  const NetworkSpec spec = preset_spec("medium", {1, 3}, 4);
  EXPECT_EQ(to_json(spec_from_json(parse_json(dump_json(to_json(spec)), "x"))), to_json(spec));
  expect_error(ErrorCode::domain, "choose tiny, small or medium", [] { preset_spec("huge", {1}, 2); });
  expect_error(ErrorCode::domain, "every channel is a mask", [] { preset_spec("tiny", {0, 1}, 2); });
  const auto refused = [&](const std::string& words, const std::function<void(Json&)>& change) {
    Json json = to_json(spec);
    change(json);
    expect_error(ErrorCode::format, words, [&] { spec_from_json(json); });
  };
  refused("absent or of the wrong type", [](Json& j) { j.erase("groups"); });
  refused("absent or of the wrong type", [](Json& j) { j["stages"][0]["kernel"] = {1, 3}; });
  refused("absent or of the wrong type", [](Json& j) { j = nullptr; });
  refused("groups is absent or out of range", [](Json& j) { j["groups"] = 0; });
  refused("features is", [](Json& j) { j["stages"][0]["features"] = 1 << 20; });
  refused("features is", [](Json& j) { j["stages"][0]["features"] = 7; });
  refused("kernel is", [](Json& j) { j["stages"][1]["kernel"] = {1, 2, 3}; });
  refused("stride is", [](Json& j) { j["stages"][1]["stride"] = {1, 0, 1}; });
  refused("stages is", [](Json& j) { j["stages"] = Json::array(); });
  refused("image_channels is", [](Json& j) { j["image_channels"] = Json::array(); });
  refused("image_channels or mask_channels", [](Json& j) { j["mask_channels"] = {2, 3}; });
}

TEST(Network, UnknownParameterIsADefect) {
  const Network network = stirred();
  expect_error(ErrorCode::internal, "no parameter 'x'", [&] { network.parameter("x"); });
}
