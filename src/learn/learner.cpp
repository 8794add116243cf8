#include "learn/learner.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "learn/learners.h"

namespace larc::learn {

namespace {

const std::vector<LearnerKind>& kinds() {
  static const std::vector<LearnerKind> list = {
      {"elastic_net", true, true, fit_elastic_net_learner, read_linear_learner},
      {"ridge", true, true, fit_elastic_net_learner, read_linear_learner},
      {"lasso", true, true, fit_elastic_net_learner, read_linear_learner},
      {"forest", true, false, fit_forest_learner, read_forest_learner},
      {"extra_trees", true, false, fit_forest_learner, read_forest_learner},
      {"survival_forest", false, true, fit_survival_forest_learner, read_survival_forest_learner},
      {"shrinkage_lda", true, false, fit_lda_learner, read_linear_learner},
      {"rank_svm", false, true, fit_rank_svm_learner, read_linear_learner},
      {"rank_ridge", true, true, fit_rank_ridge_learner, read_rank_ridge_learner},
      {"boosting", true, true, fit_boosting_learner, read_boosting_learner},
      {"ensemble", true, true, fit_ensemble_learner, read_ensemble_learner},
  };
  return list;
}

bool nothing_to_learn_from(const Prepared& prepared) {
  return prepared.all.values.cols() == 0 ||
         std::any_of(prepared.folds.begin(), prepared.folds.end(),
                     [](const PreparedFold& fold) { return fold.training.values.cols() == 0; });
}

LearnerFit everybody_alike(const Prepared& prepared, const std::string& kind) {
  LearnerFit fit;
  fit.learner = std::shared_ptr<Learner>(
      make_linear_learner("elastic_net", 0.0, Eigen::VectorXd::Zero(prepared.all.values.cols())));
  fit.unseen = Eigen::VectorXd::Zero(prepared.all.values.rows());
  fit.notes.push_back(kind + ": no feature is left in a training part, so everybody gets the same prediction");
  return fit;
}

}  // namespace

Prepared prepare(const TrainingRows& rows, const PreprocessSettings& settings, int inner_folds, std::uint64_t seed) {
  Prepared prepared;
  prepared.state = fit_preprocess(rows, settings, seed);
  prepared.all = apply_preprocess(prepared.state, rows.frame());
  prepared.outcome = rows.outcome();
  const std::set<std::size_t> units(rows.units().begin(), rows.units().end());
  prepared.rows_are_apart = units.size() == rows.size() && settings.selection.method == "none";
  for (const InnerFold& fold : rows.inner_folds(inner_folds, derive_seed(seed, "inner folds"))) {
    const PreprocessState state = fit_preprocess(fold.training, settings, seed);
    prepared.folds.push_back({fold.training_rows, fold.held_out_rows, apply_preprocess(state, fold.training.frame()),
                              apply_preprocess(state, fold.held_out.frame()).values, fold.training.outcome(),
                              fold.held_out.outcome()});
  }
  return prepared;
}

Eigen::VectorXd unseen_scores(
    const Prepared& prepared,
    const std::function<Eigen::VectorXd(const PreparedFold& fold, std::size_t number)>& score_of_held_out) {
  Eigen::VectorXd unseen = Eigen::VectorXd::Zero(prepared.all.values.rows());
  for (std::size_t k = 0; k < prepared.folds.size(); ++k) {
    const PreparedFold& fold = prepared.folds[k];
    const Eigen::VectorXd score = score_of_held_out(fold, k);
    for (std::size_t i = 0; i < fold.held_out_rows.size(); ++i)
      unseen[static_cast<Eigen::Index>(fold.held_out_rows[i])] = score[static_cast<Eigen::Index>(i)];
  }
  return unseen;
}

LearnerFit fit_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed) {
  for (const LearnerKind& kind : kinds()) {
    if (kind.name != settings.kind) continue;
    const bool survival = prepared.outcome.kind == OutcomeKind::survival;
    if (survival ? !kind.survival : !kind.binary)
      throw Error(ErrorCode::domain, "learner '" + settings.kind + "' is not for " + to_string(prepared.outcome.kind) +
                                         " outcomes; there are " + join(learner_kinds(prepared.outcome.kind), ", "));
    if (nothing_to_learn_from(prepared)) return everybody_alike(prepared, settings.kind);
    // The same learner on the same rows is fitted once, alone or as a member of an ensemble.
    const std::string key = dump_json(to_json(settings));
    const std::string place = std::to_string(seed) + key;
    if (const auto found = prepared.fitted.find(place); found != prepared.fitted.end()) return found->second;
    LearnerFit fit = kind.fit(prepared, settings, settings.kind == "ensemble" ? seed : derive_seed(seed, key));
    prepared.fitted.emplace(place, fit);
    return fit;
  }
  throw Error(ErrorCode::domain, "'" + settings.kind + "' is not a learner; there are " +
                                     join(learner_kinds(prepared.outcome.kind), ", "));
}

std::unique_ptr<Learner> learner_from_json(const Json& json) {
  const auto name = json.at("learner").get<std::string>();
  for (const LearnerKind& kind : kinds())
    if (kind.name == name) return kind.read(json);
  throw Error(ErrorCode::format, "learner '" + name + "' is not known to this version of larc");
}

std::vector<std::string> learner_kinds(OutcomeKind outcome) {
  std::vector<std::string> names;
  for (const LearnerKind& kind : kinds())
    if (outcome == OutcomeKind::survival ? kind.survival : kind.binary) names.push_back(kind.name);
  return names;
}

Json to_json(const LearnerSettings& settings) {
  Json factors = Json::object(), members = Json::array();
  for (const auto& [group, factor] : settings.penalty_factor) factors[group] = factor;
  for (const auto& member : settings.members) members.push_back(to_json(member));
  return {{"kind", settings.kind},
          {"alphas", settings.alphas},
          {"n_lambda", settings.n_lambda},
          {"lambda_min_ratio", settings.lambda_min_ratio},
          {"patience", settings.patience},
          {"penalty_factor", factors},
          {"trees", settings.trees},
          {"min_leaf", settings.min_leaf},
          {"feature_share", settings.feature_share},
          {"penalty", settings.penalty},
          {"rounds", settings.rounds},
          {"members", members},
          {"weights", settings.weights},
          {"combine", settings.combine}};
}

LearnerSettings learner_settings_from_json(const Json& json) {
  LearnerSettings settings;
  settings.kind = json.at("kind").get<std::string>();
  settings.alphas = json.at("alphas").get<std::vector<double>>();
  settings.n_lambda = json.at("n_lambda").get<int>();
  settings.lambda_min_ratio = json.at("lambda_min_ratio").get<double>();
  settings.patience = json.at("patience").get<int>();
  for (const auto& [group, factor] : json.at("penalty_factor").items())
    settings.penalty_factor[group] = factor.get<double>();
  settings.trees = json.at("trees").get<int>();
  settings.min_leaf = json.at("min_leaf").get<int>();
  settings.feature_share = json.at("feature_share").get<double>();
  settings.penalty = json.at("penalty").get<double>();
  settings.rounds = json.at("rounds").get<int>();
  settings.weights = json.at("weights").get<std::vector<double>>();
  for (const auto& member : json.at("members")) settings.members.push_back(learner_settings_from_json(member));
  settings.combine = json.at("combine").get<std::string>();
  return settings;
}

}  // namespace larc::learn
