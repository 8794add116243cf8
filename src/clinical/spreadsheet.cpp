#include "clinical/spreadsheet.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "clinical/encoding.h"
#include "clinical/workbook.h"
#include "clinical/xml_part.h"
#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

struct Position {
  std::size_t row = 0, column = 0;  // from 1
};

/// "BC12"; nullopt-like zeros when it is no such name.
Position position_of(std::string_view reference) {
  Position position;
  std::size_t i = 0;
  while (i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z' && i < 3)
    position.column = position.column * 26 + static_cast<std::size_t>(reference[i++] - 'A' + 1);
  const auto row = parse_integer(reference.substr(i));
  if (position.column == 0 || !row || *row < 1 || *row > 1'048'576 || position.column > 16'384) return {};
  position.row = static_cast<std::size_t>(*row);
  return position;
}

/// A day of the calendar, with the time of day where there is one.
std::string date_text(double value, SpreadsheetDays days) {
  std::string text = date_of_spreadsheet_day(value, days);
  const long seconds = std::lround((value - std::floor(value)) * 86400);
  if (text.empty() || seconds <= 0 || seconds >= 86400) return text;
  std::array<char, 16> time{};
  std::snprintf(time.data(), time.size(), " %02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return text.append(time.data());
}

class SheetReader {
 public:
  SheetReader(const Workbook& workbook, TableFile& table) : workbook_(workbook), table_(table) {}

  void start(std::string_view name, const XmlEvents::Attribute& attribute) {
    if (name == "row") {
      const auto row = parse_integer(attribute("r"));
      row_ = row && *row >= 1 && *row <= 1'048'576 ? static_cast<std::size_t>(*row) : row_ + 1;
      column_ = 0;
    } else if (name == "c") {
      const Position position = position_of(attribute("r"));
      column_ = position.column > 0 ? position.column : column_ + 1;
      type_ = std::string(attribute("t"));
      style_ = static_cast<std::size_t>(std::max<std::int64_t>(0, parse_integer(attribute("s")).value_or(0)));
      value_.clear();
      formula_ = has_result_ = false;
    } else if (name == "f") {
      formula_ = true;
    } else if (name == "mergeCell") {
      merges_.emplace_back(attribute("ref"));
    }
    has_result_ |= name == "v";
    phonetic_ += name == "rPh";
    in_value_ = (name == "v" || name == "t") && phonetic_ == 0;
  }

  void end(std::string_view name) {
    phonetic_ -= name == "rPh";
    in_value_ = false;
    if (name == "c") put();
    if (name == "row") end_row();
  }

  void text(std::string_view text) {
    if (in_value_) value_ += text;
  }

  /// A merged range keeps one value and leaves its other cells empty: nobody can tell an empty cell from a covered one.
  void refuse_merges() const {
    for (const auto& range : merges_) {
      const auto colon = range.find(':');
      const Position last = position_of(std::string_view(range).substr(colon == std::string::npos ? 0 : colon + 1));
      if (last.row < header_row_) continue;
      throw Error(ErrorCode::format,
                  table_.name + ": the cells " + range + " are merged" +
                      (position_of(range.substr(0, colon)).row <= header_row_ ? " in the header" : "") +
                      "; unmerge them and fill every cell");
    }
  }

 private:
  void put() {
    if (column_ == 0 || (value_.empty() && (!formula_ || has_result_))) return;
    if (cells_.size() < column_) cells_.resize(column_);
    cells_[column_ - 1] = shown_value();
  }

  std::string shown_value() {
    if (value_.empty()) {
      fault({{"the formula has no result", "公式没有结果"},
             {"open the workbook in a spreadsheet program and save it, or paste values",
              "请用电子表格软件打开并保存，或粘贴为数值"}});
      return "";
    }
    if (type_ == "s") {
      const auto index = parse_integer(value_);
      if (!index || *index < 0 || static_cast<std::size_t>(*index) >= workbook_.shared_strings.size())
        throw Error(ErrorCode::format,
                    table_.name + ": a cell refers to a text that is not there; save the workbook again");
      return workbook_.shared_strings[static_cast<std::size_t>(*index)];
    }
    if (type_ == "b") return value_ == "1" ? "true" : "false";
    if (type_ == "e") {
      fault({{"the cell holds the error " + shown(value_), "单元格为错误值 " + shown(value_)},
             {"correct the formula or empty the cell", "请更正公式或清空单元格"}});
      return "";
    }
    if (type_ == "str" || type_ == "inlineStr") return value_;
    if (type_ == "d") return value_.ends_with("T00:00:00") ? value_.substr(0, 10) : value_;
    const auto number = parse_double(value_);
    if (!number || !std::isfinite(*number)) return value_;
    if (style_ < workbook_.is_date.size() && workbook_.is_date[style_]) {
      const std::string date = date_text(*number, workbook_.days);
      if (!date.empty()) return date;
      if (*number == 60)
        fault({{"29 February 1900 never was", "1900 年 2 月 29 日并不存在"}, {"correct the date", "请更正日期"}});
      return *number == 60 ? "" : value_;
    }
    if (std::fabs(*number) < 1e15)
      return std::floor(*number) == *number ? format_fixed(*number, 0) : format_double(*number);
    // A number of more digits than a cell keeps; as an id it must not pass for the id that was typed.
    std::array<char, 32> text{};
    return std::string(
        text.data(), std::to_chars(text.data(), text.data() + text.size(), *number, std::chars_format::scientific).ptr);
  }

  void fault(CellFault fault) { row_faults_.push_back({table_.rows.size(), column_ - 1, std::move(fault)}); }

  void end_row() {
    while (!cells_.empty() && trim(cells_.back()).empty()) cells_.pop_back();
    const bool empty = cells_.empty() && row_faults_.empty();
    if (!empty && table_.header.empty()) {
      table_.header = std::move(cells_);
      header_row_ = row_;
    } else if (!empty) {
      const std::size_t columns = table_.header.size();
      if (cells_.size() > columns)
        table_.faults.push_back(
            {table_.rows.size(),
             std::nullopt,
             {{"a cell stands right of the last column of the header", "最后一列表头右侧还有单元格"},
              {"name its column or empty the cell", "请为该列命名或清空单元格"}}});
      cells_.resize(columns);
      for (auto& fault : row_faults_)
        if (*fault.column < columns) table_.faults.push_back(std::move(fault));
      cell_count_ += columns;
      if (cell_count_ > kMaximumCells)
        throw Error(ErrorCode::domain, table_.name + " has more than 25 million cells; deliver it in parts");
      table_.rows.push_back(std::move(cells_));
      table_.line_of_row.push_back(row_);
    }
    cells_.clear();
    row_faults_.clear();
  }

  const Workbook& workbook_;
  TableFile& table_;
  std::vector<std::string> cells_;
  std::vector<RowFault> row_faults_;
  std::vector<std::string> merges_;
  std::string type_, value_;
  std::size_t row_ = 0, column_ = 0, style_ = 0, header_row_ = 0, cell_count_ = 0;
  int phonetic_ = 0;
  bool formula_ = false, has_result_ = false, in_value_ = false;
};

}  // namespace

TableFile parse_spreadsheet(std::string_view bytes, const std::string& name, const std::string& sheet,
                            bool header_only) {
  const ZipFile file(bytes, name);
  const Workbook workbook = read_workbook(file);
  const SheetEntry& entry = workbook.sheet(sheet, name);
  TableFile table;
  table.name = name + (workbook.sheets.size() > 1 ? " [" + entry.name + "]" : "");
  table.days = workbook.days;
  table.spreadsheet = true;
  SheetReader reader(workbook, table);
  XmlEvents events;
  events.start = [&](std::string_view element, const XmlEvents::Attribute& attribute) {
    reader.start(element, attribute);
  };
  events.end = [&](std::string_view element) { reader.end(element); };
  events.text = [&](std::string_view text) { reader.text(text); };
  if (header_only) events.done = [&] { return !table.header.empty(); };
  read_xml_part(file, entry.part, events);
  if (table.header.empty()) throw Error(ErrorCode::format, table.name + " is empty; a header row is wanted");
  reader.refuse_merges();
  finish_table(table);
  return table;
}

}  // namespace larc::clinical
