#pragma once
#include <string>
#include <vector>

#include "clinical/redcap.h"
#include "clinical/rules.h"
#include "clinical/table_file.h"

namespace larc::clinical {

/// A mapping file for a delivered table, for a person to look through and edit. A column is matched to a variable by
/// its name, an alias or a label, case, white space and a unit in brackets apart; what is not certain stands as null
/// with the nearest variable in a comment, and lines that need a decision are marked with "?".
/// dictionary   of the REDCap project the table comes from; empty: none
std::string propose_mapping(const Rules& rules, const TableFile& table, const std::vector<RedcapField>& dictionary);

}  // namespace larc::clinical
