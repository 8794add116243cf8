#include "stats/sample_size.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "stats/distributions.h"
#include "stats/logistic.h"

namespace larc::stats {

namespace {

constexpr double kOptimism = 0.05;  // in Nagelkerke's R2
constexpr double kMargin = 0.05;    // of the overall risk
constexpr double kZ = 1.96;         // as printed in the papers

void check_inside(const std::string& name, double value, double low, double high) {
  if (!(value > low && value < high))
    throw Error(ErrorCode::domain, name + " " + format_double(value) + " is not between " + format_double(low) +
                                       " and " + format_double(high));
}

double patients_for_shrinkage(double r2, int parameters, double shrinkage) {
  return std::ceil(parameters / ((shrinkage - 1.0) * std::log(1.0 - r2 / shrinkage)));
}

/// The two criteria about shrinkage, which both kinds of outcome share.
SampleSize shrinkage_criteria(double r2, double largest, int parameters, double shrinkage) {
  if (parameters < 1)
    throw Error(ErrorCode::domain, "there are " + std::to_string(parameters) + " parameters; at least one is needed");
  check_inside("shrinkage", shrinkage, 0.0, 1.0);
  check_inside("Cox and Snell's R2", r2, 0.0, std::min(largest, shrinkage));
  const double of_optimism = r2 / (r2 + kOptimism * largest);
  SampleSize result;
  result.cox_snell_r2 = r2;
  result.largest_r2 = largest;
  result.nagelkerke_r2 = r2 / largest;
  result.criteria = {{"shrinkage", shrinkage, patients_for_shrinkage(r2, parameters, shrinkage)},
                     {"optimism in R2", of_optimism, patients_for_shrinkage(r2, parameters, of_optimism)}};
  return result;
}

void conclude(SampleSize& result, double events_per_patient, int parameters) {
  result.patients = 0.0;
  for (const SampleSizeCriterion& criterion : result.criteria)
    result.patients = std::max(result.patients, criterion.patients);
  result.events = result.patients * events_per_patient;
  result.events_per_parameter = result.events / parameters;
}

}  // namespace

double largest_cox_snell_binary(double prevalence) {
  check_inside("prevalence", prevalence, 0.0, 1.0);
  return -std::expm1(2.0 * (prevalence * std::log(prevalence) + (1.0 - prevalence) * std::log1p(-prevalence)));
}

double largest_cox_snell_survival(double events_per_patient) {
  check_inside("events per patient", events_per_patient, 0.0, std::numeric_limits<double>::infinity());
  return -std::expm1(2.0 * (events_per_patient * std::log(events_per_patient) - events_per_patient));
}

SampleSize binary_sample_size(double prevalence, double cox_snell_r2, int parameters, double shrinkage) {
  check_inside("prevalence", prevalence, 0.0, 1.0);
  SampleSize result = shrinkage_criteria(cox_snell_r2, largest_cox_snell_binary(prevalence), parameters, shrinkage);
  const double patients = std::ceil(kZ / kMargin * (kZ / kMargin) * prevalence * (1.0 - prevalence));
  result.criteria.push_back({"overall risk", kNaN, patients});
  conclude(result, prevalence, parameters);
  return result;
}

SampleSize survival_sample_size(double rate, double horizon, double mean_follow_up, double cox_snell_r2, int parameters,
                                double shrinkage) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  check_inside("rate", rate, 0.0, infinity);
  check_inside("horizon", horizon, 0.0, infinity);
  check_inside("mean follow-up", mean_follow_up, 0.0, infinity);
  const double events = rate * mean_follow_up;  // per patient, under an exponential model
  SampleSize result = shrinkage_criteria(cox_snell_r2, largest_cox_snell_survival(events), parameters, shrinkage);
  const double risk = -std::expm1(-rate * horizon);
  // The limits of the rate, -+ z sqrt(rate / person-time), as limits of the risk; the lower one is further away.
  const auto margin = [&](double patients) {
    const double half = kZ * std::sqrt(rate / (patients * mean_follow_up));
    return std::max(-std::expm1(-(rate + half) * horizon) - risk, risk + std::expm1(-(rate - half) * horizon));
  };
  double low = 0.0, high = 1.0;
  while (margin(high) > kMargin) high *= 2.0;
  while (high - low > 1.0) {
    const double middle = std::floor(0.5 * (low + high));
    (margin(middle) > kMargin ? low : high) = middle;
  }
  result.criteria.push_back({"overall risk", kNaN, high});
  conclude(result, events, parameters);
  return result;
}

double cox_snell_from_auc(double auc, double prevalence) {
  check_inside("the area", auc, 0.5, 1.0);
  check_inside("prevalence", prevalence, 0.0, 1.0);
  // Negatives N(0, 1), positives N(apart, 1): the log odds are then a straight line in the predictor.
  const double apart = std::numbers::sqrt2 * normal_quantile(auc);
  const double base = logit(prevalence) - 0.5 * apart * apart;
  const auto density = [](double x) { return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi); };
  // The trapezoid rule is exact to rounding for such smooth, fast falling functions.
  constexpr int kSteps = 20000;
  const double from = -12.0, step = (apart + 24.0) / kSteps;
  double loglik = 0.0;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = from + i * step, eta = base + apart * x;
    loglik -=
        step * (prevalence * density(x - apart) * log1p_exp(-eta) + (1.0 - prevalence) * density(x) * log1p_exp(eta));
  }
  const double null_loglik = prevalence * std::log(prevalence) + (1.0 - prevalence) * std::log1p(-prevalence);
  return -std::expm1(-2.0 * (loglik - null_loglik));
}

double cox_snell_from_concordance(double concordance, double event_share) {
  check_inside("the concordance", concordance, 0.5, 1.0);
  check_inside("the share of events", event_share, 0.0, 1.0);
  const double beyond = concordance - 0.5;
  const double d = 5.50 * beyond + 10.26 * beyond * beyond * beyond;
  constexpr double kError = std::numbers::pi * std::numbers::pi / 6.0;
  const double explained = std::numbers::pi / 8.0 * d * d;
  const double r2_d = explained / (kError + explained);
  const double r2_oq = -kError * r2_d / ((1.0 - kError) * r2_d - 1.0);
  return -std::expm1(event_share * std::log1p(-r2_oq));
}

}  // namespace larc::stats
