// Which series takes which role: rules, time points, preferences, and what is left to a person.
#include <gtest/gtest.h>

#include "core/error.h"
#include "study/import.h"
#include "study/protocols.h"
#include "study/series_choice.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

const StudyFile& rectal() {
  static const StudyFile study = parse_study_file(rectal_protocol(), "rectal.yaml");
  return study;
}

/// A series as a scanner would describe it: axial T2w, 24 slices, on the day of the first MRI.
SeriesOffer offer(const std::string& key, std::map<std::string, std::string> differs = {}) {
  SeriesAttributes attributes{{"modality", "MR"},
                              {"series_description", "t2_tse_tra"},
                              {"study_description", "MRI"},
                              {"image_type", "ORIGINAL/PRIMARY/M/ND"},
                              {"scanning_sequence", "SE"},
                              {"echo_time_ms", "104"},
                              {"repetition_time_ms", "5660"},
                              {"orientation", "axial"},
                              {"slices", "24"},
                              {"in_plane_mm", "0.6"},
                              {"date", "2020-03-01"}};
  for (auto& [name, value] : differs) attributes[name] = value;
  attributes["sequence"] = sequence_of(rectal().sequences, attributes);
  return {key, attributes};
}

const PatientValues kDates{{"nat_start", "2020-03-20"}, {"nat_end", "2020-05-01"}, {"surgery_date", "2020-07-10"}};

RoleChoice choice_of(const std::string& role, const std::vector<SeriesOffer>& offers,
                     const PatientValues& values = kDates, const PersonsChoices& persons = {},
                     const std::map<std::string, std::string>& present = {}) {
  for (const auto& choice : choose_series(rectal(), offers, values, persons, present))
    if (choice.role == role) return choice;
  ADD_FAILURE() << role;
  return {};
}

std::string sequence(std::map<std::string, std::string> differs) {
  return offer("x", std::move(differs)).attributes.at("sequence");
}

TEST(SeriesChoice, sequences_are_known_by_description_or_by_physics) {
  EXPECT_EQ(sequence({}), "t2");
  EXPECT_EQ(sequence({{"series_description", ""}}), "t2");
  EXPECT_EQ(sequence({{"echo_time_ms", ""}, {"repetition_time_ms", ""}}), "t2");
  EXPECT_EQ(sequence({{"series_description", "stir_tra"}}), "t2_fat_saturated");
  EXPECT_EQ(sequence({{"scan_options", "PFP\\FS"}}), "t2_fat_saturated");
  EXPECT_EQ(sequence({{"series_description", ""}, {"echo_time_ms", "11"}, {"repetition_time_ms", "600"}}), "t1");
  EXPECT_EQ(sequence({{"series_description", ""},
                      {"echo_time_ms", "2"},
                      {"repetition_time_ms", "5"},
                      {"contrast_agent", "Gadovist"}}),
            "t1_contrast");
  EXPECT_EQ(sequence({{"contrast_agent", "Gadovist"}}), "t2");
  EXPECT_EQ(sequence({{"series_description", "ep2d_diff_tra_ADC"},
                      {"image_type", "DERIVED/PRIMARY/DIFFUSION/ADC/DIS2D"},
                      {"scanning_sequence", "EP"},
                      {"b_value", "800"}}),
            "adc");
  EXPECT_EQ(sequence({{"series_description", "s12"}, {"scanning_sequence", "EP"}, {"b_value", "800"}}), "dwi");
  EXPECT_EQ(sequence({{"series_description", "eADC"}, {"image_type", "DERIVED/SECONDARY/EADC"}}), "t2");
  EXPECT_EQ(sequence({{"image_type", "ORIGINAL/PRIMARY/LOCALIZER"}}), "localiser");
  EXPECT_EQ(sequence({{"image_type", "DERIVED/SECONDARY/MPR"}}), "reformat");
  EXPECT_EQ(sequence({{"component", "PHASE"}}), "phase");
  EXPECT_EQ(sequence({{"modality", "CT"}}), "not_mr");
}

TEST(SeriesChoice, plane_and_dates_of_therapy_decide) {
  const std::vector<SeriesOffer> offers{offer("sagittal", {{"orientation", "sagittal"}}), offer("first"),
                                        offer("second", {{"date", "2020-06-20"}})};
  EXPECT_EQ(choice_of("t2_1", offers).chosen, 1U);
  EXPECT_EQ(choice_of("t2_2", offers).chosen, 2U);
  EXPECT_EQ(choice_of("adc_1", offers).state, ChoiceState::none);
}

TEST(SeriesChoice, images_during_therapy_or_after_surgery_take_no_role) {
  for (const char* date : {"2020-04-10", "2020-08-01"})
    for (const char* role : {"t2_1", "t2_2"})
      EXPECT_EQ(choice_of(role, {offer("x", {{"date", date}})}).state, ChoiceState::none) << date << role;
  EXPECT_EQ(choice_of("t2_1", {offer("x", {{"date", "2020-03-20"}})}).state, ChoiceState::chosen);
  EXPECT_EQ(choice_of("t2_2", {offer("x", {{"date", "2020-05-01"}})}).state, ChoiceState::chosen);
}

TEST(SeriesChoice, dates_win_over_the_description_and_the_difference_is_said) {
  const std::vector<SeriesOffer> offers{offer("x", {{"study_description", "MRI rectum restaging"}})};
  const auto choice = choice_of("t2_1", offers);
  EXPECT_EQ(choice.state, ChoiceState::chosen);
  EXPECT_EQ(choice.description_differs, std::vector<std::size_t>{0});
}

TEST(SeriesChoice, without_dates_of_therapy_the_day_in_the_tables_then_the_description_tells) {
  const PatientValues days{{"mri_date_1", "2020-03-01"}, {"mri_date_2", "2020-06-20"}};
  EXPECT_EQ(choice_of("t2_1", {offer("x")}, days).state, ChoiceState::chosen);
  EXPECT_EQ(choice_of("t2_2", {offer("x")}, days).state, ChoiceState::none);
  const std::vector<SeriesOffer> restaging{offer("x", {{"study_description", "Rectum MRI after therapy"}})};
  EXPECT_EQ(choice_of("t2_2", restaging, {}).state, ChoiceState::chosen);
  EXPECT_EQ(choice_of("t2_1", restaging, {}).state, ChoiceState::none);
  const auto open = choice_of("t2_1", {offer("x")}, {});
  EXPECT_EQ(open.state, ChoiceState::time_unknown);
  EXPECT_EQ(open.candidates, std::vector<std::size_t>{0});
  EXPECT_NE(choice_of("t2_1", {offer("x", {{"date", ""}})}).why.en.find("no date"), std::string::npos);
}

TEST(SeriesChoice, preferences_decide_and_what_they_leave_is_ambiguous) {
  const auto finer = choice_of("t2_1", {offer("coarse", {{"in_plane_mm", "1.1"}}), offer("fine")});
  EXPECT_EQ(finer.chosen, 1U);
  EXPECT_NE(finer.why.en.find("preferred"), std::string::npos);
  const auto repeated = choice_of("t2_1", {offer("a"), offer("b")});
  EXPECT_EQ(repeated.state, ChoiceState::ambiguous);
  EXPECT_EQ(repeated.candidates, (std::vector<std::size_t>{0, 1}));
}

TEST(SeriesChoice, a_person_decides_against_every_rule_and_the_series_is_taken_from_the_others) {
  const std::vector<SeriesOffer> offers{offer("a"), offer("b")};
  EXPECT_EQ(choice_of("t2_1", offers, kDates, {{"t2_1", "b"}}).chosen, 1U);
  EXPECT_EQ(choice_of("t2_1", offers, kDates, {{"t2_2", "b"}}).chosen, 0U);
  EXPECT_EQ(choice_of("t2_2", offers, kDates, {{"t2_2", "b"}}).chosen, 1U);
  const auto none = choice_of("t2_1", offers, kDates, {{"t2_1", ""}});
  EXPECT_EQ(none.state, ChoiceState::none);
  EXPECT_TRUE(none.by_person);
  EXPECT_EQ(choice_of("t2_1", offers, kDates, {{"t2_1", "elsewhere"}}).state, ChoiceState::none);
}

TEST(SeriesChoice, another_series_beside_the_one_the_study_has_needs_a_person) {
  EXPECT_EQ(choice_of("t2_1", {offer("new")}, kDates, {}, {{"t2_1", "old"}}).state, ChoiceState::ambiguous);
  EXPECT_EQ(choice_of("t2_1", {offer("old")}, kDates, {}, {{"t2_1", "old"}}).state, ChoiceState::chosen);
}

/// A study that asks one examination for three images.
constexpr const char* kOneExamination = R"(
format: larc.study/1
id: one
table: {patient: patient_id}
variables: {y: {type: number, available_from: LABEL}}
endpoints: {e: {type: binary, positive: "y == 1"}}
images:
  t2: {dicom: {modality: MR, sequence: t2, orientation: axial, slices: ">= 8"}}
  adc: {dicom: {modality: MR, sequence: adc, orientation: axial}}
  dwi: {dicom: {modality: MR, sequence: dwi, orientation: axial, b_value: ">= 800"}, prefer: [{least: b_value}]}
)";

TEST(SeriesChoice, a_pelvic_examination_of_a_scanner_gives_its_t2_dwi_and_adc) {
  LARC_NEEDS_DATA("imaging/prostatex/ProstateX-0000");
  const test::TemporaryFolder folder;
  init_study(folder.path() / "s", kOneExamination);
  Study study(folder.path() / "s");
  const auto summary = import_paths(study, {test::data_root() / "imaging/prostatex/ProstateX-0000"}, {}, {}).summary;
  EXPECT_EQ(summary.at("failed").size(), 0U) << summary.at("failed");
  EXPECT_EQ(summary.at("open").size(), 0U) << summary.at("open");
  std::map<std::string, std::string> description;
  for (const auto& [place, series] : study.intake.series())
    if (!series.at("role").get<std::string>().empty())
      description[series.at("role").get<std::string>()] = series.at("series_description").get<std::string>();
  EXPECT_EQ(description,
            (std::map<std::string, std::string>{
                {"t2", "t2_tse_tra"}, {"adc", "ep2d_diff_tra_DYNDIST_ADC"}, {"dwi", "ep2d_diff_tra_DYNDIST"}}));
  const auto images = study.registry.images();
  EXPECT_EQ(images.at({"ProstateX-0000", "dwi"}).details.at("b_value"), 800);
  EXPECT_NE(images.at({"ProstateX-0000", "adc"}).details.at("adc_unit").get<std::string>().find("10^-6"),
            std::string::npos);
}

TEST(SeriesRule, bounds_ranges_and_parts) {
  const auto rule = parse_series_rule({{"b_value", ">= 800"},
                                       {"any", {{{"in_plane_mm", "0.3 .. 1.0"}}, {{"rows", "< 100"}}}},
                                       {"none", {{{"model", "x*"}}}}},
                                      "r");
  EXPECT_TRUE(fits(rule, {{"b_value", "8e2"}, {"in_plane_mm", "1"}, {"model", "a"}}));
  EXPECT_TRUE(fits(rule, {{"b_value", "801"}, {"in_plane_mm", "2"}, {"rows", "99"}, {"model", ""}}));
  EXPECT_FALSE(fits(rule, {{"b_value", "799.9"}, {"in_plane_mm", "1"}}));
  EXPECT_FALSE(fits(rule, {{"b_value", ""}, {"in_plane_mm", "1"}}));
  EXPECT_FALSE(fits(rule, {{"b_value", "800"}, {"in_plane_mm", "1.01"}, {"rows", "100"}}));
  EXPECT_FALSE(fits(rule, {{"b_value", "800"}, {"in_plane_mm", "1"}, {"model", "X5"}}));
  EXPECT_FALSE(fits({}, {{"b_value", "800"}}));
  EXPECT_TRUE(fits(parse_series_rule({{"image_type", "*/adc*"}}, "r"), {{"image_type", "A/B/ADC/C"}}));
}

TEST(SeriesRule, mistakes_are_named) {
  const auto message = [](const Json& rule) -> std::string {
    try {
      parse_series_rule(rule, "images.t2.dicom");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message({{"bvalue", 1}}).find("bvalue"), std::string::npos);
  EXPECT_NE(message({{"bvalue", 1}}).find("series_description"), std::string::npos);
  EXPECT_NE(message({{"b_value", ">= many"}}).find("images.t2.dicom.b_value"), std::string::npos);
  EXPECT_NE(message({{"slices", "5 .. 3"}}).find("5 .. 3"), std::string::npos);
  EXPECT_NE(message({{"any", {{"slices", 3}}}}).find("list of maps"), std::string::npos);
}

TEST(SeriesRule, a_long_text_of_a_header_costs_no_time) {
  const auto rule = parse_series_rule({{"series_description", "*a*a*a*a*a*a*a*b"}}, "r");
  EXPECT_FALSE(fits(rule, {{"series_description", std::string(60000, 'a')}}));
}

}  // namespace
}  // namespace larc::study
