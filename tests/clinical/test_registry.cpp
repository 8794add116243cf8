#include <cstdlib>

#include "clinical/patient_record.h"
#include "clinical/registry_fixture.h"
#include "core/error.h"
#include "core/file.h"

namespace larc::clinical {
namespace {

const char* kRules = R"(
variables:
  age: {available_from: P0}
  cea: {available_from: P0, dated_by: cea_date, window: {before: start, days: 28}}
  cea_date: {type: date, available_from: P0}
  start: {type: date, available_from: P1}
  mri: {type: date, available_from: P0}
  length: {available_from: P0, readers: true}
  grade: {type: text, available_from: P2}
prediction_points: {P0: {until: mri, days: 7}}
endpoints: {dead: {positive: age > 200}}
)";

TEST_P(RegistryTest, AddsRowsAndNeverChangesThem) {
  const Rules rules = rules_of(kRules);
  registry().add_patient("P1");
  EXPECT_TRUE(registry().values(rules).empty());
  registry().add_value("P1", "age", "50", "a.csv", "h1");
  registry().add_value("P1", "age", "50", "a.csv", "h1");
  EXPECT_EQ(count("record"), 1);
  on("2024-02-01");
  registry().add_value("P1", "age", "51", "b.csv", "h2");
  EXPECT_EQ(registry().values(rules).at("P1").at("age"), "51");
  EXPECT_EQ(registry().values(rules, {PredictionPoint::LABEL, "2024-01-31"}).at("P1").at("age"), "50");
  EXPECT_TRUE(registry().values(rules, {PredictionPoint::LABEL, "2023-12-31"}).empty());
  EXPECT_EQ(registry().values(rules, {PredictionPoint::LABEL, "2024-02-01T11:59:59Z"}).at("P1").at("age"), "50");
  EXPECT_EQ(registry().values(rules, {PredictionPoint::LABEL, "2024-02-01T12:00:00Z"}).at("P1").at("age"), "51");
  registry().add_value("P1", "age", "", "c.csv", "h3");
  registry().add_value("P1", "grade", "", "c.csv", "h3");
  EXPECT_TRUE(registry().values(rules).empty());
  EXPECT_EQ(count("record"), 3);
  const auto history = registry().history("P1");
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].observation.value, "50");
  EXPECT_EQ(history[0].recorded_at, "2024-01-01T12:00:00Z");
  EXPECT_EQ(history[1].source, "b.csv");
  EXPECT_EQ(history[1].by, "tester");
  EXPECT_EQ(history[2].observation.value, "");
  EXPECT_LT(history[1].id, history[2].id);
}

TEST_P(RegistryTest, KeepsTextsExactly) {
  const std::string strange = "王 \"quoted\" \\ back\tslash\nline {\"a\":\"b\"}";
  const Rules rules = rules_of(kRules);
  registry().add({"患者-1", "f.csv", "h", 3, {{"grade", strange, "", "", ""}, {"age", "50", "", "", ""}}});
  EXPECT_EQ(registry().values(rules).at("患者-1").at("grade"), strange);
  EXPECT_EQ(registry().values(rules).at("患者-1").at("age"), "50");
  registry().add({"患者-1", "f.csv", "h", 3, {{"grade", strange, "", "", ""}}});
  EXPECT_EQ(count("record"), 1);
  EXPECT_EQ(registry().history("患者-1").at(0).row, 3u);
  // Both databases read the values of a record as what they are.
  const std::string sql = postgres() ? "SELECT content::json -> 0 -> 'values' ->> 'grade' FROM record"
                                     : "SELECT json_extract(content, '$[0].values.grade') FROM record";
  EXPECT_EQ(store::text(database().query(sql)[0][0]), strange);
}

TEST_P(RegistryTest, GivesAPatientTheSameValuesAloneAsAmongAll) {
  const Rules rules = rules_of(kRules);
  for (const std::string patient : {"P1", "P2", "P3"})
    registry().add(rules, {patient, "f.csv", "h", 1, {{"age", "5" + patient.substr(1), "", "", ""}}});
  const auto all = registry().values(rules);
  for (const auto& [patient, values] : all) EXPECT_EQ(registry().values_of(patient, rules), values);
  EXPECT_TRUE(registry().values_of("P4", rules).empty());
  EXPECT_EQ(registry().patients(), (std::vector<std::string>{"P1", "P2", "P3"}));
}

TEST_P(RegistryTest, DatesValuesAndDatesThemAnewWhenTheDateIsCorrected) {
  const Rules rules = rules_of(kRules);
  const auto add = [&](std::vector<Observation> observations) {
    registry().add(rules, {"P1", "f.csv", "h", 1, std::move(observations)});
  };
  add({{"cea", "4", "", "", ""}, {"cea_date", "2024-01-05", "", "", ""}, {"mri", "2024-01-08", "", "", ""}});
  const auto facts = registry().history("P1");
  const auto cea =
      std::find_if(facts.begin(), facts.end(), [](const Fact& fact) { return fact.observation.variable == "cea"; });
  ASSERT_NE(cea, facts.end());
  EXPECT_EQ(cea->observation.valid_at, "2024-01-05");
  const KnownAt baseline{PredictionPoint::P0, ""};
  EXPECT_EQ(registry().values(rules, baseline).at("P1").at("cea"), "4");
  // The date alone comes again, corrected: the value was true too late for P0.
  add({{"cea_date", "2024-01-16", "", "", ""}});
  EXPECT_FALSE(registry().values(rules, baseline).at("P1").contains("cea"));
  EXPECT_EQ(registry().values(rules).at("P1").at("cea"), "4");
  add({{"cea_date", "2024-01-15", "", "", ""}});
  EXPECT_EQ(registry().values(rules, baseline).at("P1").at("cea"), "4");
  add({{"cea_date", "", "", "", ""}});
  EXPECT_EQ(registry().history("P1").back().observation.valid_at, "");
  // A value without its date takes the date that is known.
  add({{"cea_date", "2024-01-02", "", "", ""}});
  add({{"cea", "5", "", "", ""}});
  EXPECT_EQ(registry().history("P1").back().observation.valid_at, "2024-01-02");
}

TEST_P(RegistryTest, LeavesOutWhatLiesOutsideItsWindow) {
  const Rules rules = rules_of(kRules);
  const auto cea = [&] {
    const auto values = registry().values_of("P1", rules);
    return values.contains("cea") ? values.at("cea") : std::string("none");
  };
  const auto start = [&](const std::string& day) { registry().add_value("P1", "start", day, "f.csv", "h"); };
  registry().add({"P1", "f.csv", "h", 1, {{"cea", "4", "2024-01-05", "", ""}}});
  EXPECT_EQ(cea(), "4");  // therapy has not begun
  start("2024-02-02");
  EXPECT_EQ(cea(), "4");
  start("2024-02-03");
  EXPECT_EQ(cea(), "none");
  start("2024-01-05");
  EXPECT_EQ(cea(), "4");
  start("2024-01-04");
  EXPECT_EQ(cea(), "none");
}

TEST_P(RegistryTest, TakesTheConsensusThenWhatReadersAgreeOn) {
  Rules rules = rules_of(kRules);
  const auto length = [&] {
    const auto values = registry().values_of("P1", rules);
    return values.contains("length") ? values.at("length") : std::string("unknown");
  };
  const auto read = [&](const std::string& reader, const std::string& value) {
    registry().add({"P1", "f.csv", "h", 1, {{"length", value, "2024-01-01", reader, ""}}});
  };
  read("r2", "5.1");
  EXPECT_EQ(length(), "5.1");
  read("r1", "4.9");
  EXPECT_EQ(length(), "unknown");
  rules.reader_policy = ReaderPolicy::first;
  EXPECT_EQ(length(), "4.9");
  rules.reader_policy = ReaderPolicy::unknown;
  read("r1", "5.1");
  EXPECT_EQ(length(), "5.1");
  read("", "5");
  EXPECT_EQ(length(), "5");
  const auto readers = registry().reader_values();
  EXPECT_EQ(readers.at("P1").at("length"),
            (std::map<std::string, std::string>{{"", "5"}, {"r1", "5.1"}, {"r2", "5.1"}}));
  read("", "");
  EXPECT_EQ(length(), "5.1");
}

TEST_P(RegistryTest, TakesTheInstanceThatWasTrueLast) {
  const Rules rules = rules_of(kRules);
  registry().add({"P1", "f.csv", "h", 1, {{"mri", "2024-01-08", "", "", ""}}});
  registry().add({"P1", "f.csv", "h", 1, {{"age", "1", "2024-01-10", "", "1"}}});
  registry().add({"P1", "f.csv", "h", 1, {{"age", "2", "2024-01-20", "", "2"}}});
  registry().add({"P1", "f.csv", "h", 1, {{"age", "3", "2024-01-05", "", "3"}}});
  EXPECT_EQ(registry().values(rules).at("P1").at("age"), "2");
  EXPECT_EQ(registry().values(rules, {PredictionPoint::P0, ""}).at("P1").at("age"), "1");
  registry().add({"P1", "f.csv", "h", 1, {{"age", "", "", "", "1"}}});
  EXPECT_EQ(registry().values(rules, {PredictionPoint::P0, ""}).at("P1").at("age"), "3");
}

TEST_P(RegistryTest, KeepsFaultsOfASourceUntilItIsMended) {
  const Finding fault{"fault", "P1", "age", {"no number", "不是数字"}, {"correct it", "请更正"}, "a.csv", 7};
  registry().replace_faults("a.csv", {fault, fault});
  registry().replace_faults("b.csv", {fault});
  registry().replace_faults("b.csv", {fault});
  ASSERT_EQ(registry().faults().size(), 3u);
  EXPECT_EQ(dump_json(to_json(registry().faults()[0])), dump_json(to_json(fault)));
  EXPECT_EQ(count("audit"), 2);
  registry().replace_faults("a.csv", {});
  EXPECT_EQ(registry().faults().size(), 1u);
  EXPECT_TRUE(verify().faults.empty());
}

TEST_P(RegistryTest, KeepsDecisionsAndTheNewestHolds) {
  registry().add_patient("P1");
  for (int i = 0; i < 2; ++i) registry().decide({"P1", "t2", "series", "1.2.3", "sharp", "Reader", ""});
  registry().decide({"P1", "t2", "quality", "keep", "usable", "Reader", ""});
  EXPECT_EQ(database().query("SELECT id FROM decision").size(), 2u);
  registry().decide({"P1", "t2", "series", "", "none is sharp", "", ""});
  const auto series = registry().decisions("series");
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(series.at({"P1", "t2"}).value, "");
  EXPECT_EQ(series.at({"P1", "t2"}).reason, "none is sharp");
  EXPECT_FALSE(series.at({"P1", "t2"}).by.empty());
  EXPECT_FALSE(series.at({"P1", "t2"}).recorded_at.empty());
  EXPECT_EQ(registry().decisions("quality").at({"P1", "t2"}).value, "keep");
}

TEST_P(RegistryTest, SignsWaiversAndRecordsThemOnce) {
  registry().waive({"P1", "age", "agreed with the sponsor", "", ""});
  registry().waive({"P1", "age", "agreed with the sponsor", "", ""});
  registry().waive({"P1", "age", "agreed with the sponsor", "Dr Li", ""});
  const auto waivers = registry().waivers();
  ASSERT_EQ(waivers.size(), 2u);
  EXPECT_EQ(waivers[0].by, "tester");
  EXPECT_EQ(waivers[0].recorded_at, "2024-01-01T12:00:00Z");
  EXPECT_EQ(waivers[1].by, "Dr Li");
}

TEST_P(RegistryTest, RecordsAPredictionOnceForAnInput) {
  const Json prediction = {{"model", "m"}, {"input_hash", "i"}, {"probability", 0.5}};
  registry().add_prediction("P1", prediction);
  registry().add_prediction("P1", prediction);
  EXPECT_EQ(count("prediction"), 1);
}

TEST_P(RegistryTest, TakesBackAWholeChangeThatFails) {
  EXPECT_THROW(registry().change("import", {},
                                 [&] {
                                   for (int i = 0; i < 1500; ++i)
                                     registry().add_value("P" + std::to_string(i % 700), "age", std::to_string(i),
                                                          "f.csv", "h");
                                   throw Error(ErrorCode::domain, "no");
                                 }),
               Error);
  for (const char* table : {"patient", "source", "record", "audit"}) EXPECT_EQ(count(table), 0) << table;
  // What the failed change knew is forgotten.
  registry().add_value("P1", "age", "1", "f.csv", "h");
  EXPECT_EQ(count("record"), 1);
  EXPECT_TRUE(verify().faults.empty());
}

TEST_P(RegistryTest, AddsOnlyWhatIsNewHoweverManyPatientsALargeImportHas) {
  const Rules rules = rules_of(kRules);
  for (const int added : {1200, 1200, 1201}) {
    registry().change("import", {}, [&] {
      for (int i = 0; i < 1200; ++i) {
        const std::string age = added == 1201 && i == 1000 ? "99" : std::to_string(i % 90);
        registry().add(rules,
                       {"P" + std::to_string(i % 600), "f.csv", "h", 1, {{"age", age, "", "", std::to_string(i)}}});
      }
    });
    EXPECT_EQ(count("record"), added);
  }
  EXPECT_EQ(count("patient"), 600);
  EXPECT_TRUE(verify().faults.empty());
}

TEST_P(RegistryTest, SaysFromWhichRowAValueWasTaken) {
  const Rules rules = rules_of(kRules);
  registry().add({"P1", "a.csv", "h", 1, {{"length", "40", "", "", ""}, {"age", "50", "2024-01-01", "", "1"}}});
  registry().add({"P1", "b.csv", "h", 2, {{"length", "40", "", "r1", ""}, {"age", "50", "2023-01-01", "", "2"}}});
  const auto places = registry().places_of("P1", rules);
  // The same texts were recorded later, by a reader and for an earlier day; they are not what counts.
  EXPECT_EQ(places.at("length").row, 1);
  EXPECT_EQ(places.at("length").reader, "");
  EXPECT_EQ(places.at("age").row, 1);
  EXPECT_EQ(places.at("age").instance, "1");
  const Json values = patient_record(registry(), rules, "P1").at("values");
  for (const auto& value : values) EXPECT_EQ(value.at("newest").at("source"), "a.csv") << value.at("variable");
  EXPECT_TRUE(registry().has_patient("P1"));
  EXPECT_FALSE(registry().has_patient("P2"));
}

TEST_P(RegistryTest, ThePatientAsKnownOnADay) {
  const Rules rules = rules_of(kRules);
  registry().add_value("P1", "age", "50", "a.csv", "h1");
  on("2024-02-01");
  registry().add_value("P1", "age", "51", "b.csv", "h2");
  const Json then = patient_record(registry(), rules, "P1", "2024-01-31").at("values").at(0);
  EXPECT_EQ(then.at("value"), "50");
  EXPECT_TRUE(then.at("earlier").empty());
  EXPECT_EQ(patient_record(registry(), rules, "P1").at("values").at(0).at("value"), "51");
}

LARC_ON_BOTH_DATABASES(RegistryTest);

TEST(CurrentUser, IsWhatTheEnvironmentSays) {
  ::setenv("LARC_USER", "Dr Wang", 1);
  EXPECT_EQ(current_user(), "Dr Wang");
  ::unsetenv("LARC_USER");
  EXPECT_FALSE(current_user().empty());
}

}  // namespace
}  // namespace larc::clinical
