#include "stats/calibration_tests.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "stats/check.h"
#include "stats/distributions.h"
#include "stats/logistic.h"
#include "stats/quantile_groups.h"

namespace larc::stats {

namespace {

void check(const std::vector<double>& labels, const std::vector<double>& probability) {
  check_same_size("probability", probability.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_probability("probability", probability);
}

}  // namespace

ChiSquaredTest hosmer_lemeshow(const std::vector<double>& labels, const std::vector<double>& probability, int groups,
                               bool external) {
  check(labels, probability);
  const QuantileGroups cut = quantile_groups(probability, groups);
  ChiSquaredTest result;
  result.df = static_cast<double>(cut.count) - (external ? 0.0 : 2.0);
  if (cut.count < 3) {
    result.df = kNaN;
    result.reason = labels.empty() ? "no patients" : "fewer than three groups of different predictions";
    return result;
  }
  struct Counts {
    double patients = 0.0, events = 0.0, expected = 0.0;
  };
  std::vector<Counts> counts(cut.count);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    Counts& group = counts[cut.group[i]];
    group.patients += 1.0;
    group.events += labels[i];
    group.expected += probability[i];
  }
  result.chi2 = 0.0;
  for (const Counts& group : counts) {
    const double apart = (group.events - group.expected) * (group.events - group.expected);
    if (apart > 0.0) result.chi2 += apart / group.expected + apart / (group.patients - group.expected);
  }
  result.p = chi_squared_survival(result.chi2, result.df);
  return result;
}

CalibrationZ spiegelhalter(const std::vector<double>& labels, const std::vector<double>& probability) {
  check(labels, probability);
  CalibrationZ result;
  double sum = 0.0, variance = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double p = probability[i], lean = 1.0 - 2.0 * p;
    sum += (labels[i] - p) * lean;
    variance += lean * lean * p * (1.0 - p);
  }
  if (!(variance > 0.0)) {
    result.reason = labels.empty() ? "no patients" : "every prediction is 0, 1/2 or 1";
    return result;
  }
  result.z = sum / std::sqrt(variance);
  result.p = normal_two_sided_p(result.z);
  return result;
}

ChiSquaredTest unreliability(const std::vector<double>& labels, const std::vector<double>& probability) {
  check(labels, probability);
  ChiSquaredTest result;
  const auto rows = static_cast<Eigen::Index>(labels.size());
  Eigen::MatrixXd x(rows, 1);
  double loglik = 0.0;
  std::vector<Eigen::Index> inside;
  std::vector<double> inside_labels;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double p = probability[i];
    if (p == 0.0 || p == 1.0) {
      // Certain and right: no information; certain and wrong: infinitely unlikely.
      if (p == labels[i]) continue;
      result.reason = "a prediction of exactly 0 or 1 was wrong";
      return result;
    }
    x(static_cast<Eigen::Index>(inside.size()), 0) = logit(p);
    inside.push_back(static_cast<Eigen::Index>(i));
    inside_labels.push_back(labels[i]);
    loglik += labels[i] == 1.0 ? std::log(p) : std::log1p(-p);
  }
  const LogisticFit fit = fit_logistic(x.topRows(static_cast<Eigen::Index>(inside.size())), inside_labels);
  if (!fit.converged || !fit.reason.empty()) {
    result.reason = fit.reason;
    return result;
  }
  result.chi2 = std::max(0.0, 2.0 * (fit.loglik - loglik));
  result.df = 2.0;
  result.p = chi_squared_survival(result.chi2, 2.0);
  return result;
}

}  // namespace larc::stats
