#include "stats/reclassification.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/score_groups.h"

namespace larc::stats {

namespace {

struct Moves {
  double patients = 0.0, up = 0.0, down = 0.0;
  double net() const { return (up - down) / patients; }
  /// Of a net share of a multinomial count.
  double variance() const {
    return (up + down) / (patients * patients) - (up - down) * (up - down) / (patients * patients * patients);
  }
};

NetReclassification net_reclassification(const Moves& events, const Moves& others, double level) {
  return {paired_result(events.net(), std::sqrt(events.variance()), level),
          paired_result(-others.net(), std::sqrt(others.variance()), level),
          paired_result(events.net() - others.net(), std::sqrt(events.variance() + others.variance()), level),
          {}};
}

struct Spread {
  std::vector<double> values;
  double mean() const {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  double variance_of_mean() const {
    const double n = static_cast<double>(values.size()), centre = mean();
    double squares = 0.0;
    for (const double value : values) squares += (value - centre) * (value - centre);
    return values.size() > 1 ? squares / (n - 1.0) / n : kNaN;
  }
};

}  // namespace

void check_cuts(const std::vector<double>& cuts) {
  for (std::size_t i = 0; i < cuts.size(); ++i)
    if (!(cuts[i] > 0.0 && cuts[i] < 1.0) || (i > 0 && !(cuts[i] > cuts[i - 1])))
      throw Error(ErrorCode::domain, "cut " + format_double(cuts[i]) + ": risk classes need ascending cuts in (0, 1)");
}

Reclassification reclassification(const std::vector<double>& labels, const std::vector<double>& old,
                                  const std::vector<double>& updated, const std::vector<double>& cuts, double level) {
  check_same_size("old", old.size(), "labels", labels.size());
  check_same_size("updated", updated.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_probability("old", old);
  check_probability("updated", updated);
  check_level(level);
  check_cuts(cuts);
  Reclassification result;
  Moves moved[2], changed[2];
  Spread gain[2];
  const auto risk_class = [&](double p) { return std::upper_bound(cuts.begin(), cuts.end(), p) - cuts.begin(); };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::size_t of = labels[i] == 1.0 ? 1 : 0;
    const double difference = updated[i] - old[i];
    const auto classes = risk_class(updated[i]) - risk_class(old[i]);
    gain[of].values.push_back(difference);
    moved[of].patients += 1.0;
    moved[of].up += difference > 0.0 ? 1.0 : 0.0;
    moved[of].down += difference < 0.0 ? 1.0 : 0.0;
    changed[of].patients += 1.0;
    changed[of].up += classes > 0 ? 1.0 : 0.0;
    changed[of].down += classes < 0 ? 1.0 : 0.0;
  }
  result.reason = class_problem(gain[1].values.size(), gain[0].values.size());
  if (!result.reason.empty()) return result;
  result.continuous = net_reclassification(moved[1], moved[0], level);
  if (cuts.empty())
    result.categorical.reason = "no cuts of risk classes";
  else
    result.categorical = net_reclassification(changed[1], changed[0], level);
  result.idi = paired_result(gain[1].mean() - gain[0].mean(),
                             std::sqrt(gain[1].variance_of_mean() + gain[0].variance_of_mean()), level);
  if (std::isnan(result.idi.se)) result.idi.reason = "a class has one patient: no standard error";
  return result;
}

}  // namespace larc::stats
