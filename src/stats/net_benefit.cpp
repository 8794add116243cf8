#include "stats/net_benefit.h"

#include "core/error.h"
#include "core/number.h"
#include "stats/case_weights.h"
#include "stats/check.h"

namespace larc::stats {

std::vector<double> net_benefit(const std::vector<double>& labels, const std::vector<double>& probability,
                                const std::vector<double>& thresholds, const std::vector<double>& weights) {
  check_same_size("probability", probability.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_probability("probability", probability);
  check_case_weights(weights, labels.size());
  std::vector<double> result;
  result.reserve(thresholds.size());
  for (const double threshold : thresholds) {
    if (!(threshold >= 0.0 && threshold < 1.0))
      throw Error(ErrorCode::domain, "threshold " + format_double(threshold) + " is not in [0, 1)");
    double hits = 0.0, false_alarms = 0.0, total = 0.0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double weight = weights.empty() ? 1.0 : weights[i];
      total += weight;
      if (probability[i] >= threshold) (labels[i] == 1.0 ? hits : false_alarms) += weight;
    }
    result.push_back(total > 0.0 ? hits / total - false_alarms / total * (threshold / (1.0 - threshold)) : kNaN);
  }
  return result;
}

std::vector<double> net_benefit_of_all(const std::vector<double>& labels, const std::vector<double>& thresholds,
                                       const std::vector<double>& weights) {
  return net_benefit(labels, std::vector<double>(labels.size(), 1.0), thresholds, weights);
}

}  // namespace larc::stats
