#pragma once
#include <cstdint>
#include <vector>

#include "learn/frame.h"

namespace larc::learn {

/// A fold (0 .. folds - 1) for each patient. Members of each stratum are shuffled and dealt in turn, strata in
/// ascending order and the dealing carried on from one to the next: fold sizes differ by at most one, and so do the
/// counts of any stratum, or run of neighbouring strata, in each fold. A stratum smaller than `folds` is absent from
/// some. strata (n,) one number per patient errors domain: folds < 2, or fewer patients than folds
std::vector<int> stratified_folds(const std::vector<int>& strata, int folds, std::uint64_t seed);

/// Binary: the label. Survival: event x tertile of the time among those with the same event status, events
/// neighbouring.
std::vector<int> outcome_strata(const Outcome& outcome);

/// A fold (0 .. folds - 1) for each patient such that every label is spread as evenly as can be, though patients carry
/// several: the rarest label still to be dealt goes first, each patient to the fold that lacks most of it, then of the
/// patient's other labels, then of patients. labels (n,) of each patient, any numbers, each once; may be empty
/// source Sechidis, Tsoumakas, Vlahavas 2011 (iterative stratification). errors domain, as stratified_folds
std::vector<int> labelled_folds(const std::vector<std::vector<int>>& labels, int folds, std::uint64_t seed);

/// Rows that are (test) and are not (training) in a fold.
struct FoldRows {
  std::vector<std::size_t> training;
  std::vector<std::size_t> test;
};
FoldRows fold_rows(const std::vector<int>& assignment, int fold);

}  // namespace larc::learn
