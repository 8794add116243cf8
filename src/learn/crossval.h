#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/evaluate.h"
#include "learn/protocol.h"
#include "learn/run.h"

namespace larc::learn {

/// The default model: one configuration for every table, chosen once (docs/methods/modelling.md).
Recipe default_recipe(OutcomeKind kind);

/// A recipe by the name of its learner, or "default". errors domain: an unknown name (lists the known ones)
Recipe named_recipe(const std::string& name, OutcomeKind kind);

/// What runs when nobody asks for particular models.
std::vector<std::string> default_models(OutcomeKind kind);

/// Columns that look like the volume of a region, by their names.
std::vector<std::string> volume_columns(const Frame& frame);

/// The names of the columns with random numbers in place of features, and the table with them added.
std::vector<std::string> random_columns(const Frame& frame);
LearningTable with_random_columns(LearningTable table, std::uint64_t seed);
/// Adds `count` of them to a frame: larc_random_1, ... in the group kRandomGroup.
void add_random_columns(Frame& frame, std::size_t count, std::uint64_t seed);

struct CrossvalSettings {
  int repeats = 5;
  int folds = 5;
  std::vector<std::vector<std::string>> given_folds;  // [repeat][row] instead of drawn ones; see Protocol
  std::vector<Recipe> recipes;
  std::vector<Recipe> baselines;  // judged beside them, never the best
  std::vector<double> horizons;   // survival, in the unit of time; empty: the median time of the events
  int permutations = 0;           // of the whole procedure, one repeat each, for the p-value of the first recipe
  int bootstrap = 0;              // resamples for the optimism of the first recipe
  int threads = 1;
};

/// One recipe judged on its held-out predictions.
struct JudgedModel {
  std::string name;
  bool baseline = false;
  std::string failure;
  FoldConcordance within;  // pairs predicted by one model; the headline
  double pooled = kNaN;    // all pairs of a repeat, across folds too; mean over repeats
  double brier = kNaN, brier_null = kNaN;
  double calibration_slope = kNaN;  // these four: mean over repeats
  double calibration_in_the_large = kNaN;
  std::vector<double> linear;       // mean over repeats; NaN where a row was in no test part
  std::vector<double> probability;  // binary, mean over repeats; survival: risk at the first horizon
  std::vector<std::string> notes;
};

/// Judges what `run_splits` gave, recipe by recipe.
std::vector<JudgedModel> judge(const Protocol& protocol, const std::vector<SplitResult>& results,
                               const std::vector<Recipe>& recipes, const std::vector<double>& horizons);

struct CrossvalResult {
  std::vector<JudgedModel> models;
  std::vector<double> horizons;
  std::vector<JudgedModel> left_out_centres;            // leave-one-centre-out, same order of models
  std::vector<std::vector<FoldConcordance>> of_centre;  // [model][centre]
  std::vector<std::string> centres;
  std::vector<JudgedModel> external;  // the sealed rows, when opened
  std::vector<double> null_values;    // permutations of the first recipe
  double permutation_p = kNaN;
  double optimism = kNaN, optimism_corrected = kNaN, apparent = kNaN;  // bootstrap of the first recipe
  std::vector<std::string> notes;
};

struct CrossvalSteps {
  bool leave_one_centre_out = false;
  bool open_sealed = false;
};

/// The whole analysis of one table. `progress` gets the number of units of work before and one call after each.
/// errors refused, domain as the protocol and the learners
CrossvalResult cross_validate(const Protocol& protocol, const CrossvalSettings& settings, const CrossvalSteps& steps,
                              std::uint64_t seed, const std::function<void(std::size_t)>& begin = {},
                              const std::function<void()>& done = {});

}  // namespace larc::learn
