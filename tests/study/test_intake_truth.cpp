// The raw disk of the demonstration, imported and judged, against what its generator knows.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <tuple>

#include "core/json.h"
#include "study/demo_study.h"
#include "study/image_quality.h"
#include "study/import.h"
#include "study/truth.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

namespace fs = std::filesystem;

/// One raw study of some patients, made once for all tests of this file.
struct RawStudy {
  test::TemporaryFolder folder;
  Json truth;
  Json summary;
  std::unique_ptr<Study> study;

  RawStudy() {
    DemoOptions options;
    options.patients = 120;
    options.disk = "raw";
    options.images = true;
    options.threads = 2;
    init_demo(folder.path() / "demo", options);
    truth = read_json(truth_path(folder.path() / "demo"));
    study = std::make_unique<Study>(folder.path() / "demo");
    RunOptions run;
    run.threads = 2;
    summary = import_paths(*study, {folder.path() / "demo" / "incoming"}, {}, run).summary;
    run_quality(*study, run);
  }
};

RawStudy& raw() {
  static RawStudy one;
  return one;
}

/// UID of the series in a key "1.2.3, b 800".
std::string uid_of(const std::string& key) {
  return key.substr(0, key.find(','));
}

TEST(IntakeTruthSlow, every_series_takes_the_role_and_time_point_of_the_truth) {
  RawStudy& raw = study::raw();
  std::map<std::pair<std::string, std::string>, std::string> by_dates;  // patient, time point -> what the dates say
  for (const Json& line : raw.truth.at("examinations"))
    by_dates[{line.at("patient").get<std::string>(), line.at("time_point").dump()}] =
        line.at("by_dates_of_the_table").get<std::string>();
  // What the study took: role of a patient -> series.
  std::map<std::pair<std::string, std::string>, std::string> taken, state;
  for (const auto& [place, choice] : raw.study->intake.choices()) {
    if (choice.at("chosen").is_string()) taken[place] = uid_of(choice.at("chosen").get<std::string>());
    state[place] = choice.at("state").get<std::string>();
  }
  std::size_t compared = 0, ambiguous = 0;
  std::set<std::pair<std::string, std::string>> truly;
  for (const Json& line : raw.truth.at("series")) {
    if (line.at("image").is_null()) continue;
    const std::string patient = line.at("patient").get<std::string>(), image = line.at("image").get<std::string>();
    const std::string dates = by_dates.at({patient, line.at("time_point").dump()});
    const std::pair<std::string, std::string> place{patient, image};
    truly.insert(place);
    const bool in_place = dates == (image.ends_with("_1") ? "before_therapy" : "after_therapy");
    if (!in_place && dates != "unknown") {  // the table contradicts the disk: not taken by guess
      EXPECT_NE(taken[place], line.at("series_uid")) << patient << " " << image << " " << dates;
      continue;
    }
    if (!in_place) continue;
    if (line.value("ambiguous", false)) {
      EXPECT_EQ(state[place], "ambiguous") << patient << " " << image;
      ++ambiguous;
      continue;
    }
    EXPECT_EQ(taken[place], line.at("series_uid")) << patient << " " << image << " is " << state[place];
    ++compared;
  }
  for (const auto& [place, series] : taken) EXPECT_TRUE(truly.contains(place)) << place.first << " " << place.second;
  EXPECT_GT(compared, 100U);
  RecordProperty("series_compared", static_cast<int>(compared));
  RecordProperty("ambiguous", static_cast<int>(ambiguous));
}

TEST(IntakeTruthSlow, planted_duplicates_are_found_and_no_others) {
  RawStudy& raw = study::raw();
  std::set<std::set<std::string>> planted, found;
  for (const Json& line : raw.truth.at("duplicates"))
    planted.insert({line.at("patients")[0].get<std::string>(), line.at("patients")[1].get<std::string>()});
  for (const auto& pair : duplicate_images(*raw.study))
    if (pair.first.first != pair.second.first) found.insert({pair.first.first, pair.second.first});
  EXPECT_EQ(found, planted);
  EXPECT_FALSE(planted.empty());
}

TEST(IntakeTruthSlow, hardly_any_two_patients_are_alike) {
  RawStudy& raw = study::raw();
  std::set<std::set<std::string>> planted;
  for (const Json& line : raw.truth.at("duplicates"))
    planted.insert({line.at("patients")[0].get<std::string>(), line.at("patients")[1].get<std::string>()});
  std::size_t false_alarms = 0;
  for (const auto& pair : alike_images(*raw.study)) {
    false_alarms += planted.contains({pair.first.first, pair.second.first}) ? 0 : 1;
  }
  EXPECT_LE(false_alarms, 2U);
  RecordProperty("alike_false_alarms", static_cast<int>(false_alarms));
}

TEST(IntakeTruthSlow, images_that_cannot_be_read_are_excluded_and_others_are_not) {
  RawStudy& raw = study::raw();
  std::map<std::tuple<std::string, std::string, std::string>, bool> spoilt;  // patient, image, series -> truth
  for (const Json& line : raw.truth.at("quality"))
    spoilt[{line.at("patient").get<std::string>(), line.at("image").get<std::string>(),
            line.at("series_uid").get<std::string>()}] = line.at("exclude").get<bool>();
  const auto choices = raw.study->intake.choices();
  std::array<std::array<int, 2>, 2> count{};  // truth, verdict
  for (const auto& [place, item] : quality_report(*raw.study).images) {
    const Json& chosen = choices.at(place).at("chosen");
    ASSERT_TRUE(chosen.is_string()) << place.first;
    const auto truth = spoilt.find({place.first, place.second, uid_of(chosen.get<std::string>())});
    if (truth != spoilt.end()) ++count[truth->second ? 1 : 0][item.used ? 0 : 1];
  }
  const auto share = [](int part, int other) { return static_cast<double>(part) / (part + other); };
  EXPECT_GE(share(count[1][1], count[1][0]), 0.95) << count[1][0] << " of the spoilt images are used";
  EXPECT_GE(share(count[0][0], count[0][1]), 0.95) << count[0][1] << " of the good images are excluded";
}

TEST(IntakeTruthSlow, nothing_of_the_disk_is_lost_without_a_reason) {
  RawStudy& raw = study::raw();
  EXPECT_GT(raw.summary.at("files").get<std::size_t>(), raw.summary.at("ignored").get<std::size_t>());
  // A series that cannot be a volume is a failed case with its reason: those that the generator spoilt, with their
  // outlines, and what is no whole file.
  std::set<std::string> spoilt;
  for (const Json& line : raw.truth.at("quality"))
    if (line.at("exclude").get<bool>())
      spoilt.insert(line.at("patient").get<std::string>() + "/" + line.at("image").get<std::string>());
  for (const Json& failure : raw.summary.at("failed")) {
    const std::string id = failure.at("case").get<std::string>(), reason = failure.at("reason").get<std::string>();
    const std::string time_point = id.substr(id.size() - 2);
    const bool cut = reason.find("breaks off") != std::string::npos;
    EXPECT_TRUE(cut || spoilt.contains(id) || spoilt.contains(id.substr(0, id.find('/')) + "/t2" + time_point))
        << failure.dump();
  }
}

}  // namespace
}  // namespace larc::study
