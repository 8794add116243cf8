#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/calibration.h"

namespace larc::stats {

struct RoystonD {
  Estimate d;        // log hazard ratio between two prognostic groups of equal size
  double r2 = kNaN;  // R2_D, explained variation on the log hazard scale
  std::string reason;
};

/// Royston and Sauerbrei's D: coefficient in a Cox model (Efron) of the normal scores of the linear predictor, tied
/// ones sharing the mean of their scores, times sqrt(8 / pi).
/// time (n,) >= 0; event (n,) 0 or 1; linear_predictor (n,)
/// NaN with a reason: no events, all predictions equal, no convergence.
/// errors shape_mismatch, domain
/// source Royston, Sauerbrei 2004; as R's survival::royston
RoystonD royston_d(const std::vector<double>& time, const std::vector<int>& event,
                   const std::vector<double>& linear_predictor, double level = kLevel95);

/// What a pair of equal linear predictors counts in gonen_heller_k.
enum class TiedPairs { half, nothing };

/// Gonen and Heller's concordance of a proportional hazards model: the mean over all pairs of 1 / (1 + exp(-|difference
/// of linear predictors|)). It looks at no follow-up, so it presumes a calibrated model. O(n^2) time, linear memory.
/// linear_predictor (n,) log hazard scale; NaN with fewer than two patients
/// ties: half as R's survival::royston (C.GH); nothing as the formula of the paper
/// errors domain
/// source Gonen, Heller 2005
double gonen_heller_k(std::vector<double> linear_predictor, TiedPairs ties = TiedPairs::half);

}  // namespace larc::stats
