#pragma once
#include <optional>
#include <string>

#include "clinical/rules.h"

namespace larc::clinical {

/// The factor that brings a value in `unit` to the variable's own unit; nullopt: the dictionary does not know the unit.
/// Case, white space, µ for u and × for * make no difference.
std::optional<double> unit_factor(const Variable& variable, const std::string& unit);

/// value * factor without the dust of binary fractions: 15 significant digits.
double converted(double value, double factor);

/// The units a variable may be given in, for messages.
std::string known_units(const Variable& variable);

}  // namespace larc::clinical
