#include "stats/prognostic_separation.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/check.h"
#include "stats/cox.h"
#include "stats/interval.h"
#include "stats/order.h"

namespace larc::stats {

namespace {

// Blom's normal scores; tied values share the mean of theirs.
Eigen::MatrixXd normal_scores(const std::vector<double>& values) {
  const std::vector<std::uint32_t> order = ascending_order(values);
  const auto n = static_cast<double>(values.size());
  Eigen::MatrixXd scores(static_cast<Eigen::Index>(values.size()), 1);
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double sum = 0.0;
    for (; end < order.size() && values[order[end]] == values[order[begin]]; ++end)
      sum += normal_quantile((static_cast<double>(end + 1) - 0.375) / (n + 0.25));
    for (std::size_t k = begin; k < end; ++k)
      scores(static_cast<Eigen::Index>(order[k]), 0) = sum / static_cast<double>(end - begin);
    begin = end;
  }
  return scores;
}

}  // namespace

RoystonD royston_d(const std::vector<double>& time, const std::vector<int>& event,
                   const std::vector<double>& linear_predictor, double level) {
  check_survival(time, event);
  check_same_size("linear_predictor", linear_predictor.size(), "time", time.size());
  check_finite("linear_predictor", linear_predictor);
  check_level(level);
  RoystonD result;
  if (time.empty()) {
    result.reason = "no patients";
    return result;
  }
  const auto [least, most] = std::minmax_element(linear_predictor.begin(), linear_predictor.end());
  if (*least == *most) {
    result.reason = "all predictions are equal";
    return result;
  }
  const CoxFit fit = fit_cox(normal_scores(linear_predictor), time, event);
  result.reason = fit.reason;
  if (!fit.converged || !std::isfinite(fit.coef[0])) return result;
  const double scale = std::sqrt(8.0 / std::numbers::pi), beta = fit.coef[0];
  const Interval limits = normal_interval(beta * scale, fit.se[0] * scale, level);
  result.d = {beta * scale, fit.se[0] * scale, limits.lower, limits.upper, ""};
  result.r2 = beta * beta / (std::numbers::pi * std::numbers::pi / 6.0 + beta * beta);
  return result;
}

double gonen_heller_k(std::vector<double> linear_predictor, TiedPairs ties) {
  check_finite("linear_predictor", linear_predictor);
  const std::size_t n = linear_predictor.size();
  if (n < 2) return kNaN;
  std::sort(linear_predictor.begin(), linear_predictor.end());
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    double row = 0.0;
    std::size_t j = i + 1;
    if (ties == TiedPairs::nothing)
      while (j < n && linear_predictor[j] == linear_predictor[i]) ++j;
    for (; j < n; ++j) row += 1.0 / (1.0 + std::exp(linear_predictor[i] - linear_predictor[j]));
    sum += row;
  }
  return 2.0 * sum / (static_cast<double>(n) * static_cast<double>(n - 1));
}

}  // namespace larc::stats
