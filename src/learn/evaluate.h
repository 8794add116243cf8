#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "learn/frame.h"
#include "stats/roc.h"

namespace larc::learn {

/// Predictions of held-out rows made by one model of one split.
struct FoldScores {
  int repeat = 0;
  std::vector<std::size_t> rows;  // of the whole table
  std::vector<double> score;      // higher = higher risk
  std::size_t training = 0;       // rows that taught the model
};

/// Concordance of held-out predictions: each pair of patients is compared only where one and the same model predicted
/// both, so that differences between the models of two folds can neither help nor harm. Repeats are averaged.
struct FoldConcordance {
  double value = kNaN;  // AUC (binary) or Harrell's C (survival)
  double se = kNaN;
  double lower = kNaN;
  double upper = kNaN;
  std::vector<std::vector<double>> influence;  // [repeat][row of the table]: the infinitesimal jackknife of one repeat
  double inflation = 1.0;                      // of the jackknife variance of one repeat, for what follows
  std::string reason;
};

/// The variance of one repeat (infinitesimal jackknife over patients) is that of testing alone. The models of different
/// folds share most of their training rows, and repeats share all patients, so it is multiplied by
/// 1 / repeats + folds * (test rows / training rows). A single split (an external set) has a fixed model and no factor.
/// Rows without any pair have influence 0. A model that learnt nothing has expectation 0.5 exactly.
/// source LeDell, Petersen, van der Laan 2015 (influence curve); Nadeau, Bengio 2003 and Bouckaert, Frank 2004 (factor)
/// units (rows of the table,): rows of one patient, whose influences are added before they are squared; empty: every
/// row
FoldConcordance fold_concordance(const Outcome& outcome, const std::vector<FoldScores>& folds,
                                 const std::vector<std::size_t>& units = {}, double level = 0.95);

/// Paired difference of two recipes over the same folds. errors shape_mismatch
stats::PairedResult paired_fold_concordance(const FoldConcordance& a, const FoldConcordance& b, double level = 0.95);

}  // namespace larc::learn
