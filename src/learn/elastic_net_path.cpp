#include "learn/elastic_net_path.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/number.h"

namespace larc::learn {

namespace {

constexpr std::size_t kFewestLambdas = 5;
constexpr double kLargestRatio = 0.999;
constexpr double kSmallestStep = 1e-5;

// glmnet scales penalty factors to a sum of p.
std::vector<double> scaled_factors(const std::vector<double>& factor) {
  const double sum = std::accumulate(factor.begin(), factor.end(), 0.0);
  if (factor.empty() || !(sum > 0.0) || !std::isfinite(sum)) return factor;
  std::vector<double> result = factor;
  for (double& value : result) value *= static_cast<double>(factor.size()) / sum;
  return result;
}

ElasticNetSettings net_settings(const PathSettings& settings) {
  if (settings.n_lambda < 1) throw Error(ErrorCode::domain, "n_lambda must be at least 1");
  if (!(settings.lambda_min_ratio >= 0.0 && settings.lambda_min_ratio < 1.0))
    throw Error(ErrorCode::domain, "lambda_min_ratio must lie in 0..1");
  ElasticNetSettings result;
  result.alpha = settings.alpha;
  result.penalty_factor = scaled_factors(settings.penalty_factor);
  result.standardize = settings.standardize;
  result.tolerance = settings.tolerance;
  return result;
}

bool path_ends(const std::vector<double>& ratios, OutcomeKind kind) {
  if (ratios.size() < kFewestLambdas) return false;
  const double last = ratios.back();
  if (last > kLargestRatio) return true;
  if (kind == OutcomeKind::binary) return last - ratios[ratios.size() - 2] < kSmallestStep;
  return last - ratios[ratios.size() - kFewestLambdas] < 100.0 * kSmallestStep * last;
}

}  // namespace

PathFitter::PathFitter(const Eigen::MatrixXd& x, const LossData& outcome, const PathSettings& settings)
    : settings_(settings),
      kind_(outcome.kind),
      net_(x, outcome, learn::net_settings(settings)),
      lambdas_(settings.lambdas) {
  std::sort(lambdas_.begin(), lambdas_.end(), std::greater<>());
  if (!lambdas_.empty()) return;
  if (!(net_.lambda_max() > 0.0))
    throw Error(ErrorCode::domain,
                "no penalised column is related to the outcome, so there is no sequence of lambdas; give them");
  const double ratio = settings.lambda_min_ratio > 0.0 ? settings.lambda_min_ratio : x.rows() < x.cols() ? 0.01 : 1e-4;
  lambdas_ = lambda_grid(net_.lambda_max(), ratio * net_.lambda_max(), settings.n_lambda);
}

const ElasticNetFit* PathFitter::next() {
  if (ratios_.size() == lambdas_.size() || (settings_.lambdas.empty() && path_ends(ratios_, kind_))) return nullptr;
  const ElasticNetFit& fit = net_.fit(lambdas_[ratios_.size()]);
  ratios_.push_back(fit.deviance_ratio);
  return &fit;
}

const ElasticNetFit& PathFitter::fit_from(const ElasticNetFit& start) {
  net_.start_from(start);
  return net_.fit(start.lambda);
}

ElasticNetPath fit_elastic_net_path(const Eigen::MatrixXd& x, const LossData& outcome, const PathSettings& settings) {
  PathFitter fitter(x, outcome, settings);
  ElasticNetPath path;
  while (const ElasticNetFit* fit = fitter.next()) {
    path.fits.push_back(*fit);
    if (!fit->reason.empty()) path.notes.push_back("lambda " + format_double(fit->lambda) + ": " + fit->reason);
  }
  return path;
}

}  // namespace larc::learn
