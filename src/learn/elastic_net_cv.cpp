#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>

#include "core/error.h"
#include "core/number.h"
#include "core/parallel.h"
#include "learn/column_kernels.h"
#include "learn/elastic_net_path.h"
#include "learn/folds.h"
#include "stats/check.h"

namespace larc::learn {

namespace {

constexpr double kSmallestProbability = 1e-5;  // as cv.glmnet cuts probabilities
constexpr double kFewestPerFold = 3.0;         // below it the standard error is taken over patients
constexpr std::size_t kChunk = 5;              // lambdas between two looks at the curve
// Folds of at least so many numbers, whose passes wait for memory, with at least this tolerance: in single precision.
constexpr double kSingleNumbers = 1e6, kSingleTolerance = 1e-6;

Eigen::MatrixXd pick_rows(const Eigen::MatrixXd& x, const std::vector<std::size_t>& rows) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(rows.size()), x.cols());
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    for (std::size_t i = 0; i < rows.size(); ++i)
      result(static_cast<Eigen::Index>(i), j) = x(static_cast<Eigen::Index>(rows[i]), j);
  return result;
}

Eigen::VectorXd predictor(const Eigen::MatrixXd& x, const ElasticNetFit& fit) {
  Eigen::VectorXd eta = Eigen::VectorXd::Constant(x.rows(), fit.intercept);
  std::vector<Eigen::Index> columns;
  std::vector<double> coef;
  for (Eigen::Index j = 0; j < fit.coef.size(); ++j) {
    if (fit.coef[j] == 0.0) continue;
    columns.push_back(j);
    coef.push_back(fit.coef[j]);
  }
  add_columns(x, columns, coef, eta);
  return eta;
}

// Sums over the left-out patients of one fold at one lambda.
struct Deviance {
  double sum = 0.0;      // weighted
  double squares = 0.0;  // weighted sum of squares, binary only
};

// One fold of one alpha: a fit to the training rows and the deviance of the rows left out.
class Fold {
 public:
  Fold(const Eigen::MatrixXd& x, const LossData& outcome, const FoldRows& rows, const ElasticNetSettings& settings)
      : x_(x),
        rows_(rows),
        settings_(settings),
        test_(outcome.select_rows(rows.test)),
        training_(outcome.select_rows(rows.training)) {
    const double numbers = static_cast<double>(rows.training.size()) * static_cast<double>(x.cols());
    settings_.single_precision = settings.tolerance >= kSingleTolerance && numbers >= kSingleNumbers;
    net_ = make_net();
    if (outcome.kind == OutcomeKind::survival) {
      whole_loss_ = make_loss(outcome);
      training_loss_ = make_loss(training_);
    } else {
      test_x_ = pick_rows(x, rows.test);
    }
  }

  Deviance next(double lambda) {
    const ElasticNetFit fit = fit_at(lambda);
    unfinished_ += fit.converged ? 0 : 1;
    Deviance result;
    if (whole_loss_) {
      const Eigen::VectorXd eta = predictor(x_, fit);
      Eigen::VectorXd inside(static_cast<Eigen::Index>(rows_.training.size()));
      for (std::size_t i = 0; i < rows_.training.size(); ++i)
        inside[static_cast<Eigen::Index>(i)] = eta[static_cast<Eigen::Index>(rows_.training[i])];
      result.sum = 2.0 * (whole_loss_->saturated() - whole_loss_->log_likelihood(eta)) -
                   2.0 * (training_loss_->saturated() - training_loss_->log_likelihood(inside));
      return result;
    }
    const Eigen::VectorXd eta = predictor(test_x_, fit);
    for (std::size_t i = 0; i < rows_.test.size(); ++i) {
      const double value = eta[static_cast<Eigen::Index>(i)] + (test_.offset.empty() ? 0.0 : test_.offset[i]);
      const double p = std::clamp(1.0 / (1.0 + std::exp(-value)), kSmallestProbability, 1.0 - kSmallestProbability);
      const double deviance = -2.0 * std::log(test_.label[i] == 1.0 ? p : 1.0 - p);
      const double weight = test_.weight.empty() ? 1.0 : test_.weight[i];
      result.sum += weight * deviance;
      result.squares += weight * deviance * deviance;
    }
    return result;
  }

  // Of the left-out patients: their weights, or those of their events.
  double weight() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < test_.size(); ++i)
      sum += (test_.weight.empty() ? 1.0 : test_.weight[i]) *
             (test_.kind == OutcomeKind::survival ? static_cast<double>(test_.event[i]) : 1.0);
    return sum;
  }
  int unfinished() const { return unfinished_; }

 private:
  std::unique_ptr<ElasticNet> make_net() const {
    return std::make_unique<ElasticNet>(pick_rows(x_, rows_.training), training_, settings_);
  }

  // In double from the first lambda on that single precision does not solve: columns may be nearly alike.
  ElasticNetFit fit_at(double lambda) {
    const ElasticNetFit fit = net_->fit(lambda);
    if (fit.converged || !settings_.single_precision) return fit;
    settings_.single_precision = false;
    net_ = make_net();
    net_->start_from(fit);
    return net_->fit(lambda);
  }

  const Eigen::MatrixXd& x_;
  const FoldRows& rows_;
  ElasticNetSettings settings_;
  LossData test_, training_;
  Eigen::MatrixXd test_x_;
  std::unique_ptr<ElasticNet> net_;
  std::unique_ptr<Loss> whole_loss_, training_loss_;
  int unfinished_ = 0;
};

struct FoldResult {
  double weight = 0.0;
  std::vector<Deviance> deviance;  // by lambda
  int unfinished = 0;
};

// Adds the point of lambda k to the curve.
void add_point(CvCurve& curve, const std::vector<FoldResult>& folds, std::size_t k, bool by_patient, double patients) {
  double weight = 0.0;
  double sum = 0.0;
  double used = 0.0;
  for (const FoldResult& fold : folds) {
    if (!(fold.weight > 0.0)) continue;
    weight += fold.weight;
    sum += fold.deviance[k].sum;
    used += 1.0;
  }
  const double mean = sum / weight;
  double spread = 0.0;
  for (const FoldResult& fold : folds) {
    if (!(fold.weight > 0.0)) continue;
    const double difference = fold.deviance[k].sum / fold.weight - mean;
    spread += by_patient ? fold.deviance[k].squares - fold.weight * mean * mean : fold.weight * difference * difference;
  }
  curve.mean.push_back(mean);
  curve.se.push_back(std::sqrt(std::max(spread, 0.0) / weight / ((by_patient ? patients : used) - 1.0)));
}

void find_best(CvCurve& curve) {
  curve.index_min =
      static_cast<std::size_t>(std::min_element(curve.mean.begin(), curve.mean.end()) - curve.mean.begin());
  const double bar = curve.mean[curve.index_min] + curve.se[curve.index_min];
  curve.index_1se = 0;
  while (curve.mean[curve.index_1se] > bar) ++curve.index_1se;
}

bool lost_patience(const CvCurve& curve, int patience) {
  if (patience <= 0) return false;
  const auto best = std::min_element(curve.mean.begin(), curve.mean.end());
  return curve.mean.end() - best > patience;
}

std::vector<FoldRows> rows_of(const std::vector<int>& folds) {
  std::map<int, FoldRows> parts;
  for (const int fold : folds) parts[fold];
  for (auto& [fold, rows] : parts) rows = fold_rows(folds, fold);
  std::vector<FoldRows> result;
  for (auto& [fold, rows] : parts) result.push_back(std::move(rows));
  return result;
}

}  // namespace

CvElasticNet fit_elastic_net_cv(const Eigen::MatrixXd& x, const LossData& outcome, const CvSettings& settings,
                                const std::vector<int>& folds) {
  stats::check_same_size("folds", folds.size(), "the features", static_cast<std::size_t>(x.rows()));
  if (settings.alphas.empty()) throw Error(ErrorCode::domain, "the list of alphas is empty; 0.5 is usual");
  if (settings.patience < 0) throw Error(ErrorCode::domain, "patience must not be negative");
  const std::vector<FoldRows> parts = rows_of(folds);
  if (parts.size() < 2) throw Error(ErrorCode::refused, "cross-validation needs two folds or more");
  const double patients = static_cast<double>(x.rows());
  const bool by_patient =
      outcome.kind == OutcomeKind::binary && patients / static_cast<double>(parts.size()) < kFewestPerFold;

  CvElasticNet result;
  ElasticNetFit start;
  PathSettings chosen_path;
  double best = std::numeric_limits<double>::infinity();
  int unfinished = 0;
  for (const double alpha : settings.alphas) {
    PathSettings path{alpha,
                      settings.penalty_factor,
                      settings.standardize,
                      settings.lambdas,
                      settings.n_lambda,
                      settings.lambda_min_ratio,
                      settings.fold_tolerance};
    PathFitter all(x, outcome, path);
    const ElasticNetSettings fold_settings = all.net_settings();
    const auto make_fold = [&](std::size_t f) {
      return in_context("fold " + std::to_string(f + 1) + " of " + std::to_string(parts.size()),
                        [&] { return std::make_unique<Fold>(x, outcome, parts[f], fold_settings); });
    };
    CvCurve curve;
    curve.alpha = alpha;
    std::vector<ElasticNetFit> fits;
    std::vector<FoldResult> results(parts.size());
    std::vector<std::unique_ptr<Fold>> running(parts.size());
    std::vector<double> lambdas;
    for (bool open = true; open && !lost_patience(curve, settings.patience);) {
      const std::size_t from = lambdas.size();
      while (lambdas.size() - from < (settings.patience > 0 ? kChunk : std::numeric_limits<std::size_t>::max())) {
        const ElasticNetFit* fit = all.next();
        open = fit != nullptr;
        if (!open) break;
        fits.push_back(*fit);
        lambdas.push_back(fit->lambda);
      }
      parallel_for(parts.size(), settings.threads, [&](std::size_t f) {
        if (!running[f]) running[f] = make_fold(f);
        results[f].weight = running[f]->weight();
        for (std::size_t k = from; k < lambdas.size(); ++k) results[f].deviance.push_back(running[f]->next(lambdas[k]));
        results[f].unfinished = running[f]->unfinished();
        if (settings.patience == 0) running[f].reset();
      });
      for (std::size_t k = from; k < lambdas.size() && !lost_patience(curve, settings.patience); ++k) {
        curve.lambda.push_back(lambdas[k]);
        curve.nonzero.push_back(fits[k].nonzero());
        add_point(curve, results, k, by_patient, patients);
      }
    }
    for (const FoldResult& fold : results) unfinished += fold.unfinished;
    find_best(curve);
    const std::size_t index = settings.rule == LambdaRule::min ? curve.index_min : curve.index_1se;
    if (curve.mean[curve.index_min] < best) {
      best = curve.mean[curve.index_min];
      result.alpha = alpha;
      result.lambda = curve.lambda[index];
      start = fits[index];
      chosen_path = path;
    }
    result.curves.push_back(std::move(curve));
  }
  if (!(best < std::numeric_limits<double>::infinity()))
    throw Error(ErrorCode::refused, "the deviance of the folds is undefined at every lambda");
  chosen_path.tolerance = settings.tolerance;
  PathFitter last(x, outcome, chosen_path);
  result.fit = last.fit_from(start);
  if (unfinished > 0)
    result.notes.push_back(std::to_string(unfinished) +
                           " fits in the folds stopped before their optimality conditions held");
  if (!result.fit.reason.empty()) result.notes.push_back("the final fit: " + result.fit.reason);
  return result;
}

CvElasticNet fit_elastic_net_cv(const Eigen::MatrixXd& x, const LossData& outcome, const CvSettings& settings,
                                int count, std::uint64_t seed) {
  Outcome plain{outcome.kind, outcome.label, outcome.time, outcome.event};
  const std::size_t events = plain.events();
  const std::size_t fewest = outcome.kind == OutcomeKind::binary ? std::min(events, plain.size() - events) : events;
  if (fewest < 2)
    throw Error(ErrorCode::refused, "cross-validation needs two patients with the outcome" +
                                        std::string(outcome.kind == OutcomeKind::binary ? " and two without" : ""));
  const int used = static_cast<int>(std::min(static_cast<std::size_t>(std::max(count, 2)), fewest));
  CvElasticNet result = fit_elastic_net_cv(x, outcome, settings, stratified_folds(outcome_strata(plain), used, seed));
  if (used != count)
    result.notes.push_back("cross-validation with " + std::to_string(used) + " folds instead of " +
                           std::to_string(count) + ": too few patients with the rarer outcome");
  return result;
}

std::vector<double> adaptive_factors(const Eigen::MatrixXd& x, const LossData& outcome,
                                     const std::vector<double>& factor, const std::vector<int>& folds) {
  CvSettings settings;
  settings.alphas = {0.0};
  settings.penalty_factor = factor;
  const CvElasticNet ridge = fit_elastic_net_cv(x, outcome, settings, folds);
  std::vector<double> result(static_cast<std::size_t>(x.cols()), 0.0);
  double largest = 0.0;
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    const double deviation =
        std::sqrt((x.col(j).array() - x.col(j).mean()).square().sum() / static_cast<double>(x.rows()));
    const std::size_t k = static_cast<std::size_t>(j);
    result[k] = std::abs(ridge.fit.coef[j]) * deviation;
    largest = std::max(largest, result[k]);
  }
  // A column without any weight in the ridge fit, such as a constant one, is all but excluded.
  const double smallest = largest > 0.0 ? 1e-8 * largest : 1.0;
  for (std::size_t k = 0; k < result.size(); ++k)
    result[k] = (factor.empty() ? 1.0 : factor[k]) / std::max(result[k], smallest);
  return result;
}

}  // namespace larc::learn
