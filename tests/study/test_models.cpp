#include <gtest/gtest.h>

#include <numeric>

#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "study/bundle.h"
#include "study/prepare.h"
#include "study/thumbnail.h"
#include "study/validate.h"
#include "study_phantom.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: small
table: {patient: patient_id}
variables:
  age: {type: number, available_from: P0}
  outcome: {type: number, available_from: LABEL}
  months: {type: number, available_from: LABEL}
endpoints:
  y: {type: binary, positive: outcome == 1}
  t: {type: survival, time: months, event: outcome == 1, report_at: [12, 24]}
models: {kinds: [clinical, radiomics, combined], clinical_predictors: [age], minimum_per_class: 5}
validation: {folds: 4, inner_folds: 3, repeats: 2}
)";

/// A study folder with the protocol, and a dataset of 60 made-up patients.
class Models : public testing::Test {
 protected:
  Models() {
    init_study(folder_.path() / "s", kProtocol);
    study_ = std::make_unique<Study>(folder_.path() / "s");
  }

  Dataset dataset(const std::string& endpoint) const {
    Dataset data;
    data.endpoint = &study_->file.endpoint(endpoint);
    Random random(11);
    std::vector<double> age, x, noise;
    data.outcome.kind = endpoint == "y" ? learn::OutcomeKind::binary : learn::OutcomeKind::survival;
    for (int i = 0; i < 60; ++i) {
      data.patients.emplace_back("P").append(std::to_string(i));
      age.push_back(60 + 10 * random.normal());
      x.push_back(random.normal());
      noise.push_back(random.normal());
      const double risk = 1.5 * x.back() + 0.5 * random.normal();
      if (endpoint == "y") {
        data.outcome.label.push_back(risk > 0 ? 1 : 0);
      } else {
        data.outcome.time_months.push_back(30 * std::exp(-risk) + 0.5);
        data.outcome.event.push_back(i % 3 != 0);
      }
    }
    data.frame.rows = 60;
    data.frame.columns = {learn::numeric_column("age", "clinical", age), learn::numeric_column("t2_x", "radiomics", x),
                          learn::numeric_column("t2_noise", "radiomics", noise)};
    return data;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Study> study_;
};

learn::TrainingRows all_rows(const Dataset& data) {
  const learn::Protocol protocol = protocol_of(data, 1);
  return protocol.training(protocol.everything());
}

TEST_F(Models, SeeNothingOfTheTestRows) {
  for (const char* endpoint : {"y", "t"}) {
    const Dataset data = dataset(endpoint);
    const learn::Split split = validation_protocol(data, 1).cross_validation(1, 4).front();
    Dataset poisoned = data;
    for (const std::size_t row : split.test) {
      for (auto& column : poisoned.frame.columns) column.values[row] = 1e6;
      if (!poisoned.outcome.label.empty()) poisoned.outcome.label[row] = 1 - poisoned.outcome.label[row];
      if (!poisoned.outcome.event.empty()) poisoned.outcome.event[row] = 1 - poisoned.outcome.event[row];
    }
    for (const char* kind : {"clinical", "radiomics", "combined"}) {
      const auto bytes = [&](const Dataset& from, const learn::Split& rows) {
        return encode_bundle(fit_model(*study_, from, protocol_of(from, 1).training(rows), kind, 5), study_->file,
                             *from.endpoint, Json::object());
      };
      EXPECT_EQ(bytes(data, split), bytes(poisoned, split)) << endpoint << kind;
      // The same change inside the training rows is noticed, so the comparison can fail.
      const learn::Split reversed{0, "reversed", split.test, split.training};
      EXPECT_NE(bytes(data, reversed), bytes(poisoned, reversed)) << endpoint << kind;
    }
  }
}

TEST_F(Models, FoldsAreStratifiedAndDifferBetweenRepeats) {
  const Dataset data = dataset("y");
  const auto splits = validation_protocol(data, 1).cross_validation(2, 4);
  ASSERT_EQ(splits.size(), 8u);
  EXPECT_NE(splits[0].test, splits[4].test);
  EXPECT_EQ(splits[0].test, validation_protocol(data, 1).cross_validation(2, 4)[0].test);
  std::vector<std::size_t> events;
  for (std::size_t fold = 0; fold < 4; ++fold) events.push_back(data.outcome.select_rows(splits[fold].test).events());
  EXPECT_LE(*std::max_element(events.begin(), events.end()) - *std::min_element(events.begin(), events.end()), 1u);
}

TEST_F(Models, BundleReproducesItsNumbersExactly) {
  for (const char* endpoint : {"y", "t"}) {
    const Dataset data = dataset(endpoint);
    const FittedModel model = fit_model(*study_, data, all_rows(data), "combined", 5);
    const std::string bytes = encode_bundle(model, study_->file, *data.endpoint, {{"n", 60}});
    const Bundle bundle = decode_bundle(bytes, "bundle");
    const auto before = predict_model(model, data.endpoint->report_at, data.frame, {});
    const auto after = predict_model(bundle.model, bundle.endpoint.report_at, data.frame, {});
    EXPECT_EQ(before.linear, after.linear);
    EXPECT_EQ(before.probability, after.probability);
    EXPECT_EQ(before.survival, after.survival);
    EXPECT_EQ(before.high_risk, after.high_risk);
    EXPECT_EQ(encode_bundle(bundle.model, bundle.file, bundle.endpoint, bundle.card), bytes);
    EXPECT_TRUE(bundle_id(bundle.endpoint, "combined", bytes).starts_with(std::string(endpoint) + "_P0_combined_"));
  }
}

TEST_F(Models, DamagedBundleIsRefused) {
  const Dataset data = dataset("y");
  const std::string bytes = encode_bundle(fit_model(*study_, data, all_rows(data), "clinical", 5), study_->file,
                                          *data.endpoint, Json::object());
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, std::size_t{40}, bytes.size() / 2, bytes.size() - 1})
    EXPECT_THROW(decode_bundle(bytes.substr(0, length), "b"), Error) << length;
  std::string newer = bytes;
  newer.replace(newer.find("larc.bundle/4"), 13, "larc.bundle/9");
  EXPECT_THROW(decode_bundle(newer, "b"), Error);
}

TEST_F(Models, TooFewOfAClassAreRefused) {
  Dataset data = dataset("y");
  data.refused = "3 patients with the outcome";
  for (const auto& state : kinds_of(study_->file, data)) EXPECT_EQ(state.refused, data.refused);
}

TEST_F(Models, OneProcessWritesAtATime) {
  EXPECT_THROW(Study(folder_.path() / "s"), Error);
  EXPECT_NO_THROW(Study(folder_.path() / "s", Access::read));
}

TEST_F(Models, StalePartialFilesAreRemoved) {
  study_.reset();
  write_file_atomic(folder_.path() / "s" / "store" / "ab" / "cd.1-2.partial", "half");
  const Study study(folder_.path() / "s");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "s" / "store" / "ab" / "cd.1-2.partial"));
}

TEST(Prepare, CropIsCentredOnTheMask) {
  const Phantom item = phantom();
  CropRule rule;
  rule.spacing_mm = {1.2, 1.2, 4};
  rule.size = {9, 7, 5};
  WorkingImage image(item.volume);
  const std::vector<float> crop = make_crop(image, item.mask, rule, {"t2", "tumour", "t2", 1, false, false});
  ASSERT_EQ(crop.size(), 2u * 9 * 7 * 5);
  const float* mask = crop.data() + 9 * 7 * 5;
  for (int k = 0; k < 5; ++k)
    for (int j = 0; j < 7; ++j)
      for (int i = 0; i < 9; ++i)
        EXPECT_NEAR(mask[(k * 7 + j) * 9 + i], std::abs(i - 4) <= 3 && std::abs(j - 3) <= 2 && std::abs(k - 2) <= 1,
                    1e-5);
}

TEST(Prepare, RefusesRegionsThatMeanNothing) {
  const Phantom item = phantom();
  EXPECT_NO_THROW(check_region(item.volume, item.mask));
  Phantom constant = item;
  for (std::size_t v = 0; v < constant.mask.voxels.size(); ++v)
    if (constant.mask.voxels[v]) constant.volume.voxels[v] = 7;
  EXPECT_THROW(check_region(constant.volume, constant.mask), Error);
  Phantom one = item;
  std::fill(one.mask.voxels.begin(), one.mask.voxels.end(), std::uint8_t{0});
  one.mask.voxels[1000] = 1;
  EXPECT_THROW(check_region(one.volume, one.mask), Error);
  Phantom shifted = item;
  shifted.mask.geometry.origin_lps[0] += 5;
  EXPECT_THROW(check_region(shifted.volume, shifted.mask), Error);
}

TEST(Thumbnail, IsAPngOfTheSizeItSays) {
  const Phantom item = phantom();
  const Json picture = thumbnail(item.volume, item.mask);
  // "iVBORw0KGgo" is the base64 form of the PNG signature.
  EXPECT_TRUE(picture.at("png").get<std::string>().starts_with("iVBORw0KGgo"));
  EXPECT_EQ(picture.at("width"), picture.at("height"));
}

}  // namespace
}  // namespace larc::study
