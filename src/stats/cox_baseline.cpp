#include "stats/cox_baseline.h"

#include <algorithm>
#include <cmath>

#include "stats/check.h"

namespace larc::stats {

double BaselineHazard::at(double when) const {
  const auto next = std::upper_bound(time.begin(), time.end(), when);
  return next == time.begin() ? 0.0 : cumulative[static_cast<std::size_t>(next - time.begin()) - 1];
}

std::vector<StratumHazard> baseline_hazards(const std::vector<double>& eta, const SurvivalOutcome& outcome, Ties ties) {
  check_outcome(outcome);
  check_same_size("eta", eta.size(), "time", outcome.time.size());
  check_finite("eta", eta);
  const Eigen::Map<const Eigen::MatrixXd> x(eta.data(), static_cast<Eigen::Index>(eta.size()), 1);
  const CoxRows rows(x, outcome);
  CoxKernel kernel(rows, ties);
  kernel.evaluate(rows.scale, CoxKernel::Order::likelihood);
  std::vector<StratumHazard> result;
  for (std::size_t s = 0; s < rows.strata; ++s) {
    StratumHazard& curve = result.emplace_back(StratumHazard{rows.stratum_label[s], {}});
    const double centred = std::exp(-rows.mean(0, static_cast<Eigen::Index>(s)) - kernel.shift());
    double sum = 0.0;
    for (std::size_t q = rows.group_begin[s + 1]; q-- > rows.group_begin[s];) {
      sum += kernel.jump()[q] * centred;
      curve.hazard.time.push_back(rows.groups[q].time);
      curve.hazard.cumulative.push_back(sum);
    }
  }
  return result;
}

BaselineHazard baseline_hazard(const std::vector<double>& eta, const std::vector<double>& time,
                               const std::vector<int>& event, Ties ties) {
  return baseline_hazards(eta, SurvivalOutcome{time, event, {}, {}, {}, {}}, ties).front().hazard;
}

double cox_survival(const BaselineHazard& baseline, double eta, double when) {
  return std::exp(-baseline.at(when) * std::exp(eta));
}

}  // namespace larc::stats
