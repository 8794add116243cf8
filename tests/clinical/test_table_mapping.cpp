#include "clinical/mapping_proposal.h"
#include "clinical/name_match.h"
#include "table_support.h"

namespace larc::clinical {
namespace {

TEST(TableMapping, SaysHowColumnsAreRead) {
  const ClinicalTable table =
      read_text(small_rules(), "case,hospital,HB,g,when,reader one,skip\nc1,X,13.7,1,03/04/2020,2.5,z\n", R"(
patient: case
centre: hospital
date_format: DMY
columns:
  HB: {variable: hb, unit: g/dL}
  g: {variable: sex, codes: {1: M, 2: F, 3: null}}
  when: visit
  reader one: {variable: mrf, reader: r1}
  skip: null
  absent: age
)");
  EXPECT_EQ(values_of(table.records[0]), "hb=137 sex=M visit=2020-04-03 mrf@r1=2.5");
  EXPECT_EQ(table.centre_of.at("c1"), "X");
  EXPECT_EQ(table.unused_columns, (std::vector<std::string>{"skip", "absent (in the mapping, not in the file)"}));
  expect_in(
      message_of([] { read_text(small_rules(), "id,g\na,3\n", "columns: {g: {variable: sex, codes: {3: null}}}"); }),
      {"the mapping leaves open what '3' means"});
  EXPECT_EQ(values_of(read_text(small_rules(), "id,visit\na,43891\n",
                                "columns: {visit: {variable: visit, date_format: excel}}")
                          .records[0]),
            "visit=2020-03-01");
}

TEST(TableMapping, MistakesInItAreNamed) {
  expect_in(message_of([] { mapping_of("column: {}"); }), {"m.yaml", "'column' is not a key"});
  expect_in(message_of([] { mapping_of("columns: {a: {variabel: x}}"); }), {"columns.a", "variabel"});
  expect_in(message_of([] { mapping_of("date_format: american"); }), {"date_format", "DMY"});
  expect_in(message_of([] { parse_mapping(parse_yaml("format: other", "m"), "m"); }), {"larc.mapping/1"});
  expect_in(message_of([] { read_text(small_rules(), "id,a\n1,2\n", "columns: {a: years}"); }),
            {"'years'", "does not declare"});
  expect_in(message_of([] { read_text(small_rules(), "id,age,a\n1,20,30\n", "columns: {a: age}"); }),
            {"'age' and 'a' both give age"});
  expect_in(message_of([] { read_text(small_rules(), "id,a\n1,2\n", "patient: case"); }), {"no column 'case'"});
}

TEST(TableMapping, NamesAreMatchedByIdAliasAndLabel) {
  const Rules rules = small_rules();
  const auto match = [&](const std::string& name) {
    const Variable* variable = match_variable(rules, name);
    return variable == nullptr ? std::string() : variable->id;
  };
  EXPECT_EQ(match("AGE (years)"), "age");
  EXPECT_EQ(match("年龄（岁）"), "age");
  EXPECT_EQ(match("Gender"), "sex");
  EXPECT_EQ(match("Lab date"), "lab_date");
  EXPECT_EQ(match("血红蛋白"), "hb");
  EXPECT_EQ(match("bloodpressure"), "");
  EXPECT_EQ(match("(x)"), "");
  EXPECT_EQ(nearest_variable(rules, "lab_dat")->id, "lab_date");
  EXPECT_EQ(nearest_variable(rules, "zzzzzzzzzz"), nullptr);
  EXPECT_EQ(bracketed("CEA [ug/L]"), "ug/L");
  EXPECT_EQ(match_code(*rules.find_variable("sex"), "MALE"), "M");
  EXPECT_EQ(match_code(*rules.find_variable("organs"), "Pelvic wall"), "pelvic-wall");
}

TEST(TableMapping, AProposalCanBeUsedAtOnce) {
  const Rules rules = small_rules();
  const TableFile file = parse_table_file(
      "record_id,Site,gender,Haemoglobin (g/dL),采血日期,cT__r1,inv___1,inv___2,surname,agge,involved\n"
      "c1,X,1,13.7,13/04/2020,T3a,0,1,Smith,61,true\nc2,X,2,12,01/04/2020,T1,1,0,Li,62,false\n",
      "b.csv");
  RedcapField sex, inv, surname;
  sex.name = "gender";
  sex.type = "radio";
  sex.choices = {{"1", "Male"}, {"2", "Female"}, {"9", "Asked, no answer"}};
  inv.name = "inv";
  inv.type = "checkbox";
  inv.label = "Organs";
  inv.choices = {{"1", "Bladder"}, {"2", "Pelvic wall"}};
  surname.name = "surname";
  surname.identifier = true;
  const std::string text = propose_mapping(rules, file, {sex, inv, surname});
  expect_in(
      text,
      {"patient: record_id", "centre: Site", "gender: {variable: sex, codes: {\"1\": M, \"2\": F, \"9\": null}}",
       "\"Haemoglobin (g/dL)\": {variable: hb, unit: \"g/dL\"}", "采血日期: {variable: lab_date, date_format: DMY}",
       "cT__r1: {variable: cT, reader: r1}", "inv___2: {variable: organs, code: \"pelvic-wall\"}",
       "surname: null   # names a person", "agge: null   # ? nearest: age", "involved: null   # involved is derived"});
  const ClinicalTable table = check_clinical_table(rules, file, {parse_mapping(parse_yaml(text, "p.yaml"), "p.yaml")});
  EXPECT_EQ(values_of(table.records[0]), "sex=M hb=137 lab_date=2020-04-13 cT@r1=T3a organs=pelvic-wall");
  EXPECT_EQ(values_of(table.records[1]), "sex=F hb=120 lab_date=2020-04-01 cT@r1=T1 organs=bladder");
  EXPECT_EQ(table.centre_of.at("c2"), "X");
}

TEST(TableMapping, WhatAPersonHasToDecideIsMarked) {
  const std::string text =
      propose_mapping(small_rules(), parse_table_file("x,visit,lab_date,sex\n1,03/04/2020,43891,zz\n", "b.csv"), {});
  expect_in(text, {"patient: null   # ?", "visit: {variable: visit}   # ? date_format: DMY or MDY",
                   "lab_date: {variable: lab_date}   # ? day numbers",
                   "codes: {zz: null}}   # ? which code is zz; codes: M, F"});
}

}  // namespace
}  // namespace larc::clinical
