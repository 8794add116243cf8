#include "clinical/date_text.h"
#include "table_support.h"

namespace larc::clinical {
namespace {

std::string read(const std::string& cell, const DateReading& reading = {}) {
  const CellReading result = read_date(cell, reading);
  if (const auto* fault = std::get_if<CellFault>(&result)) return "fault: " + fault->text.en + "; " + fault->remedy.en;
  return std::get<std::string>(result);
}

TEST(TableDates, FormsThatSayTheirOrderThemselves) {
  for (const char* cell : {"2020-03-05", "2020/3/5", "2020.03.05", "20200305", "5.3.2020", "05.03.2020", "2020年3月5日",
                           "2020年03月05日", "5 Mar 2020", "05-MAR-2020", "5-march-2020", " 2020-03-05 ",
                           "2020-03-05 14:30", "2020-03-05T00:00:00", "2020/3/5 0:00:00", "2020年3月5号"})
    EXPECT_EQ(read(cell), "2020-03-05") << cell;
}

TEST(TableDates, OrderComesFromTheColumnOrNotAtAll) {
  EXPECT_EQ(read("03/04/2020", {DateOrder::day_first}), "2020-04-03");
  EXPECT_EQ(read("03/04/2020", {DateOrder::month_first}), "2020-03-04");
  EXPECT_EQ(read("03-04-2020", {DateOrder::day_first}), "2020-04-03");
  expect_in(read("03/04/2020"), {"'03/04/2020'", "day or month may come first", "date_format"});
  expect_in(read("03/04/2020", {DateOrder::contradictory}), {"day first and dates with the month first", "YYYY-MM-DD"});
  const auto order = [](const std::vector<std::string>& cells) {
    DateOrderEvidence evidence;
    for (const auto& cell : cells) evidence.see(cell);
    return evidence.order();
  };
  EXPECT_EQ(order({"03/04/2020", "13/04/2020"}), DateOrder::day_first);
  EXPECT_EQ(order({"03/04/2020", "04/13/2020 10:00"}), DateOrder::month_first);
  EXPECT_EQ(order({"13/04/2020", "04/13/2020"}), DateOrder::contradictory);
  EXPECT_EQ(order({"03/04/2020", "2020-12-31", "31.12.2020", ""}), DateOrder::undecided);
}

TEST(TableDates, WhatIsNoDateIsAFault) {
  expect_in(read("2020-02-30"), {"no day of the calendar"});
  expect_in(read("2021-02-29"), {"no day of the calendar"});
  expect_in(read("31.04.2020"), {"no day of the calendar"});
  expect_in(read("13/13/2020", {DateOrder::day_first}), {"no day of the calendar"});
  expect_in(read("0020-03-05"), {"no day of the calendar"});
  for (const char* cell : {"05.03.20", "5/3/20", "20-03-05", "05-Mar-20"})
    expect_in(read(cell), {"a year of two digits", "four digits"});
  for (const char* cell : {"2020-03", "03/2020", "2020", "2020年3月"}) expect_in(read(cell), {"not a whole date"});
  for (const char* cell :
       {"soon", "2020-03-05-", "5/3.2020", "Mar-5-2020", "--", "1/2/3/4", "2020-03-05x", "12", "1e5"})
    expect_in(read(cell), {"is not a date"});
}

TEST(TableDates, DayNumbersOfSpreadsheets) {
  expect_in(read("43891"), {"a spreadsheet's day number, it would be 2020-03-01", "date_format: excel"});
  expect_in(read("42429", {DateOrder::undecided, SpreadsheetDays::none, SpreadsheetDays::from_1904}),
            {"it would be 2020-03-01", "excel1904"});
  const DateReading from_1900{DateOrder::undecided, SpreadsheetDays::from_1900};
  EXPECT_EQ(read("43891", from_1900), "2020-03-01");
  EXPECT_EQ(read("43891.75", from_1900), "2020-03-01");
  EXPECT_EQ(read("43891.604166666664", from_1900), "2020-03-01");
  EXPECT_EQ(read("2020-03-05", from_1900), "2020-03-05");
  EXPECT_EQ(read("42429", {DateOrder::undecided, SpreadsheetDays::from_1904}), "2020-03-01");
  // Excel's serials: 1 is 1 January 1900, 60 the 29 February that never was, 61 is 1 March 1900.
  EXPECT_EQ(date_of_spreadsheet_day(1, SpreadsheetDays::from_1900), "1900-01-01");
  EXPECT_EQ(date_of_spreadsheet_day(59, SpreadsheetDays::from_1900), "1900-02-28");
  EXPECT_EQ(date_of_spreadsheet_day(60, SpreadsheetDays::from_1900), "");
  EXPECT_EQ(date_of_spreadsheet_day(61, SpreadsheetDays::from_1900), "1900-03-01");
  EXPECT_EQ(date_of_spreadsheet_day(1462, SpreadsheetDays::from_1900), "1904-01-01");
  EXPECT_EQ(date_of_spreadsheet_day(2958465, SpreadsheetDays::from_1900), "9999-12-31");
  EXPECT_EQ(date_of_spreadsheet_day(1, SpreadsheetDays::from_1904), "1904-01-02");
  EXPECT_EQ(date_of_spreadsheet_day(-4, SpreadsheetDays::from_1900), "");
}

}  // namespace
}  // namespace larc::clinical
