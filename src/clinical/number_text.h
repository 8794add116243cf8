#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "clinical/cell_fault.h"

namespace larc::clinical {

/// Whether a comma may be read as the decimal mark.
enum class DecimalComma { refused, undecided, accepted };

/// Collects how the numbers of a column (or of a whole table) are written. 3,5 shows a decimal comma; 3,500 may be
/// three and a half or three thousand five hundred; 3.5 shows a decimal point.
class DecimalEvidence {
 public:
  void see(std::string_view cell);
  void add(const DecimalEvidence& other);
  DecimalComma verdict() const;

 private:
  bool point_ = false, comma_ = false, unclear_comma_ = false;
};

struct NumberText {
  double value = 0;
  bool below = false;  // "<0.5": below the limit of detection, `value` is the limit
};

/// errors as a fault: not a number, thousands separators, a comma that may not be read
std::variant<NumberText, CellFault> read_number(std::string_view cell, DecimalComma comma);

/// The number with a decimal point, without exponent where it is whole.
std::string number_text(const NumberText& number);

}  // namespace larc::clinical
