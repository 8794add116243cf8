#pragma once
#include <Eigen/Dense>

#include "core/json.h"
#include "learn/frame.h"

namespace larc::learn {

/// Ridge regression on ranks: each feature becomes the normal score of its place among the training values, so that
/// neither scale nor outliers matter. Binary: least squares on -1 / +1 with both classes of the same weight. Survival:
/// least squares on the martingale residuals of the empty Cox model.
struct RankRidge {
  Eigen::MatrixXd sorted;   // (n, p) training values of each feature, ascending
  Eigen::VectorXd weights;  // (p,) per unit of normal score; 0 for a constant feature
  double intercept = 0.0;
};

/// Minimises  sum_i w_i (t_i - b - g_i v)^2 + penalty p |v|^2  with g of unit standard deviation.
/// x (n, p) finite; penalty > 0
/// errors shape_mismatch, domain
/// source Hoerl, Kennard 1970; van der Waerden 1952 (normal scores); Therneau, Grambsch, Fleming 1990 (residuals)
RankRidge fit_rank_ridge(const Eigen::MatrixXd& x, const Outcome& outcome, double penalty = 0.1);

/// (n,) score, higher = more likely, or sooner. errors shape_mismatch
Eigen::VectorXd predict_rank_ridge(const RankRidge& model, const Eigen::MatrixXd& x);

/// Exact to the bit.
Json to_json(const RankRidge& model);
/// errors format
RankRidge rank_ridge_from_json(const Json& json);

}  // namespace larc::learn
