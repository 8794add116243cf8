#pragma once
#include <string>
#include <vector>

#include "learn/frame.h"

namespace larc::learn {

/// A column that deserves a look before anybody believes a model that uses it.
struct SuspectColumn {
  std::string column;
  std::string kind;    // missing, constant, copy, outcome, missingness, follow_up
  std::string reason;  // for people
  /// Whether it all but gives the outcome away, so that a model must not use it until somebody has looked.
  bool gives_outcome_away() const { return kind == "outcome" || kind == "missingness" || kind == "follow_up"; }
};

/// Looks at every column of the whole table, outcome included: a guard, never a step of a model.
///   missing      at least 60% of the cells are empty
///   constant     one value
///   copy         the same values as an earlier column (numeric)
///   outcome      a level that belongs almost purely (99%) to one outcome where chance would not do that (p below 1e-6
///                after correction for the number of columns) and holds a tenth of that outcome; an end of a number's
///                range that does so and holds nine tenths of it; or an AUC (binary) or C (survival) beyond 0.97 or
///                below 0.03, as far beyond chance
///   missingness  the same of being empty or not
///   follow_up    survival: a number that orders patients like the follow-up time (rank correlation beyond 0.95)
/// A real and very strong predictor is named too: the reason says what was seen, the reader decides.
std::vector<SuspectColumn> scan_columns(const Frame& frame, const Outcome& outcome);

}  // namespace larc::learn
