#pragma once
#include <string>

#include "clinical/rules.h"

namespace larc::clinical {

/// A name without case, white space and punctuation; a part in brackets, such as a unit, is left out.
std::string bare_name(const std::string& name);
/// What stands in the last brackets of a name, "" when there are none.
std::string bracketed(const std::string& name);

/// The one variable whose id, alias or label is this name; nullptr: none, or several.
const Variable* match_variable(const Rules& rules, const std::string& name);
/// The variable whose id or label is nearest by edits; nullptr: none is near.
const Variable* nearest_variable(const Rules& rules, const std::string& name);
/// The code that a raw value or a label means; "" none, or several.
std::string match_code(const Variable& variable, const std::string& text);

}  // namespace larc::clinical
