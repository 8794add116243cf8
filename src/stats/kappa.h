#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"

namespace larc::stats {

enum class KappaWeights { none, linear, quadratic };  // how a disagreement by several categories counts

struct Kappa {
  double value = kNaN;
  double se = kNaN;     // large sample, of this kappa
  double lower = kNaN;  // value -+ z se, cut to [-1, 1]
  double upper = kNaN;
  double z = kNaN;  // against kappa = 0, with the standard error that holds then
  double p = kNaN;
  double observed = kNaN;  // weighted agreement
  double expected = kNaN;  // the same by chance
  std::string reason;
};

/// Agreement of two raters beyond chance.
/// counts (k, k): subjects by category of the first (rows) and second rater; categories in their order for weights
/// NaN with a reason when there are no subjects or both use one category only.
/// errors shape_mismatch: not square; domain: negative counts
/// source Cohen 1960, 1968; Fleiss, Cohen, Everitt 1969 (standard errors)
Kappa cohen_kappa(const Eigen::MatrixXd& counts, KappaWeights weights = KappaWeights::none, double level = kLevel95);

/// Ratings as numbers of categories 0 .. k - 1. errors shape_mismatch, domain
Kappa cohen_kappa_of_codes(const std::vector<int>& first, const std::vector<int>& second, int categories,
                           KappaWeights weights = KappaWeights::none, double level = kLevel95);

}  // namespace larc::stats
