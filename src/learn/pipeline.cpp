#include "learn/pipeline.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "learn/elastic_net.h"
#include "learn/folds.h"
#include "stats/check.h"
#include "stats/logistic.h"

namespace larc::learn {

namespace {

constexpr double kTuningTolerance = 1e-4;
constexpr double kFinalTolerance = 1e-8;
constexpr double kSmallestAlpha = 0.1;  // below it the grid's lower end no longer rises with 1 / alpha

std::vector<double> factors(const PipelineSettings& settings, const FeatureMatrix& matrix) {
  std::vector<double> result;
  for (const auto& group : matrix.groups) {
    const auto found = settings.penalty_factor.find(group);
    result.push_back(found == settings.penalty_factor.end() ? 1.0 : found->second);
  }
  return result;
}

// One inner fold: features of all rows, seen through steps fitted on the fold's training part.
struct InnerFold {
  FoldRows rows;
  FeatureMatrix all;
  Eigen::MatrixXd training;
  Eigen::MatrixXd test;
  Outcome training_outcome;
  Outcome test_outcome;
};

Eigen::MatrixXd pick_rows(const Eigen::MatrixXd& values, const std::vector<std::size_t>& rows) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(rows.size()), values.cols());
  for (Eigen::Index j = 0; j < values.cols(); ++j)
    for (std::size_t i = 0; i < rows.size(); ++i)
      result(static_cast<Eigen::Index>(i), j) = values(static_cast<Eigen::Index>(rows[i]), j);
  return result;
}

std::vector<InnerFold> inner_folds(const Frame& frame, const Outcome& outcome, const PipelineSettings& settings,
                                   int count, std::uint64_t seed) {
  const std::vector<int> assignment =
      stratified_folds(outcome_strata(outcome), count, derive_seed(seed, "inner folds"));
  std::vector<InnerFold> folds;
  for (int k = 0; k < count; ++k) {
    InnerFold fold;
    fold.rows = fold_rows(assignment, k);
    fold.all = apply_preprocess(fit_preprocess(frame.select_rows(fold.rows.training), settings.preprocess), frame);
    fold.training = pick_rows(fold.all.values, fold.rows.training);
    fold.test = pick_rows(fold.all.values, fold.rows.test);
    fold.training_outcome = outcome.select_rows(fold.rows.training);
    fold.test_outcome = outcome.select_rows(fold.rows.test);
    folds.push_back(std::move(fold));
  }
  return folds;
}

// Out-of-fold deviance of a path, all folds in step, so that it can be left once it no longer improves.
class FoldPath {
 public:
  FoldPath(const InnerFold& fold, const Outcome& outcome, const ElasticNetSettings& settings, const Loss& whole)
      : fold_(fold),
        survival_(outcome.kind == OutcomeKind::survival),
        whole_(whole),
        training_loss_(make_loss(fold.training_outcome)),
        test_loss_(make_loss(fold.test_outcome)),
        net_(fold.training, fold.training_outcome, settings) {}

  double deviance(double lambda) {
    const ElasticNetFit& fit = net_.fit(lambda);
    if (!survival_) {
      const Eigen::VectorXd eta = (fold_.test * fit.coef).array() + fit.intercept;
      return -2.0 * test_loss_->log_likelihood(eta);
    }
    const Eigen::VectorXd eta = fold_.all.values * fit.coef;
    const Eigen::VectorXd inside = fold_.training * fit.coef;
    return -2.0 * (whole_.log_likelihood(eta) - training_loss_->log_likelihood(inside));
  }

 private:
  const InnerFold& fold_;
  bool survival_;
  const Loss& whole_;
  std::unique_ptr<Loss> training_loss_;
  std::unique_ptr<Loss> test_loss_;
  ElasticNet net_;
};

std::vector<double> path_of(double lambda_max, double alpha, const PipelineSettings& settings, Eigen::Index n,
                            Eigen::Index p) {
  const double ratio = settings.lambda_min_ratio > 0.0 ? settings.lambda_min_ratio : n > 5 * p ? 1e-3 : 1e-2;
  const double gradient = lambda_max * std::max(alpha, 1e-3);
  return lambda_grid(lambda_max, ratio * gradient / std::max(alpha, kSmallestAlpha), settings.n_lambda);
}

void check_settings(const PipelineSettings& settings) {
  if (settings.alphas.empty()) throw Error(ErrorCode::domain, "the list of alphas is empty; 0.05, 0.5, 1 is usual");
  if (settings.n_lambda < 1) throw Error(ErrorCode::domain, "n_lambda must be at least 1");
  if (settings.inner_folds < 2) throw Error(ErrorCode::domain, "inner_folds must be at least 2");
  if (settings.patience < 0) throw Error(ErrorCode::domain, "patience must not be negative");
  if (!(settings.lambda_min_ratio >= 0.0 && settings.lambda_min_ratio < 1.0))
    throw Error(ErrorCode::domain, "lambda_min_ratio must lie in 0..1");
}

// Fewest patients on either side, which bounds the number of inner folds.
std::size_t check_events(const Outcome& outcome) {
  const std::size_t events = outcome.events();
  const std::size_t others = outcome.size() - events;
  const std::size_t fewest = outcome.kind == OutcomeKind::binary ? std::min(events, others) : events;
  if (fewest < 2)
    throw Error(ErrorCode::refused, "a model needs at least two patients with the outcome" +
                                        std::string(outcome.kind == OutcomeKind::binary ? " and two without" : "") +
                                        "; there are " + std::to_string(events) + " with and " +
                                        std::to_string(others) + " without");
  return fewest;
}

void choose(FittedPipeline& pipeline, const Frame& frame, const Outcome& outcome, const FeatureMatrix& matrix,
            std::size_t fewest, std::uint64_t seed) {
  const PipelineSettings& settings = pipeline.settings;
  const int count = static_cast<int>(std::min(static_cast<std::size_t>(settings.inner_folds), fewest));
  if (count < settings.inner_folds)
    pipeline.notes.push_back("inner cross-validation with " + std::to_string(count) + " folds instead of " +
                             std::to_string(settings.inner_folds) + ": too few patients with the rarer outcome");
  const std::vector<InnerFold> folds = inner_folds(frame, outcome, settings, count, seed);
  const std::unique_ptr<Loss> whole = make_loss(outcome);
  const double units = static_cast<double>(outcome.kind == OutcomeKind::binary ? outcome.size() : outcome.events());
  double best = std::numeric_limits<double>::infinity();
  for (const double alpha : settings.alphas) {
    const ElasticNet full(matrix.values, outcome, {alpha, factors(settings, matrix), kTuningTolerance, 100});
    std::vector<FoldPath> paths;
    paths.reserve(folds.size());
    for (const auto& fold : folds)
      paths.emplace_back(fold, outcome, ElasticNetSettings{alpha, factors(settings, fold.all), kTuningTolerance, 100},
                         *whole);
    double best_here = std::numeric_limits<double>::infinity();
    int since_best = 0;
    for (const double lambda :
         path_of(full.lambda_max(), alpha, settings, matrix.values.rows(), matrix.values.cols())) {
      double deviance = 0.0;
      for (auto& path : paths) deviance += path.deviance(lambda);
      deviance /= units;
      pipeline.tuning.push_back({alpha, lambda, deviance});
      since_best = deviance < best_here ? 0 : since_best + 1;
      best_here = std::min(best_here, deviance);
      if (deviance < best) {
        best = deviance;
        pipeline.alpha = alpha;
        pipeline.lambda = lambda;
      }
      if (settings.patience > 0 && since_best >= settings.patience) break;
    }
  }
}

}  // namespace

FittedPipeline fit_pipeline(const Frame& frame, const Outcome& outcome, const PipelineSettings& settings,
                            std::uint64_t seed) {
  check_settings(settings);
  check_outcome(outcome);
  stats::check_same_size("the outcome", outcome.size(), "the table", frame.rows);
  const std::size_t fewest = check_events(outcome);
  FittedPipeline pipeline;
  pipeline.kind = outcome.kind;
  pipeline.settings = settings;
  pipeline.patients = outcome.size();
  pipeline.events = outcome.events();
  pipeline.preprocess = fit_preprocess(frame, settings.preprocess);
  if (const auto& robustness = pipeline.preprocess.robustness; robustness.dropped() > 0)
    pipeline.notes.push_back(std::to_string(robustness.dropped()) + " of " + std::to_string(robustness.columns.size()) +
                             " features that were measured on perturbed images do not bear it and were dropped");
  const FeatureMatrix matrix = apply_preprocess(pipeline.preprocess, frame);
  choose(pipeline, frame, outcome, matrix, fewest, seed);

  ElasticNet net(matrix.values, outcome, {pipeline.alpha, factors(settings, matrix), kTuningTolerance, 1000});
  for (const double lambda :
       path_of(net.lambda_max(), pipeline.alpha, settings, matrix.values.rows(), matrix.values.cols()))
    if (lambda > pipeline.lambda) net.fit(lambda);
  net.set_tolerance(kFinalTolerance);
  const ElasticNetFit& fit = net.fit(pipeline.lambda);
  if (!fit.converged) pipeline.notes.emplace_back("the final fit stopped before it had fully converged");
  pipeline.intercept = fit.intercept;
  for (std::size_t j = 0; j < matrix.names.size(); ++j)
    pipeline.model.push_back({matrix.names[j], matrix.groups[j], fit.coef[static_cast<Eigen::Index>(j)]});
  if (fit.nonzero() == 0) pipeline.notes.emplace_back("no feature was kept: everybody gets the same prediction");
  if (outcome.kind == OutcomeKind::survival) {
    const Eigen::VectorXd eta = matrix.values * fit.coef;
    pipeline.baseline = stats::baseline_hazard({eta.data(), eta.data() + eta.size()}, outcome.time_months,
                                               outcome.event, stats::Ties::breslow);
  }
  return pipeline;
}

std::vector<double> linear_predictor(const FittedPipeline& pipeline, const Frame& frame,
                                     std::vector<std::string>* notes) {
  const FeatureMatrix matrix = apply_preprocess(pipeline.preprocess, frame, notes);
  std::vector<double> eta(frame.rows, pipeline.intercept);
  for (std::size_t j = 0; j < pipeline.model.size(); ++j) {
    const double coefficient = pipeline.model[j].value;
    if (coefficient == 0.0) continue;
    for (std::size_t i = 0; i < frame.rows; ++i)
      eta[i] += coefficient * matrix.values(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
  }
  return eta;
}

std::vector<double> probability(const FittedPipeline& pipeline, const Frame& frame, std::vector<std::string>* notes) {
  if (pipeline.kind != OutcomeKind::binary)
    throw Error(ErrorCode::domain, "a survival model gives no single probability; ask for survival at a time");
  std::vector<double> result = linear_predictor(pipeline, frame, notes);
  for (auto& value : result) value = stats::logistic(value);
  return result;
}

std::vector<std::vector<double>> survival(const FittedPipeline& pipeline, const Frame& frame,
                                          const std::vector<double>& times, std::vector<std::string>* notes) {
  if (pipeline.kind != OutcomeKind::survival)
    throw Error(ErrorCode::domain, "a binary model gives no survival curve; ask for the probability");
  std::vector<std::vector<double>> result;
  for (const double eta : linear_predictor(pipeline, frame, notes)) {
    std::vector<double> row;
    for (const double time : times) row.push_back(stats::cox_survival(pipeline.baseline, eta, time));
    result.push_back(std::move(row));
  }
  return result;
}

std::vector<Coefficient> coefficients(const FittedPipeline& pipeline) {
  std::vector<Coefficient> result;
  for (const auto& coefficient : pipeline.model)
    if (coefficient.value != 0.0) result.push_back(coefficient);
  std::stable_sort(result.begin(), result.end(),
                   [](const Coefficient& a, const Coefficient& b) { return std::abs(a.value) > std::abs(b.value); });
  return result;
}

}  // namespace larc::learn
