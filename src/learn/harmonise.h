#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/matrix.h"
#include "stats/combat.h"

namespace larc::learn {

/// ComBat over the training rows' centres. Only features that vary like measurements (more than two values) are moved;
/// the outcome is never given to it. Empty `names`: nothing is moved, and `note` says why; otherwise `note` says which
/// training rows were left as measured.
struct HarmoniseState {
  std::vector<std::string> names;
  stats::CombatState combat;
  std::vector<std::string> small;  // centres with too few training rows to learn their scale, in order of name
  std::string note;
};

/// Centres with fewer than three training rows, and rows without a centre (an empty name), teach nothing and stay as
/// measured; the others are harmonised.
/// groups  only features of these groups are moved; empty: of every group
/// errors shape_mismatch
/// source Johnson, Li, Rabinovic 2007; Fortin et al. 2018 (features of images)
HarmoniseState fit_harmonise(const FeatureMatrix& training, const std::vector<std::string>& batches,
                             const std::vector<std::string>& groups = {});

/// Rows of a centre whose scale was not learnt pass through unchanged, with a line in `notes` for each reason.
/// batches (n,) or empty: no row has a centre. errors not_found: a feature is absent
FeatureMatrix apply_harmonise(const HarmoniseState& state, const FeatureMatrix& matrix,
                              const std::vector<std::string>& batches, std::vector<std::string>* notes = nullptr);

Json to_json(const HarmoniseState& state);
HarmoniseState harmonise_from_json(const Json& json);

}  // namespace larc::learn
