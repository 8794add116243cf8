#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/bootstrap.h"

namespace larc::stats {

/// What a fitted model scores on rows: an error (lower is better) or a merit such as the AUC; NaN where undefined.
using EvaluateRows = std::function<double(const Rows&)>;
/// Fits on rows, everything that learns included, and gives what evaluates the fitted model.
using FitRows = std::function<EvaluateRows(const Rows&)>;

struct BootstrapReplicate {
  double training = kNaN;    // model of the resample on the resample itself
  double original = kNaN;    // on all rows
  double out_of_bag = kNaN;  // on the rows not drawn
};

struct BootstrapValidation {
  double apparent = kNaN;   // model of all rows on all rows
  double optimism = kNaN;   // mean of training - original
  double corrected = kNaN;  // apparent - optimism
  double out_of_bag = kNaN;
  double estimate_632 = kNaN;          // 0.368 apparent + 0.632 out_of_bag
  double estimate_632_plus = kNaN;     // weighs out_of_bag by the relative overfitting
  double relative_overfitting = kNaN;  // 0 .. 1
  double weight = kNaN;                // of out_of_bag in .632+
  std::vector<BootstrapReplicate> replicates;
  std::size_t undefined = 0;  // replicates without all three numbers, left out of the means
  std::string reason;         // why something is NaN
};

/// Internal validation by resampling of any measure of any procedure. Both functions must be safe to call from several
/// threads.
/// no_information: the measure when outcome and prediction are unrelated (0.5 for an AUC; the mean over all pairs of
/// outcome and prediction for an error); NaN leaves .632+ undefined
/// errors domain (no rows, no replicates)
/// source Harrell, Lee, Mark 1996 (optimism); Efron 1983 (.632); Efron, Tibshirani 1997 (.632+)
BootstrapValidation bootstrap_validation(std::size_t n, const FitRows& fit, double no_information = kNaN,
                                         const ResampleSettings& settings = {});
/// The same on given resamples. errors domain: a row outside 0 .. n - 1
BootstrapValidation bootstrap_validation(std::size_t n, const FitRows& fit, const std::vector<Rows>& resamples,
                                         double no_information = kNaN, int threads = 1);

/// Fills in what follows from `apparent` and the replicates. no_information as above
void summarise_replicates(BootstrapValidation& result, double no_information);

}  // namespace larc::stats
