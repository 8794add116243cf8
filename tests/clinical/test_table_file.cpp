#include "clinical/dialect.h"
#include "clinical/encoding.h"
#include "clinical/table_file.h"
#include "core/csv.h"
#include "table_support.h"

namespace larc::clinical {
namespace {

std::string utf16(const std::string& ascii, bool big) {
  std::string bytes = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) bytes += big ? std::string{'\0', c} : std::string{c, '\0'};
  return bytes;
}

TEST(TableFile, EncodingsAreToldByTheirBytes) {
  EXPECT_EQ(decode_text("\xEF\xBB\xBF年龄,x", "t"), "年龄,x");
  EXPECT_EQ(decode_text("年龄", "t"), "年龄");
  EXPECT_EQ(decode_text(utf16("a,b", false), "t"), "a,b");
  EXPECT_EQ(decode_text(utf16("a,b", true), "t"), "a,b");
  EXPECT_EQ(decode_text("\xC4\xEA\xC1\xE4,\xD0\xD4\xB1\xF0", "t"), "年龄,性别");  // GBK
  EXPECT_EQ(decode_text("\x90\x53,\xC4\xEA\xC1\xE4,\xB2\xA1\xC0\xFD", "t"),
            "怱,年龄,病例");  // a GBK character outside GB2312
  EXPECT_EQ(decode_text("d\xE9"
                        "c\xE8s;M\xFCller;\xB5g/L",
                        "t"),
            "décès;Müller;µg/L");  // Windows-1252
  EXPECT_EQ(decode_text("\x93quoted\x94 \x80", "t"), "“quoted” €");
  EXPECT_EQ(decode_text("", "t"), "");
}

TEST(TableFile, BytesThatAreNoTextAreRefused) {
  expect_in(message_of([] { decode_text(std::string("a\0b", 3), "t.csv"); }), {"t.csv is not a text table"});
  expect_in(message_of([] { decode_text("\xEF\xBB\xBF\xFF\xFF", "t.csv"); }), {"says it is UTF-8 and is not"});
  expect_in(message_of([] { decode_text(std::string("\xFF\xFE\x00\xD8\x41\x00", 6), "t.csv"); }),
            {"says it is UTF-16"});
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"})
    EXPECT_FALSE(is_valid_utf8(bad));
}

TEST(TableFile, SeparatorIsTheOneThatCutsEveryRowAlike) {
  EXPECT_EQ(find_separator("id,a\n1,2\n", "t"), ',');
  EXPECT_EQ(find_separator("id;a\n1;2,5\n2;3,5\n", "t"), ';');
  EXPECT_EQ(find_separator("id\ta\n1\tx, y\n", "t"), '\t');
  EXPECT_EQ(find_separator("id|a|b\n1|2|3\n", "t"), '|');
  EXPECT_EQ(find_separator("id;\"age, years\";sex\n1;2;M\n", "t"), ';');
  EXPECT_EQ(find_separator("id;a (x, y);b (x, y)\n1;2;3\n2;3;4\n", "t"), ';');  // commas in the names only
  expect_in(message_of([] { find_separator("id:a\n1:2\n", "t.csv"); }), {"t.csv has one column only"});
  expect_in(message_of([] { find_separator(" \n\n", "t.csv"); }), {"t.csv is empty"});
  expect_in(message_of([] { find_separator("\"id,a\n1,2\n", "t.csv"); }), {"line 1", "never closed"});
}

TEST(TableFile, HeadersThatCannotBeUsed) {
  expect_in(message_of([] { parse_table_file("id,a,a\n1,2,3\n", "t.csv"); }), {"column 'a' twice"});
  expect_in(message_of([] { parse_table_file("id,a,\n1,2,3\n", "t.csv"); }),
            {"column 3 has values (row 1) and no name"});
  const TableFile table = parse_table_file("id, a ,,\r\n1,2,,\r\n\r\n3,4,,\r\n", "t.csv");
  EXPECT_EQ(table.header, (std::vector<std::string>{"id", "a"}));
  EXPECT_EQ(table.rows[1], (std::vector<std::string>{"3", "4"}));
  EXPECT_EQ(table.where(1, 1), "t.csv row 2 (line 4), column 'a'");
  expect_in(message_of([] { parse_table_file("\xD0\xCF\x11\xE0\xA1\xB1", "t.xls"); }), {"old or protected Excel file"});
  EXPECT_TRUE(looks_like_table("A.XLSX"));
  EXPECT_FALSE(looks_like_table("a.nii.gz"));
}

TEST(TableFile, RaggedRowsAreFaultsOfTheirRows) {
  const TableFile table = parse_table_file("id,a\n1,2\n3\n4,5,6\n7,8\n", "t.csv");
  ASSERT_EQ(table.rows.size(), 4u);
  ASSERT_EQ(table.faults.size(), 2u);
  EXPECT_EQ(table.faults[0].row, 1u);
  expect_in(table.faults[1].fault.text.en, {"has 3 cells, the header has 2"});
}

TEST(TableFile, FormulasAreDefusedForSpreadsheets) {
  for (const char* text : {"=1+1", "+cmd", "-x", "@SUM(A1)", "\tx", "\rx"})
    EXPECT_EQ(spreadsheet_safe(text), std::string("'") + text);
  for (const char* text : {"-3.5", "+7", "-1e-5", "T3a", "", "a=b", "<0.5"}) EXPECT_EQ(spreadsheet_safe(text), text);
}

}  // namespace
}  // namespace larc::clinical
