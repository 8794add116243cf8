#pragma once
#include <string>
#include <string_view>

#include "clinical/cell_fault.h"

namespace larc::clinical {

/// How dates such as 03/04/2020 are meant.
enum class DateOrder { undecided, contradictory, day_first, month_first };

/// Where a spreadsheet begins to count days. The first system has a 29 February 1900 that never was.
enum class SpreadsheetDays { none, from_1900, from_1904 };

struct DateReading {
  DateOrder order = DateOrder::undecided;
  SpreadsheetDays days = SpreadsheetDays::none;              // bare day numbers are dates; none: they are faults
  SpreadsheetDays likely_days = SpreadsheetDays::from_1900;  // for the message of that fault
};

/// Collects what the dates of a column say about their order: a first or a second number above 12 decides.
class DateOrderEvidence {
 public:
  void see(std::string_view cell);
  DateOrder order() const;

 private:
  bool day_first_ = false, month_first_ = false;
};

/// YYYY-MM-DD of a date as people and spreadsheets write it: 2020-03-05, 2020/3/5, 20200305, 5.3.2020, 5 Mar 2020,
/// 2020年3月5日, 05/03/2020 where the order is known; a time of day behind it is left out. Never a year of two digits.
CellReading read_date(std::string_view cell, const DateReading& reading);

/// YYYY-MM-DD of a spreadsheet's day number; empty when there is no such day.
std::string date_of_spreadsheet_day(double day, SpreadsheetDays system);

}  // namespace larc::clinical
