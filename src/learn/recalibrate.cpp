#include "learn/recalibrate.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "learn/elastic_net.h"
#include "stats/check.h"
#include "stats/logistic.h"

namespace larc::learn {

namespace {

constexpr double kUsualSlope = 0.6;
constexpr double kPriorVariance = 0.025;
constexpr double kLeastSlope = 0.02;
/// Perfect separation of a small training part must not give certainty.
constexpr double kLargestSlope = 10.0;
constexpr int kSteps = 50;

/// The slope with the largest posterior, each step with the normal prior that touches the Cauchy prior at the last
/// slope.
double posterior_slope(const Eigen::MatrixXd& z, const Outcome& outcome) {
  LossData data(outcome);
  data.offset.resize(outcome.size());
  for (std::size_t i = 0; i < data.offset.size(); ++i)
    data.offset[i] = kUsualSlope * z(static_cast<Eigen::Index>(i), 0);
  ElasticNet net(z, data, {0.0, {}, 1e-10, 200, false});
  double distance = 0.0;
  for (int step = 0; step < kSteps; ++step) {
    // Scores that seem worthless or worse are mostly the scatter of a small training part: no escape downwards.
    const double escape = std::max(distance, 0.0);
    const double precision = 2.0 / (kPriorVariance + escape * escape);
    const double next = net.fit(precision / static_cast<double>(outcome.size())).coef[0];
    const bool done = std::abs(next - distance) < 1e-6;
    distance = next;
    if (done) break;
  }
  return kUsualSlope + distance;
}

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
  const double wanted = posterior_slope(z, outcome);
  const double slope = std::clamp(std::isfinite(wanted) ? wanted : kLeastSlope, kLeastSlope, kLargestSlope);
  if (slope == kLeastSlope) result.note = "unseen patients show no relation between score and outcome";
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
