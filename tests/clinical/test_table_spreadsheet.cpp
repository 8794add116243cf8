#include "clinical/spreadsheet.h"
#include "clinical/workbook.h"
#include "support/test_data.h"
#include "table_support.h"
#include "workbook_file.h"

namespace larc::clinical {
namespace {

using Cells = std::vector<std::string>;

TableFile parse(const std::map<std::string, std::string>& parts) {
  return parse_table_file(zip_of(parts), "t.xlsx");
}

std::filesystem::path made_elsewhere() {
  return test::source_root() / "tests" / "data" / "tables" / "visits.xlsx";
}

// Written by libxlsxwriter 1.1.4: numbers, dates in three formats (one the 61st day of 1900's calendar), truth values,
// a formula with its result, two sheets.
TEST(TableSpreadsheet, ReadsAWorkbookOfAnotherProgram) {
  const TableFile table = read_table_file(made_elsewhere());
  EXPECT_EQ(table.name, "visits.xlsx [Baseline]");
  EXPECT_EQ(table.header, (Cells{"patient_id", "centre", "age", "sex", "cea", "visit", "seen", "ok", "note"}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0],
            (Cells{"1001", "北京", "61", "M", "1234.5", "2020-03-05", "2021-12-31 14:30:00", "true", "a & b <c>"}));
  EXPECT_EQ(table.rows[1], (Cells{"1002", "上海", "55", "F", "0.3", "1900-03-01", "", "false", ""}));
  EXPECT_EQ(read_table_file(made_elsewhere(), "随访").rows[0], (Cells{"x", "7"}));
  expect_in(message_of([] { read_table_file(made_elsewhere(), "Other"); }), {"no sheet 'Other'", "Baseline, 随访"});
}

TEST(TableSpreadsheet, CellsKeepWhatTheirTypeSays) {
  const TableFile table =
      parse(workbook_parts(
          kHeaderRow + "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>3</v></c><c r=\"C3\" s=\"2\"><v>43895</v></c></row>"
                       "<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>x</t></is></c><c r=\"B4\"><v>1E2</v></c>"
                       "<c r=\"C4\" t=\"d\"><v>2020-03-05T00:00:00</v></c></row>"
                       "<row><c t=\"str\"><f>\"y\"</f><v>y</v></c><c s=\"3\"><v>0.5</v></c><c><v>43895</v></c></row>"
                       "<row><c><v>110105199001011234</v></c></row><row/>"));
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(table.header, (Cells{"id", "age", "visit"}));
  EXPECT_EQ(table.rows[0], (Cells{"北京", "", "2020-03-05"}));  // without the reading of the name
  EXPECT_EQ(table.rows[1], (Cells{"x", "100", "2020-03-05"}));
  EXPECT_EQ(table.rows[2], (Cells{"y", "0.5", "43895"}));  // no date: only the format makes one
  EXPECT_EQ(table.where(0, 2), "t.xlsx row 1 (sheet row 3), column 'visit'");
  expect_in(message_of([&] { check_clinical_table(small_rules(), table); }),
            {"row 3", "it would be 2020-03-05", "row 4", "has lost digits"});
}

TEST(TableSpreadsheet, TheCalendarOf1904) {
  const std::string row = "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"C2\" s=\"1\"><v>42433</v></c></row>";
  EXPECT_EQ(parse(workbook_parts(kHeaderRow + row, "", "<workbookPr date1904=\"1\"/>")).rows[0][2], "2020-03-05");
  EXPECT_EQ(parse(workbook_parts(kHeaderRow + row)).rows[0][2], "2016-03-04");
}

TEST(TableSpreadsheet, CellsThatSayNothingAreFaults) {
  const TableFile table = parse(workbook_parts(
      kHeaderRow +
      "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><f>1+1</f></c><c r=\"C2\" s=\"1\"><v>60</v></c></row>"
      "<row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"B3\" t=\"e\"><v>#REF!</v></c><c r=\"E3\"><v>9</v></c></row>"
      "<row r=\"4\"><c r=\"A4\"><v>3</v></c><c r=\"B4\" t=\"str\"><f>\"\"</f><v></v></c></row>"));
  expect_in(
      message_of([&] { check_clinical_table(small_rules(), table); }),
      {"has 4 faults", "row 1 (sheet row 2), column 'age': the formula has no result",
       "column 'visit': 29 February 1900 never was", "row 2 (sheet row 3): a cell stands right of the last column",
       "column 'age': the cell holds the error #REF!"});
}

TEST(TableSpreadsheet, MergedCellsAreRefusedByName) {
  const std::string row = "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
  expect_in(message_of([&] {
              parse(workbook_parts(kHeaderRow + row, "<mergeCells><mergeCell ref=\"B1:C1\"/></mergeCells>"));
            }),
            {"cells B1:C1 are merged in the header", "unmerge"});
  expect_in(message_of([&] {
              parse(workbook_parts(kHeaderRow + row, "<mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>"));
            }),
            {"cells A2:A3 are merged;"});
}

TEST(TableSpreadsheet, WhatIsNoWorkbookIsRefused) {
  expect_in(message_of([] { parse({{"a.txt", "x"}}); }), {"no XLSX workbook"});
  expect_in(message_of([] { parse(workbook_parts("")); }), {"t.xlsx is empty"});
  expect_in(message_of([] { parse_table_file("PK\x03\x04 and nothing else", "t.xlsx"); }), {"damaged workbook"});
  auto parts = workbook_parts(kHeaderRow);
  parts["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData><row>";
  expect_in(message_of([&] { parse(parts); }), {"sheet1.xml is damaged"});
  parts["xl/worksheets/sheet1.xml"] = "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet/>";
  expect_in(message_of([&] { parse(parts); }), {"document type declaration"});
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "<a>";
  parts["xl/worksheets/sheet1.xml"] = deep;
  expect_in(message_of([&] { parse(parts); }), {"deeper than 100"});
  expect_in(message_of([] { parse(workbook_parts(kHeaderRow + "<row><c t=\"s\"><v>99</v></c></row>")); }),
            {"a text that is not there"});
}

TEST(TableSpreadsheet, FormatsThatShowADay) {
  for (const char* format :
       {"yyyy-mm-dd", "dd/mm/yy", "[$-804]yyyy\"年\"m\"月\"", "d-mmm", "m/d/yyyy h:mm", "MMM-YY;@"})
    EXPECT_TRUE(is_date_format(format)) << format;
  for (const char* format : {"General", "0.00", "#,##0.00 \"days\"", "h:mm:ss", "[Red]0", "0\\d", "@", "0;yyyy"})
    EXPECT_FALSE(is_date_format(format)) << format;
}

TEST(TableSpreadsheet, AnErrorInACheckboxIsNotUnchecked) {
  const auto text = [](const std::string& cell, const std::string& value) {
    return "<c r=\"" + cell + "\" t=\"str\"><v>" + value + "</v></c>";
  };
  const TableFile table = parse(workbook_parts(
      "<row r=\"1\">" + text("A1", "id") + text("B1", "organs___bladder") + text("C1", "organs___pelvic_wall") +
      "</row><row r=\"2\">" + text("A2", "p1") + text("B2", "1") + "<c r=\"C2\" t=\"e\"><v>#REF!</v></c></row>" +
      "<row r=\"3\">" + text("A3", "p2") + text("B3", "1") + text("C3", "1") + "</row>"));
  const ClinicalTable read = check_clinical_table(small_rules("on_fault: drop_value"), table, {});
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(values_of(read.records[0]), "");
  EXPECT_EQ(values_of(read.records[1]), "organs=bladder;pelvic-wall");
  ASSERT_EQ(read.faults.size(), 1u);
  EXPECT_EQ(read.faults[0].item, "organs___pelvic_wall");
}

}  // namespace
}  // namespace larc::clinical
