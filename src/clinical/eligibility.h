#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "clinical/patient_view.h"
#include "core/json.h"

namespace larc::clinical {

enum class Eligibility { eligible, excluded, unknown };
std::string to_string(Eligibility state);

/// What a criterion says of one patient. waived: it would exclude, or is unknown, and a signed waiver sets it aside.
enum class CriterionState { met, not_met, unknown, waived };
std::string to_string(CriterionState state);

struct CriterionAnswer {
  CriterionState state = CriterionState::unknown;
  std::vector<std::string> missing;  // unknown: recorded variables without a value
  std::string reason;                // unknown for another reason: a value that cannot be understood
};

struct PatientScreening {
  Eligibility state = Eligibility::eligible;
  std::string decided_by;                // criterion that excluded, or that is unknown; empty: eligible
  std::vector<CriterionAnswer> answers;  // one a criterion, in protocol order
};

/// All criteria in protocol order. A patient is excluded by the first criterion that definitely fails; otherwise
/// unknown if one cannot be evaluated; otherwise eligible.
/// waived: ids of criteria that count as met for this patient
/// errors format: a criterion gives a number or a text (names it)
PatientScreening screen_patient(const Rules& rules, const PatientValues& values,
                                const std::set<std::string>& waived = {});

/// Criteria waived for each patient.
using WaivedCriteria = std::map<std::string, std::set<std::string>>;

struct Screening {
  std::map<std::string, Eligibility> of_patient;
  std::map<std::string, PatientScreening> patients;
  struct Count {
    std::string criterion;
    Label text;
    bool include = true;
    std::string rule;
    std::size_t excluded = 0;  // patients whom this criterion was the first to exclude
    std::size_t unknown = 0;   // patients not excluded of whom this is the first unknown criterion
    std::size_t waived = 0;    // patients for whom a waiver set it aside
  };
  std::vector<Count> counts;  // in protocol order
  std::size_t count(Eligibility state) const;
};

/// Per criterion, in protocol order: id, text, include, rule, excluded, unknown, waived.
Json criteria_json(const Screening& screening);

Screening screen(const Rules& rules, const std::vector<std::string>& patients,
                 const std::map<std::string, PatientValues>& values, const WaivedCriteria& waived = {});

/// 12 hexadecimal digits of the SHA-256 of ids, directions and rules: changes when a criterion does, not when its label
/// is worded anew.
std::string criteria_version(const Rules& rules);

}  // namespace larc::clinical
