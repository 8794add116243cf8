#include "clinical/mapping_proposal.h"
#include "clinical/redcap.h"
#include "core/file.h"
#include "support/test_data.h"
#include "table_support.h"

namespace larc::clinical {
namespace {

TEST(TableRedcap, CheckboxesBecomeOneListOfCodes) {
  const char* const raw =
      "id,organs___bladder,organs___seminal_vesicle,organs___pelvic_wall,organs___other\np1,1,0,1,0\np2,0,0,0,1\n";
  const ClinicalTable table = read_text(small_rules(), raw);
  EXPECT_EQ(values_of(table.records[0]), "organs=bladder;pelvic-wall");
  EXPECT_EQ(values_of(table.records[1]), "organs=");
  EXPECT_EQ(table.unused_columns, std::vector<std::string>{"organs___other"});
  EXPECT_EQ(values_of(read_text(small_rules(), "id,organs___bladder\np1,Checked\n").records[0]), "organs=bladder");
  EXPECT_EQ(
      values_of(
          read_text(
              small_rules(), "id,inv___1,inv___2\np1,Unchecked,Checked\n",
              "columns: {inv___1: {variable: organs, code: bladder}, inv___2: {variable: organs, code: pelvic-wall}}")
              .records[0]),
      "organs=pelvic-wall");
  expect_in(message_of([] { read_text(small_rules(), "id,organs___bladder\np1,2\n"); }),
            {"column 'organs___bladder'", "not what a checkbox holds"});
  expect_in(
      message_of([] { read_text(small_rules(), "id,x\np1,1\n", "columns: {x: {variable: organs, code: liver}}"); }),
      {"'liver'", "allowed: bladder"});
}

TEST(TableRedcap, RepeatedRowsHaveAnInstanceAndSayNothingOfOtherForms) {
  const ClinicalTable table = read_text(small_rules(),
                                        "id,redcap_repeat_instrument,redcap_repeat_instance,age,sex,cea,lab_date\n"
                                        "p1,,,61,,,\n"
                                        "p1,labs,1,,,3.5,2020-01-01\n"
                                        "p1,labs,2,,,,2020-02-01\n"
                                        "p2,,,50,F,,\n");
  ASSERT_EQ(table.records.size(), 4u);
  EXPECT_EQ(values_of(table.records[0]), "age=61 sex=");
  EXPECT_EQ(values_of(table.records[1]), "cea/labs 1=3.5 lab_date/labs 1=2020-01-01");
  EXPECT_EQ(values_of(table.records[2]), "cea/labs 2= lab_date/labs 2=2020-02-01");
  expect_in(message_of([] { read_text(small_rules(), "id,redcap_repeat_instance,cea\np1,1,3\np1,1,4\n"); }),
            {"row 2", "'p1' (1) already stands in row 1"});
}

TEST(TableRedcap, EventsOtherThanTheFirstAreInstances) {
  const char* const text = "id,redcap_event_name,age,cea\np1,base_arm_1,61,3\np1,after_arm_1,,2\n";
  EXPECT_EQ(values_of(read_text(small_rules(), text).records[0]), "age=61 cea=3");
  EXPECT_EQ(values_of(read_text(small_rules(), text).records[1]), "cea/after_arm_1=2");
  EXPECT_EQ(values_of(read_text(small_rules(), text, "base_event: after_arm_1").records[1]), "cea=2");
}

TEST(TableRedcap, MissingDataCodesOfTheMapping) {
  EXPECT_EQ(values_of(read_text(small_rules(), "id,age\np1,-99\n", "missing: [-99, UNK]").records[0]), "age=");
  expect_in(message_of([] { read_text(small_rules(), "id,age\np1,-99\n"); }), {"-99 lies outside"});
}

const char* const kDictionary =
    "\"Variable / Field Name\",\"Form Name\",\"Section Header\",\"Field Type\",\"Field Label\",\"Choices, "
    "Calculations, OR "
    "Slider Labels\",\"Field Note\",\"Text Validation Type OR Show Slider Number\",\"Text Validation Min\",\"Text "
    "Validation "
    "Max\",Identifier?\n"
    "record_id,base,,text,Record ID,,,,,,\n"
    "surname,base,,text,Surname,,,,,,y\n"
    "gender,base,,radio,\"<b>Gender</b>\",\"1, Male | 2, Female | 9, Unknown, other\",,,,,\n"
    "hgb,base,,text,Haemoglobin,,g/dL,number,3,22\n"
    "dob,base,,text,Date of blood sample,,,date_dmy,,\n"
    "inv,base,,checkbox,Organs,\"1, Bladder | 2, Pelvic wall\",,,,,\n"
    "smoker,base,,yesno,Smoker,,,,,,\n"
    "intro,base,,descriptive,Hello,,,,,,\n";

TEST(TableRedcap, DataDictionariesAreRead) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "d.csv";
  std::string text = kDictionary;
  text.replace(text.find("g/dL,number,3,22\n"), 17, "g/dL,number,3,22,\n");
  write_file_atomic(path, text);
  const auto fields = read_redcap_dictionary(path);
  ASSERT_EQ(fields.size(), 8u);
  EXPECT_EQ(fields[2].label, "Gender");
  EXPECT_EQ(fields[2].choices[2], (std::pair<std::string, std::string>{"9", "Unknown, other"}));
  EXPECT_TRUE(fields[1].identifier);
  EXPECT_EQ(fields[3].upper, "22");

  // What is written is read as the dictionary of a study.
  const Json document =
      parse_yaml("endpoints: {e: {type: binary, positive: hgb > 1}}\n" + variables_of_redcap(fields), "new.yaml");
  Section root(document, "");
  Rules rules;
  parse_rules(root, rules);
  ASSERT_EQ(rules.variables.size(), 5u);
  EXPECT_EQ(rules.variables[0].codes, (std::vector<std::string>{"1", "2", "9"}));
  EXPECT_EQ(rules.variables[0].code_labels[0].en, "Male");
  EXPECT_EQ(rules.find_variable("hgb")->upper, 22);
  EXPECT_EQ(rules.find_variable("dob")->type, VariableType::date);
  EXPECT_EQ(rules.find_variable("inv")->type, VariableType::codes);
  EXPECT_EQ(rules.find_variable("smoker")->available_from, PredictionPoint::LABEL);

  write_file_atomic(path, "a,b\n1,2\n");
  expect_in(message_of([&] { read_redcap_dictionary(path); }), {"no REDCap data dictionary", "Variable / Field Name"});
}

TEST(TableRedcap, ANegativeCodeIsProposedAndRead) {
  const char* const text = "id,organs____1,organs___2\np1,1,0\n";
  const std::vector<RedcapField> dictionary{
      {"organs", "checkbox", "", "Organs", "", {{"-1", "bladder"}, {"2", "pelvic-wall"}}, "", "", false}};
  const std::string proposal = propose_mapping(small_rules(), parse_table_file(text, "t.csv"), dictionary);
  expect_in(proposal, {"organs____1: {variable: organs, code: bladder}",
                       "organs___2: {variable: organs, code: \"pelvic-wall\"}"});
  const ClinicalTable table = check_clinical_table(small_rules(), parse_table_file(text, "t.csv"),
                                                   {parse_mapping(parse_yaml(proposal, "m"), "m")});
  EXPECT_EQ(values_of(table.records[0]), "organs=bladder");
}

TEST(TableRedcap, ACodeOfTheMappingIsOneOfTheDictionary) {
  expect_in(
      message_of([] { read_text(small_rules(), "id,sex\np1,1\n", "columns: {sex: {variable: sex, codes: {1: X}}}"); }),
      {"column 'sex'", "the code 'X'", "allowed: M, F"});
}

}  // namespace
}  // namespace larc::clinical
