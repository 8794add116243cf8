#include <numeric>
#include <set>

#include "nn/host.h"
#include "nn/safetensors.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

constexpr std::size_t kVoxels = 4 * 12 * 12;

/// A spot just left of the tumour, in the two middle slices.
bool in_spot(std::size_t voxel) {
  const std::size_t x = voxel % 12, y = voxel / 12 % 12, z = voxel / 144;
  return x <= 1 && y >= 4 && y <= 7 && (z == 1 || z == 2);
}

/// Phantoms of two views, of which the first has a spot whose brightness is the trait; the second tells nothing.
Phantoms spotted(std::size_t count, std::uint64_t seed) {
  Phantoms result = make_phantoms(count, Signal::none, seed);
  result.cases.views.push_back({"adc_1", "adc", 1});
  result.cases.present.assign(count, {1, 1});
  const auto other = std::make_shared<Phantoms>(make_phantoms(count, Signal::none, seed + 1));
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t i = 0; i < kVoxels; ++i)
      if (in_spot(i)) (*result.crops)[n][i] += static_cast<float>(60.0 * result.trait[n]);
  result.cases.crop = [own = result.crops, other](std::size_t row, std::size_t view) {
    return view == 0 ? (*own)[row] : (*other->crops)[row];
  };
  return result;
}

TrainSettings settings() {
  TrainSettings settings;
  settings.preset = "tiny";
  settings.epochs = 16;
  settings.members = 2;
  settings.averaging = 0.9;
  return settings;
}

/// One row of the cases.
Cases only(const Cases& cases, std::size_t row) {
  Cases one = cases;
  one.rows = 1;
  one.present = {cases.present[row]};
  one.units.clear();
  one.crop = [cases, row](std::size_t, std::size_t view) { return cases.crop(row, view); };
  return one;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> rank(values.size());
  for (std::size_t place = 0; place < order.size(); ++place) rank[order[place]] = static_cast<double>(place);
  return rank;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double ma = sum(a) / n, mb = sum(b) / n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

class Explain : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    phantoms_ = new Phantoms(spotted(90, 3));
    result_ = new TrainResult(load().train(phantoms_->cases,
                                           {binary_task(phantoms_->trait, 1), survival_task(phantoms_->trait, 2, 2)},
                                           settings(), 7, {}));
  }
  static void TearDownTestSuite() {
    delete phantoms_;
    delete result_;
  }
  static Explanation explain(const std::string& weights, std::size_t row, const std::string& task = "response",
                             std::size_t output = 0) {
    return load().explain(weights, result_->architecture, only(phantoms_->cases, row), task, output);
  }
  static Phantoms* phantoms_;
  static TrainResult* result_;
};

Phantoms* Explain::phantoms_ = nullptr;
TrainResult* Explain::result_ = nullptr;

}  // namespace

TEST_F(Explain, MapsAddUpToWhatTheImageChanges) {
  const Prediction prediction = load().predict(result_->weights, result_->architecture, phantoms_->cases);
  double largest = 0;
  for (std::size_t row = 0; row < 12; ++row)
    for (const std::size_t task : {0U, 1U}) {
      const Explanation explained = explain(result_->weights, row, task == 0 ? "response" : "survival", task);
      EXPECT_NEAR(explained.whole, prediction.linear[task][row][task], 1e-5);
      const double change = explained.whole - explained.baseline;
      largest = std::max(largest, std::abs(change));
      // Trapezoids of ReLU networks and clamped descriptors: within a twentieth of the change.
      EXPECT_NEAR(sum(explained.maps[0]) + sum(explained.maps[1]), change, 0.05 * std::abs(change) + 0.01);
    }
  EXPECT_GT(largest, 0.3);
}

// Descriptors are means over the tumour and the ring around it, so a map tells the sequence and the region, not the
// spot. Beside a network that learned from the same images what lies inside the tumour.
TEST_F(Explain, PointsToTheViewAndTheRegionInWhichTheSignalLies) {
  const std::vector<double> inside_trait = make_phantoms(90, Signal::mean, 3).trait;
  const TrainResult other = load().train(phantoms_->cases, {binary_task(inside_trait, 1)}, settings(), 7, {});
  const auto shares = [](const TrainResult& result) {
    double inside = 0, all = 0, first = 0, second = 0;
    for (std::size_t row = 0; row < 20; ++row) {
      const Explanation explained =
          load().explain(result.weights, result.architecture, only(phantoms_->cases, row), "response", 0);
      const std::vector<float>& crop = (*phantoms_->crops)[row];
      for (std::size_t i = 0; i < kVoxels; ++i) {
        inside += crop[kVoxels + i] > 0.5F ? std::abs(explained.maps[0][i]) : 0.0;
        all += std::abs(explained.maps[0][i]);
        first += std::abs(explained.maps[0][i]);
        second += std::abs(explained.maps[1][i]);
      }
    }
    return std::pair(inside / all, first / second);
  };
  const auto [inside, telling_view] = shares(*result_);
  const auto [inside_of_other, view_of_other] = shares(other);
  EXPECT_LT(inside, 0.75 * inside_of_other);
  EXPECT_GT(telling_view, 2.0);
  EXPECT_GT(view_of_other, 2.0);
}

TEST_F(Explain, HidingTheTellingViewChangesTheAnswerMore) {
  double telling = 0, other = 0;
  for (std::size_t row = 0; row < 30; ++row) {
    const Explanation explained = explain(result_->weights, row);
    // "MRI 1" would leave nothing; a sequence of one view is named as such.
    EXPECT_EQ(explained.without.size(), 4U);
    EXPECT_EQ(explained.without.at("t2"), explained.without.at("t2_1"));
    telling += std::abs(explained.whole - explained.without.at("t2"));
    other += std::abs(explained.whole - explained.without.at("adc"));
  }
  EXPECT_GT(telling, other);
}

// Adebayo 2018: a map that stays when the weights are drawn anew shows the image, not the network. Layer by layer from
// the outputs down; over several draws, for the sign of a map follows the sign of a weight.
TEST_F(Explain, MapsChangeWhenTheWeightsAreDrawnAnew) {
  const TensorFile file = read_safetensors(result_->weights);
  std::vector<std::vector<double>> kept;
  for (std::size_t row = 0; row < 4; ++row) kept.push_back(ranks(explain(result_->weights, row).maps[0]));
  std::set<std::string> layers;
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"linear", "head"}, {"token", "attention", "mix", "summary"}, {"stage1"}, {"stem"}}) {
    layers.insert(more.begin(), more.end());
    double alike = 0;
    constexpr int kDraws = 8;
    for (int draw = 0; draw < kDraws; ++draw) {
      TensorFile drawn = file;
      Random random(derive_seed(5, "draw", static_cast<std::uint64_t>(draw)));
      for (auto& tensor : drawn.tensors) {
        const bool own = std::ranges::any_of(layers, [&](const std::string& layer) {
          return tensor.name.starts_with("member") && tensor.name.find("." + layer) != std::string::npos;
        });
        if (!own) continue;
        double square = 0;
        for (const float value : tensor.data) square += static_cast<double>(value) * static_cast<double>(value);
        const double sd = std::sqrt(square / static_cast<double>(tensor.data.size()));
        for (float& value : tensor.data) value = static_cast<float>(sd * random.normal());
      }
      const std::string weights = write_safetensors(drawn.tensors, drawn.metadata);
      for (std::size_t row = 0; row < kept.size(); ++row)
        alike +=
            correlation(kept[row], ranks(explain(weights, row).maps[0])) / static_cast<double>(kDraws * kept.size());
    }
    EXPECT_LT(std::abs(alike), 0.5) << more.front();
  }
}

TEST_F(Explain, SaysWhatItCannotExplain) {
  expect_error(ErrorCode::domain, "no task 'nothing'", [] { explain(result_->weights, 0, "nothing"); });
  expect_error(ErrorCode::domain, "has 1 outputs", [] { explain(result_->weights, 0, "response", 1); });
  expect_error(ErrorCode::domain, "one case",
               [] { load().explain(result_->weights, result_->architecture, phantoms_->cases, "response", 0); });
}

namespace {

/// p values of the first view of new cases.
std::vector<double> typicality(const TrainResult& result, const Phantoms& phantoms) {
  std::vector<double> values;
  for (const auto& row : load().predict(result.weights, result.architecture, phantoms.cases).typicality)
    values.push_back(row[0]);
  return values;
}

double share_below(const std::vector<double>& values, double level) {
  return static_cast<double>(std::ranges::count_if(values, [&](double value) { return value <= level; })) /
         static_cast<double>(values.size());
}

}  // namespace

TEST(Typicality, OddImagesAreOddAndUsualOnesAreNot) {
  const Phantoms seen = make_phantoms(120, Signal::mean, 11);
  const TrainResult result = load().train(seen.cases, {binary_task(seen.trait, 1)}, settings(), 3, {});
  const Phantoms fresh = make_phantoms(300, Signal::mean, 12);
  const std::vector<double> usual = typicality(result, fresh);
  for (const double p : usual) {
    EXPECT_GT(p, 0.0);
    EXPECT_LE(p, 1.0);
  }
  // Of 300 at level 0.05: 15 expected; rows of the training are a little less odd than new ones.
  EXPECT_LE(share_below(usual, 0.05), 0.10);
  EXPECT_LE(share_below(usual, 0.01), 0.04);
  EXPECT_GE(share_below(usual, 0.50), 0.35);

  const auto changed = [&](const std::function<void(std::vector<float>&)>& change) {
    Phantoms odd = make_phantoms(60, Signal::mean, 13);
    for (auto& crop : *odd.crops) change(crop);
    return share_below(typicality(result, odd), 0.01);
  };
  const auto image = [](const std::function<float(float)>& to) {
    return [to](std::vector<float>& crop) {
      for (std::size_t i = 0; i < kVoxels; ++i) crop[i] = to(crop[i]);
    };
  };
  EXPECT_GT(changed(image([](float x) { return 1000 * x; })), 0.95);  // another unit
  EXPECT_GT(changed(image([](float x) { return 140 - x; })), 0.95);   // contrast turned round
  EXPECT_GT(changed(image([](float) { return 40.0F; })), 0.95);       // nothing in it
  EXPECT_GT(changed([](std::vector<float>& crop) {                    // the mask elsewhere
              std::rotate(crop.begin() + kVoxels, crop.begin() + kVoxels + 5, crop.end());
            }),
            0.5);
}

TEST(Typicality, IsUnknownWhereAViewIsAbsentOrRare) {
  Phantoms seen = spotted(40, 5);
  for (std::size_t row = 8; row < 40; ++row) seen.cases.present[row][1] = 0;
  const TrainResult result = load().train(seen.cases, {binary_task(seen.trait, 1)}, settings(), 3, {});
  const Prediction prediction = load().predict(result.weights, result.architecture, seen.cases);
  EXPECT_FALSE(std::isnan(prediction.typicality[0][0]));
  EXPECT_TRUE(std::isnan(prediction.typicality[0][1]));  // too few had it
  EXPECT_TRUE(std::isnan(prediction.typicality[20][1]));
}
