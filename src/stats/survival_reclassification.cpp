#include "stats/survival_reclassification.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"

namespace larc::stats {

namespace {

/// A weighted mean and every patient's influence on it.
struct WeightedMean {
  double value = kNaN;
  std::vector<double> influence;
};

WeightedMean weighted_mean(const IpcwSample& patients, const std::vector<double>& weight,
                           const std::vector<double>& values, double horizon) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weight[i] * values[i];
    total += weight[i];
  }
  WeightedMean result{sum / total, std::vector<double>(values.size())};
  const double n = static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    result.influence[i] = weight[i] * (values[i] - result.value) * n / total;
  const std::vector<double> censoring = patients.censoring_influence(result.influence, horizon);
  for (std::size_t i = 0; i < values.size(); ++i) result.influence[i] += censoring[i];
  return result;
}

/// Means of `values` among those with the event and among the others, and their difference.
struct Gain {
  PairedResult events, others, total;
};

Gain gain(const IpcwSample& patients, const std::vector<double>& event_weight, const std::vector<double>& other_weight,
          const std::vector<double>& values, double horizon, double level) {
  const WeightedMean events = weighted_mean(patients, event_weight, values, horizon);
  const WeightedMean others = weighted_mean(patients, other_weight, values, horizon);
  return {paired_result(events.value, influence_se(events.influence), level),
          paired_result(-others.value, influence_se(others.influence), level),
          paired_influence(events.value, events.influence, others.value, others.influence, level)};
}

}  // namespace

Reclassification survival_reclassification(const IpcwSample& patients, const std::vector<double>& old,
                                           const std::vector<double>& updated, double horizon,
                                           const std::vector<double>& cuts, int cause, double level) {
  check_same_size("old", old.size(), "time", patients.size());
  check_same_size("updated", updated.size(), "time", patients.size());
  check_probability("old", old);
  check_probability("updated", updated);
  check_horizon(horizon);
  check_level(level);
  check_cuts(cuts);
  Reclassification result;
  if (!patients.followed(horizon)) {
    result.reason = "nobody is followed to the horizon";
    return result;
  }
  std::vector<double> event_weight = patients.weights(horizon), other_weight = event_weight;
  std::vector<double> difference, direction, classes;
  const auto risk_class = [&](double p) { return std::upper_bound(cuts.begin(), cuts.end(), p) - cuts.begin(); };
  const auto sign = [](auto value) { return value > 0 ? 1.0 : value < 0 ? -1.0 : 0.0; };
  std::size_t events = 0, others = 0;
  for (std::size_t i = 0; i < patients.size(); ++i) {
    const bool event = patients.cause()[i] == cause && patients.time()[i] <= horizon;
    (event ? other_weight : event_weight)[i] = 0.0;
    events += event_weight[i] > 0.0 ? 1 : 0;
    others += other_weight[i] > 0.0 ? 1 : 0;
    difference.push_back(updated[i] - old[i]);
    direction.push_back(sign(difference.back()));
    classes.push_back(sign(risk_class(updated[i]) - risk_class(old[i])));
  }
  if (events == 0) result.reason = "no event by the horizon";
  if (others == 0) result.reason = "nobody is known to be without the event at the horizon";
  if (!result.reason.empty()) return result;
  const auto of = [&](const std::vector<double>& values) {
    return gain(patients, event_weight, other_weight, values, horizon, level);
  };
  const Gain any = of(direction);
  result.continuous = {any.events, any.others, any.total, {}};
  if (cuts.empty()) {
    result.categorical.reason = "no cuts of risk classes";
  } else {
    const Gain moved = of(classes);
    result.categorical = {moved.events, moved.others, moved.total, {}};
  }
  result.idi = of(difference).total;
  return result;
}

}  // namespace larc::stats
