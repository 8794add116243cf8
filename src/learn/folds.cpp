#include "learn/folds.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/error.h"
#include "core/random.h"

namespace larc::learn {

std::vector<int> stratified_folds(const std::vector<int>& strata, int folds, std::uint64_t seed) {
  if (folds < 2) throw Error(ErrorCode::domain, "cross-validation needs 2 folds or more; got " + std::to_string(folds));
  if (strata.size() < static_cast<std::size_t>(folds))
    throw Error(ErrorCode::domain, std::to_string(strata.size()) + " patients cannot fill " + std::to_string(folds) +
                                       " folds; ask for fewer folds");
  std::map<int, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < strata.size(); ++i) members[strata[i]].push_back(i);
  Random random(derive_seed(seed, "folds"));
  // Which fold gets the odd patients must not depend on its number.
  const std::vector<std::size_t> label = random.permutation(static_cast<std::size_t>(folds));
  std::vector<int> assignment(strata.size());
  std::size_t dealt = 0;
  for (const auto& [stratum, patients] : members) {
    for (const std::size_t k : random.permutation(patients.size()))
      assignment[patients[k]] = static_cast<int>(label[dealt++ % static_cast<std::size_t>(folds)]);
  }
  return assignment;
}

std::vector<int> outcome_strata(const Outcome& outcome) {
  std::vector<int> strata(outcome.size());
  if (outcome.kind == OutcomeKind::binary) {
    for (std::size_t i = 0; i < strata.size(); ++i) strata[i] = outcome.label[i] == 1.0 ? 1 : 0;
    return strata;
  }
  for (const int status : {0, 1}) {
    std::vector<std::size_t> patients;
    for (std::size_t i = 0; i < strata.size(); ++i)
      if (outcome.event[i] == status) patients.push_back(i);
    std::stable_sort(patients.begin(), patients.end(),
                     [&](std::size_t a, std::size_t b) { return outcome.time_months[a] < outcome.time_months[b]; });
    for (std::size_t k = 0; k < patients.size(); ++k)
      strata[patients[k]] = 3 * status + static_cast<int>(3 * k / patients.size());
  }
  return strata;
}

FoldRows fold_rows(const std::vector<int>& assignment, int fold) {
  FoldRows rows;
  for (std::size_t i = 0; i < assignment.size(); ++i) (assignment[i] == fold ? rows.test : rows.training).push_back(i);
  return rows;
}

}  // namespace larc::learn
