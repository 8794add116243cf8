#pragma once
#include <string>
#include <vector>

#include "demo/record.h"

namespace larc::demo {

/// An endpoint of one patient as the rectal protocol defines it, written anew here: the truth must not come from the
/// code that is to be judged by it.
struct OutcomeTruth {
  std::string endpoint;
  std::string state;  // known, unknown, contradictory, not_at_risk
  int label = 0;      // binary
  std::string level;  // ordinal
  double time_months = 0;
  int event = 0;  // 1 the event, 2 a competing one
  enum class Kind { binary, ordinal, time } kind = Kind::binary;
};

/// All endpoints in the order of the protocol. A broken check that affects an endpoint makes it contradictory before
/// anything else is asked.
std::vector<OutcomeTruth> endpoint_truth(const Record& record);

}  // namespace larc::demo
