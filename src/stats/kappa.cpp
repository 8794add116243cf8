#include "stats/kappa.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"

namespace larc::stats {

namespace {

/// 1 on the diagonal, 0 (or less, as far as categories lie apart) beside it.
Eigen::MatrixXd agreement_weights(Eigen::Index k, KappaWeights kind) {
  Eigen::MatrixXd weights = Eigen::MatrixXd::Identity(k, k);
  if (kind == KappaWeights::none || k < 2) return weights;
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = 0; j < k; ++j) {
      const double apart = std::abs(static_cast<double>(i - j)) / static_cast<double>(k - 1);
      weights(i, j) = 1.0 - (kind == KappaWeights::linear ? apart : apart * apart);
    }
  return weights;
}

}  // namespace

Kappa cohen_kappa(const Eigen::MatrixXd& counts, KappaWeights weights, double level) {
  check_level(level);
  if (counts.rows() != counts.cols())
    throw Error(ErrorCode::shape_mismatch, "counts have " + std::to_string(counts.rows()) + " rows and " +
                                               std::to_string(counts.cols()) +
                                               " columns; both raters use the same categories");
  if (!counts.allFinite() || (counts.array() < 0.0).any())
    throw Error(ErrorCode::domain, "counts hold a negative or missing number");
  Kappa result;
  const double n = counts.sum();
  if (n == 0.0) {
    result.reason = "no subjects";
    return result;
  }
  const Eigen::Index k = counts.rows();
  const Eigen::MatrixXd share = counts / n, w = agreement_weights(k, weights);
  const Eigen::VectorXd first = share.rowwise().sum(), second = share.colwise().sum().transpose();
  const Eigen::MatrixXd chance = first * second.transpose();
  const double observed = w.cwiseProduct(share).sum(), expected = w.cwiseProduct(chance).sum();
  result.observed = observed;
  result.expected = expected;
  const double room = 1.0 - expected;
  if (!(room > 0.0)) {
    result.reason = "both raters use one category only";
    return result;
  }
  result.value = (observed - expected) / room;
  // Mean weight of each category of one rater over the categories of the other.
  const Eigen::VectorXd of_first = w * second, of_second = w.transpose() * first;
  double under_truth = 0.0, under_chance = 0.0;
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = 0; j < k; ++j) {
      const double mean = of_first[i] + of_second[j];
      const double a = w(i, j) * room - mean * (1.0 - observed), b = w(i, j) - mean;
      under_truth += share(i, j) * a * a;
      under_chance += chance(i, j) * b * b;
    }
  const double centre = observed * expected - 2.0 * expected + observed;
  result.se = std::sqrt(std::max(0.0, under_truth - centre * centre) / n) / (room * room);
  result.lower = std::max(-1.0, result.value - critical_value(level) * result.se);
  result.upper = std::min(1.0, result.value + critical_value(level) * result.se);
  const double null_se = std::sqrt(std::max(0.0, under_chance - expected * expected) / n) / room;
  if (null_se > 0.0) {
    result.z = result.value / null_se;
    result.p = normal_two_sided_p(result.z);
  } else {
    result.reason = "a rater uses one category only: no test";
  }
  return result;
}

Kappa cohen_kappa_of_codes(const std::vector<int>& first, const std::vector<int>& second, int categories,
                           KappaWeights weights, double level) {
  check_same_size("second", second.size(), "first", first.size());
  if (categories < 1) throw Error(ErrorCode::domain, "there are no categories");
  Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(categories, categories);
  for (std::size_t i = 0; i < first.size(); ++i) {
    for (const int category : {first[i], second[i]})
      if (category < 0 || category >= categories)
        throw Error(ErrorCode::domain, "row " + std::to_string(i + 1) + " has category " + std::to_string(category) +
                                           ", not 0.." + std::to_string(categories - 1));
    counts(first[i], second[i]) += 1.0;
  }
  return cohen_kappa(counts, weights, level);
}

}  // namespace larc::stats
