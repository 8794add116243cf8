#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/matrix.h"
#include "stats/combat.h"

namespace larc::learn {

/// ComBat over the training rows' centres. Only features that vary like measurements (more than two values) are moved;
/// the outcome is never given to it. Empty `names`: nothing is moved, and `note` says why.
struct HarmoniseState {
  std::vector<std::string> names;
  stats::CombatState combat;
  std::string note;
};

/// errors shape_mismatch
/// source Johnson, Li, Rabinovic 2007; Fortin et al. 2018 (features of images)
HarmoniseState fit_harmonise(const FeatureMatrix& training, const std::vector<std::string>& batches);

/// Rows of a centre that was not in training pass through unchanged, with one line in `notes`.
/// batches (n,) or empty, which counts as unseen. errors not_found: a feature is absent
FeatureMatrix apply_harmonise(const HarmoniseState& state, const FeatureMatrix& matrix,
                              const std::vector<std::string>& batches, std::vector<std::string>* notes = nullptr);

Json to_json(const HarmoniseState& state);
HarmoniseState harmonise_from_json(const Json& json);

}  // namespace larc::learn
