#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/frame.h"
#include "stats/cox.h"

namespace larc::learn {

enum class BoostObjective {
  logistic,  // binary outcome
  cox,       // survival: partial likelihood, our own Breslow baseline over it
  aft        // survival: accelerated failure time, log(time) = margin + scale * noise
};
enum class AftNoise { normal, logistic, extreme };

struct BoostSettings {
  BoostObjective objective = BoostObjective::logistic;
  int rounds = 100;
  int max_depth = 3;  // shallow: a radiomics table has few patients
  double learning_rate = 0.1;
  double min_child_weight = 1.0;  // sum of second derivatives in a leaf, at least
  double l2 = 1.0;
  double l1 = 0.0;
  double row_share = 1.0;     // of the patients for each round, without replacement
  double column_share = 1.0;  // of the features for each tree
  int bins = 0;               // cuts at this many quantiles of a feature; 0: at every value
  AftNoise aft_noise = AftNoise::normal;
  double aft_scale = 1.0;
};

/// A model of XGBoost. Margins are its single-precision sums.
struct BoostedModel {
  BoostSettings settings;
  std::int32_t features = 0;
  std::string bytes;               // XGBoost's own form (UBJ), without loss
  std::vector<double> gain;        // (p,) mean gain of the feature's cuts, 0 where it has none
  stats::BaselineHazard baseline;  // Cox only: Breslow, of a patient with margin 0
};

/// Gradient boosting by XGBoost, on one thread; folds and models may run in parallel. The library is loaded on the
/// first call. x (n, p) finite. Cox: times enter as their ranks, so that single precision cannot tie them. errors
/// shape_mismatch, domain (settings; a missing value; one class, no events; a time of 0 for AFT), unsupported (an
/// outcome of the other kind), not_found (the library is not installed), internal (XGBoost refused)
/// source Chen, Guestrin 2016; Barnwal et al. 2022 (AFT)
BoostedModel fit_boosting(const Eigen::MatrixXd& x, const Outcome& outcome, const BoostSettings& settings,
                          std::uint64_t seed);

/// (n,) log odds, log hazard ratio, or location of log(time). errors shape_mismatch, domain, not_found
Eigen::VectorXd predict_margin(const BoostedModel& model, const Eigen::MatrixXd& x);
/// (n,) probability of the outcome. errors as predict_margin; unsupported for survival models
Eigen::VectorXd predict_boosted_probability(const BoostedModel& model, const Eigen::MatrixXd& x);
/// (n, m) survival at these times >= 0. errors as predict_margin; domain (times); unsupported for logistic models
Eigen::MatrixXd predict_boosted_survival(const BoostedModel& model, const Eigen::MatrixXd& x,
                                         const std::vector<double>& times);

/// Version of the loaded library, such as "1.7.4". errors not_found
std::string xgboost_version();

Json to_json(const BoostSettings& settings);
/// errors domain
BoostSettings boost_settings_from_json(const Json& json);
Json to_json(const BoostedModel& model);
/// errors format
BoostedModel boosted_model_from_json(const Json& json);

}  // namespace larc::learn
