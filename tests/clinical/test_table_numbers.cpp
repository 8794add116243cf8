#include "clinical/number_text.h"
#include "clinical/patient_view.h"
#include "clinical/units.h"
#include "table_support.h"

namespace larc::clinical {
namespace {

std::string read(const std::string& cell, DecimalComma comma = DecimalComma::undecided) {
  const auto result = read_number(cell, comma);
  if (const auto* fault = std::get_if<CellFault>(&result)) return "fault: " + fault->text.en;
  return number_text(std::get<NumberText>(result));
}

TEST(TableNumbers, KeepOneForm) {
  EXPECT_EQ(read("3.50"), "3.5");
  EXPECT_EQ(read(" +7 "), "7");
  EXPECT_EQ(read("-0.0"), "0");
  EXPECT_EQ(read("1e5"), "100000");
  EXPECT_EQ(read("0.1"), "0.1");
  EXPECT_EQ(read("<0.50"), "<0.5");
  EXPECT_EQ(read("< 2"), "<2");
  EXPECT_EQ(read("3,5", DecimalComma::accepted), "3.5");
  EXPECT_EQ(read("<0,5", DecimalComma::accepted), "<0.5");
}

TEST(TableNumbers, WhatIsNoNumberIsAFault) {
  for (const char* cell : {"sixty", "nan", "inf", "3.5 ng/mL", "1.2.3", "0x10", "5-6", "<", "<<1", "-", "3,"})
    expect_in(read(cell), {"fault: '" + std::string(cell) + "' is not a number"});
  for (const char* cell : {"1,234.5", "1.234,5", "1 234", "12'345", "1,234,567", "1\u00A0234"})
    expect_in(read(cell, DecimalComma::accepted), {"has thousands separators"});
  expect_in(read(">1000"), {"above the limit of measurement"});
  expect_in(read("3,5", DecimalComma::refused), {"is not a number", "other numbers here have a decimal point"});
  expect_in(read("3,500"), {"decimal mark or divide thousands"});
}

TEST(TableNumbers, ACommaIsADecimalMarkOnlyWhereNothingSpeaksAgainstIt) {
  const auto verdict = [](const std::vector<std::string>& cells) {
    DecimalEvidence evidence;
    for (const auto& cell : cells) evidence.see(cell);
    return evidence.verdict();
  };
  EXPECT_EQ(verdict({"3,5", "4", "1,250"}), DecimalComma::accepted);
  EXPECT_EQ(verdict({"0,125"}), DecimalComma::accepted);
  EXPECT_EQ(verdict({"3,5", "4.5"}), DecimalComma::refused);
  EXPECT_EQ(verdict({"1,250", "3,500"}), DecimalComma::undecided);
  EXPECT_EQ(verdict({"12", "NA"}), DecimalComma::undecided);

  const Rules rules = small_rules();
  EXPECT_EQ(values_of(read_text(rules, "id;cea\na;3,5\nb;1,250\n").records[1]), "cea=1.25");
  EXPECT_EQ(values_of(read_text(rules, "id;cea;hb\na;1,250;120,5\n").records[0]),
            "cea=1.25 hb=120.5");  // the table decides
  expect_in(message_of([&] { read_text(rules, "id;cea\na;3,5\nb;2.5\n"); }), {"row 1", "'3,5'", "decimal point"});
  expect_in(message_of([&] { read_text(rules, "id;cea;hb\na;1,250;120.5\n"); }), {"column 'cea'", "'1,250'"});
  expect_in(message_of([&] { read_text(rules, "id;cea\na;1,250\n"); }), {"divide thousands", "decimal: \",\""});
  EXPECT_EQ(values_of(read_text(rules, "id;cea\na;1,250\n", "decimal: ','").records[0]), "cea=1.25");
}

TEST(TableNumbers, UnitsAreConvertedWithoutDust) {
  const Rules rules = small_rules();
  const Variable& hb = *rules.find_variable("hb");
  EXPECT_EQ(unit_factor(hb, "g/dl"), 10.0);
  EXPECT_EQ(unit_factor(*rules.find_variable("cea"), "µg/L"), 1.0);
  EXPECT_EQ(unit_factor(hb, "mmol/L"), std::nullopt);
  EXPECT_EQ(converted(0.1, 3), 0.3);
  EXPECT_EQ(converted(13.7, 10), 137.0);
  EXPECT_EQ(values_of(read_text(rules, "id,hb,hb_unit\na,13.7,g/dL\nb,120,g/L\nc,,\n").records[0]), "hb=137");
  EXPECT_EQ(values_of(read_text(rules, "id,hb\na,13.7\n", "columns: {hb: {variable: hb, unit: g/dL}}").records[0]),
            "hb=137");
  EXPECT_EQ(
      values_of(
          read_text(rules, "id,cea,u\na,<500,ng/L\n", "columns: {cea: {variable: cea, unit_column: u}}").records[0]),
      "cea=<0.5");
  expect_in(message_of([&] { read_text(rules, "id,hb,hb_unit\na,8.5,mmol/L\n"); }),
            {"column 'hb'", "unit 'mmol/L' is not known", "g/L, g/dL"});
  expect_in(message_of([&] { read_text(rules, "id,hb,hb_unit\na,8.5,\n"); }), {"column 'hb_unit'", "missing"});
  expect_in(message_of([&] { read_text(rules, "id,hb,hb_unit\na,137,g/dL\n"); }),
            {"1370 lies outside", "30 to 220 g/L"});
}

TEST(TableNumbers, BelowDetectionIsHalfTheLimit) {
  const Rules rules = small_rules();
  EXPECT_EQ(values_of(read_text(rules, "id,cea\na,<0.5\n").records[0]), "cea=<0.5");
  EXPECT_EQ(std::get<double>(parse_value(*rules.find_variable("cea"), "<0.5")), 0.25);
  EXPECT_THROW(parse_value(*rules.find_variable("ecog"), "<2"), Error);
  expect_in(message_of([&] { read_text(rules, "id,ecog\na,<2\n"); }), {"'<2' is not a number", "unit"});
  const PatientValues values{{"cea", "<3"}};
  EXPECT_EQ(std::get<double>(PatientView(rules, values, PredictionPoint::P0)("cea")), 1.5);
}

}  // namespace
}  // namespace larc::clinical
