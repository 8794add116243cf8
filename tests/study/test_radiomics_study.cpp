#include <gtest/gtest.h>

#include <cmath>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "io/image_file.h"
#include "study/dataset.h"
#include "study/model.h"
#include "study/predict.h"
#include "study/prepare.h"
#include "study_phantom.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: two_times
table: {patient: patient_id}
variables:
  mri_1: {type: date, available_from: P0}
  mri_2: {type: date, available_from: P1}
  outcome: {type: number, available_from: LABEL}
images: {t2_1: {available_from: P0}, t2_2: {available_from: P1}}
masks: {m1: {image: t2_1}, m2: {image: t2_2}}
extraction:
  - image: t2_1
    mask: m1
    ring: {outside_mm: [3]}
    robustness: {perturb: V, perturbations: 3, minimum_icc: 0.75}
    features: {families: [firstorder, shape]}
  - {image: t2_2, mask: m2, features: {families: [firstorder, shape]}}
  - delta: {of: t2_2_m2, from: t2_1_m1, kind: per_week, dates: {of: mri_2, from: mri_1}}
endpoints: {y: {type: binary, at: P1, positive: outcome == 1}}
models: {kinds: [radiomics], minimum_per_class: 4}
validation: {folds: 2, inner_folds: 2, repeats: 1, permutations: 0}
)";

constexpr int kPatients = 12;

/// Twelve patients with two images; P07 has no second one.
class RadiomicsStudy : public testing::Test {
 protected:
  RadiomicsStudy() { init_study(folder_.path() / "s", kProtocol); }

  static std::string patient(int i) { return (i < 10 ? "P0" : "P") + std::to_string(i); }

  static void add_image(Study& study, const std::string& id, const std::string& role, const std::string& mask,
                        const Phantom& item) {
    study.registry.add_image({id, role, study.content.put(io::encode_nrrd(item.volume)), "f", Json::object()});
    study.registry.add_image({id, mask, study.content.put(io::encode_nrrd(item.mask)), "f", Json::object()});
  }

  void fill(Study& study) const {
    for (int i = 1; i <= kPatients; ++i) {
      const std::string id = patient(i);
      study.registry.add_patient(id);
      study.registry.add_value(id, "mri_1", "2024-01-01", "t", "h");
      study.registry.add_value(id, "mri_2", "2024-01-15", "t", "h");
      study.registry.add_value(id, "outcome", i % 2 == 0 ? "1" : "0", "t", "h");
      const auto seed = static_cast<std::uint64_t>(i);
      add_image(study, id, "t2_1", "m1", phantom(seed, 100 + 20 * i));
      if (i != 7) add_image(study, id, "t2_2", "m2", phantom(seed + 100, 60 + 10 * i));
    }
  }

  std::filesystem::path path() const { return folder_.path() / "s"; }

  test::TemporaryFolder folder_;
};

const learn::Column& column(const Dataset& data, const std::string& name) {
  return data.frame.column(name);
}

TEST_F(RadiomicsStudy, ExtractsRingsChangesAndPerturbedValues) {
  Study study(path());
  fill(study);
  run_extract(study, {2, {}});
  const Dataset data = DatasetSource(study).dataset_of(study.file.endpoint("y"));
  ASSERT_EQ(data.patients.size(), 12u);
  const auto& first = column(data, "t2_1_original_firstorder_Mean");
  const auto& second = column(data, "t2_2_original_firstorder_Mean");
  const auto& change = column(data, "t2_2_delta_per_week_original_firstorder_Mean");
  EXPECT_NO_THROW(column(data, "t2_1_ring3_original_firstorder_Mean"));
  for (std::size_t row = 0; row < 12; ++row) {
    EXPECT_NEAR(first.values[row], 500 + 20 * (static_cast<double>(row) + 1), 10);
    if (row == 6) {
      // P07 keeps its first image.
      EXPECT_TRUE(std::isnan(second.values[row]));
      EXPECT_TRUE(std::isnan(change.values[row]));
    } else {
      EXPECT_NEAR(change.values[row], (second.values[row] - first.values[row]) / 2, 1e-9);
    }
  }
  // Why a value is not there.
  const CsvTable reasons = parse_csv(read_file(path() / "features" / "undefined.csv"), "undefined.csv");
  bool lacks_image = false, lacks_change = false;
  for (const auto& row : reasons.rows) {
    lacks_image |= row[0] == "P07" && row[2] == "t2_2" && row[3].find("'t2_2' was not imported") != std::string::npos;
    lacks_change |= row[0] == "P07" && row[2] == "t2_2_delta_per_week_original_firstorder_Mean" &&
                    row[3].find("absent at the second time point") != std::string::npos;
  }
  EXPECT_TRUE(lacks_image);
  EXPECT_TRUE(lacks_change);
  for (const char* name : {"t2_1_m1.csv", "t2_2_m2.csv", "t2_2_delta_per_week.csv"})
    EXPECT_EQ(parse_csv(read_file(path() / "features" / name), name).rows.size(), 12u) << name;
  // What was measured again: the first rule, mask and ring.
  ASSERT_FALSE(data.frame.repeated.empty());
  for (const auto& item : data.frame.repeated) {
    EXPECT_TRUE(item.name.starts_with("t2_1_original_") || item.name.starts_with("t2_1_ring3_")) << item.name;
    EXPECT_EQ(item.repeats, 3);
    EXPECT_EQ(item.minimum_icc, 0.75);
  }
}

TEST_F(RadiomicsStudy, DoesNotExtractAgainUntilAnInputChanges) {
  std::map<std::string, std::string> before;
  const auto hashes = [](const Study& study) {
    std::map<std::string, std::string> result;
    for (const auto& [id, job] : study.ledger.stage("extract")) result[id] = job.input_hash + job.result;
    return result;
  };
  {
    Study study(path());
    fill(study);
    run_extract(study, {1, {}});
    before = hashes(study);
    run_extract(study, {2, 99});
    EXPECT_EQ(hashes(study), before);
    // A date that moves makes the patient's changes anew, and no one else's.
    study.registry.add_value("P03", "mri_2", "2024-01-29", "t", "h");
    run_extract(study, {1, {}});
    auto after = hashes(study);
    EXPECT_NE(after.at("P03"), before.at("P03"));
    after["P03"] = before["P03"];
    EXPECT_EQ(after, before);
  }
  // The seed moves perturbations, a key of the rule everything.
  for (const auto& [from, to] : std::map<std::string, std::string>{{"id: two_times", "id: two_times\nseed: 5"},
                                                                   {"outside_mm: [3]", "outside_mm: [4]"}}) {
    std::string text = kProtocol;
    text.replace(text.find(from), from.size(), to);
    write_file_atomic(path() / "study.yaml", text);
    Study study(path());
    run_extract(study, {1, {}});
    const auto after = hashes(study);
    for (const auto& [id, hash] : after) EXPECT_NE(hash, before.at(id)) << to << id;
  }
}

TEST_F(RadiomicsStudy, FeaturesThatDoNotBearPerturbationAreDroppedByTrainingRowsAlone) {
  Study study(path());
  fill(study);
  run_extract(study, {2, {}});
  const Dataset data = DatasetSource(study).dataset_of(study.file.endpoint("y"));
  Dataset poisoned = data;
  for (auto& item : poisoned.frame.repeated)
    for (std::size_t row = 8; row < 12; ++row) item.within[row] = 1e12;
  const auto state = [&](const Dataset& from, const std::vector<std::size_t>& rows) {
    return dump_json(learn::to_json(
        fit_model(study, from, protocol_of(from, 1).training(learn::Split{0, "part", rows, {}}), "radiomics", 5)
            .tabular.preprocess.robustness));
  };
  const std::vector<std::size_t> train{0, 1, 2, 3, 4, 5, 6, 7}, with_poison{1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(state(data, train), state(poisoned, train));
  EXPECT_NE(state(data, with_poison), state(poisoned, with_poison));
  // The mean bears a change of the outline, the volume does not: it is what changes.
  const auto robustness =
      fit_model(study, data, protocol_of(data, 1).training(learn::Split{0, "part", train, {}}), "radiomics", 5)
          .tabular.preprocess.robustness;
  for (const auto& item : robustness.columns) {
    if (item.name == "t2_1_original_firstorder_Mean") {
      EXPECT_TRUE(item.kept) << item.icc;
    }
    if (item.name == "t2_1_original_shape_MeshVolume") {
      EXPECT_FALSE(item.kept) << item.icc;
    }
  }
}

TEST_F(RadiomicsStudy, PredictsFromTheRegistryAsFromMemoryAndSaysWhatIsImputed) {
  Study study(path());
  fill(study);
  run_extract(study, {2, {}});
  const Dataset data = DatasetSource(study).dataset_of(study.file.endpoint("y"));
  std::vector<std::size_t> rows(12);
  for (std::size_t i = 0; i < 12; ++i) rows[i] = i;
  Bundle bundle;
  bundle.file = study.file;
  bundle.endpoint = study.file.endpoint("y");
  bundle.model =
      fit_model(study, data, protocol_of(data, 1).training(learn::Split{0, "part", rows, {}}), "radiomics", 5);
  const auto expected = predict_rows(bundle.model, data, rows);
  for (const std::size_t row : {std::size_t{2}, std::size_t{6}}) {
    const Json prediction = predict_patient(bundle, "b", load_patient(study, data.patients[row], bundle));
    EXPECT_EQ(prediction["linear_predictor"].get<double>(), expected.linear[row]);
    const std::string notes = prediction["notes"].dump();
    EXPECT_EQ(notes.find("'t2_2_...' are imputed") != std::string::npos, row == 6) << notes;
  }
}

TEST_F(RadiomicsStudy, APatientWithoutAnyImageFailsWithTheReason) {
  Study study(path());
  fill(study);
  study.registry.add_patient("P99");
  run_extract(study, {2, {}});
  const auto job = study.ledger.find("extract", "P99");
  ASSERT_TRUE(job.has_value());
  EXPECT_FALSE(job->done);
  EXPECT_NE(job->reason.find("'t2_1' was not imported"), std::string::npos);
}

}  // namespace
}  // namespace larc::study
