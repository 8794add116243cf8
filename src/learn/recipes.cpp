#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "learn/crossval.h"

namespace larc::learn {

namespace {

LearnerSettings learner(const std::string& kind) {
  LearnerSettings settings;
  settings.kind = kind;
  return settings;
}

}  // namespace

Recipe default_recipe(OutcomeKind kind) {
  Recipe recipe;
  recipe.name = "default";
  recipe.preprocess.correlation_threshold = 1.0;
  recipe.learner = learner("ensemble");
  if (kind == OutcomeKind::binary) {
    recipe.learner.members = {learner("forest"), learner("rank_ridge")};
    // Fewer trees that look at more features: as good as 500 on a tenth of them, for the same time.
    recipe.learner.members[0].trees = 200;
    recipe.learner.members[0].feature_share = 0.3;
    recipe.learner.weights = {2.0, 1.0};
  } else {
    recipe.learner.members = {learner("survival_forest"), learner("ridge"), learner("rank_ridge")};
  }
  return recipe;
}

std::vector<std::string> default_models(OutcomeKind kind) {
  if (kind == OutcomeKind::binary) return {"default", "elastic_net", "forest", "rank_ridge", "boosting"};
  return {"default", "elastic_net", "rank_ridge", "survival_forest", "boosting"};
}

Recipe named_recipe(const std::string& name, OutcomeKind kind) {
  if (name == "default") return default_recipe(kind);
  const std::vector<std::string> known = learner_kinds(kind);
  if (std::find(known.begin(), known.end(), name) == known.end() || name == "ensemble")
    throw Error(ErrorCode::domain, "'" + name + "' is not a model for " + to_string(kind) +
                                       " outcomes; there are default, " + join(known, ", "));
  Recipe recipe;
  recipe.name = name;
  recipe.learner = learner(name);
  recipe.preprocess.correlation_threshold = 1.0;
  return recipe;
}

}  // namespace larc::learn
