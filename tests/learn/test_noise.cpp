#include "core/parallel.h"
#include "learn/crossval.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

constexpr std::size_t kTables = 100;
constexpr std::size_t kPatients = 186;
constexpr std::size_t kFeatures = 1000;
constexpr std::size_t kEvents = 28;  // 15%

Recipe step(const std::string& name, OutcomeKind kind) {
  Recipe recipe = named_recipe("rank_ridge", kind);
  recipe.name = name;
  return recipe;
}

/// Every learner of the list, every way to combine them, and every optional step before a plain learner. Trees,
/// rounds and inner folds are few: it is the way of the rows that is tested.
std::vector<Recipe> recipes_of(OutcomeKind kind) {
  std::vector<Recipe> recipes;
  for (const std::string& name : learner_kinds(kind))
    if (name != "ensemble") recipes.push_back(named_recipe(name, kind));
  for (const char* combine : {"rank", "mean", "stack"}) {
    recipes.push_back(default_recipe(kind));
    recipes.back().name = std::string("default, ") + combine;
    recipes.back().learner.combine = combine;
  }
  recipes.push_back(step("correlation", kind));
  recipes.back().preprocess.correlation_threshold = 0.3;
  recipes.push_back(step("combat", kind));
  recipes.back().preprocess.harmonise = true;
  for (const char* method : {"univariate", "mrmr", "stability"}) {
    recipes.push_back(step(method, kind));
    recipes.back().preprocess.selection.method = method;
    recipes.back().preprocess.selection.count = 5;
    recipes.back().inner_folds = 2;
  }
  for (Recipe& recipe : recipes) {
    recipe.inner_folds = std::min(recipe.inner_folds, 3);
    recipe.learner.trees = 40;
    recipe.learner.rounds = 15;
    for (LearnerSettings& member : recipe.learner.members) member.trees = 40;
  }
  return recipes;
}

/// Features and outcome have nothing to do with each other; three centres that differ in both; some values are missing,
/// and some features were measured again.
LearningTable noise_table(OutcomeKind kind, std::uint64_t seed) {
  Cohort cohort = make_cohort(kind, kPatients, kFeatures, 0, 0.0, seed);
  Random random(derive_seed(seed, "noise"));
  const auto order = random.permutation(kPatients);
  std::vector<int> event(kPatients, 0);
  for (std::size_t k = 0; k < kEvents; ++k) event[order[k]] = 1;
  if (kind == OutcomeKind::binary)
    cohort.outcome.label.assign(event.begin(), event.end());
  else
    cohort.outcome.event = event;
  LearningTable table{cohort.frame, cohort.outcome, {}, {}, {}, {}};
  for (std::size_t i = 0; i < kPatients; ++i) table.centres.push_back(i % 3 == 0 ? "A" : i % 3 == 1 ? "B" : "C");
  for (std::size_t j = 0; j < 20; ++j) {
    Column& column = table.frame.columns[j];
    std::vector<std::vector<double>> measured(kPatients);
    for (std::size_t i = 0; i < kPatients; ++i)
      for (int r = 0; r < 3; ++r)
        measured[i].push_back(column.values[i] + 0.05 * static_cast<double>(j) * random.normal());
    table.frame.repeated.push_back(repeated_column(column.name, 0.75, measured));
    table.frame.columns[j + 20].values[random.below(kPatients)] = kNaN;
  }
  return table;
}

// No signal must come out as no signal, whatever is asked for. The concordance within folds of each recipe, over 100
// tables, is 0.5 up to four of its own standard errors, which are small.
void expect_chance(OutcomeKind kind) {
  const std::vector<Recipe> recipes = recipes_of(kind);
  std::vector<std::vector<double>> value(kTables);
  parallel_for(kTables, 2, [&](std::size_t table) {
    const Protocol protocol(noise_table(kind, 1000 + table), table);
    const auto results = run_splits(protocol, protocol.cross_validation(1, 5), recipes, {12.0}, table, 1);
    for (const JudgedModel& model : judge(protocol, results, recipes, {12.0})) {
      if (!model.failure.empty()) throw Error(ErrorCode::internal, model.name + ": " + model.failure);
      value[table].push_back(model.within.value);
    }
  });
  for (std::size_t r = 0; r < recipes.size(); ++r) {
    double sum = 0.0, squares = 0.0;
    for (const auto& of_table : value) {
      sum += of_table[r];
      squares += of_table[r] * of_table[r];
    }
    const double n = static_cast<double>(kTables), mean = sum / n,
                 se = std::sqrt((squares / n - mean * mean) / (n - 1));
    std::printf("%-9s %-16s %.4f +- %.4f\n", to_string(kind).c_str(), recipes[r].name.c_str(), mean, se);
    EXPECT_NEAR(mean, 0.5, 4.0 * se) << recipes[r].name;
    EXPECT_LT(se, 0.01) << recipes[r].name;
  }
}

TEST(Noise, BinaryIsAtChanceSlow) {
  expect_chance(OutcomeKind::binary);
}

TEST(Noise, SurvivalIsAtChanceSlow) {
  expect_chance(OutcomeKind::survival);
}

}  // namespace
