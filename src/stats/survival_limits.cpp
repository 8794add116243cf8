#include "stats/survival_limits.h"

#include <algorithm>
#include <cmath>

namespace larc::stats {

Interval survival_limits(double survival, double log_se, double z, ConfidenceScale scale) {
  if (std::isnan(log_se) || survival <= 0.0) return {};
  switch (scale) {
    case ConfidenceScale::plain:
      return {std::max(0.0, survival - z * survival * log_se), std::min(1.0, survival + z * survival * log_se)};
    case ConfidenceScale::log:
      return {survival * std::exp(-z * log_se), std::min(1.0, survival * std::exp(z * log_se))};
    case ConfidenceScale::log_log:
      break;
  }
  if (survival >= 1.0) return {};
  const double log_survival = std::log(survival);
  const double half = z * log_se / -log_survival;
  return {std::exp(log_survival * std::exp(half)), std::exp(log_survival * std::exp(-half))};
}

}  // namespace larc::stats
