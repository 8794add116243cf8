#pragma once
#include <string>

#include "core/json.h"
#include "learn/evaluate.h"

namespace larc::learn {

/// A model beside a baseline (volume alone, random numbers) on the same folds.
struct AgainstBaseline {
  std::string model;
  std::string baseline;  // "volume", "random", or another kind of model
  double model_value = kNaN;
  double baseline_value = kNaN;
  stats::PairedResult difference;  // model minus baseline
  /// better (the limits lie above 0), not_shown (they do not), as_good (the baseline reaches as much or more),
  /// undefined (see difference.reason)
  std::string verdict;
  std::string statement;  // for people
};

/// errors shape_mismatch: not the same folds
AgainstBaseline against_baseline(const std::string& model, const FoldConcordance& value, const std::string& baseline,
                                 const FoldConcordance& baseline_value);

Json to_json(const AgainstBaseline& against);

}  // namespace larc::learn
