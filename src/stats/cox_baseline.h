#pragma once
#include <vector>

#include "stats/cox_kernel.h"
#include "stats/survival_outcome.h"

namespace larc::stats {

/// Cumulative hazard of a patient with linear predictor 0: a step function.
struct BaselineHazard {
  std::vector<double> time;        // event times, ascending
  std::vector<double> cumulative;  // at and after each
  /// Value at `when`; 0 before the first event, the last value after the last one.
  double at(double when) const;
};

/// eta (n,) linear predictor of the training patients, not centred here.
/// Breslow's rule is R's survfit with ctype = 1, Efron's with ctype = 2; R takes the one of the fit.
/// errors shape_mismatch, domain
BaselineHazard baseline_hazard(const std::vector<double>& eta, const std::vector<double>& time,
                               const std::vector<int>& event, Ties ties = Ties::breslow);

/// One curve per stratum, ascending by its number; a stratum without events has an empty one.
struct StratumHazard {
  int stratum = 0;
  BaselineHazard hazard;
};
std::vector<StratumHazard> baseline_hazards(const std::vector<double>& eta, const SurvivalOutcome& outcome,
                                            Ties ties = Ties::efron);

/// exp(-H0(when) exp(eta))
double cox_survival(const BaselineHazard& baseline, double eta, double when);

}  // namespace larc::stats
