#pragma once
#include <string>
#include <vector>

#include "clinical/patient_view.h"

namespace larc::clinical {

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
  std::string reason;                // of a state other than known
  std::vector<std::string> missing;  // variables without a value that were needed
};

/// What of the endpoint can be derived from the patient's values.
/// errors domain: a value is of the wrong kind (names the endpoint)
Outcome derive_outcome(const Rules& rules, const Endpoint& endpoint, const PatientValues& values);

}  // namespace larc::clinical
