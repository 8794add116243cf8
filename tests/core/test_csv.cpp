#include <gtest/gtest.h>

#include "core/csv.h"
#include "core/error.h"

namespace larc {
namespace {

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  const auto table =
      parse_csv("\xEF\xBB\xBFpatient_id;姓名;note\r\nP1;王芳;\"a; \"\"b\"\"\r\nline\"\r\n\r\nP2;;x\r\n", "t.csv");
  EXPECT_EQ(table.header, (std::vector<std::string>{"patient_id", "姓名", "note"}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0][1], "王芳");
  EXPECT_EQ(table.rows[0][2], "a; \"b\"\r\nline");
  EXPECT_EQ(table.rows[1][1], "");
  EXPECT_EQ(table.line_of_row[1], 5u);
}

TEST(Csv, RefusesBrokenTables) {
  EXPECT_THROW(parse_csv("", "t.csv"), Error);
  EXPECT_THROW(parse_csv("a,b\n1\n", "t.csv"), Error);
  EXPECT_THROW(parse_csv("a,a\n1,2\n", "t.csv"), Error);
  EXPECT_THROW(parse_csv("a,b\n\"1,2\n", "t.csv"), Error);
  EXPECT_THROW(parse_csv(std::string("a,b\n1,\0\n", 8), "t.csv"), Error);
}

TEST(Csv, NamesTheLineOfAShortRow) {
  try {
    parse_csv("a,b\n1,2\n3\n", "t.csv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("t.csv line 3"), std::string::npos) << error.what();
  }
}

TEST(Csv, WrittenTableReadsBackTheSame) {
  const std::vector<std::vector<std::string>> rows{{"a,b", "c\"d"}, {"", "e\nf"}};
  const auto table = parse_csv(format_csv({"x", "y"}, rows), "t.csv");
  EXPECT_EQ(table.rows, rows);
}

TEST(Csv, NamesTheColumnsThereAre) {
  const auto table = parse_csv("a,b\n1,2\n", "t.csv");
  try {
    table.column("c");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(error.message().find("a, b"), std::string::npos);
  }
}

}  // namespace
}  // namespace larc
