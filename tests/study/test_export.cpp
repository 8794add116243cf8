#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/text.h"
#include "io/dicom/write.h"
#include "io/image_file.h"
#include "study/bids_name.h"
#include "study/export_bids.h"
#include "study/export_nnunet.h"
#include "study/import.h"
#include "study_phantom.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProtocol = R"(
format: larc.study/1
id: export-2
title: {en: Export study, zh: 导出研究}
table: {patient: patient_id, centre: hospital}
variables:
  age: {type: number, unit: years, range: [18, 100], available_from: P0, label: {en: Age, zh: 年龄}}
  sex: {type: category, codes: {M: {en: Male, zh: 男}, F: {en: Female, zh: 女}}, available_from: P0}
  remark: {type: text, available_from: P0}
  mri: {type: date, available_from: P0}
  surgery: {type: date, available_from: P1}
  weeks: {type: number, available_from: P1, formula: "days(mri, surgery) / 7"}
  response: {type: number, available_from: LABEL}
  dead: {type: number, available_from: LABEL}
  months: {type: number, available_from: LABEL}
images:
  t2_1: {available_from: P0}
  t2_2: {available_from: P1}
  adc_1: {available_from: P0}
  pet_1: {available_from: P0}
masks: {tumour_1: {image: t2_1}, node_1: {image: t2_1}}
eligibility: {adult: {include: age >= 18}, small: {exclude: age > 90}}
endpoints:
  y: {type: binary, positive: response == 1}
  os: {type: survival, time: months, event: dead == 1}
)";

/// Four patients: A-1 and A1 have names that become one, C is excluded, D has neither an age nor an image.
class Export : public testing::Test {
 protected:
  Export() { init_study(folder_.path() / "s", kProtocol); }

  static void add_images(Study& study, const std::string& id, std::uint64_t seed) {
    const Phantom item = phantom(seed);
    const auto add = [&](const std::string& role, const std::string& bytes) {
      study.registry.add_image(
          {id, role, study.content.put(bytes), "f", {{"manufacturer", "Maker"}, {"b_value", 800}}});
    };
    image::Volume adc = item.volume;
    adc.geometry.origin_lps[0] += 1;
    image::Mask node = item.mask;
    std::reverse(node.voxels.begin(), node.voxels.end());
    for (std::size_t v = 0; v < node.voxels.size(); ++v) node.voxels[v] = node.voxels[v] && !item.mask.voxels[v];
    add("t2_1", io::encode_nrrd(item.volume));
    add("t2_2", io::encode_nrrd(item.volume));
    add("pet_1", io::encode_nrrd(item.volume));
    add("adc_1", io::encode_nrrd(adc));
    add("tumour_1", io::encode_nrrd(item.mask));
    add("node_1", io::encode_nrrd(node));
  }

  static void fill(Study& study) {
    const std::map<std::string, PatientValues> all{
        {"A-1",
         {{"centre", "north"},
          {"age", "61"},
          {"sex", "M"},
          {"remark", "=1+1"},
          {"mri", "2020-01-10"},
          {"surgery", "2020-04-03"},
          {"response", "1"},
          {"dead", "0"},
          {"months", "12.5"}}},
        {"A1", {{"centre", "north"}, {"age", "70"}, {"sex", "F"}, {"surgery", "2021-02-01"}, {"response", "0"}}},
        {"C", {{"centre", "south"}, {"age", "95"}, {"remark", "-3"}, {"mri", "2020-05-05"}}},
        {"D", {{"centre", "south"}}}};
    std::uint64_t seed = 1;
    for (const auto& [id, values] : all) {
      study.registry.add_patient(id);
      for (const auto& [variable, value] : values) study.registry.add_value(id, variable, value, "t", "h");
      if (id != "D") add_images(study, id, seed++);
    }
  }

  CsvTable table(const Study& study, const ExportTableSettings& settings, const std::string& file = "table.csv") {
    ExportFolder folder(folder_.path() / "out", "table");
    write_table(study, settings, folder);
    folder.finish();
    return read_csv(folder_.path() / "out" / file);
  }

  const test::TemporaryFolder folder_;
};

std::string cell(const CsvTable& table, const std::string& patient, const std::string& column) {
  for (const auto& row : table.rows)
    if (row[0] == patient) return row[table.column(column)];
  return "no such patient";
}

TEST_F(Export, TableHoldsEverythingKnownAndTheOutcomes) {
  Study study(folder_.path() / "s");
  fill(study);
  const CsvTable all = table(study, {});
  ASSERT_EQ(all.rows.size(), 4u);
  EXPECT_EQ(all.header[0], "patient_id");
  EXPECT_EQ(cell(all, "A-1", "centre"), "north");
  EXPECT_EQ(cell(all, "A-1", "eligibility"), "eligible");
  EXPECT_EQ(cell(all, "C", "eligibility"), "excluded");
  EXPECT_EQ(cell(all, "C", "eligibility_criterion"), "small");
  EXPECT_EQ(cell(all, "D", "eligibility"), "unknown");
  EXPECT_EQ(cell(all, "A-1", "weeks"), "12");
  EXPECT_EQ(cell(all, "A-1", "y_state"), "known");
  EXPECT_EQ(cell(all, "A-1", "y_outcome"), "1");
  EXPECT_EQ(cell(all, "A-1", "os_time_months"), "12.5");
  EXPECT_EQ(cell(all, "A-1", "os_event"), "0");
  EXPECT_EQ(cell(all, "A1", "os_state"), "unknown");
  EXPECT_EQ(cell(all, "A1", "os_time_months"), "");
}

TEST_F(Export, DatesAreDaysSinceThePatientsFirstUnlessAskedFor) {
  Study study(folder_.path() / "s");
  fill(study);
  const CsvTable relative = table(study, {});
  EXPECT_EQ(cell(relative, "A-1", "mri"), "0");
  EXPECT_EQ(cell(relative, "A-1", "surgery"), "84");
  EXPECT_EQ(cell(relative, "A1", "mri"), "");
  EXPECT_EQ(cell(relative, "A1", "surgery"), "0");
  ExportTableSettings dates;
  dates.calendar_dates = true;
  EXPECT_EQ(cell(table(study, dates), "A-1", "surgery"), "2020-04-03");
  for (const auto& row : relative.rows)
    for (const auto& text : row) EXPECT_FALSE(parse_date(text)) << text;
}

TEST_F(Export, AtAPointHoldsNothingLaterButTheOutcomes) {
  Study study(folder_.path() / "s");
  fill(study);
  const CsvTable early = table(study, {PredictionPoint::P0, false, true});
  for (const char* column : {"age", "sex", "remark", "mri", "y_state", "os_event"})
    EXPECT_TRUE(early.find_column(column)) << column;
  for (const char* column : {"surgery", "weeks", "response", "dead", "months"})
    EXPECT_FALSE(early.find_column(column)) << column;
  EXPECT_TRUE(table(study, {PredictionPoint::P1, false, true}).find_column("weeks"));
}

TEST(ExportTable, EligibilityAtAPointIsWhatCouldBeJudgedThen) {
  const test::TemporaryFolder folder;
  std::string protocol = kProtocol;
  const std::string adult = "adult: {include: age >= 18}";
  protocol.insert(protocol.find(adult) + adult.size(),
                  ", late: {include: weeks <= 12}, response: {exclude: known(response) and response == 0}");
  init_study(folder.path() / "s", protocol);
  Study study(folder.path() / "s");
  const std::map<std::string, PatientValues> all{
      {"in", {{"age", "61"}, {"mri", "2020-01-10"}, {"surgery", "2020-02-10"}, {"response", "1"}}},
      {"late", {{"age", "61"}, {"mri", "2020-01-10"}, {"surgery", "2020-12-10"}}},
      {"no_response", {{"age", "61"}, {"mri", "2020-01-10"}, {"surgery", "2020-02-10"}, {"response", "0"}}},
      {"old", {{"age", "95"}, {"mri", "2020-01-10"}, {"surgery", "2020-02-10"}}},
      {"unknown", {{"mri", "2020-01-10"}}}};
  for (const auto& [id, values] : all) {
    study.registry.add_patient(id);
    for (const auto& [variable, value] : values) study.registry.add_value(id, variable, value, "t", "h");
  }
  study.registry.waive({"late", "late", "why", "Chen", ""});
  const auto states = [&](std::optional<PredictionPoint> at) {
    const ExportTable table = export_variables(study, {at, false, true});
    std::map<std::string, std::string> list;
    for (std::size_t i = 0; i < table.patients.size(); ++i)
      list[table.patients[i]] = table.columns[1].cells[i] + " " + table.columns[2].cells[i];
    return list;
  };
  using States = std::map<std::string, std::string>;
  EXPECT_EQ(states(std::nullopt), (States{{"in", "eligible "},
                                          {"late", "eligible "},
                                          {"no_response", "excluded response"},
                                          {"old", "excluded small"},
                                          {"unknown", "unknown adult"}}));
  EXPECT_EQ(states(PredictionPoint::P0), (States{{"in", "unknown late"},
                                                 {"late", "unknown late"},
                                                 {"no_response", "unknown late"},
                                                 {"old", "excluded small"},
                                                 {"unknown", "unknown adult"}}));
  EXPECT_EQ(states(PredictionPoint::P1), (States{{"in", "unknown response"},
                                                 {"late", "unknown response"},
                                                 {"no_response", "unknown response"},
                                                 {"old", "excluded small"},
                                                 {"unknown", "unknown adult"}}));
  EXPECT_EQ(export_variables(study, {PredictionPoint::P1, false, true}).columns[1].available_from, "P1");
}

TEST_F(Export, FormulasOfOthersDoNotRunInASpreadsheet) {
  Study study(folder_.path() / "s");
  fill(study);
  const CsvTable all = table(study, {});
  EXPECT_EQ(cell(all, "A-1", "remark"), "'=1+1");
  EXPECT_EQ(cell(all, "C", "remark"), "-3");
  EXPECT_EQ(spreadsheet_safe("@sum"), "'@sum");
  EXPECT_EQ(spreadsheet_safe("-2.5e3"), "-2.5e3");
}

TEST_F(Export, CodebookExplainsEveryColumn) {
  Study study(folder_.path() / "s");
  fill(study);
  const CsvTable book = table(study, {}, "codebook.csv"), all = read_csv(folder_.path() / "out" / "table.csv");
  ASSERT_EQ(book.rows.size(), all.header.size());
  for (std::size_t c = 0; c < all.header.size(); ++c) EXPECT_EQ(book.rows[c][0], all.header[c]);
  EXPECT_EQ(cell(book, "age", "label_zh"), "年龄");
  EXPECT_EQ(cell(book, "age", "unit"), "years");
  EXPECT_EQ(cell(book, "age", "range"), "18 to 100");
  EXPECT_EQ(cell(book, "age", "n"), "3");
  EXPECT_EQ(cell(book, "age", "missing"), "1");
  EXPECT_EQ(cell(book, "sex", "codes_en"), "M = Male; F = Female");
  EXPECT_EQ(cell(book, "weeks", "formula"), "days(mri, surgery) / 7");
  EXPECT_EQ(cell(book, "weeks", "available_from"), "P1");
  EXPECT_EQ(cell(book, "surgery", "type"), "days");
}

TEST_F(Export, TheSameStudyGivesTheSameBytes) {
  Study study(folder_.path() / "s");
  fill(study);
  std::map<std::string, std::string> first;
  for (const char* file : {"table.csv", "codebook.csv", "table.xlsx"}) {
    table(study, {});
    first[file] = read_file(folder_.path() / "out" / file);
    EXPECT_EQ(first[file].substr(0, 2) == "PK", std::string(file) == "table.xlsx");
  }
  table(study, {});
  for (const auto& [file, bytes] : first) EXPECT_EQ(read_file(folder_.path() / "out" / file), bytes) << file;
}

TEST_F(Export, NothingOfOthersIsOverwrittenAndNothingIsHalfWritten) {
  const fs::path out = folder_.path() / "mine";
  ensure_directory(out);
  write_file_atomic(out / "thesis.txt", "years of work");
  EXPECT_THROW(ExportFolder(out, "table"), Error);
  EXPECT_EQ(read_file(out / "thesis.txt"), "years of work");

  const fs::path place = folder_.path() / "made";
  const auto make = [&](const std::string& text) {
    ExportFolder folder(place, "table");
    folder.write("a/b.txt", text);
    EXPECT_EQ(folder.finish(), 1u);
  };
  make("one");
  make("two");
  EXPECT_EQ(read_file(place / "a/b.txt"), "two");
  {
    ExportFolder folder(place, "table");
    folder.write("a/b.txt", "half");
  }
  EXPECT_EQ(read_file(place / "a/b.txt"), "two");
  EXPECT_FALSE(fs::exists(place.string() + ".partial"));
  write_file_atomic(place / "notes.txt", "added by hand");
  try {
    make("three");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_NE(error.message().find("'notes.txt'"), std::string::npos);
  }
  fs::remove(place / "notes.txt");
  // What a killed export left is taken away; what somebody else put there is not.
  ExportFolder(place.string() + ".partial", "table").finish();
  make("four");
  ensure_directory(place.string() + ".partial");
  write_file_atomic(fs::path(place.string() + ".partial") / "x", "x");
  EXPECT_THROW(make("five"), Error);
}

TEST(ExportFolder, ComesBackWhenTheNewOneCannotTakeItsPlace) {
  const test::TemporaryFolder folder;
  const fs::path from = folder.path() / "new", to = folder.path() / "made";
  const auto make = [](const fs::path& place, const std::string& text) {
    ensure_directory(place);
    write_file_atomic(place / "a.txt", text);
  };
  make(to, "one");
  for (const bool can_exchange : {true, false}) EXPECT_THROW(replace_folder(from, to, can_exchange), Error);
  EXPECT_EQ(read_file(to / "a.txt"), "one");
  for (const bool can_exchange : {true, false}) {
    make(from, can_exchange ? "two" : "three");
    replace_folder(from, to, can_exchange);
    EXPECT_EQ(read_file(to / "a.txt"), can_exchange ? "two" : "three");
    fs::remove_all(from);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
  }
}

TEST(ExportFolder, OfAnExportStoppedBetweenTwoRenamingsIsPutBack) {
  const test::TemporaryFolder folder;
  const fs::path place = folder.path() / "made", old = place.string() + ".old.partial";
  ExportFolder(place, "table").finish();
  fs::rename(place, old);
  { ExportFolder again(place, "table"); }
  EXPECT_TRUE(fs::exists(place));
  EXPECT_FALSE(fs::exists(old));
}

TEST_F(Export, BidsNamesFollowTheStandard) {
  Study study(folder_.path() / "s");
  fill(study);
  ExportFolder folder(folder_.path() / "bids", "bids");
  const ExportSummary summary = write_bids(study, {}, folder);
  folder.finish();
  EXPECT_EQ(summary.patients, 3u);
  EXPECT_TRUE(summary.left_out.empty());
  ASSERT_EQ(summary.notes.size(), 1u);
  EXPECT_NE(summary.notes[0].find("'pet_1'"), std::string::npos);
  const fs::path root = folder_.path() / "bids";
  const std::regex image(
      R"(sub-([A-Za-z0-9]+)/ses-([0-9]+)/(anat|dwi)/sub-\1_ses-\2(_acq-[A-Za-z0-9]+)?_(T1w|T2w|dwi|ADC)\.(nii\.gz|json|bval|bvec))");
  const std::regex mask(
      R"(derivatives/larc/sub-([A-Za-z0-9]+)/ses-([0-9]+)/(anat|dwi)/sub-\1_ses-\2(_acq-[A-Za-z0-9]+)?_label-[A-Za-z0-9]+_mask\.(nii\.gz|json))");
  const std::regex other(
      R"(dataset_description\.json|README|participants\.(tsv|json)|sourcedata/patient_ids\.tsv|derivatives/larc/dataset_description\.json|\.larc-export\.json)");
  std::size_t images = 0, masks = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_directory()) continue;
    const std::string name = entry.path().lexically_relative(root).generic_string();
    images += std::regex_match(name, image);
    masks += std::regex_match(name, mask);
    EXPECT_TRUE(std::regex_match(name, image) || std::regex_match(name, mask) || std::regex_match(name, other)) << name;
  }
  EXPECT_EQ(images, 3u * 3 * 2);
  EXPECT_EQ(masks, 3u * 2 * 2);
  const Json description = read_json(root / "dataset_description.json");
  EXPECT_EQ(description.at("Name"), "Export study");
  EXPECT_EQ(description.at("BIDSVersion"), "1.10.0");
  EXPECT_EQ(read_json(root / "derivatives/larc/dataset_description.json").at("DatasetType"), "derivative");
  const std::string participants = read_file(root / "participants.tsv");
  EXPECT_TRUE(participants.starts_with("participant_id\tcentre\teligibility\t")) << participants;
  EXPECT_EQ(participants.find("response"), std::string::npos);
  EXPECT_EQ(participants.find("y_state"), std::string::npos);
  EXPECT_NE(participants.find("\tn/a"), std::string::npos);
  EXPECT_EQ(read_json(root / "participants.json").at("sex").at("Levels").at("F"), "Female");
  // The two names that would be one.
  const std::string ids = read_file(root / "sourcedata/patient_ids.tsv");
  EXPECT_NE(ids.find("sub-A1n1\tA-1\n"), std::string::npos) << ids;
  EXPECT_NE(ids.find("sub-A1n2\tA1\n"), std::string::npos) << ids;
}

TEST_F(Export, BidsImagesAndMasksAreThoseOfTheStore) {
  Study study(folder_.path() / "s");
  fill(study);
  ExportFolder folder(folder_.path() / "bids", "bids");
  write_bids(study, {PredictionPoint::P0, true, false, 2}, folder);
  folder.finish();
  const Phantom item = phantom(3);
  const fs::path place = folder_.path() / "bids", inside = "sub-C/ses-1/anat";
  const image::Volume volume = io::read_image(place / inside / "sub-C_ses-1_T2w.nii.gz");
  EXPECT_EQ(volume.voxels, item.volume.voxels);
  EXPECT_TRUE(image::same_geometry(volume.geometry, item.volume.geometry));
  EXPECT_EQ(io::read_mask(place / "derivatives/larc" / inside / "sub-C_ses-1_label-tumour_mask.nii.gz").voxels,
            item.mask.voxels);
  EXPECT_EQ(read_json(place / inside / "sub-C_ses-1_T2w.json").at("Manufacturer"), "Maker");
  EXPECT_NE(read_file(place / "participants.tsv").find("y_state"), std::string::npos);
}

TEST(BidsName, PlacesRolesAndNames) {
  const StudyFile file = parse_study_file(std::string(R"(
format: larc.study/1
id: x
table: {patient: p}
variables: {a: {type: number, available_from: P0}}
endpoints: {y: {type: binary, positive: a > 1}}
images:
  t2_ax_1: {}
  t2_sag_1: {}
  b800_2: {}
  t1: {}
  restaging_t2: {available_from: P1}
)"),
                                          "s");
  const auto places = bids_places(file);
  EXPECT_EQ(places.at("t2_ax_1").acquisition, "t2ax1");
  EXPECT_EQ(places.at("t2_sag_1").session, "1");
  EXPECT_EQ(places.at("b800_2").suffix, "dwi");
  EXPECT_EQ(places.at("b800_2").session, "2");
  EXPECT_EQ(places.at("t1").suffix, "T1w");
  EXPECT_EQ(places.at("restaging_t2").session, "2");
  const auto names = alphanumeric_names({"a-1", "A1", "b", "张三", "a1n1"});
  std::set<std::string> different;
  for (const auto& [id, name] : names) {
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name, alphanumeric(name));
    different.insert(name);
  }
  EXPECT_EQ(different.size(), 5u);
  EXPECT_EQ(names.at("b"), "b");
  EXPECT_EQ(names.at("a1n1"), "a1n1");
}

TEST(BidsName, NoTwoRolesOrMasksOfAPlaceHaveOneName) {
  const StudyFile file = parse_study_file(std::string(R"(
format: larc.study/1
id: x
table: {patient: p}
variables: {a: {type: number, available_from: P0}}
endpoints: {y: {type: binary, positive: a > 1}}
images: {t2_1: {}, t1_1: {}, t2_2: {}, dwi_1: {}, dwi__1: {}, dwi-1: {}}
masks:
  tumour_1: {image: t2_1}
  node_1: {image: t2_1}
  node_2: {image: t2_1}
  node1_1: {image: t2_1}
  Tumour-3: {image: t1_1}
  tumour_2: {image: t2_2}
  lymph_node_12: {image: t2_2}
  _1: {image: t2_2}
)"),
                                          "s");
  const auto places = bids_places(file);
  std::set<std::string> acquisitions;
  for (const char* role : {"dwi_1", "dwi__1", "dwi-1"}) acquisitions.insert(to_lower(places.at(role).acquisition));
  EXPECT_EQ(acquisitions.size(), 3u);
  const auto labels = bids_labels(file, places);
  EXPECT_EQ(labels, (std::map<std::string, std::string>{{"tumour_1", "tumour1"},
                                                        {"node_1", "node1"},
                                                        {"node_2", "node2"},
                                                        {"node1_1", "node11"},
                                                        {"Tumour-3", "Tumour3"},
                                                        {"tumour_2", "tumour"},
                                                        {"lymph_node_12", "lymphnode"},
                                                        {"_1", "1"}}));
}

TEST(ExportBids, ABValueIsWrittenAndADirectionOnlyWhereItIsKnown) {
  const test::TemporaryFolder folder;
  std::string protocol = kProtocol;
  protocol.replace(protocol.find("  pet_1:"), 8,
                   "  dwi_1: {available_from: P0, dicom: {modality: MR}}\n  b0_1: {available_from: P0}\n  pet_1:");
  init_study(folder.path() / "s", protocol);
  Study study(folder.path() / "s");
  const image::Volume volume = phantom(1).volume;
  io::dicom::DicomSeriesInfo info;
  info.patient_id = "A";
  info.study_uid = io::dicom::make_uid("study");
  info.series_uid = io::dicom::make_uid("series");
  info.frame_of_reference_uid = io::dicom::make_uid("frame");
  info.b_value = 800;
  io::dicom::write_series(folder.path() / "in", volume, info);
  import_paths(study, {folder.path() / "in"}, {}, {});
  const std::string bytes = io::encode_nrrd(volume);
  const auto add = [&](const std::string& role, double b_value) {
    study.registry.add_image({"A", role, study.content.put(bytes), "f", {{"b_value", number_or_null(b_value)}}});
  };
  add("b0_1", 0);
  add("adc_1", kNaN);
  ExportFolder out(folder.path() / "bids", "bids");
  write_bids(study, {}, out);
  out.finish();
  const fs::path stem = folder.path() / "bids/sub-A/ses-1/dwi";
  EXPECT_EQ(read_file(stem / "sub-A_ses-1_acq-dwi1_dwi.bval"), "800\n");
  EXPECT_FALSE(fs::exists(stem / "sub-A_ses-1_acq-dwi1_dwi.bvec"));
  EXPECT_EQ(read_file(stem / "sub-A_ses-1_acq-b01_dwi.bval"), "0\n");
  EXPECT_EQ(read_file(stem / "sub-A_ses-1_acq-b01_dwi.bvec"), "0\n0\n0\n");
  EXPECT_FALSE(fs::exists(stem / "sub-A_ses-1_ADC.bval"));
}

TEST_F(Export, NnunetHoldsTheEligibleWithTheMask) {
  Study study(folder_.path() / "s");
  fill(study);
  EXPECT_EQ(nnunet_name(study.file, 501), "Dataset501_Export2");
  EXPECT_THROW(nnunet_name(study.file, 1000), Error);
  ExportFolder folder(folder_.path() / "Dataset501_Export2", "nnunet");
  const ExportSummary summary = write_nnunet(study, {{"tumour_1", "node_1"}, {"t2_1", "t2_2"}, 2}, folder);
  folder.finish();
  EXPECT_EQ(summary.patients, 2u);  // C is excluded, D has no image
  const fs::path place = folder_.path() / "Dataset501_Export2";
  const Json json = read_json(place / "dataset.json");
  EXPECT_EQ(json.at("channel_names"), (Json{{"0", "t2_1"}, {"1", "t2_2"}}));
  EXPECT_EQ(json.at("labels"), (Json{{"background", 0}, {"tumour_1", 1}, {"node_1", 2}}));
  EXPECT_EQ(json.at("numTraining"), 2);
  EXPECT_EQ(json.at("file_ending"), ".nii.gz");
  for (const char* file : {"imagesTr/A1n1_0000.nii.gz", "imagesTr/A1n1_0001.nii.gz", "imagesTr/A1n2_0000.nii.gz",
                           "labelsTr/A1n1.nii.gz", "labelsTr/A1n2.nii.gz", "patient_ids.csv"})
    EXPECT_TRUE(fs::exists(place / file)) << file;
  const image::Volume labels = io::read_image(place / "labelsTr/A1n1.nii.gz");
  const Phantom item = phantom(1);
  for (std::size_t v = 0; v < labels.voxels.size(); ++v) EXPECT_EQ(labels.voxels[v] == 1, item.mask.voxels[v] != 0);
  EXPECT_EQ(*std::max_element(labels.voxels.begin(), labels.voxels.end()), 2);
}

TEST_F(Export, NnunetRefusesChannelsOfDifferentGrids) {
  Study study(folder_.path() / "s");
  fill(study);
  const auto attempt = [&](const NnunetSettings& settings) -> std::pair<ErrorCode, std::string> {
    try {
      ExportFolder folder(folder_.path() / "n", "nnunet");
      write_nnunet(study, settings, folder);
    } catch (const Error& error) {
      return {error.code(), error.what()};
    }
    return {ErrorCode::internal, ""};
  };
  const auto [code, said] = attempt({{}, {"t2_1", "adc_1"}, 1});
  EXPECT_EQ(code, ErrorCode::not_ready);
  EXPECT_NE(said.find("'adc_1' is not on the grid of 't2_1': origin differs"), std::string::npos) << said;
  EXPECT_EQ(attempt({{"nothing"}, {}, 1}).first, ErrorCode::usage);
  EXPECT_EQ(attempt({{}, {"nothing"}, 1}).first, ErrorCode::usage);
  EXPECT_FALSE(fs::exists(folder_.path() / "n"));
  EXPECT_FALSE(fs::exists(folder_.path() / "n.partial"));
}

}  // namespace
}  // namespace larc::study
