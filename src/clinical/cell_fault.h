#pragma once
#include <string>
#include <variant>

#include "clinical/label.h"

namespace larc::clinical {

/// Why a cell cannot be understood, and what a person does about it.
struct CellFault {
  Label text;
  Label remedy;
};

/// What a cell says, in the form the registry keeps (numbers with a point, dates YYYY-MM-DD, codes); empty: no value.
using CellReading = std::variant<std::string, CellFault>;

}  // namespace larc::clinical
