#include "clinical/number_text.h"

#include <cmath>

#include "clinical/encoding.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view unsigned_part(std::string_view cell) {
  cell = trim(cell);
  if (cell.starts_with('<')) cell = trim(cell.substr(1));
  if (cell.starts_with('+') || cell.starts_with('-')) cell.remove_prefix(1);
  return cell;
}

/// Digits, one `mark`, digits.
bool has_one(std::string_view text, char mark) {
  const auto at = text.find(mark);
  return at != std::string_view::npos && all_digits(text.substr(0, at)) && all_digits(text.substr(at + 1));
}

bool may_be_thousands(std::string_view text) {
  const auto at = text.find(',');
  return at >= 1 && at <= 3 && text[0] != '0' && text.size() - at - 1 == 3;
}

/// 1,234.5  1.234,5  1 234  1'234  1,234,567
bool has_thousands(std::string_view text) {
  std::string digits;
  std::size_t groups = 0, run = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t width = 1;
    bool mark = text[i] == ',' || text[i] == '.' || text[i] == ' ' || text[i] == '\'';
    for (const char* wide : {"\u00A0", "\u202F", "\u2009", "’"})
      if (text.substr(i).starts_with(wide)) {
        mark = true;
        width = std::string_view(wide).size();
      }
    if (mark) {
      if (run == 0 || (groups > 0 && run != 3)) return false;
      ++groups;
      run = 0;
    } else if (text[i] >= '0' && text[i] <= '9') {
      ++run;
    } else {
      return false;
    }
    i += width;
  }
  return groups >= 1 && run > 0;
}

}  // namespace

void DecimalEvidence::see(std::string_view cell) {
  const std::string_view text = unsigned_part(cell);
  if (has_one(text, '.')) point_ = true;
  if (has_one(text, ',')) (may_be_thousands(text) ? unclear_comma_ : comma_) = true;
}

void DecimalEvidence::add(const DecimalEvidence& other) {
  point_ |= other.point_;
  comma_ |= other.comma_;
  unclear_comma_ |= other.unclear_comma_;
}

DecimalComma DecimalEvidence::verdict() const {
  if (point_) return DecimalComma::refused;
  return comma_ ? DecimalComma::accepted : DecimalComma::undecided;
}

std::variant<NumberText, CellFault> read_number(std::string_view raw, DecimalComma comma) {
  const std::string_view cell = trim(raw);
  const std::string text = shown(cell);
  NumberText number;
  number.below = cell.starts_with('<');
  std::string digits(number.below ? trim(cell.substr(1)) : cell);
  const std::string_view bare = unsigned_part(cell);
  if (has_one(bare, ',')) {
    if (comma == DecimalComma::accepted) {
      digits[digits.find(',')] = '.';
    } else if (comma == DecimalComma::undecided) {
      return CellFault{{"'" + text + "': the comma may be a decimal mark or divide thousands",
                        "“" + text + "”：逗号可能是小数点，也可能是千位分隔符"},
                       {"write numbers with a decimal point, or say decimal: \",\" in the mapping",
                        "请用小数点书写，或在映射文件中写 decimal: \",\""}};
    } else {
      return CellFault{{"'" + text + "' is not a number: other numbers here have a decimal point",
                        "“" + text + "”不是数字：此处其他数字使用小数点"},
                       {"write it with a decimal point", "请用小数点书写"}};
    }
  }
  const auto value = parse_double(digits);
  if (value && std::isfinite(*value)) {
    number.value = *value;
    return number;
  }
  if (has_thousands(bare))
    return CellFault{{"'" + text + "' has thousands separators", "“" + text + "”含有千位分隔符"},
                     {"write the number without them", "请去掉千位分隔符"}};
  if (cell.starts_with('>'))
    return CellFault{{"'" + text + "' is above the limit of measurement", "“" + text + "”超出测量上限"},
                     {"enter the value after dilution, or the limit itself", "请填写稀释后的数值或上限值本身"}};
  return CellFault{{"'" + text + "' is not a number", "“" + text + "”不是数字"},
                   {"write it with a decimal point, or leave the cell empty", "请用小数点书写，或留空"}};
}

std::string number_text(const NumberText& number) {
  const double value = number.value == 0 ? 0 : number.value;  // no negative zero
  const bool whole = std::floor(value) == value && std::fabs(value) < 1e15;
  std::string text = number.below ? "<" : "";
  return text.append(whole ? format_fixed(value, 0) : format_double(value));
}

}  // namespace larc::clinical
