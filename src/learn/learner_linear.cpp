#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/number.h"
#include "learn/elastic_net.h"
#include "learn/learners.h"
#include "learn/rotation.h"

namespace larc::learn {

namespace {

constexpr double kTuningTolerance = 1e-5;  // of the optimality gap
constexpr double kFinalTolerance = 1e-10;
constexpr double kSmallestAlpha = 0.1;  // below it the grid's lower end no longer rises with 1 / alpha

class LinearLearner : public Learner {
 public:
  LinearLearner(std::string kind, double intercept, Eigen::VectorXd weights)
      : kind_(std::move(kind)), intercept_(intercept), weights_(std::move(weights)) {}
  Eigen::VectorXd linear(const Eigen::MatrixXd& x) const override { return (x * weights_).array() + intercept_; }
  Json to_json() const override { return {{"learner", kind_}, {"intercept", intercept_}, {"weights", weights()}}; }
  std::vector<double> weights() const override { return {weights_.data(), weights_.data() + weights_.size()}; }

 private:
  std::string kind_;
  double intercept_;
  Eigen::VectorXd weights_;
};

std::vector<double> factors(const LearnerSettings& settings, const FeatureMatrix& matrix) {
  std::vector<double> result;
  for (const auto& group : matrix.groups) {
    const auto found = settings.penalty_factor.find(group);
    result.push_back(found == settings.penalty_factor.end() ? 1.0 : found->second);
  }
  return result;
}

/// Out-of-fold scores and deviance of a path in one inner fold; all folds go in step, so that the path can be left once
/// it no longer improves.
class FoldPath {
 public:
  FoldPath(const PreparedFold& fold, const Outcome& whole_outcome, const ElasticNetSettings& settings, Loss& whole)
      : fold_(fold),
        whole_(whole),
        survival_(whole_outcome.kind == OutcomeKind::survival),
        training_loss_(make_loss(fold.training_outcome)),
        held_out_loss_(make_loss(fold.held_out_outcome)),
        net_(fold.training.values, fold.training_outcome, settings) {}

  double deviance(double lambda) {
    const ElasticNetFit& fit = net_.fit(lambda);
    held_out_ = (fold_.held_out * fit.coef).array() + fit.intercept;
    if (!survival_) return -2.0 * held_out_loss_->log_likelihood(held_out_);
    const Eigen::VectorXd inside = fold_.training.values * fit.coef;
    Eigen::VectorXd all(whole_.size());
    for (std::size_t i = 0; i < fold_.training_rows.size(); ++i)
      all[static_cast<Eigen::Index>(fold_.training_rows[i])] = inside[static_cast<Eigen::Index>(i)];
    for (std::size_t i = 0; i < fold_.held_out_rows.size(); ++i)
      all[static_cast<Eigen::Index>(fold_.held_out_rows[i])] = held_out_[static_cast<Eigen::Index>(i)];
    return -2.0 * (whole_.log_likelihood(all) - training_loss_->log_likelihood(inside));
  }
  const Eigen::VectorXd& held_out() const { return held_out_; }

 private:
  const PreparedFold& fold_;
  Loss& whole_;
  bool survival_;
  std::unique_ptr<Loss> training_loss_;
  std::unique_ptr<Loss> held_out_loss_;
  ElasticNet net_;
  Eigen::VectorXd held_out_;
};

std::vector<double> path_of(double lambda_max, double alpha, const LearnerSettings& settings, Eigen::Index n,
                            Eigen::Index p) {
  const double ratio = settings.lambda_min_ratio > 0.0 ? settings.lambda_min_ratio : n > 5 * p ? 1e-3 : 1e-2;
  const double gradient = lambda_max * std::max(alpha, 1e-3);
  return lambda_grid(lambda_max, ratio * gradient / std::max(alpha, kSmallestAlpha), settings.n_lambda);
}

std::vector<double> alphas_of(const LearnerSettings& settings) {
  if (settings.kind == "ridge") return {0.0};
  if (settings.kind == "lasso") return {1.0};
  return settings.alphas;
}

void check_settings(const LearnerSettings& settings) {
  if (alphas_of(settings).empty()) throw Error(ErrorCode::domain, "the list of alphas is empty; 0.05, 0.5, 1 is usual");
  if (settings.n_lambda < 1) throw Error(ErrorCode::domain, "n_lambda must be at least 1");
  if (settings.patience < 0) throw Error(ErrorCode::domain, "patience must not be negative");
  if (!(settings.lambda_min_ratio >= 0.0 && settings.lambda_min_ratio < 1.0))
    throw Error(ErrorCode::domain, "lambda_min_ratio must lie in 0..1");
}

/// One path for each alpha, from large to small.
std::vector<std::vector<double>> paths_of(const Prepared& prepared, const LearnerSettings& settings) {
  const Eigen::MatrixXd& x = prepared.all.values;
  std::vector<std::vector<double>> paths;
  for (const double alpha : alphas_of(settings)) {
    const ElasticNet net(x, prepared.outcome, {alpha, factors(settings, prepared.all), kTuningTolerance, 100, false});
    paths.push_back(path_of(net.lambda_max(), alpha, settings, x.rows(), x.cols()));
  }
  return paths;
}

LearnerFit fit_paths(const Prepared& prepared, const LearnerSettings& settings,
                     const std::vector<std::vector<double>>& lambdas) {
  const Outcome& outcome = prepared.outcome;
  const FeatureMatrix& all = prepared.all;
  const std::unique_ptr<Loss> whole = make_loss(outcome);
  const double units = static_cast<double>(outcome.kind == OutcomeKind::binary ? outcome.size() : outcome.events());
  LearnerFit result;
  result.unseen = Eigen::VectorXd::Zero(all.values.rows());
  const std::vector<double> alphas = alphas_of(settings);
  std::size_t best_path = 0;
  double best = std::numeric_limits<double>::infinity(), best_alpha = kNaN, best_lambda = kNaN;
  Json tried = Json::array();
  for (std::size_t a = 0; a < alphas.size(); ++a) {
    const double alpha = alphas[a];
    std::vector<FoldPath> paths;
    paths.reserve(prepared.folds.size());
    for (const auto& fold : prepared.folds)
      paths.emplace_back(fold, outcome,
                         ElasticNetSettings{alpha, factors(settings, fold.training), kTuningTolerance, 100, false},
                         *whole);
    double best_here = std::numeric_limits<double>::infinity();
    int since_best = 0;
    for (const double lambda : lambdas[a]) {
      double deviance = 0.0;
      for (auto& path : paths) deviance += path.deviance(lambda);
      deviance /= units;
      tried.push_back({alpha, lambda, number_or_null(deviance)});
      since_best = deviance < best_here ? 0 : since_best + 1;
      best_here = std::min(best_here, deviance);
      if (deviance < best) {
        best = deviance;
        best_alpha = alpha;
        best_path = a;
        best_lambda = lambda;
        for (std::size_t k = 0; k < paths.size(); ++k)
          for (std::size_t i = 0; i < prepared.folds[k].held_out_rows.size(); ++i)
            result.unseen[static_cast<Eigen::Index>(prepared.folds[k].held_out_rows[i])] =
                paths[k].held_out()[static_cast<Eigen::Index>(i)];
      }
      if (settings.patience > 0 && since_best >= settings.patience) break;
    }
  }
  if (!std::isfinite(best)) throw Error(ErrorCode::domain, "no penalty of the path gave a finite deviance");
  ElasticNet net(all.values, outcome, {best_alpha, factors(settings, all), kTuningTolerance, 200, false});
  for (const double lambda : lambdas[best_path]) {
    if (lambda <= best_lambda) break;
    net.fit(lambda);
  }
  net.set_tolerance(kFinalTolerance);
  const ElasticNetFit& fit = net.fit(best_lambda);
  if (!fit.converged) result.notes.emplace_back("the final fit stopped before it had fully converged");
  if (fit.nonzero() == 0) result.notes.emplace_back("no feature was kept: everybody gets the same prediction");
  result.tuning = {{"alpha", best_alpha}, {"lambda", best_lambda}, {"deviance", best}, {"tried", tried}};
  result.learner = make_linear_learner(settings.kind, fit.intercept, fit.coef);
  return result;
}

/// A ridge in the coordinates of the rows (rotation.h): the same model, for the price of n features.
LearnerFit fit_rotated_ridge(const Prepared& prepared, const LearnerSettings& settings,
                             const std::vector<std::vector<double>>& lambdas) {
  static const std::string kPenalised = "penalised", kFree = "free";
  const auto features = [](const Rotation& rotation) {
    FeatureMatrix matrix;
    for (const double factor : rotation.factors()) matrix.groups.push_back(factor > 0.0 ? kPenalised : kFree);
    matrix.values = rotation.coordinates();
    return matrix;
  };
  const Rotation whole(prepared.all.values, factors(settings, prepared.all));
  Prepared turned;
  turned.all = features(whole);
  turned.outcome = prepared.outcome;
  for (const PreparedFold& fold : prepared.folds) {
    const Rotation rotation(fold.training.values, factors(settings, fold.training));
    turned.folds.push_back({fold.training_rows, fold.held_out_rows, features(rotation),
                            rotation.coordinates_of(fold.held_out), fold.training_outcome, fold.held_out_outcome});
  }
  LearnerSettings plain = settings;
  plain.penalty_factor = {{kFree, 0.0}};
  LearnerFit fit = fit_paths(turned, plain, lambdas);
  double intercept = fit.learner->linear(Eigen::MatrixXd::Zero(1, turned.all.values.cols()))[0];
  const std::vector<double> weights = fit.learner->weights();
  const Eigen::VectorXd coef = whole.coefficients(
      Eigen::Map<const Eigen::VectorXd>(weights.data(), static_cast<Eigen::Index>(weights.size())), intercept);
  fit.learner = make_linear_learner(settings.kind, intercept, coef);
  return fit;
}

}  // namespace

std::unique_ptr<Learner> make_linear_learner(const std::string& kind, double intercept, Eigen::VectorXd weights) {
  return std::make_unique<LinearLearner>(kind, intercept, std::move(weights));
}

std::unique_ptr<Learner> read_linear_learner(const Json& json) {
  const auto weights = json.at("weights").get<std::vector<double>>();
  return make_linear_learner(
      json.at("learner").get<std::string>(), json.at("intercept").get<double>(),
      Eigen::Map<const Eigen::VectorXd>(weights.data(), static_cast<Eigen::Index>(weights.size())));
}

LearnerFit fit_elastic_net_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t) {
  check_settings(settings);
  const std::vector<std::vector<double>> lambdas = paths_of(prepared, settings);
  const bool ridge = alphas_of(settings) == std::vector<double>{0.0};
  if (ridge && prepared.all.values.cols() > prepared.all.values.rows())
    return fit_rotated_ridge(prepared, settings, lambdas);
  return fit_paths(prepared, settings, lambdas);
}

}  // namespace larc::learn
