#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "nn/host.h"
#include "study/bundle.h"
#include "study/leak_guard.h"
#include "study/model.h"
#include "study/network_reading.h"
#include "study/prepare.h"
#include "study/validate.h"
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
models: {kinds: [deep, combined], endpoints: [y, t, late], deep: {preset: tiny, members: 2, epochs: 3}, minimum_per_class: 5}
validation: {folds: 2}
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
    for (std::size_t i = 0; i < kRows; ++i) {
      const bool positive = i % 2 == 0;
      data.patients.push_back(std::string(i < 10 ? "P0" : "P").append(std::to_string(i)));
      data.centres.emplace_back(i % 4 == 0 ? "A" : "B");
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
    }
    data.units = data.patients;
    data.frame.rows = kRows;
    std::vector<double> noise;
    for (std::size_t i = 0; i < kRows; ++i) noise.push_back(random.normal());
    data.frame.columns = {learn::numeric_column("noise", "clinical", noise)};
    data.hash = endpoint;
    return data;
  }

  std::vector<Dataset> datasets() const { return {dataset("y"), dataset("t"), dataset("late")}; }

  test::TemporaryFolder folder_;
  std::unique_ptr<Study> study_;
};

std::vector<std::size_t> all_rows() {
  std::vector<std::size_t> rows(kRows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
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
  EXPECT_EQ(file.used_views().size(), 3u);  // one endpoint is at P1
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

TEST_F(DeepModelTest, ACohortHoldsWhoHasAnImageAndWhatIsKnownOfThem) {
  std::vector<Dataset> list = datasets();
  list[0].crops[3] = {{"t2_2", list[0].crops[3].at("t2_2")}};  // of a later examination
  list[1].crops[3] = list[0].crops[3];
  list[2].crops[3] = list[0].crops[3];
  list[1].outcome.time_months[5] = 0;  // never watched
  list[2].outcome.label.assign(kRows, 0.0);
  const NetworkCohort before = network_cohort(study_->file, list, PredictionPoint::P0);
  ASSERT_EQ(before.patients.size(), kRows - 1);
  EXPECT_EQ(before.patients[3], "P04");
  EXPECT_EQ(before.crops[0].size(), 1u);  // no ADC, and nothing of later
  const NetworkCohort after = network_cohort(study_->file, list, PredictionPoint::P1);
  EXPECT_EQ(after.patients.size(), kRows);
  EXPECT_EQ(after.outcomes[0].endpoint, "late");  // what is answered comes first
  EXPECT_TRUE(after.outcomes[0].answered);
  EXPECT_FALSE(after.outcomes[1].answered);
  EXPECT_TRUE(std::isnan(after.outcomes[2].time_months[5]));
  EXPECT_NE(before.hash, after.hash);
  const auto tasks = tasks_of(after, all_rows());
  ASSERT_EQ(tasks.size(), 2u);  // nobody had "late": nothing to learn
  EXPECT_EQ(tasks[0].name, "y");
  EXPECT_EQ(tasks[1].name, "t");
  EXPECT_EQ(tasks[1].levels, 2);
  EXPECT_EQ(tasks[1].cause[3], 2);
  EXPECT_EQ(tasks[1].bins.back(), 36);
  EXPECT_TRUE(std::is_sorted(tasks[1].bins.begin(), tasks[1].bins.end()));
}

TEST_F(DeepModelTest, LearnsAllEndpointsAndAnswersWithoutAnImageByTheMean) {
  const NetworkCohort cohort = network_cohort(study_->file, datasets(), PredictionPoint::P0);
  std::vector<std::size_t> units = all_rows();
  const auto answers = train_network(*study_, cohort, all_rows(), units, 3, {});
  ASSERT_EQ(answers.size(), 2u);  // "late" is learned beside and answered by the network at P1
  const DeepModel& y = answers.at("y").model;
  nn::Cases cases = load_cases(*study_, cohort.at, cohort.crops);
  cases.present[4] = {0, 0};
  const auto linear = predict_deep(y, cases);
  EXPECT_EQ(linear[4], y.without_image);
  double positive = 0, negative = 0;
  for (std::size_t i = 0; i < kRows; ++i) (i % 2 == 0 ? positive : negative) += linear[i];
  EXPECT_GT(positive, negative);
  EXPECT_FALSE(y.history.empty());
  std::vector<Dataset> nobody = datasets();
  for (auto& data : nobody) data.outcome.label.assign(data.outcome.label.size(), 0.0);
  for (auto& data : nobody) data.outcome.event.assign(data.outcome.event.size(), 0);
  for (auto& data : nobody) data.causes.assign(data.causes.size(), 0);
  try {
    train_network(*study_, network_cohort(study_->file, nobody, PredictionPoint::P0), all_rows(), units, 3, {});
    ADD_FAILURE() << "a network learned from nothing";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
  }
}

// One record a fold, a centre and for everything; every patient is predicted by a network that never saw the patient,
// and whatever is changed of the held-out patients leaves no trace in what their network says of others.
TEST_F(DeepModelTest, EveryPatientIsHeldOutOfSomeNetworkOfEveryPoint) {
  const std::vector<Dataset> list = datasets();
  run_networks(*study_, list, NetworkUse::all, {}, 11, 2);
  const auto jobs = study_->ledger.stage("networks");
  EXPECT_EQ(jobs.size(), 2u * (1 + 2 + 2));
  const Endpoint& y = study_->file.endpoint("y");
  std::set<std::string> predicted;
  NetworkScores fold;
  for (const char* part : {"repeat 0 fold 1", "repeat 0 fold 2"}) {
    const NetworkScores scores = network_scores(*study_, y, part);
    for (const auto& [patient, value] : scores.held_out) {
      EXPECT_FALSE(scores.training.contains(patient));
      EXPECT_TRUE(predicted.insert(patient).second);
    }
    EXPECT_EQ(scores.training.size() + scores.held_out.size(), kRows);
    EXPECT_TRUE(scores.model.weights.empty());
    EXPECT_EQ(scores.hidden.size(), 2u);  // without T2w, without ADC
    EXPECT_EQ(scores.hidden.at("t2").size(), scores.held_out.size());
    EXPECT_NE(scores.hidden.at("t2"), scores.held_out);
    fold = scores;
  }
  EXPECT_EQ(predicted.size(), kRows);
  EXPECT_EQ(network_scores(*study_, y, "centre A").held_out.size(), 9u);
  const NetworkScores last = network_scores(*study_, study_->file.endpoint("late"), kEverything);
  EXPECT_FALSE(last.model.weights.empty());
  EXPECT_EQ(last.training.size(), kRows);
  // The folds of the networks are those of the endpoints' own splits.
  std::vector<learn::Protocol> protocols;
  for (const Dataset& data : list) protocols.push_back(validation_protocol(data, 11));
  const auto tables = folded_tables(list, protocols);
  const learn::SharedFolds folds(tables, 1, 2, 11);
  for (std::size_t d = 0; d < list.size(); ++d)
    for (const auto& split : folds.splits(tables[d], 1)) {
      std::set<std::string> test;
      for (const std::size_t row : split.test) test.insert(list[d].patients[row]);
      const NetworkScores own = network_scores(*study_, *list[d].endpoint, "repeat 0 " + split.held_out);
      for (const auto& patient : test) EXPECT_TRUE(own.held_out.contains(patient));
      EXPECT_EQ(own.held_out.size(), test.size());
    }
  EXPECT_FALSE(std::filesystem::exists(study_->folder / "training"));
  // Other crops of a held-out patient are another input, but teach the network nothing.
  std::vector<Dataset> poisoned = list;
  for (auto& data : poisoned)
    for (std::size_t row = 0; row < kRows; ++row)
      if (fold.held_out.contains(data.patients[row])) {
        data.crops[row] = {{"t2_1", put(900 + row, 50.0)}, {"t2_2", put(950 + row, 50.0)}};
        if (!data.outcome.time_months.empty()) data.outcome.time_months[row] = 40;
      }
  for (auto& data : poisoned)
    if (data.endpoint->id == "y")
      for (std::size_t row = 0; row < kRows; ++row)
        if (fold.held_out.contains(data.patients[row])) data.outcome.label[row] = 1 - data.outcome.label[row];
  const NetworkCohort clean = network_cohort(study_->file, list, PredictionPoint::P0),
                      dirty = network_cohort(study_->file, poisoned, PredictionPoint::P0);
  std::vector<std::size_t> training;
  for (std::size_t row = 0; row < kRows; ++row)
    if (!fold.held_out.contains(clean.patients[row])) training.push_back(row);
  const auto weights = [&](const NetworkCohort& cohort, const std::vector<std::size_t>& rows) {
    return train_network(*study_, cohort, rows, rows, 3, {}).at("y").model.weights;
  };
  EXPECT_EQ(weights(clean, training), weights(dirty, training));
  EXPECT_NE(weights(clean, all_rows()), weights(dirty, all_rows()));
}

TEST_F(DeepModelTest, CombinedReadsTheScoreAndABundleReproducesItsNumbersExactly) {
  const std::vector<Dataset> list = datasets();
  run_networks(*study_, list, NetworkUse::final, {PredictionPoint::P0}, 11, 2);
  EXPECT_EQ(study_->ledger.stage("networks").size(), 1u);
  for (const char* kind : {"deep", "combined"})
    for (const Dataset& data : {list[0], list[1]}) {
      const NetworkScores network = network_scores(*study_, *data.endpoint, kEverything);
      const Dataset own = std::string(kind) == "combined" ? with_network_score(data, network) : data;
      const learn::Protocol protocol = protocol_of(own, 1);
      const FittedModel model = fit_model(*study_, own, protocol.training(protocol.everything()), kind, 5, &network);
      const std::string bytes = encode_bundle(model, study_->file, *data.endpoint, {{"n", kRows}});
      const Bundle bundle = decode_bundle(bytes, "bundle");
      const nn::Cases cases =
          load_cases(*study_, PredictionPoint::P0, {data.crops[0], data.crops[5], data.crops[11], {}});
      const learn::Frame frame = data.frame.select_rows({0, 5, 11, 12});
      const auto before = predict_model(model, data.endpoint->report_at, frame, cases);
      const auto after = predict_model(bundle.model, bundle.endpoint.report_at, frame, cases);
      EXPECT_EQ(before.linear, after.linear);
      EXPECT_EQ(before.survival, after.survival);
      EXPECT_EQ(encode_bundle(bundle.model, bundle.file, bundle.endpoint, bundle.card), bytes);
      if (std::string(kind) == "combined") {
        const auto& features = model.tabular.features;
        EXPECT_EQ(std::ranges::count(features, std::string(kNetworkColumn)), 1);
      }
    }
}

// An image in other units than those of the training is no ground for a prediction; a usual one is.
TEST(NetworkReadingOf, AnUnusualImageIsNamed) {
  constexpr std::size_t kTaught = 120;
  const auto crop_of = [](std::uint64_t seed, double signal) {
    Random random(seed);
    std::vector<float> crop(2 * kVoxels);
    for (std::size_t i = 0; i < kVoxels; ++i) {
      crop[i] = static_cast<float>(signal + random.normal());
      crop[kVoxels + i] = i % 3 == 0 ? 1.0F : 0.0F;
    }
    return crop;
  };
  nn::Cases cases;
  cases.grid = {4, 5, 6, {3, 2, 2}};
  cases.views = {{"adc_1", "adc", 1}};
  cases.rows = kTaught;
  cases.present.assign(kTaught, {1});
  cases.crop = [&](std::size_t row, std::size_t) { return crop_of(row, row % 2 == 0 ? 0.7 : -0.7); };
  nn::Task task;
  task.name = "y";
  for (std::size_t row = 0; row < kTaught; ++row) task.label.push_back(row % 2 == 0 ? 1.0 : 0.0);
  nn::TrainSettings settings;
  settings.preset = "tiny";
  settings.members = 2;
  settings.epochs = 2;
  const nn::TrainResult trained = nn::load().train(cases, {task}, settings, 3, {});
  DeepModel model;
  model.weights = trained.weights;
  model.architecture = trained.architecture;
  model.task = "y";
  const auto reading = [&](double scale) {
    nn::Cases one = cases;
    one.rows = 1;
    one.present = {{1}};
    one.crop = [&crop_of, scale](std::size_t, std::size_t) {
      std::vector<float> crop = crop_of(999, 0.7);
      for (std::size_t i = 0; i < kVoxels; ++i) crop[i] *= static_cast<float>(scale);
      return crop;
    };
    return read_network(model, one);
  };
  const NetworkReading usual = reading(1), odd = reading(1000);
  EXPECT_TRUE(usual.unusual.empty()) << usual.unusual;
  EXPECT_NE(odd.unusual.find("'adc_1'"), std::string::npos);
  EXPECT_LE(odd.document.at("typicality").at("adc_1").get<double>(), kUnusual);
  EXPECT_NEAR(usual.document.at("attention").at("adc_1").get<double>(), 0.5, 0.5);
}

}  // namespace
}  // namespace larc::study
