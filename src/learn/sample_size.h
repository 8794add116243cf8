#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/frame.h"
#include "stats/sample_size.h"

namespace larc::learn {

/// Whether there are patients enough for a model of some columns, by Riley's criteria.
struct SampleSizeCheck {
  int parameters = 0;  // candidate terms: a number is one, a category one less than the levels it has
  std::size_t patients = 0;
  std::size_t events = 0;              // binary: of the rarer outcome
  double events_per_parameter = kNaN;  // of what there is
  stats::SampleSize needed;            // undefined where `reason` says why
  std::string reason;
};

/// Nagelkerke's R2 that is assumed where nothing is known beforehand. The value a model reached on the same patients
/// would be no assumption but a result.
/// source Riley et al., BMJ 2020;368:m441
inline constexpr double kAssumedNagelkerke = 0.15;

/// columns of the frame, none twice; empty: all. horizon: survival, where risk is predicted, unit of time
/// errors not_found
SampleSizeCheck check_sample_size(const Frame& frame, const std::vector<std::string>& columns, const Outcome& outcome,
                                  double horizon);

Json to_json(const SampleSizeCheck& check);

}  // namespace larc::learn
