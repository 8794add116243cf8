#include "learn/recalibrate.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/cox.h"
#include "stats/logistic.h"

namespace larc::learn {

namespace {

/// Slope on the standardised score that is always kept: 20 standard deviations of score make one unit of logit.
constexpr double kLeastSlope = 0.05;
/// Perfect separation of a small training part must not give certainty.
constexpr double kLargestSlope = 10.0;

}  // namespace

Recalibration fit_recalibration(const Eigen::VectorXd& unseen, const Outcome& outcome) {
  const auto n = static_cast<double>(unseen.size());
  stats::check_same_size("the unseen scores", static_cast<std::size_t>(unseen.size()), "the outcome", outcome.size());
  if (!unseen.allFinite()) throw Error(ErrorCode::domain, "an unseen score is missing or infinite");
  Recalibration result;
  result.centre = unseen.mean();
  const double sd = std::sqrt((unseen.array() - result.centre).square().sum() / n);
  const double prevalence = static_cast<double>(outcome.events()) / n;
  const bool binary = outcome.kind == OutcomeKind::binary;
  result.intercept = binary ? std::log(prevalence / (1.0 - prevalence)) : 0.0;
  if (!(sd > 1e-12 * (1.0 + std::abs(result.centre)))) {
    result.slope = 0.0;
    result.note = "the score is the same for every patient";
    return result;
  }
  const Eigen::MatrixXd z = (unseen.array() - result.centre) / sd;
  double slope = 0.0, statistic = 0.0;
  if (binary) {
    const stats::LogisticFit fit = stats::fit_logistic(z, outcome.label);
    slope = fit.coef[0];
    statistic = 2.0 * (fit.loglik - fit.loglik_null);
  } else {
    const stats::CoxFit fit = stats::fit_cox(z, outcome.time_months, outcome.event);
    slope = fit.coef[0];
    statistic = 2.0 * (fit.loglik - fit.loglik_null);
  }
  if (!std::isfinite(slope)) {
    result.note = "the recalibration did not converge: unseen patients are told apart perfectly";
    slope = kLargestSlope;
    statistic = std::numeric_limits<double>::infinity();
  }
  const double shrinkage = statistic > 1.0 ? 1.0 - 1.0 / statistic : 0.0;
  const double wanted = slope * shrinkage;
  slope = std::clamp(wanted, kLeastSlope, kLargestSlope);
  if (wanted < kLeastSlope) result.note = "unseen patients show next to no relation between score and outcome";
  result.slope = slope / sd;
  if (!binary) return result;
  // The intercept that keeps the mean probability at the prevalence, by Newton steps.
  for (int step = 0; step < 50; ++step) {
    double sum = 0.0, weight = 0.0;
    for (Eigen::Index i = 0; i < z.rows(); ++i) {
      const double p = stats::logistic(result.intercept + slope * z(i, 0));
      sum += p;
      weight += p * (1.0 - p);
    }
    const double move = (prevalence * n - sum) / std::max(weight, 1e-12);
    result.intercept += std::clamp(move, -2.0, 2.0);
    if (std::abs(move) < 1e-13) break;
  }
  return result;
}

Json to_json(const Recalibration& recalibration) {
  return {{"centre", recalibration.centre},
          {"intercept", recalibration.intercept},
          {"slope", recalibration.slope},
          {"note", recalibration.note}};
}

Recalibration recalibration_from_json(const Json& json) {
  return {json.at("centre").get<double>(), json.at("intercept").get<double>(), json.at("slope").get<double>(),
          json.at("note").get<std::string>()};
}

}  // namespace larc::learn
