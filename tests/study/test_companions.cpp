#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "study/bundle.h"
#include "study/companion_summary.h"
#include "study/companions.h"
#include "study/validate.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: small
table: {patient: patient_id}
variables:
  age: {type: number, available_from: P0}
  visits: {type: number, available_from: P0, label: Visits}
  outcome: {type: number, available_from: LABEL}
images: {t2: {files: [x]}, t2_2: {files: [y]}}
masks: {tumour: {image: t2, files: [m]}, tumour_2: {image: t2_2, files: [n]}}
extraction:
  - {image: t2, mask: tumour, robustness: {perturbations: 3}}
  - {image: t2_2, mask: tumour_2, robustness: {perturbations: 3}}
  - delta: {of: t2_2_tumour_2, from: t2_tumour}
endpoints:
  y: {type: binary, positive: outcome == 1}
models: {kinds: [clinical, radiomics, combined], clinical_predictors: [age, visits], harmonise: combat, minimum_per_class: 5}
validation: {folds: 4, inner_folds: 3, repeats: 2}
)";

/// Three centres of 20; the features of the second are measured ten higher.
class Companions : public testing::Test {
 protected:
  Companions() {
    init_study(folder_.path() / "s", kProtocol);
    study_ = std::make_unique<Study>(folder_.path() / "s");
    data_.endpoint = &study_->file.endpoint("y");
    Random random(11);
    std::vector<double> age, visits, volume, texture;
    for (int i = 0; i < 60; ++i) {
      data_.patients.emplace_back("P").append(std::to_string(i));
      data_.centres.push_back(i < 20 ? "A" : i < 40 ? "B" : "C");
      const double risk = random.normal(), higher = i >= 20 && i < 40 ? 10 : 0;
      age.push_back(60 + 10 * random.normal());
      data_.outcome.label.push_back(risk + 0.3 * random.normal() > 0);
      visits.push_back(data_.outcome.label.back() > 0 ? 1 + random.uniform() : 3 + random.uniform());
      volume.push_back(risk + higher + 0.5 * random.normal());
      texture.push_back(random.normal() + higher);
    }
    data_.frame.rows = 60;
    data_.frame.batches = data_.centres;
    data_.frame.columns = {learn::numeric_column("age", "clinical", age),
                           learn::numeric_column("visits", "clinical", visits),
                           learn::numeric_column("t2_original_shape_MeshVolume", "radiomics", volume),
                           learn::numeric_column("t2_original_glcm_Contrast", "radiomics", texture)};
  }

  FittedModel fit(const Dataset& data, const learn::Split& split, const std::string& kind) const {
    return fit_model(*study_, data, protocol_of(data, 1).training(split), kind, 5);
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Study> study_;
  Dataset data_;
};

TEST_F(Companions, StandBesideModelsFromImages) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(companions_of(study_->file, data_), (Names{"volume", "random", "radiomics+combat", "combined+combat"}));
  StudyFile file = study_->file;
  file.kinds = {"radiomics"};
  EXPECT_EQ(companions_of(file, data_), (Names{"volume", "random", "radiomics+combat"}));
  StudyFile with_network = study_->file;
  with_network.kinds.emplace_back("deep");
  with_network.crop.emplace();
  EXPECT_EQ(companions_of(with_network, data_),
            (Names{"volume", "random", "clinical+radiomics", "radiomics+combat", "combined+combat"}));
  EXPECT_TRUE(uses_network(with_network, "combined+combat"));
  EXPECT_FALSE(uses_network(with_network, kTables));
  EXPECT_FALSE(uses_network(study_->file, "combined"));
  EXPECT_TRUE(is_compared("combined", kTables));
  EXPECT_FALSE(is_compared("deep", kTables));
  file.harmonise = false;
  EXPECT_EQ(companions_of(file, data_), (Names{"volume", "random"}));
  file.kinds = {"clinical"};
  EXPECT_TRUE(companions_of(file, data_).empty());
  Dataset one_centre = data_;
  one_centre.centres.assign(60, "A");
  one_centre.centres[0] = "";
  EXPECT_EQ(companions_of(study_->file, one_centre), (Names{"volume", "random"}));
  Dataset refused = data_;
  refused.refused = "too few";
  EXPECT_TRUE(companions_of(study_->file, refused).empty());
  EXPECT_EQ(plain_kind(harmonised_kind("combined")), "combined");
}

TEST_F(Companions, VolumeIsThatOfTheRegionsThemselves) {
  learn::Frame frame;
  frame.rows = 1;
  for (const char* name : {"t2_original_shape_MeshVolume", "t2_2_morph_volume", "t2_2_delta_original_shape_MeshVolume",
                           "t2_original_shape_SurfaceVolumeRatio"})
    frame.columns.push_back(learn::numeric_column(name, "radiomics", {1.0}));
  frame.columns.push_back(learn::numeric_column("larc_volume_ml", kVolumeGroup, {1.0}));
  frame.columns.push_back(learn::numeric_column("x_shape_MeshVolume", "clinical", {1.0}));
  StudyFile file = study_->file;
  file.deltas.front().prefix = "t2_2_delta";
  EXPECT_EQ(volume_columns(file, frame),
            (std::vector<std::string>{"t2_original_shape_MeshVolume", "t2_2_morph_volume"}));
  frame.columns.erase(frame.columns.begin(), frame.columns.begin() + 2);
  EXPECT_EQ(volume_columns(file, frame), (std::vector<std::string>{"larc_volume_ml"}));
}

TEST_F(Companions, SeeNothingOfTheTestRows) {
  for (const auto& split : {validation_protocol(data_, 1).cross_validation(1, 4).front(),
                            protocol_of(data_, 1).leave_one_centre_out()[1]}) {
    Dataset poisoned = data_;
    for (const std::size_t row : split.test) {
      for (auto& column : poisoned.frame.columns) column.values[row] = 1e6;
      poisoned.outcome.label[row] = 1 - poisoned.outcome.label[row];
    }
    for (const auto& kind : companions_of(study_->file, data_)) {
      const auto bytes = [&](const Dataset& from, const learn::Split& rows) {
        const Dataset data = baseline_dataset(from, kind, 3);
        return encode_bundle(fit(data, rows, kind), study_->file, *data.endpoint, Json::object());
      };
      EXPECT_EQ(bytes(data_, split), bytes(poisoned, split)) << kind << split.held_out;
      const learn::Split reversed{0, "reversed", split.test, split.training};
      EXPECT_NE(bytes(data_, reversed), bytes(poisoned, reversed)) << kind << split.held_out;
    }
  }
}

// ComBat moves features of images between the training centres, never a clinical value.
TEST_F(Companions, HarmoniseMovesFeaturesAlone) {
  const learn::Split split = protocol_of(data_, 1).everything();
  const auto& state = fit(data_, split, "combined+combat").tabular.preprocess.harmonise;
  EXPECT_EQ(state.names, (std::vector<std::string>{"t2_original_shape_MeshVolume", "t2_original_glcm_Contrast"}));
  const learn::Split without_b = protocol_of(data_, 1).leave_one_centre_out()[1];
  std::vector<std::string> notes;
  predict_rows(fit(data_, without_b, "radiomics+combat"), data_, without_b.test, nullptr, &notes);
  EXPECT_NE(std::find(notes.begin(), notes.end(), "20 rows of a centre unseen in training (B) left as measured"),
            notes.end());
  EXPECT_TRUE(fit(data_, split, "combined").tabular.preprocess.harmonise.names.empty());
}

TEST_F(Companions, RandomFeaturesAreAsManyAndDifferByFold) {
  const Dataset one = baseline_dataset(data_, "random", 1), other = baseline_dataset(data_, "random", 2);
  const learn::Frame noise = one.frame.select_groups({learn::kRandomGroup});
  ASSERT_EQ(noise.columns.size(), 2u);
  EXPECT_NE(noise.columns[0].values, other.frame.select_groups({learn::kRandomGroup}).columns[0].values);
  EXPECT_EQ(noise.columns[0].values, baseline_dataset(data_, "random", 1).frame.column("larc_random_1").values);
  EXPECT_EQ(recipe_of(study_->file, one, "random").columns,
            (std::vector<std::string>{"larc_random_1", "larc_random_2"}));
}

TEST_F(Companions, SuspectPredictorsAreNamed) {
  const Json suspects = suspects_json(study_->file, data_);
  ASSERT_EQ(suspects.size(), 1u);
  EXPECT_EQ(suspects[0].at("column"), "visits");
  EXPECT_EQ(suspects[0].at("label").at("en"), "Visits");
  EXPECT_EQ(suspects[0].at("gives_outcome_away"), true);
  EXPECT_NE(suspect_sentence(*data_.endpoint, suspect_predictors(data_)[0]).find("models.clinical_predictors"),
            std::string::npos);
  EXPECT_TRUE(suspect_predictors(Dataset{}).empty());
}

TEST_F(Companions, SampleSizeCountsTheColumnsOfTheKind) {
  EXPECT_EQ(sample_size_json(study_->file, data_, "combined").at("parameters"), 4);
  EXPECT_EQ(sample_size_json(study_->file, data_, "radiomics").at("parameters"), 2);
  EXPECT_TRUE(sample_size_json(study_->file, data_, "deep").is_null());
}

TEST(StudyFile, HarmoniseIsNoneOrCombat) {
  const std::string text = kProtocol;
  EXPECT_TRUE(parse_study_file(text, "s").harmonise);
  const auto with = [&](const std::string& value) {
    std::string changed = text;
    const std::string key = "harmonise: combat";
    return changed.replace(changed.find(key), key.size(), value);
  };
  EXPECT_FALSE(parse_study_file(with("harmonise: none"), "s").harmonise);
  EXPECT_THROW(parse_study_file(with("harmonise: combt"), "s"), Error);
}

TEST(Cautions, NameWhatIsNotBetterThanABaseline) {
  const Json against = {{"verdict", "as_good"}, {"statement", "volume alone does as well or better: 0.7 against 0.6"}};
  const Json better = {{"verdict", "better"}, {"statement", "'combined' is better"}};
  const Json endpoint = {{"id", "y"},
                         {"against_baselines", Json::array({against, better})},
                         {"leave_one_centre_out", {{"against_baselines", Json::array({against})}}}};
  EXPECT_EQ(
      cautions(Json::array({endpoint})),
      (std::vector<std::string>{"y: Volume alone does as well or better: 0.7 against 0.6",
                                "y, leave one centre out: Volume alone does as well or better: 0.7 against 0.6"}));
}

}  // namespace
}  // namespace larc::study
