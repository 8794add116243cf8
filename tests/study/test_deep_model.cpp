#include <gtest/gtest.h>

#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "study/bundle.h"
#include "study/deep_model.h"
#include "study/leak_guard.h"
#include "study/model.h"
#include "study/prepare.h"
#include "study_phantom.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: deep
table: {patient: patient_id}
variables:
  outcome: {type: number, available_from: LABEL}
  months: {type: number, available_from: LABEL}
images:
  t2_1: {files: [a.nrrd], available_from: P0}
  adc_1: {files: [b.nrrd], available_from: P0}
  t2_2: {files: [c.nrrd], available_from: P1}
masks:
  tumour_1: {image: t2_1, files: [d.nrrd]}
  tumour_2: {image: t2_2, files: [e.nrrd]}
crop:
  spacing_mm: [2, 2, 3]
  size: [6, 5, 4]
  views:
    t2_1: {mask: tumour_1, bias_field: n4}
    adc_1: {mask: tumour_1, values: absolute}
    t2_2: {mask: tumour_2}
endpoints:
  y: {type: binary, positive: outcome == 1, at: P0}
  late: {type: binary, positive: outcome == 1, at: P1}
  t: {type: survival, time: months, event: outcome == 1, report_at: [12, 24], at: P0}
models: {kinds: [deep], endpoints: [y, t], deep: {preset: tiny, members: 2, epochs: 3}}
)";

constexpr std::size_t kRows = 36;
constexpr std::size_t kVoxels = 6 * 5 * 4;

/// A study whose content store holds the crops of made-up patients. What decides the outcome stands in both views.
class DeepModelTest : public testing::Test {
 protected:
  DeepModelTest() {
    init_study(folder_.path() / "s", kProtocol);
    study_ = std::make_unique<Study>(folder_.path() / "s");
  }

  std::string put(std::uint64_t seed, double signal) const {
    Random random(seed);
    std::vector<float> crop(2 * kVoxels);
    for (std::size_t i = 0; i < kVoxels; ++i) {
      crop[i] = static_cast<float>(signal + random.normal());
      crop[kVoxels + i] = i % 3 == 0 ? 1.0F : 0.0F;
    }
    return study_->content.put({reinterpret_cast<const char*>(crop.data()), crop.size() * sizeof(float)});
  }

  Dataset dataset(const std::string& endpoint = "y") const {
    Dataset data;
    data.endpoint = &study_->file.endpoint(endpoint);
    const bool binary = data.endpoint->type == EndpointType::binary;
    data.outcome.kind = binary ? learn::OutcomeKind::binary : learn::OutcomeKind::survival;
    Random random(7);
    SideOutcome side{"side", learn::OutcomeKind::survival, {}, {}, {}};
    for (std::size_t i = 0; i < kRows; ++i) {
      const bool positive = i % 2 == 0;
      data.patients.push_back(std::string("P").append(std::to_string(i)));
      if (binary) {
        data.outcome.label.push_back(positive ? 1 : 0);
      } else {
        data.outcome.time_months.push_back(static_cast<double>(1 + i));
        data.outcome.event.push_back(positive ? 1 : 0);
        data.causes.push_back(positive ? 1 : i % 3 == 0 ? 2 : 0);
      }
      std::map<std::string, std::string> crops;
      const double signal = (positive ? 0.7 : -0.7) + random.normal();
      crops["t2_1"] = put(100 + i, signal);
      if (i % 5 != 0) crops["adc_1"] = put(200 + i, signal);
      crops["t2_2"] = put(300 + i, 0.0);
      data.crops.push_back(crops);
      data.image_hashes.push_back(crops["t2_1"]);
      side.time_months.push_back(i % 7 == 0 ? kNaN : static_cast<double>(2 + i));
      side.cause.push_back(positive ? 1 : 0);
    }
    data.side_outcomes = {side};
    data.frame.rows = kRows;
    return data;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Study> study_;
};

learn::TrainingRows rows_of(const Dataset& data, const learn::Split& split) {
  return protocol_of(data, 1).training(split);
}

learn::Split everything(const Dataset& data) {
  return protocol_of(data, 1).everything();
}

TEST(CropViews, AreReadWithTheirDefaults) {
  const StudyFile file = parse_study_file(kProtocol, "s");
  ASSERT_EQ(file.crop->views.size(), 3u);
  EXPECT_EQ(file.crop->views[1].sequence, "adc");
  EXPECT_EQ(file.crop->views[1].time_point, 1);
  EXPECT_TRUE(file.crop->views[1].absolute);
  EXPECT_TRUE(file.crop->views[0].bias_field);
  EXPECT_EQ(file.crop->views[2].sequence, "t2");
  EXPECT_EQ(file.crop->views[2].time_point, 2);
  EXPECT_EQ(file.crop_views(PredictionPoint::P0).size(), 2u);
  EXPECT_EQ(file.crop_views(PredictionPoint::P1).size(), 3u);
  EXPECT_EQ(file.used_views().size(), 2u);  // no modelled endpoint is at P1
  EXPECT_NO_THROW(check_predictors(file, file.endpoint("y")));
  const auto changed = [](const std::string& from, const std::string& to) {
    std::string text = kProtocol;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_THROW(parse_study_file(changed("{mask: tumour_1, values", "{mask: nothing, values"), "s"), Error);
  EXPECT_THROW(parse_study_file(changed("values: absolute", "values: relative"), "s"), Error);
  // One view in the short form; none that is there in time is refused by name.
  const std::string only_late = changed(
      "  views:\n    t2_1: {mask: tumour_1, bias_field: n4}\n    adc_1: {mask: tumour_1, values: absolute}\n"
      "    t2_2: {mask: tumour_2}\n",
      "  image: t2_2\n  mask: tumour_2\n");
  const StudyFile late = parse_study_file(only_late, "s");
  EXPECT_EQ(late.crop->views.size(), 1u);
  EXPECT_NO_THROW(check_predictors(late, late.endpoint("late")));
  try {
    check_predictors(late, late.endpoint("y"));
    ADD_FAILURE() << "a later image was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_NE(std::string(error.what()).find("'t2_2'"), std::string::npos);
  }
}

TEST(CropViews, AMaskOfAnotherGridIsAppliedByPosition) {
  const Phantom item = phantom();
  // The same image at half the resolution in the plane, shifted by its own half voxel.
  WorkingImage same(item.volume);
  CropRule rule;
  rule.spacing_mm = {1.2, 1.2, 4};
  rule.size = {9, 7, 5};
  const CropView view{"adc_1", "tumour_1", "adc", 1, false, true};
  image::Volume flat = item.volume;
  flat.geometry.spacing_mm[0] *= 2;
  flat.geometry.size[0] /= 2;
  flat.voxels.assign(flat.geometry.voxel_count(), 1.25);
  WorkingImage other(flat);
  const std::vector<float> own = make_crop(same, item.mask, rule, view), crop = make_crop(other, item.mask, rule, view);
  const std::size_t voxels = 9 * 7 * 5;
  EXPECT_TRUE(std::equal(own.begin() + voxels, own.end(), crop.begin() + voxels));  // one mask, wherever the image lies
  EXPECT_FLOAT_EQ(crop[voxels / 2], 1.25F);                                         // as it is, not in sd
  flat.geometry.origin_lps[2] += 10000;
  WorkingImage away(flat);
  EXPECT_THROW(make_crop(away, item.mask, rule, view), Error);
}

TEST_F(DeepModelTest, TasksAreTheEndpointAndWhatTheOthersCanTeach) {
  Dataset data = dataset("t");
  SideOutcome rare{"rare", learn::OutcomeKind::binary, std::vector<double>(kRows, 0.0), {}, {}};
  rare.label[0] = rare.label[1] = 1;
  data.side_outcomes.push_back(rare);
  std::vector<std::size_t> rows(kRows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto tasks = tasks_of(data, data.outcome, rows);
  ASSERT_EQ(tasks.size(), 2u);  // two of a class teach nothing
  EXPECT_EQ(tasks[0].name, "t");
  EXPECT_EQ(tasks[0].levels, 2);
  EXPECT_EQ(tasks[0].cause[3], 2);
  EXPECT_EQ(tasks[0].bins.back(), 36);
  EXPECT_TRUE(std::is_sorted(tasks[0].bins.begin(), tasks[0].bins.end()));
  EXPECT_EQ(tasks[1].name, "side");
  EXPECT_EQ(tasks[1].levels, 1);
  EXPECT_TRUE(std::isnan(tasks[1].time_months[7]));
}

TEST_F(DeepModelTest, LearnsAndAnswersWithoutAnImageByTheMean) {
  Dataset data = dataset();
  data.crops[4] = {{"t2_2", data.crops[4].at("t2_2")}};  // seen too late for this endpoint
  const DeepFit fit = fit_deep(*study_, data, rows_of(data, everything(data)), 3);
  ASSERT_EQ(fit.notes.size(), 1u);
  EXPECT_NE(fit.notes[0].find("1 training rows have no image"), std::string::npos);
  EXPECT_EQ(fit.out_of_fold[4], fit.model.without_image);
  std::vector<std::size_t> rows(kRows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto linear = predict_deep(fit.model, load_cases(*study_, data, rows));
  EXPECT_EQ(linear[4], fit.model.without_image);
  double positive = 0, negative = 0;
  for (std::size_t i = 0; i < kRows; ++i) (i % 2 == 0 ? positive : negative) += linear[i];
  EXPECT_GT(positive, negative);
  for (auto& crops : data.crops) crops.clear();
  try {
    fit_deep(*study_, data, rows_of(data, everything(data)), 3);
    ADD_FAILURE() << "a network learned from nothing";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
  }
}

// Crops, outcomes and side outcomes of the test rows leave no trace in a model.
TEST_F(DeepModelTest, SeesNothingOfTheTestRows) {
  for (const char* endpoint : {"y", "t"}) {
    const Dataset data = dataset(endpoint);
    learn::Split split;
    for (std::size_t row = 0; row < kRows; ++row) (row < 10 ? split.test : split.training).push_back(row);
    Dataset poisoned = data;
    for (const std::size_t row : split.test) {
      poisoned.crops[row] = {{"t2_1", put(900 + row, 50.0)}};
      if (!poisoned.outcome.label.empty()) poisoned.outcome.label[row] = 1 - poisoned.outcome.label[row];
      if (!poisoned.outcome.event.empty()) poisoned.outcome.event[row] = 1 - poisoned.outcome.event[row];
      poisoned.side_outcomes[0].cause[row] = 1 - poisoned.side_outcomes[0].cause[row];
      poisoned.side_outcomes[0].time_months[row] = 99;
    }
    const auto bytes = [&](const Dataset& from, const learn::Split& rows) {
      return encode_bundle(fit_model(*study_, from, rows_of(from, rows), "deep", 5), study_->file, *from.endpoint,
                           Json::object());
    };
    EXPECT_EQ(bytes(data, split), bytes(poisoned, split)) << endpoint;
    // The same change inside the training rows is noticed, so the comparison can fail.
    learn::Split whole = split;
    whole.training.insert(whole.training.end(), split.test.begin(), split.test.end());
    EXPECT_NE(bytes(data, whole), bytes(poisoned, whole)) << endpoint;
  }
}

TEST_F(DeepModelTest, ABundleReproducesItsNumbersExactly) {
  for (const char* endpoint : {"y", "t"}) {
    const Dataset data = dataset(endpoint);
    const FittedModel model = fit_model(*study_, data, rows_of(data, everything(data)), "deep", 5);
    const std::string bytes = encode_bundle(model, study_->file, *data.endpoint, {{"n", kRows}});
    const Bundle bundle = decode_bundle(bytes, "bundle");
    const nn::Cases cases = load_cases(*study_, data, {0, 5, 11});
    const auto before = predict_model(model, data.endpoint->report_at, {}, cases);
    const auto after = predict_model(bundle.model, bundle.endpoint.report_at, {}, cases);
    EXPECT_EQ(before.linear, after.linear);
    EXPECT_EQ(before.survival, after.survival);
    EXPECT_EQ(encode_bundle(bundle.model, bundle.file, bundle.endpoint, bundle.card), bytes);
  }
}

}  // namespace
}  // namespace larc::study
