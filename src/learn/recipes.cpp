#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "learn/crossval.h"

namespace larc::learn {

Recipe default_recipe(OutcomeKind) {
  Recipe recipe;
  recipe.name = "default";
  recipe.learner.kind = "ensemble";
  for (const char* kind : {"ridge", "elastic_net"}) {
    LearnerSettings member;
    member.kind = kind;
    recipe.learner.members.push_back(std::move(member));
  }
  return recipe;
}

std::vector<std::string> default_models(OutcomeKind) {
  return {"default", "elastic_net", "ridge"};
}

Recipe named_recipe(const std::string& name, OutcomeKind kind) {
  if (name == "default") return default_recipe(kind);
  const std::vector<std::string> known = learner_kinds(kind);
  if (std::find(known.begin(), known.end(), name) == known.end() || name == "ensemble")
    throw Error(ErrorCode::domain, "'" + name + "' is not a model for " + to_string(kind) +
                                       " outcomes; there are default, " + join(known, ", "));
  Recipe recipe;
  recipe.name = name;
  recipe.learner.kind = name;
  return recipe;
}

}  // namespace larc::learn
