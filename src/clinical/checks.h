#pragma once
#include <string>
#include <vector>

#include "clinical/patient_view.h"

namespace larc::clinical {

/// A rule between values that does not hold for a patient.
struct FailedCheck {
  const Check* check = nullptr;  // of the rules, which must outlive this
  std::string error;             // why it could not be evaluated (a value of the wrong kind); empty: it is false
};

/// The checks that are false for a patient, in the order of the rules. What is unknown is no finding. A check that
/// cannot be evaluated is one, and stops nobody else's.
std::vector<FailedCheck> failed_checks(const Rules& rules, const PatientValues& values);

/// Ids of the failed checks that an endpoint waits for.
std::vector<std::string> checks_against(const std::vector<FailedCheck>& failed, const std::string& endpoint);

}  // namespace larc::clinical
