#pragma once
#include "clinical/eligibility.h"
#include "clinical/registry.h"

namespace larc::clinical {

/// All that is known and derived of one patient, traced to the rows it came from:
///   patient, centre
///   eligibility  state, decided_by, criteria_version, criteria: id, text, rule, answer (true, false, null), state,
///                missing, reason, waiver
///   values       in the order of the dictionary: variable, label, value, unit, upper_normal, the row the value is
///                taken from (newest), the other rows (earlier, oldest first)
///   derived      variable, label, value, formula, from: the values it is made of
///   endpoints    id, label, state, what it is, reason, missing, checks, from
///   checks       that do not hold: id, text, remedy, rule, affects, error, from
/// A row is value, true_on, recorded_at, by, source, row, reader, instance.
/// on   as KnownAt::on: what could be known then; empty: now
/// errors not_found: no such patient
Json patient_record(const Registry& registry, const Rules& rules, const std::string& patient,
                    const std::string& on = "");

}  // namespace larc::clinical
