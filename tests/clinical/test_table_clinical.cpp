#include "core/file.h"
#include "support/test_data.h"
#include "table_support.h"

namespace larc::clinical {
namespace {

TEST(TableClinical, CellsBecomeWhatTheRegistryKeeps) {
  const ClinicalTable table = read_text(small_rules(),
                                        "id;site;age;sex;organs;visit;note;extra\n"
                                        "p1;北京;61.0;M;seminal_vesicle; 5.3.2020 ; a  b ;x\n"
                                        "p2;;NA;F;;2020/3/6;;\n"
                                        "p3;上海;;;\"pelvic-wall;bladder;bladder\";;;\n");
  ASSERT_EQ(table.records.size(), 3u);
  EXPECT_EQ(values_of(table.records[0]), "age=61 sex=M organs=seminal_vesicle visit=2020-03-05 note=a  b");
  EXPECT_EQ(values_of(table.records[1]), "age= sex=F organs= visit=2020-03-06 note=");  // an empty cell withdraws
  EXPECT_EQ(values_of(table.records[2]), "age= sex= organs=bladder;pelvic-wall visit= note=");
  EXPECT_EQ(table.records[2].row, 3u);
  EXPECT_EQ(table.records[2].source, "t.csv");
  EXPECT_EQ(table.centre_of, (std::map<std::string, std::string>{{"p1", "北京"}, {"p3", "上海"}}));
  EXPECT_EQ(table.unused_columns, std::vector<std::string>{"extra"});
  EXPECT_TRUE(table.faults.empty());
}

TEST(TableClinical, ReadersOfVariablesThatHaveReaders) {
  const ClinicalTable table =
      read_text(small_rules(), "id,mrf__r1,mrf__r2,mrf,cT__r1,mrf__rx,involved\np1,1.5,2,,T3a,9,true\n");
  EXPECT_EQ(values_of(table.records[0]), "mrf@r1=1.5 mrf@r2=2 mrf= cT@r1=T3a");
  EXPECT_EQ(table.unused_columns, (std::vector<std::string>{"mrf__rx", "involved (derived by larc, never typed in)"}));
  expect_in(message_of([] { read_text(small_rules(), "id,age__r1\np1,61\n"); }),
            {"t.csv column 'age__r1'", "has one value, not one a reader", "readers: true"});
}

TEST(TableClinical, LabelsStandForCodesOnlyWhereSaid) {
  expect_in(message_of([] { read_text(small_rules(), "id,sex\np1,male\np2,女\n"); }),
            {"row 1", "'male' is the label of the code M", "export raw values", "labels: true", "row 2", "code F"});
  const ClinicalTable table = read_text(small_rules(), "id,sex,cT\np1,male,t3A\np2,女,T1\n", "labels: true");
  EXPECT_EQ(values_of(table.records[0]), "sex=M cT=T3a");
  EXPECT_EQ(values_of(table.records[1]), "sex=F cT=T1");
  expect_in(message_of([] { read_text(small_rules(), "id,sex\np1,x\n", "labels: true"); }),
            {"'x' is not an allowed code", "allowed: M, F"});
}

const char* const kFaulty =
    "id,age,sex,visit\n"
    "p1,61,M,2020-03-05\n"
    "p2,612,x,2020-03-05\n"
    "p1,50,M,2020-03-06\n"
    ",50,M,2020-03-06\n"
    "p/3,50,M,2020-03-06\n"
    "p4,50,M\n"
    "p5,50,F,05.03.20\n";

TEST(TableClinical, RefusedAsAWholeWithEveryFault) {
  expect_in(message_of([] { read_text(small_rules(), kFaulty); }),
            {"t.csv has 7 faults, nothing was imported:", "row 2 (line 3), column 'age': 612 lies outside",
             "row 2 (line 3), column 'sex': 'x' is not an allowed code; allowed: M, F",
             "row 3 (line 4), column 'id': patient 'p1' already stands in row 1; keep one row per patient",
             "row 4 (line 5), column 'id': the patient id is empty", "must not hold a slash",
             "row 6 (line 7): the row has 3 cells, the header has 4", "a year of two digits"});
  std::string many = "id,age\n";
  for (int i = 0; i < 30; ++i) many += "p" + std::to_string(i) + ",x\n";
  expect_in(message_of([&] { read_text(small_rules(), many); }), {"has 30 faults", "row 20 ", "... and 10 more"});
  EXPECT_EQ(message_of([&] { read_text(small_rules(), many); }).find("row 21 "), std::string::npos);
}

TEST(TableClinical, GoodRowsAreKeptWhereThePolicySaysSo) {
  const ClinicalTable rows = read_text(small_rules("on_fault: drop_row"), kFaulty);
  ASSERT_EQ(rows.records.size(), 1u);
  EXPECT_EQ(rows.records[0].patient, "p1");
  ASSERT_EQ(rows.faults.size(), 7u);
  const Finding& fault = rows.faults[0];
  EXPECT_EQ(fault.kind, "fault");
  EXPECT_EQ(fault.patient, "p2");
  EXPECT_EQ(fault.item, "age");
  EXPECT_EQ(fault.row, 2u);
  EXPECT_EQ(fault.source, "t.csv");
  expect_in(fault.text.zh, {"612 超出合理范围"});
  EXPECT_FALSE(fault.remedy.zh.empty());

  const ClinicalTable values = read_text(small_rules("on_fault: drop_value"), kFaulty);
  ASSERT_EQ(values.records.size(), 3u);
  EXPECT_EQ(values_of(values.records[0]), "age=61 sex=M visit=2020-03-05");
  EXPECT_EQ(values_of(values.records[1]), "visit=2020-03-05");  // nothing is said of the faulty ones
  EXPECT_EQ(values_of(values.records[2]), "age=50 sex=F");
  EXPECT_EQ(values.faults.size(), 7u);
}

TEST(TableClinical, ATableOfAnotherKindIsRefusedWhateverThePolicy) {
  std::string text = "id,age,sex\n";
  for (int i = 0; i < 6000; ++i) text += "p" + std::to_string(i) + ",x,y\n";
  expect_in(message_of([&] { read_text(small_rules("on_fault: drop_value"), text); }), {"has 12000 faults"});
  expect_in(message_of([] { read_text(small_rules(), "case,age\np1,61\n"); }),
            {"has no column 'id'; it has: case, age", "larc mapping"});
}

TEST(TableClinical, IdsThatCannotBeOnes) {
  for (const char* id : {"..", "a\\b", "1.10105E+17", "\"a\nb\""})
    expect_in(message_of([&] { read_text(small_rules(), std::string("id,age\n") + id + ",61\n"); }), {"row 1", "id"});
  for (const char* id : {"张伟 01", "A-1", "1E5", "E+3"})
    EXPECT_EQ(read_text(small_rules(), std::string("id,age\n") + id + ",61\n").records[0].patient, id);
}

TEST(TableClinical, RecordsCanBeTakenOneByOneOnceAllIsChecked) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "t.csv", kFaulty);
  std::vector<SourceRecord> taken;
  TableOptions options;
  options.take = [&](SourceRecord&& record, const std::string&) { taken.push_back(std::move(record)); };
  EXPECT_THROW(read_clinical_table(small_rules(), folder.path() / "t.csv", options), Error);
  EXPECT_TRUE(taken.empty());
  const Rules rules = small_rules("on_fault: drop_value");
  const ClinicalTable streamed = read_clinical_table(rules, folder.path() / "t.csv", options);
  const ClinicalTable kept = read_clinical_table(rules, folder.path() / "t.csv");
  EXPECT_TRUE(streamed.records.empty());
  ASSERT_EQ(taken.size(), kept.records.size());
  for (std::size_t i = 0; i < taken.size(); ++i) {
    EXPECT_EQ(values_of(taken[i]), values_of(kept.records[i]));
    EXPECT_EQ(taken[i].source_hash, kept.source_hash);
  }
  EXPECT_EQ(kept.source_hash.size(), 64u);
}

TEST(TableClinical, TablesInAFolderAreKnownByTheirPatientColumn) {
  const test::TemporaryFolder folder;
  const auto is_table = [&](const std::string& name, const std::string& text, const Mapping& mapping = {},
                            const std::string& sheet = "") {
    write_file_atomic(folder.path() / name, text);
    return has_patient_column(small_rules(), folder.path() / name, {mapping, sheet});
  };
  EXPECT_TRUE(is_table("a.csv", "id;age\n1;2\n"));
  EXPECT_FALSE(is_table("b.csv", "image,mask\n1,2\n"));
  EXPECT_TRUE(is_table("b.csv", "case,age\n1,2\n", mapping_of("patient: case")));
  EXPECT_FALSE(is_table("readme.txt", "Nothing to see here.\n"));
  EXPECT_FALSE(is_table("empty.csv", ""));
  EXPECT_TRUE(is_table("c.csv", "id,age\n\"1,2\n"));          // the import itself will say that a quote stays open
  EXPECT_THROW(is_table("c.csv", "id,\"age\n1,2\n"), Error);  // meant as one, and broken
  std::string large = "id;age\n";
  while (large.size() < 3'000'000) large += "1;\xB5\n";
  EXPECT_TRUE(is_table("large.csv", large));
  // A workbook: the sheet that was asked for, and no silence about what cannot be opened.
  const std::string visits = read_file(test::source_root() / "tests" / "data" / "tables" / "visits.xlsx");
  const Mapping by_patient = mapping_of("patient: patient_id");
  EXPECT_TRUE(is_table("v.xlsx", visits, by_patient));
  EXPECT_TRUE(is_table("v.xlsx", visits, by_patient, "Baseline"));
  EXPECT_FALSE(is_table("v.xlsx", visits, mapping_of("patient: visit"), "随访"));
  EXPECT_THROW(is_table("v.xlsx", visits, by_patient, "Nowhere"), Error);
  expect_in(message_of([&] { is_table("p.xlsx", "\xD0\xCF\x11\xE0 protected"); }), {"p.xlsx", "without a password"});
}

TEST(TableClinical, ARuleThatSaysNoRangeOrUnitIsRefused) {
  const auto refusal = [](const std::string& keys) {
    return message_of([&] {
      const Json document =
          parse_yaml("variables: {a: {" + keys + "}}\nendpoints: {e: {positive: a > 1}}", "study.yaml");
      Section root(document, "");
      Rules rules;
      parse_rules(root, rules);
    });
  };
  expect_in(refusal("range: [0, x]"), {"variables.a", "range", "\"x\""});
  expect_in(refusal("range: [9, 1]"), {"variables.a", "range", "lower bound first"});
  expect_in(refusal("unit: g/L, units: {g/dL: 0}"), {"variables.a", "units", "'g/dL'", "above 0"});
  expect_in(refusal("unit: g/L, units: {g/dL: -10}"), {"variables.a", "'g/dL'"});
  expect_in(refusal("unit: g/L, units: {g/dL: ten}"), {"variables.a", "'g/dL'", "\"ten\""});
}

}  // namespace
}  // namespace larc::clinical
