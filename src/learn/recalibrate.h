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

/// Logistic or Cox regression of the outcome on the unseen score, standardised. Unseen scores of a small training part
/// say little of their slope, so it is drawn towards 0.6 per standard deviation, the usual worth of a radiomics score
/// (an AUC of about 0.66), by a prior of scale 0.16 with a Cauchy tail upwards: strong evidence of a steeper slope
/// leaves it, a seemingly worthless score of a small training part does not. It is kept above 0.02, so that an order of
/// patients remains. Binary: the intercept makes the mean probability of the training patients their prevalence. unseen
/// (n,) scores; errors shape_mismatch, domain source Platt 1999; Gelman et al. 2008 (Cauchy priors);
/// docs/methods/modelling.md (where 0.6 and 0.16 come from)
Recalibration fit_recalibration(const Eigen::VectorXd& unseen, const Outcome& outcome);

Json to_json(const Recalibration& recalibration);
Recalibration recalibration_from_json(const Json& json);

}  // namespace larc::learn
