#pragma once
#include <string_view>

#include "clinical/rules.h"

namespace larc::clinical {

/// Whether two readers said the same: numbers as numbers, "1.0" and "1". variable  null: not in the dictionary
bool same_value(const Variable* variable, std::string_view a, std::string_view b);

}  // namespace larc::clinical
