#pragma once
#include <string>
#include <vector>

#include "clinical/checks.h"

namespace larc::clinical {

/// known; unknown: a value is missing; contradictory: what is recorded cannot all be true; not_at_risk: outside the
/// risk set of the endpoint.
enum class OutcomeState { known, unknown, contradictory, not_at_risk };
std::string to_string(OutcomeState state);

/// An endpoint of one patient, derived from what was recorded.
struct Outcome {
  OutcomeState state = OutcomeState::unknown;
  double label = 0;                  // binary: 0 or 1
  std::string level;                 // ordinal
  double time_months = 0;            // survival and competing, from the origin, at most the horizon
  double entry_months = 0;           // delayed entry
  int event = 0;                     // survival: 0 or 1; competing: 0 censored, 1 the event, 2 a competing one
  std::string reason;                // of a state other than known; contradictory: the ids of the failed checks
  std::vector<std::string> checks;   // those ids; empty where the values themselves cannot be understood
  std::vector<std::string> missing;  // recorded variables without a value that are needed
};

/// What of the endpoint can be derived from the patient's values. A failed check that affects the endpoint makes it
/// contradictory before anything else is asked, be it the risk set. A value of the wrong kind is a contradiction too,
/// with its error as the reason.
/// failed: all of this patient (clinical/checks.h)
Outcome derive_outcome(const Rules& rules, const Endpoint& endpoint, const PatientValues& values,
                       const std::vector<FailedCheck>& failed);

/// The same, for one endpoint alone.
Outcome derive_outcome(const Rules& rules, const Endpoint& endpoint, const PatientValues& values);

}  // namespace larc::clinical
