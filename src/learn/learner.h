#pragma once
#include <Eigen/Dense>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/preprocess.h"
#include "learn/rows.h"

namespace larc::learn {

/// A fold of the training rows after its own preprocessing.
struct PreparedFold {
  std::vector<std::size_t> training_rows;
  std::vector<std::size_t> held_out_rows;
  FeatureMatrix training;
  Eigen::MatrixXd held_out;  // the same columns
  Outcome training_outcome;
  Outcome held_out_outcome;
};

struct Coefficient {
  std::string name;  // feature name after encoding
  std::string group;
  double value = 0.0;  // per training standard deviation
};

/// A fitted learner: a score of standardised features, a logit (binary) or a log hazard ratio (survival), uncalibrated.
class Learner {
 public:
  virtual ~Learner() = default;
  /// x (n, p) -> (n,)
  virtual Eigen::VectorXd linear(const Eigen::MatrixXd& x) const = 0;
  /// Exact: read back, it gives the same bits. Holds the key "learner".
  virtual Json to_json() const = 0;
  /// Weights of the features, in their order; empty where the learner has none.
  virtual std::vector<double> weights() const { return {}; }
};

struct LearnerSettings {
  /// One of `learner_kinds`.
  std::string kind = "elastic_net";
  std::vector<double> alphas = {0.05, 0.5, 1.0};  // elastic_net: nearly ridge, half, lasso
  int n_lambda = 40;
  double lambda_min_ratio =
      0.0;            // smallest over largest lambda; 0: 0.001 with more than 5 patients a feature, else 0.01
  int patience = 10;  // steps along the path without a better inner deviance before it is left; 0: never
  std::map<std::string, double> penalty_factor;  // per column group; 1 when absent, 0 = never penalised
  int trees = 500;
  int min_leaf = 5;                      // of a tree
  double feature_share = 0.1;            // forests: of the features, tried at each node
  double penalty = 0.1;                  // rank_ridge
  int rounds = 100;                      // boosting
  std::vector<LearnerSettings> members;  // ensemble
  std::vector<double> weights;           // of the members; empty: equal
  std::string combine = "rank";          // ensemble: rank (mean of ranks), mean (of recalibrated scores), stack
};
Json to_json(const LearnerSettings& settings);
LearnerSettings learner_settings_from_json(const Json& json);

struct LearnerFit {
  std::shared_ptr<const Learner> learner;
  /// (n,) score of each training row from a fit that did not see it: inner folds, or trees that did not draw it.
  Eigen::VectorXd unseen;
  Json tuning = Json::object();  // what was chosen, for people
  std::vector<std::string> notes;
};

/// Training rows ready for learners: features of all, and of inner folds in which every step was fitted anew.
struct Prepared {
  PreprocessState state;
  FeatureMatrix all;
  Outcome outcome;
  std::vector<PreparedFold> folds;
  /// No patient has two rows and no step looked at the outcome: a tree that did not draw a row never saw it.
  bool rows_are_apart = true;
  /// Learners fitted so far on these rows; one Prepared serves one thread.
  mutable std::map<std::string, LearnerFit> fitted;
};

/// errors as fit_preprocess and TrainingRows::inner_folds
Prepared prepare(const TrainingRows& rows, const PreprocessSettings& settings, int inner_folds, std::uint64_t seed);

/// errors refused, domain: what the learner cannot be fitted on; domain: an unknown kind, or one for the other outcome
LearnerFit fit_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed);
/// errors format: an unknown learner
std::unique_ptr<Learner> learner_from_json(const Json& json);

/// Kinds that `fit_learner` knows for an outcome.
std::vector<std::string> learner_kinds(OutcomeKind kind);

}  // namespace larc::learn
