#include "stats/calibration_curve.h"

#include <algorithm>
#include <cmath>

#include "stats/check.h"
#include "stats/lowess.h"
#include "stats/order.h"
#include "stats/quantile_groups.h"

namespace larc::stats {

SmoothCalibration smooth_calibration(const std::vector<double>& labels, const std::vector<double>& probability) {
  check_same_size("probability", probability.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_probability("probability", probability);
  SmoothCalibration result;
  if (labels.empty()) {
    result.reason = "no patients";
    return result;
  }
  std::vector<double> x, y;
  x.reserve(labels.size());
  y.reserve(labels.size());
  for (const std::uint32_t i : ascending_order(probability)) {
    x.push_back(probability[i]);
    y.push_back(labels[i]);
  }
  const std::vector<double> smooth = lowess(x, y);
  std::vector<double> apart;
  apart.reserve(x.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (result.predicted.empty() || result.predicted.back() != x[i]) {
      result.predicted.push_back(x[i]);
      result.observed.push_back(smooth[i]);
    }
    apart.push_back(std::abs(x[i] - smooth[i]));
    sum += apart.back();
  }
  std::sort(apart.begin(), apart.end());
  result.e50 = quantile(apart, 0.5);
  result.e90 = quantile(apart, 0.9);
  result.emax = apart.back();
  result.ici = sum / static_cast<double>(apart.size());
  return result;
}

}  // namespace larc::stats
