#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

namespace larc::learn {

struct RankSvmSettings {
  double cost = 1.0;         // weight of the mean squared hinge against |w|^2 / 2; > 0
  double tolerance = 1e-9;   // largest entry of the gradient
  int max_iterations = 100;  // Newton steps
};

/// A linear score for survival, higher = earlier event.
struct RankSvm {
  Eigen::VectorXd coef;  // (p,)
  double objective = 0.0;
  double gradient = 0.0;  // its largest entry at the end
  double pairs = 0.0;     // comparable
  int iterations = 0;
  bool converged = false;
  std::string reason;  // why there is no model, or it has not converged
};

/// Minimises  |w|^2 / 2 + cost / (2 m) sum max(0, 1 - (s_i - s_j))^2  with s = x w over the m comparable pairs: an
/// event at i before the time of j, or at the same time with j censored. Truncated Newton steps whose products run over
/// the pairs in n log n with a tree of partial sums. Columns should be standardised. x (n, p); time (n,) >= 0; event
/// (n,) 0 or 1 No comparable pair gives a reason. errors shape_mismatch, domain source Poelsterl, Navab, Katouzian
/// 2015; Lee, Lin 2014
RankSvm fit_rank_svm(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event,
                     const RankSvmSettings& settings = {});

}  // namespace larc::learn
