#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "gradient_check.h"
#include "nn/network.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

/// Two sequences, one of them twice, two groups of columns, three tasks.
NetworkSpec little() {
  NetworkSpec spec;
  spec.grid = {3, 6, 7, {3, 1, 1}};
  spec.encoder.sequences = {"t2", "adc"};
  spec.encoder.groups = 2;
  spec.encoder.ring_voxels = {1, 1, 1};
  spec.encoder.stages = {{2, {1, 3, 3}, {1, 1, 1}}, {4, {1, 3, 3}, {1, 2, 2}}, {4, {3, 3, 3}, {2, 2, 2}}};
  spec.views = {{"t2_1", "t2", 1}, {"adc_1", "adc", 1}, {"t2_2", "t2", 2}};
  spec.groups = {{"clinical", {"age", "cea"}}, {"radiomics", {"volume"}}};
  spec.tasks = {
      {"pcr", TaskKind::binary, 1, {}}, {"trg", TaskKind::ordinal, 4, {}}, {"os", TaskKind::survival, 2, {12, 24}}};
  spec.width = 6;
  spec.heads = 2;
  return spec;
}

at::Tensor uniform(at::IntArrayRef shape, std::uint64_t seed, double lower, double upper) {
  Random random(seed);
  at::Tensor values = at::empty(shape, at::kDouble);
  for (std::int64_t i = 0; i < values.numel(); ++i) values.data_ptr<double>()[i] = random.uniform(lower, upper);
  return values;
}

/// (b, 2, 3, 6, 7): an image and a soft mask.
at::Tensor crops(std::int64_t batch, std::uint64_t seed) {
  return at::cat({uniform({batch, 1, 3, 6, 7}, seed, -2.0, 2.0), uniform({batch, 1, 3, 6, 7}, seed + 50, 0.0, 1.0)}, 1);
}

/// Three cases: everything; T2w before therapy alone with an unknown value; ADC alone.
Inputs inputs() {
  Inputs read;
  read.rows = 3;
  read.crops = {crops(3, 1), crops(2, 2)};
  read.row = {0, 0, 1, 0, 2};
  read.view = {0, 2, 0, 1, 1};
  read.table = uniform({3, 3}, 5, -1.0, 1.0);
  read.table[1][0] = std::numeric_limits<double>::quiet_NaN();
  return read;
}

/// None of its weights is at its special first value.
struct Stirred {
  Random random{3};
  Network network{little(), random, at::kDouble};
  Stirred() {
    const at::NoGradGuard no_gradient;
    std::uint64_t seed = 10;
    for (const auto& parameter : network.parameters().list())
      if (parameter.learned) parameter.value.add_(uniform(parameter.value.sizes(), ++seed, -0.3, 0.3));
    for (std::size_t view = 0; view < 3; ++view)
      network.fit_view_scale(view,
                             network.descriptors(inputs()) + uniform({5, network.descriptor_size()}, 70 + view, -1, 1));
    network.fit_table_scale(inputs().table);
  }
};

/// The case's part alone.
Inputs only(std::int64_t row) {
  const Inputs all = inputs();
  Inputs one;
  one.rows = 1;
  std::int64_t at = 0;
  for (const auto& batch : all.crops) {
    std::vector<at::Tensor> own;
    for (std::int64_t i = 0; i < batch.size(0); ++i, ++at) {
      if (all.row[static_cast<std::size_t>(at)] != row) continue;
      own.push_back(batch.narrow(0, i, 1));
      one.row.push_back(0);
      one.view.push_back(all.view[static_cast<std::size_t>(at)]);
    }
    one.crops.push_back(own.empty() ? at::Tensor() : at::cat(own, 0));
  }
  one.table = all.table.narrow(0, row, 1);
  return one;
}

}  // namespace

TEST(Pooling, EqualsTheDefinition) {
  const at::Tensor x = uniform({2, 3, 2, 4, 5}, 4, -1.0, 1.0);
  at::Tensor tumour = at::zeros({2, 1, 2, 4, 5}, at::kDouble), ring = at::zeros_like(tumour);
  tumour.narrow(3, 1, 2).fill_(1.0);
  ring.narrow(3, 3, 1).fill_(0.5);
  const auto parts = pooled(x, tumour, ring);
  const at::Tensor inside = x.narrow(3, 1, 2).flatten(2);
  EXPECT_LT((parts[0] - inside.mean(2)).abs().max().item<double>(), 1e-14);
  EXPECT_LT((parts[1].square() - 1e-5 - inside.var(2, false)).abs().max().item<double>(), 1e-14);
  EXPECT_LT((parts[2] - x.narrow(3, 3, 1).flatten(2).mean(2)).abs().max().item<double>(), 1e-14);
}

TEST(Pooling, AnEmptyRegionPoolsToNothing) {
  const at::Tensor nothing = at::zeros({1, 1, 2, 2, 2}, at::kDouble);
  const auto parts = pooled(uniform({1, 2, 2, 2, 2}, 4, -1.0, 1.0), nothing, nothing);
  EXPECT_EQ(parts[0].abs().max().item<double>(), 0.0);
  EXPECT_NEAR(parts[1].max().item<double>(), std::sqrt(1e-5), 1e-12);
  EXPECT_EQ(parts[2].abs().max().item<double>(), 0.0);
}

TEST(Pooling, GradientIsNumeric) {
  const at::Tensor tumour = uniform({2, 1, 2, 3, 3}, 5, 0.0, 1.0), ring = uniform({2, 1, 2, 3, 3}, 15, 0.0, 1.0);
  const at::Tensor factor = uniform({2, 6}, 6, -1.0, 1.0);
  const at::Tensor x = uniform({2, 2, 2, 3, 3}, 7, -1.0, 1.0);
  check_gradient(x, [&] { return (at::cat(pooled(x, tumour, ring), 1) * factor).sum(); });
}

TEST(Ring, LiesAroundTheMask) {
  at::Tensor mask = at::zeros({1, 1, 5, 7, 7}, at::kDouble);
  mask[0][0][2][3][3] = 1.0;
  const at::Tensor ring = ring_of(mask, {1, 2, 0});
  EXPECT_EQ(ring.sum().item<double>(), 3 * 5 * 1 - 1);
  EXPECT_EQ(ring[0][0][1][1][3].item<double>(), 1.0);
  EXPECT_EQ(ring[0][0][2][3][3].item<double>(), 0.0);
}

// Of the images; masks are given, and the ring is cut from them without a gradient.
TEST(Network, GradientOfTheImagesIsNumeric) {
  const Stirred stirred;
  const at::Tensor factor = uniform({3, stirred.network.spec().outputs()}, 9, 0.5, 1.0);
  Keep keep;
  keep.views = uniform({3, 3, stirred.network.descriptor_size()}, 8, 0.0, 2.0);
  keep.table = uniform({3, 6}, 12, 0.0, 2.0);
  const at::Tensor image = crops(3, 1).narrow(1, 0, 1).contiguous(), mask = crops(3, 1).narrow(1, 1, 1);
  check_gradient(
      image,
      [&] {
        Inputs read = inputs();
        read.crops[0] = at::cat({image, mask}, 1);
        return (stirred.network.fuse(read, stirred.network.descriptors(read), keep).linear * factor).sum();
      },
      3);
}

TEST(Network, GradientOfEveryParameterIsNumeric) {
  const Stirred stirred;
  const Inputs read = inputs();
  const at::Tensor factor = uniform({3, stirred.network.spec().outputs()}, 9, 0.5, 1.0);
  for (const auto& parameter : stirred.network.parameters().list()) {
    if (!parameter.learned) continue;
    SCOPED_TRACE(parameter.name);
    const std::int64_t stride = std::max<std::int64_t>(1, parameter.value.numel() / 40);
    check_gradient(
        parameter.value, [&] { return (stirred.network(read) * factor).sum(); }, stride);
  }
}

TEST(Network, StartsAtNothingAndItsBlocksAsShortcuts) {
  Random random(3);
  const Network network(little(), random, at::kDouble);
  EXPECT_EQ(network(inputs()).abs().max().item<double>(), 0.0);
  EXPECT_EQ(network.parameters()["stage1.conv2.weight"].abs().max().item<double>(), 0.0);
  EXPECT_GT(network.parameters()["stage1.conv1.weight"].abs().max().item<double>(), 0.0);
}

// What is absent has no influence, whatever it would have held; and cases do not know each other.
TEST(Network, ACaseDependsOnWhatItHasAlone) {
  const Stirred stirred;
  const at::Tensor together = stirred.network(inputs());
  for (std::int64_t row = 0; row < 3; ++row)
    EXPECT_LT((stirred.network(only(row))[0] - together[row]).abs().max().item<double>(), 1e-12) << row;
  Inputs without = only(0);
  without.crops[1] = at::Tensor();  // no ADC
  without.row = {0, 0};
  without.view = {0, 2};
  EXPECT_GT((stirred.network(without)[0] - together[0]).abs().max().item<double>(), 1e-3);
  Inputs nothing;
  nothing.rows = 1;
  nothing.crops.resize(2);
  nothing.table = at::full({1, 3}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
  EXPECT_TRUE(stirred.network(nothing).isfinite().all().item<bool>());
}

TEST(Network, AttentionIsSharedAmongWhatIsThere) {
  const Stirred stirred;
  const Inputs read = inputs();
  const at::Tensor attention = stirred.network.fuse(read, stirred.network.descriptors(read), {}).attention;
  const std::vector<std::string> tokens = stirred.network.spec().tokens();
  EXPECT_EQ(tokens, (std::vector<std::string>{"t2_1", "adc_1", "t2_2", "t2 change", "clinical", "radiomics"}));
  ASSERT_EQ(attention.size(1), 6);
  EXPECT_GT(attention[0].min().item<double>(), 0.0);
  EXPECT_LT(attention[0].sum().item<double>(), 1.0);  // the rest is the summary's own
  EXPECT_EQ(attention[1][1].item<double>(), 0.0);
  EXPECT_EQ(attention[1][3].item<double>(), 0.0);
  EXPECT_EQ(attention[2][0].item<double>(), 0.0);
  EXPECT_GT(attention[2][1].item<double>(), 0.0);
}

TEST(Network, ScalesStandardiseAndKnowUnknownValues) {
  Random random(3);
  Network network(little(), random, at::kDouble);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  at::Tensor table = at::empty({4, 3}, at::kDouble);
  const std::vector<double> values = {1, 5, 7, nan, 5, 9, 3, 5, 11, 5, nan, 13};
  std::copy(values.begin(), values.end(), table.data_ptr<double>());
  network.fit_table_scale(table);
  EXPECT_NEAR(network.parameters()["table.mean"][0].item<double>(), 3.0, 1e-14);
  EXPECT_NEAR(network.parameters()["table.sd"][0].item<double>(), std::sqrt(8.0 / 3.0), 1e-14);
  EXPECT_EQ(network.parameters()["table.sd"][1].item<double>(), 1.0);
  EXPECT_NEAR(network.parameters()["table.mean"][2].item<double>(), 10.0, 1e-14);
}

TEST(Network, ThinCropsWorkWithEveryPreset) {
  for (const char* preset : {"tiny", "small", "base", "large"}) {
    Random random(3);
    NetworkSpec spec = little();
    spec.encoder.stages = preset_stages(preset);
    spec.encoder.groups = 4;
    spec.grid = {1, 9, 5, {3, 1, 1}};
    const Network network(spec, random);
    Inputs read;
    read.rows = 1;
    read.crops = {uniform({1, 2, 1, 9, 5}, 1, 0.0, 1.0).to(at::kFloat), at::Tensor()};
    read.row = {0};
    read.view = {0};
    read.table = at::zeros({1, 3}, at::kFloat);
    EXPECT_TRUE(network(read).isfinite().all().item<bool>()) << preset;
  }
}

TEST(Network, SpecificationGoesThroughJson) {
  NetworkSpec spec = little();
  EXPECT_EQ(to_json(spec_from_json(parse_json(dump_json(to_json(spec)), "x"))), to_json(spec));
  expect_error(ErrorCode::domain, "choose tiny, small, base or large", [] { preset_stages("huge"); });
  const auto refused = [&](const std::string& words, const std::function<void(Json&)>& change) {
    Json json = to_json(spec);
    change(json);
    expect_error(ErrorCode::format, words, [&] { spec_from_json(json); });
  };
  refused("absent or of the wrong type", [](Json& j) { j.erase("grid"); });
  refused("absent or of the wrong type", [](Json& j) { j["encoder"]["stages"][0]["kernel"] = {1, 3}; });
  refused("absent or of the wrong type", [](Json& j) { j = nullptr; });
  refused("groups is absent or out of range", [](Json& j) { j["encoder"]["groups"] = 0; });
  refused("features is", [](Json& j) { j["encoder"]["stages"][0]["features"] = 1 << 20; });
  refused("features is", [](Json& j) { j["encoder"]["stages"][0]["features"] = 7; });
  refused("kernel is", [](Json& j) { j["encoder"]["stages"][1]["kernel"] = {1, 2, 3}; });
  refused("stride is", [](Json& j) { j["encoder"]["stages"][1]["stride"] = {1, 0, 1}; });
  refused("stages is", [](Json& j) { j["encoder"]["stages"] = Json::array(); });
  refused("ring_voxels is", [](Json& j) { j["encoder"]["ring_voxels"][1] = -1; });
  refused("views.sequence is", [](Json& j) { j["views"][0]["sequence"] = "t1"; });
  refused("tasks.kind is", [](Json& j) { j["tasks"][0]["kind"] = "count"; });
  refused("tasks.levels is", [](Json& j) { j["tasks"][1]["levels"] = 2; });
  refused("tasks.bins is", [](Json& j) { j["tasks"][2]["bins"] = Json::array(); });
  refused("width or heads is", [](Json& j) { j["heads"] = 5; });
  refused("grid is", [](Json& j) { j["grid"]["depth"] = 0; });
}

TEST(Network, UnknownParameterIsADefect) {
  const Stirred stirred;
  expect_error(ErrorCode::internal, "no parameter 'x'", [&] { stirred.network.parameters()["x"]; });
}
