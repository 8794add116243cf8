#pragma once
#include <vector>

#include "stats/calibration.h"

namespace larc::stats {

/// Coefficient of the linear predictor as the only covariate of a Cox model (Efron); 1 is ideal.
/// time (n,) >= 0; event (n,) 0 or 1; linear_predictor (n,) log hazard scale
/// errors shape_mismatch, domain
/// source van Houwelingen 2000
Estimate survival_calibration_slope(const std::vector<double>& time, const std::vector<int>& event,
                                    const std::vector<double>& linear_predictor, double level = kLevel95);

struct SurvivalBrier {
  double brier = kNaN;
  double brier_null = kNaN;  // the Kaplan-Meier curve predicted for everybody
  double scaled = kNaN;      // 1 - brier / brier_null; at most 1, below 0 when worse than the curve
  std::string reason;
};

/// Brier score at one horizon with inverse-probability-of-censoring weights (Kaplan-Meier of the censoring).
/// survival (n,) predicted probability to be event free at `horizon`
/// NaN with a reason when nobody is followed to the horizon.
/// errors shape_mismatch, domain
/// source Graf et al. 1999
SurvivalBrier survival_brier(const std::vector<double>& time, const std::vector<int>& event,
                             const std::vector<double>& survival, double horizon);

struct ObservedExpected {
  double observed = kNaN;  // 1 - Kaplan-Meier at the horizon
  double expected = kNaN;  // mean predicted risk
  Estimate ratio;          // limits on the log scale, from Greenwood's error of the observed part
};

/// Observed over expected risk at one horizon. survival as above.
/// errors shape_mismatch, domain
ObservedExpected observed_expected(const std::vector<double>& time, const std::vector<int>& event,
                                   const std::vector<double>& survival, double horizon, double level = kLevel95);

}  // namespace larc::stats
