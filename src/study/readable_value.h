#pragma once
#include <optional>
#include <string>

#include "clinical/patient_view.h"

namespace larc::study {

/// The value of a variable; nullopt where what is recorded cannot be understood, which import and checks name.
/// errors refused, not_found as the view
std::optional<clinical::Datum> readable_value(const clinical::PatientView& view, const std::string& variable);

}  // namespace larc::study
