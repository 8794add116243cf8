#pragma once
#include <Eigen/Dense>

namespace larc::stats {

/// One batch, all features: what the empirical Bayes estimates of ComBat are made from.
struct CombatBatch {
  Eigen::ArrayXd count;    // (p,) values
  Eigen::ArrayXd mean;     // (p,) of the standardised values
  Eigen::ArrayXd squares;  // (p,) sum of squared distances from that mean
  Eigen::ArrayXd shift;    // (p,) estimate of each feature alone
  Eigen::ArrayXd spread;   // (p,) likewise, a variance
};

struct CombatEstimate {
  Eigen::ArrayXd shift;
  Eigen::ArrayXd spread;
};

/// Normal prior of the shift, inverse gamma prior of the spread, moments of the features; posterior means by turns
/// until no estimate changes by more than 1e-4 of itself (sva's rule, signs of shifts included, so that its digits
/// follow).
CombatEstimate parametric_estimate(const CombatBatch& batch, bool mean_only);

/// Every feature's posterior over the estimates of all other features. O(p^2).
CombatEstimate nonparametric_estimate(const CombatBatch& batch);

}  // namespace larc::stats
