#include "learn/run.h"

#include <map>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"

namespace larc::learn {

namespace {

HeldOutPrediction predict(const Model& model, const Frame& frame, const std::vector<double>& horizons) {
  HeldOutPrediction result;
  result.linear = linear_predictor(model, frame, &result.notes);
  if (model.kind == OutcomeKind::binary)
    result.probability = probability(model, result.linear);
  else
    result.survival = survival(model, result.linear, horizons);
  for (const double value : result.linear) result.high_risk.push_back(value > model.median_linear);
  result.coefficients = coefficients(model);
  result.notes.insert(result.notes.end(), model.notes.begin(), model.notes.end());
  return result;
}

std::string preparation_of(const Recipe& recipe) {
  Recipe part = recipe;
  part.name.clear();
  part.learner = {};
  part.recalibrate = true;
  return dump_json(to_json(part));
}

SplitResult run_split(const Protocol& protocol, const Split& split, const std::vector<Recipe>& recipes,
                      const std::vector<double>& horizons, std::uint64_t seed) {
  const TrainingRows training = protocol.training(split);
  const HeldOutRows held_out = protocol.held_out(split);
  SplitResult result{split, {}};
  // Recipes that prepare their rows alike share it; the last user of each lets it go.
  std::map<std::string, std::size_t> last_user;
  for (std::size_t r = 0; r < recipes.size(); ++r) last_user[preparation_of(recipes[r])] = r;
  std::map<std::string, Prepared> prepared;
  for (std::size_t r = 0; r < recipes.size(); ++r) {
    const std::string key = preparation_of(recipes[r]);
    try {
      if (!prepared.contains(key)) prepared.emplace(key, prepare_for(training, recipes[r], seed));
      result.of_recipe.push_back(
          predict(fit_model(training, recipes[r], seed, &prepared.at(key)), held_out.frame, horizons));
    } catch (const Error& error) {
      HeldOutPrediction failed;
      failed.failure = error.what();
      result.of_recipe.push_back(std::move(failed));
    }
    if (last_user.at(key) == r) prepared.erase(key);
  }
  return result;
}

}  // namespace

std::vector<SplitResult> run_splits(const Protocol& protocol, const std::vector<Split>& splits,
                                    const std::vector<Recipe>& recipes, const std::vector<double>& horizons,
                                    std::uint64_t seed, int threads, const std::function<void()>& done) {
  std::vector<SplitResult> results(splits.size());
  parallel_for(splits.size(), threads, [&](std::size_t s) {
    results[s] = run_split(protocol, splits[s], recipes, horizons,
                           derive_seed(seed, splits[s].held_out, static_cast<std::uint64_t>(splits[s].repeat)));
    if (done) done();
  });
  return results;
}

}  // namespace larc::learn
