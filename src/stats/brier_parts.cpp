#include "stats/brier_parts.h"

#include <cmath>

#include "stats/check.h"
#include "stats/interval.h"
#include "stats/quantile_groups.h"

namespace larc::stats {

namespace {

struct MeanAndError {
  double mean = kNaN;
  double se = kNaN;
};

MeanAndError mean_and_error(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  if (values.empty()) return {};
  double sum = 0.0, squares = 0.0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, values.size() > 1 ? std::sqrt(squares / (n - 1.0) / n) : kNaN};
}

}  // namespace

BrierParts brier_parts(const std::vector<double>& labels, const std::vector<double>& probability, int groups,
                       double level) {
  check_same_size("probability", probability.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_probability("probability", probability);
  check_level(level);
  BrierParts result;
  const QuantileGroups cut = quantile_groups(probability, groups);
  if (labels.empty()) {
    result.reason = result.score.reason = "no patients";
    return result;
  }
  std::vector<double> squares;
  struct Sums {
    double patients = 0.0, events = 0.0, predicted = 0.0;
  };
  std::vector<Sums> sums(cut.count);
  double events = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    squares.push_back((labels[i] - probability[i]) * (labels[i] - probability[i]));
    Sums& group = sums[cut.group[i]];
    group.patients += 1.0;
    group.events += labels[i];
    group.predicted += probability[i];
    events += labels[i];
  }
  const MeanAndError score = mean_and_error(squares);
  const Interval limits = normal_interval(score.mean, score.se, level, 0.0, 1.0);
  result.score = {score.mean, score.se, limits.lower, limits.upper, std::isnan(score.se) ? "one patient" : ""};
  const double n = static_cast<double>(labels.size()), prevalence = events / n;
  result.reliability = result.resolution = 0.0;
  for (const Sums& group : sums) {
    const double observed = group.events / group.patients, apart = group.predicted / group.patients - observed;
    result.reliability += group.patients / n * apart * apart;
    result.resolution += group.patients / n * (observed - prevalence) * (observed - prevalence);
  }
  result.uncertainty = prevalence * (1.0 - prevalence);
  result.within = score.mean - (result.reliability - result.resolution + result.uncertainty);
  if (result.uncertainty > 0.0)
    result.scaled = 1.0 - score.mean / result.uncertainty;
  else
    result.reason = "one class only: no scaled Brier score";
  return result;
}

PairedResult brier_difference(const std::vector<double>& labels, const std::vector<double>& probability_a,
                              const std::vector<double>& probability_b, double level) {
  check_same_size("probability_a", probability_a.size(), "labels", labels.size());
  check_same_size("probability_b", probability_b.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_probability("probability_a", probability_a);
  check_probability("probability_b", probability_b);
  check_level(level);
  std::vector<double> apart;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double a = labels[i] - probability_a[i], b = labels[i] - probability_b[i];
    apart.push_back(a * a - b * b);
  }
  const MeanAndError mean = mean_and_error(apart);
  PairedResult result = paired_result(mean.mean, mean.se, level);
  if (std::isnan(mean.se)) result.reason = labels.empty() ? "no patients" : "one patient: no standard error";
  return result;
}

}  // namespace larc::stats
