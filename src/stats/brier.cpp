#include "stats/brier.h"

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "stats/check.h"
#include "stats/interval.h"

namespace larc::stats {

namespace {

/// Mean of the weighted squares; influence, when wanted, of every patient.
double weighted_mean(const IpcwSample& patients, const std::vector<double>& weight, const std::vector<double>& risk,
                     double horizon, int cause, std::vector<double>& influence) {
  const std::size_t n = patients.size();
  std::vector<double> terms(n);
  for (std::size_t i = 0; i < n; ++i) {
    const bool event = patients.time()[i] <= horizon && patients.cause()[i] == cause;
    const double miss = event ? 1.0 - risk[i] : risk[i];
    terms[i] = weight[i] * miss * miss;
  }
  const double mean = std::accumulate(terms.begin(), terms.end(), 0.0) / static_cast<double>(n);
  influence = patients.censoring_influence(terms, horizon);
  for (std::size_t i = 0; i < n; ++i) influence[i] += terms[i] - mean;
  return mean;
}

}  // namespace

BrierScore brier_score(const IpcwSample& patients, const std::vector<double>& risk, double horizon, int cause,
                       double level) {
  check_same_size("risk", risk.size(), "time", patients.size());
  check_probability("risk", risk);
  check_horizon(horizon);
  check_level(level);
  BrierScore result;
  result.horizon = horizon;
  if (!patients.followed(horizon)) {
    result.reason = "nobody is followed to the horizon";
    return result;
  }
  const std::vector<double> weight = patients.weights(horizon);
  result.brier = weighted_mean(patients, weight, risk, horizon, cause, result.influence);
  result.se = influence_se(result.influence);
  const Interval limits = normal_interval(result.brier, result.se, level, 0.0, 1.0);
  result.lower = limits.lower;
  result.upper = limits.upper;
  std::vector<double> null_influence;
  const std::vector<double> null_risk(risk.size(), patients.incidence(horizon, cause));
  result.brier_null = weighted_mean(patients, weight, null_risk, horizon, cause, null_influence);
  result.null_se = influence_se(null_influence);
  if (result.brier_null > 0.0)
    result.scaled = 1.0 - result.brier / result.brier_null;
  else
    result.reason = "no event before the horizon: the scaled score is undefined";
  return result;
}

PairedResult paired_brier(const BrierScore& a, const BrierScore& b, double level) {
  if (!a.influence.empty() && !b.influence.empty())
    return paired_influence(a.brier, a.influence, b.brier, b.influence, level);
  PairedResult result;
  result.reason = a.influence.empty() ? a.reason : b.reason;
  return result;
}

double integrated_score(const std::vector<double>& times, const std::vector<double>& values) {
  check_same_size("values", values.size(), "times", times.size());
  double sum = 0.0;
  for (std::size_t k = 0; k < times.size(); ++k) {
    check_horizon(times[k]);
    if (k == 0) continue;
    if (!(times[k] > times[k - 1]))
      throw Error(ErrorCode::domain, "times are not ascending at position " + std::to_string(k + 1));
    sum += values[k - 1] * (times[k] - times[k - 1]);
  }
  return times.size() < 2 ? kNaN : sum / times.back();
}

}  // namespace larc::stats
