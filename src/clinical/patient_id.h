#pragma once
#include <optional>
#include <string>

#include "clinical/cell_fault.h"

namespace larc::clinical {

/// Why a text is no id of a patient: empty, holds a slash or a control character, is "." or "..", or is a long number
/// in which a spreadsheet has lost digits (1.10105E+17).
std::optional<CellFault> patient_id_fault(const std::string& id);

}  // namespace larc::clinical
