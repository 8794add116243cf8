#include "clinical/date_text.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <vector>

#include "clinical/encoding.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

std::string iso(std::chrono::year_month_day date) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return buffer.data();
}

/// The numbers of a date and what stood between them; a month's English name counts as its number.
struct Parts {
  std::vector<std::string> numbers;
  std::string separators;  // one a gap, '\0' for white space
  bool named_month = false;
};

std::optional<std::string> month_number(const std::string& name) {
  static const std::array<const char*, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
  static const std::array<const char*, 12> kFull{"january", "february", "march",     "april",   "may",      "june",
                                                 "july",    "august",   "september", "october", "november", "december"};
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (name == kMonths[i] || name == kFull[i]) return std::to_string(i + 1);
  return std::nullopt;
}

std::string replaced(const std::string& text, std::string_view from, std::string_view to) {
  std::string result;
  std::size_t begin = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
    result.append(text, begin, at - begin).append(to);
    begin = at + from.size();
  }
  return result.append(text, begin, std::string::npos);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The day without the time of day behind it.
std::string without_time(std::string_view cell) {
  std::string text = replaced(std::string(trim(cell)), "年", "-");
  text = replaced(replaced(replaced(text, "月", "-"), "日", ""), "号", "");
  const auto colon = text.find(':');
  if (colon != std::string::npos) {
    const auto begin = text.find_last_of(" T", colon);
    if (begin != std::string::npos) text = text.substr(0, begin);
  }
  return std::string(trim(text));
}

std::optional<Parts> parts_of(std::string_view cell) {
  const std::string text = to_lower(without_time(cell));
  Parts parts;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    const bool number = is_digit(text[i]);
    while (end < text.size() && (number ? is_digit(text[end]) : text[end] >= 'a' && text[end] <= 'z')) ++end;
    if (end == i || end - i > 9) return std::nullopt;
    std::string word = text.substr(i, end - i);
    if (!number) {
      const auto month = month_number(word);
      if (!month || parts.numbers.size() != 1) return std::nullopt;  // 5 Mar 2020, 2020 Mar 5
      parts.named_month = true;
      word = *month;
    }
    parts.numbers.push_back(word);
    if (end == text.size()) break;
    const char separator = text[end];
    if (separator != '-' && separator != '/' && separator != '.' && separator != ' ') return std::nullopt;
    parts.separators += separator;
    i = end + 1;
    if (i == text.size()) {  // 2020年3月
      if (parts.numbers.size() != 2) return std::nullopt;
      parts.separators.pop_back();
      break;
    }
  }
  if (parts.numbers.empty()) return std::nullopt;
  return parts;
}

/// Three numbers with the year last and the order of the other two open.
bool is_open_order(const Parts& parts) {
  return parts.numbers.size() == 3 && !parts.named_month && parts.numbers[2].size() == 4 &&
         parts.numbers[0].size() <= 2 && parts.numbers[1].size() <= 2 && parts.separators[0] != '.';
}

CellFault not_a_date(const std::string& cell) {
  return {{"'" + cell + "' is not a date", "“" + cell + "”不是日期"}, {"write it as YYYY-MM-DD", "请写成 YYYY-MM-DD"}};
}

CellReading checked(const std::string& cell, const std::string& year, const std::string& month,
                    const std::string& day) {
  const auto number = [](const std::string& text) { return static_cast<unsigned>(parse_integer(text).value_or(0)); };
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number(year))),
                                         std::chrono::month(number(month)), std::chrono::day(number(day))};
  if (date.ok() && number(year) >= 1850 && number(year) <= 2150) return iso(date);
  return CellFault{{"'" + cell + "' is no day of the calendar", "“" + cell + "”不是日历上的日期"},
                   {"correct the date", "请更正日期"}};
}

CellReading read_day_number(const std::string& cell, const DateReading& reading) {
  const double day = parse_double(cell).value_or(kNaN);
  if (reading.days != SpreadsheetDays::none) {
    const std::string date = date_of_spreadsheet_day(day, reading.days);
    if (!date.empty()) return date;
    return CellFault{{"'" + cell + "' is no day of a spreadsheet's calendar", "“" + cell + "”不是电子表格日历上的日期"},
                     {"correct the date", "请更正日期"}};
  }
  const std::string date = date_of_spreadsheet_day(day, reading.likely_days);
  if (day < 10000 || day >= 100000 || date.empty()) return not_a_date(cell);
  const bool since_1904 = reading.likely_days == SpreadsheetDays::from_1904;
  return CellFault{{"'" + cell + "' is a spreadsheet's day number, it would be " + date,
                    "“" + cell + "”是电子表格的日期序号，对应 " + date},
                   {std::string("format the column as YYYY-MM-DD before saving, or say date_format: ") +
                        (since_1904 ? "excel1904" : "excel") + " in the mapping",
                    std::string("请在保存前将该列设为 YYYY-MM-DD 格式，或在映射文件中写 date_format: ") +
                        (since_1904 ? "excel1904" : "excel")}};
}

}  // namespace

std::string date_of_spreadsheet_day(double day, SpreadsheetDays system) {
  const double whole = std::floor(day);
  if (system == SpreadsheetDays::none || !(whole >= 1 && whole < 2958466)) return "";
  using namespace std::chrono;
  sys_days origin = sys_days(year(1904) / 1 / 1);
  if (system == SpreadsheetDays::from_1900) {
    if (whole == 60) return "";  // 29 February 1900
    origin = whole < 60 ? sys_days(year(1899) / 12 / 31) : sys_days(year(1899) / 12 / 30);
  }
  return iso(year_month_day(origin + days(static_cast<int>(whole))));
}

void DateOrderEvidence::see(std::string_view cell) {
  const auto parts = parts_of(cell);
  if (!parts || !is_open_order(*parts)) return;
  const auto first = parse_integer(parts->numbers[0]).value_or(0),
             second = parse_integer(parts->numbers[1]).value_or(0);
  if (first > 12 && second <= 12) day_first_ = true;
  if (second > 12 && first <= 12) month_first_ = true;
}

DateOrder DateOrderEvidence::order() const {
  if (day_first_ && month_first_) return DateOrder::contradictory;
  if (day_first_) return DateOrder::day_first;
  return month_first_ ? DateOrder::month_first : DateOrder::undecided;
}

CellReading read_date(std::string_view raw, const DateReading& reading) {
  const std::string cell = shown(trim(raw));
  const auto parts = parts_of(raw);
  if (!parts) {
    const auto number = parse_double(trim(raw));
    if (number && std::isfinite(*number)) return read_day_number(std::string(trim(raw)), reading);
    return not_a_date(cell);
  }
  const auto& numbers = parts->numbers;
  if (numbers.size() == 1) {
    if (numbers[0].size() == 8 && reading.days == SpreadsheetDays::none)
      return checked(cell, numbers[0].substr(0, 4), numbers[0].substr(4, 2), numbers[0].substr(6));
    if (numbers[0].size() != 4 || reading.days != SpreadsheetDays::none)
      return read_day_number(std::string(trim(raw)), reading);
  }
  if (numbers.size() == 2 && parts->separators == "." &&
      (reading.days != SpreadsheetDays::none || numbers[0].size() == 5))
    return read_day_number(std::string(trim(raw)), reading);
  if (numbers.size() <= 2 && (numbers.front().size() == 4 || numbers.back().size() == 4))
    return CellFault{{"'" + cell + "' is not a whole date", "“" + cell + "”不是完整的日期"},
                     {"give year, month and day, or leave the cell empty", "请给出年、月、日，或留空"}};
  if (numbers.size() != 3 || (!parts->named_month && parts->separators[0] != parts->separators[1]))
    return not_a_date(cell);
  if (numbers[0].size() == 4) return checked(cell, numbers[0], numbers[1], numbers[2]);
  if (numbers[2].size() != 4) {
    if (numbers[0].size() > 2 || numbers[2].size() > 2) return not_a_date(cell);
    return CellFault{{"'" + cell + "' has a year of two digits", "“" + cell + "”的年份只有两位数"},
                     {"write the year with four digits", "请写四位年份"}};
  }
  if (!is_open_order(*parts)) return checked(cell, numbers[2], numbers[1], numbers[0]);
  switch (reading.order) {
    case DateOrder::day_first:
      return checked(cell, numbers[2], numbers[1], numbers[0]);
    case DateOrder::month_first:
      return checked(cell, numbers[2], numbers[0], numbers[1]);
    case DateOrder::contradictory:
      return CellFault{{"'" + cell + "': the column has dates with the day first and dates with the month first",
                        "“" + cell + "”：该列既有日在前也有月在前的日期"},
                       {"write all dates as YYYY-MM-DD", "请将所有日期写成 YYYY-MM-DD"}};
    default:
      return CellFault{{"'" + cell + "': day or month may come first, nothing in the column decides",
                        "“" + cell + "”：无法判断日在前还是月在前"},
                       {"write dates as YYYY-MM-DD, or say date_format: DMY or MDY in the mapping",
                        "请将日期写成 YYYY-MM-DD，或在映射文件中写 date_format: DMY 或 MDY"}};
  }
}

}  // namespace larc::clinical
