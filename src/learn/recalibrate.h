#pragma once
#include <Eigen/Dense>
#include <string>

#include "core/json.h"
#include "learn/frame.h"

namespace larc::learn {

/// A line through scores of patients whose outcome was not seen: score -> intercept + slope * (score - centre).
/// Binary: the logit of the probability. Survival: the log hazard ratio (intercept 0).
struct Recalibration {
  double centre = 0.0;
  double intercept = 0.0;
  double slope = 1.0;
  std::string note;  // why the slope is not the fitted one
  double apply(double score) const { return intercept + slope * (score - centre); }
  Eigen::VectorXd apply(const Eigen::VectorXd& scores) const { return intercept + slope * (scores.array() - centre); }
};

/// Logistic or Cox regression of the outcome on the unseen score, its slope shrunk by the part that chance explains,
/// (X2 - 1) / X2 with X2 the likelihood-ratio statistic, and kept above a twentieth of one standard deviation of the
/// score per unit, so that an order of patients remains where nothing was learnt.
/// unseen (n,) scores; errors shape_mismatch, domain
/// source Platt 1999; van Houwelingen, le Cessie 1990 (shrinkage)
Recalibration fit_recalibration(const Eigen::VectorXd& unseen, const Outcome& outcome);

Json to_json(const Recalibration& recalibration);
Recalibration recalibration_from_json(const Json& json);

}  // namespace larc::learn
