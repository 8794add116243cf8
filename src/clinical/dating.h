#pragma once
#include "clinical/known_values.h"
#include "clinical/rules.h"

namespace larc::clinical {

/// Gives every observation without a date the date on which it was true: that of the variable it is `dated_by`, from
/// the same record, else as it is known already; of the same instance, else of the date that is not repeated. Values
/// that are known already and whose date the record corrects are added again with the new date.
void date_observations(const Rules& rules, const KnownValues& known, SourceRecord& record);

}  // namespace larc::clinical
