#pragma once
#include <string>
#include <vector>

#include "clinical/patient_view.h"

namespace larc::clinical {

/// Recorded variables without a value that the expression asks for, in the place of derived ones. A derived variable
/// that is unknown although all it is made of is known, such as a grade its system does not have, stands for itself.
/// errors as the view
std::vector<std::string> missing_variables(const Rules& rules, const Expression& expression, const PatientView& view);

}  // namespace larc::clinical
