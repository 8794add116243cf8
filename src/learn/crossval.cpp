#include "learn/crossval.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/text.h"
#include "stats/calibration.h"
#include "stats/concordance.h"
#include "stats/survival_calibration.h"

namespace larc::learn {

namespace {

constexpr std::size_t kRandomColumns = 10;

double concordance_of(const Outcome& outcome, const std::vector<double>& score) {
  return outcome.kind == OutcomeKind::binary ? stats::roc(outcome.label, score).auc
                                             : stats::harrell_c(outcome.time_months, outcome.event, score).c;
}

/// Predictions of one repeat, in the order of `rows`.
struct Repeat {
  std::vector<std::size_t> rows;
  std::vector<double> linear, risk, survival;
};

void calibrate(const Outcome& outcome, const std::map<int, Repeat>& repeats, const std::vector<double>& horizons,
               JudgedModel& model) {
  struct Mean {
    double sum = 0.0, count = 0.0;
    void add(double value) {
      if (!std::isfinite(value)) return;
      sum += value;
      count += 1.0;
    }
    double value() const { return count > 0.0 ? sum / count : kNaN; }
  } pooled, brier, null_brier, slope, large;
  std::set<std::string> reasons;
  for (const auto& [number, repeat] : repeats) {
    const Outcome here = outcome.select_rows(repeat.rows);
    pooled.add(concordance_of(here, repeat.linear));
    if (outcome.kind == OutcomeKind::binary) {
      const auto calibration = stats::binary_calibration(here.label, repeat.risk);
      brier.add(calibration.brier);
      null_brier.add(calibration.brier_null);
      slope.add(calibration.slope.value);
      large.add(calibration.in_the_large.value);
      if (!calibration.slope.reason.empty()) reasons.insert("calibration slope: " + calibration.slope.reason);
      continue;
    }
    const auto score = stats::survival_brier(here.time_months, here.event, repeat.survival, horizons.front());
    brier.add(score.brier);
    null_brier.add(score.brier_null);
    const auto line = stats::survival_calibration_slope(here.time_months, here.event, repeat.linear);
    const auto ratio = stats::observed_expected(here.time_months, here.event, repeat.survival, horizons.front()).ratio;
    slope.add(line.value);
    large.add(std::log(ratio.value));
    if (!line.reason.empty()) reasons.insert("calibration slope: " + line.reason);
    if (!ratio.reason.empty()) reasons.insert("calibration in the large: " + ratio.reason);
    if (!score.reason.empty()) reasons.insert("Brier score: " + score.reason);
  }
  model.pooled = pooled.value();
  model.brier = brier.value();
  model.brier_null = null_brier.value();
  model.calibration_slope = slope.value();
  model.calibration_in_the_large = large.value();
  model.notes.insert(model.notes.end(), reasons.begin(), reasons.end());
}

/// Concordance of one recipe over splits, its first repeat alone if asked.
FoldConcordance value_of(const Protocol& protocol, const std::vector<SplitResult>& results, std::size_t recipe,
                         bool first_repeat_only) {
  std::vector<FoldScores> scores;
  for (const SplitResult& result : results)
    if (result.of_recipe[recipe].failure.empty() && (!first_repeat_only || result.split.repeat == 0))
      scores.push_back(
          {result.split.repeat, result.split.test, result.of_recipe[recipe].linear, result.split.training.size()});
  return fold_concordance(protocol.outcome(), scores, protocol.units());
}

/// The first recipe's first repeat; NaN when a training part failed.
double whole_value(const Protocol& protocol, const std::vector<SplitResult>& results) {
  for (const SplitResult& result : results)
    if (result.split.repeat == 0 && !result.of_recipe[0].failure.empty()) return kNaN;
  return value_of(protocol, results, 0, true).value;
}

/// The outer folds, drawn or as given: of all repeats, or of the first alone.
std::vector<Split> splits_of(const Protocol& protocol, const CrossvalSettings& settings, bool first_alone) {
  if (settings.given_folds.empty())
    return protocol.cross_validation(first_alone ? 1 : settings.repeats, settings.folds);
  if (!first_alone) return protocol.given_folds(settings.given_folds);
  return protocol.given_folds({1, settings.given_folds.front()});
}

void permute(const Protocol& protocol, const CrossvalSettings& settings, const std::vector<SplitResult>& observed,
             std::uint64_t seed, const std::function<void()>& done, CrossvalResult& result) {
  result.null_values.resize(static_cast<std::size_t>(settings.permutations));
  parallel_for(result.null_values.size(), settings.threads, [&](std::size_t p) {
    const Protocol permuted = protocol.permuted(derive_seed(seed, "permutation", p));
    const auto results = run_splits(permuted, splits_of(permuted, settings, true), {settings.recipes.front()},
                                    result.horizons, derive_seed(seed, "permuted fit", p), 1, done);
    result.null_values[p] = whole_value(permuted, results);
  });
  const double value = whole_value(protocol, observed);
  if (!std::isfinite(value)) return;
  // A permutation that could not be run counts as one that reached the value.
  const auto reached =
      std::count_if(result.null_values.begin(), result.null_values.end(), [&](double null) { return !(null < value); });
  result.permutation_p = (1.0 + static_cast<double>(reached)) / (1.0 + static_cast<double>(result.null_values.size()));
}

/// Harrell's optimism of the first recipe: how much better each resample's model does on its own rows than on all.
void bootstrap(const Protocol& protocol, const CrossvalSettings& settings, std::uint64_t seed,
               const std::function<void()>& done, CrossvalResult& result) {
  const auto value = [&](const Split& training, const std::vector<std::size_t>& rows, std::uint64_t fit_seed) {
    Split split = training;
    split.test = rows;
    const auto results = run_splits(protocol, {split}, {settings.recipes.front()}, result.horizons, fit_seed, 1);
    const HeldOutPrediction& prediction = results.front().of_recipe.front();
    if (!prediction.failure.empty()) throw Error(ErrorCode::refused, prediction.failure);
    return prediction.linear;
  };
  const Outcome all = protocol.outcome().select_rows(protocol.development());
  const Split everything = protocol.everything();
  result.apparent = concordance_of(all, value(everything, everything.training, derive_seed(seed, "apparent")));
  const std::vector<Split> resamples = protocol.bootstrap(settings.bootstrap);
  std::vector<double> optimism(resamples.size());
  parallel_for(resamples.size(), settings.threads, [&](std::size_t b) {
    // One fit, judged on all development rows; its own rows are among them, as often as they were drawn.
    const std::vector<double> linear = value(resamples[b], everything.training, derive_seed(seed, "resample", b));
    std::map<std::size_t, double> of_row;
    for (std::size_t i = 0; i < linear.size(); ++i) of_row[everything.training[i]] = linear[i];
    std::vector<double> own;
    for (const std::size_t row : resamples[b].training) own.push_back(of_row.at(row));
    optimism[b] =
        concordance_of(protocol.outcome().select_rows(resamples[b].training), own) - concordance_of(all, linear);
    if (done) done();
  });
  double sum = 0.0;
  for (const double one : optimism) sum += one;
  result.optimism = sum / static_cast<double>(resamples.size());
  result.optimism_corrected = result.apparent - result.optimism;
}

void leave_centres_out(const Protocol& protocol, const CrossvalSettings& settings, const std::vector<Recipe>& recipes,
                       std::uint64_t seed, const std::function<void()>& done, CrossvalResult& result) {
  const std::vector<Split> splits = protocol.leave_one_centre_out();
  const auto results =
      run_splits(protocol, splits, recipes, result.horizons, derive_seed(seed, "centres"), settings.threads, done);
  result.left_out_centres = judge(protocol, results, recipes, result.horizons);
  for (const Split& split : splits) result.centres.push_back(split.held_out.substr(std::string("centre ").size()));
  for (std::size_t r = 0; r < recipes.size(); ++r) {
    std::vector<FoldConcordance> of_centre;
    for (const SplitResult& centre : results) of_centre.push_back(value_of(protocol, {centre}, r, false));
    result.of_centre.push_back(std::move(of_centre));
  }
}

std::vector<double> default_horizon(const Outcome& outcome) {
  std::vector<double> times;
  for (std::size_t i = 0; i < outcome.size(); ++i)
    if (outcome.event[i] == 1) times.push_back(outcome.time_months[i]);
  if (times.empty()) return {0.0};
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return {times[times.size() / 2]};
}

}  // namespace

std::vector<std::string> volume_columns(const Frame& frame) {
  std::vector<std::string> names;
  for (const Column& column : frame.columns) {
    if (column.kind != ColumnKind::numeric) continue;
    const std::string name = to_lower(column.name);
    for (const char* pattern :
         {"*meshvolume", "*voxelvolume", "*voxelnum", "*volumenum", "volume*", "*_volume", "vol_*", "*_volume_ml",
          "*volume_mm3", "*volume_cc", "*tumour_volume*", "*tumor_volume*", "*morph_volume", "*approximate_volume*"})
      if (glob_match(pattern, name)) {
        names.push_back(column.name);
        break;
      }
  }
  return names;
}

std::vector<std::string> random_columns(const Frame& frame) {
  std::vector<std::string> names;
  for (const Column& column : frame.columns)
    if (column.group == kRandomGroup) names.push_back(column.name);
  return names;
}

void add_random_columns(Frame& frame, std::size_t count, std::uint64_t seed) {
  Random random(derive_seed(seed, "random features"));
  for (std::size_t j = 0; j < count; ++j) {
    std::vector<double> values(frame.rows);
    for (double& value : values) value = random.normal();
    frame.columns.push_back(numeric_column("larc_random_" + std::to_string(j + 1), kRandomGroup, std::move(values)));
  }
}

LearningTable with_random_columns(LearningTable table, std::uint64_t seed) {
  add_random_columns(table.frame, kRandomColumns, seed);
  return table;
}

std::vector<JudgedModel> judge(const Protocol& protocol, const std::vector<SplitResult>& results,
                               const std::vector<Recipe>& recipes, const std::vector<double>& horizons) {
  const Outcome& outcome = protocol.outcome();
  std::vector<JudgedModel> models;
  for (std::size_t r = 0; r < recipes.size(); ++r) {
    JudgedModel model;
    model.name = recipes[r].name;
    model.linear.assign(protocol.rows(), 0.0);
    model.probability.assign(protocol.rows(), 0.0);
    std::vector<double> times_predicted(protocol.rows(), 0.0);
    std::map<int, Repeat> repeats;
    std::map<std::string, std::size_t> note_count;
    std::size_t failures = 0;
    for (const SplitResult& result : results) {
      const HeldOutPrediction& prediction = result.of_recipe[r];
      if (!prediction.failure.empty()) {
        ++failures;
        model.failure = result.split.held_out + ": " + prediction.failure;
        continue;
      }
      for (const auto& note : prediction.notes) ++note_count[note];
      Repeat& repeat = repeats[result.split.repeat];
      for (std::size_t i = 0; i < result.split.test.size(); ++i) {
        const std::size_t row = result.split.test[i];
        const double risk =
            outcome.kind == OutcomeKind::binary ? prediction.probability[i] : 1.0 - prediction.survival[i].front();
        repeat.rows.push_back(row);
        repeat.linear.push_back(prediction.linear[i]);
        repeat.risk.push_back(risk);
        repeat.survival.push_back(1.0 - risk);
        model.linear[row] += prediction.linear[i];
        model.probability[row] += risk;
        times_predicted[row] += 1.0;
      }
    }
    for (std::size_t row = 0; row < protocol.rows(); ++row) {
      model.linear[row] = times_predicted[row] > 0.0 ? model.linear[row] / times_predicted[row] : kNaN;
      model.probability[row] = times_predicted[row] > 0.0 ? model.probability[row] / times_predicted[row] : kNaN;
    }
    if (failures > 0) {
      // A fold that failed must not be passed over: what is left would be another set of patients.
      if (failures > 1)
        model.failure += " (and in " + std::to_string(failures - 1) + " more of " + std::to_string(results.size()) +
                         " training parts)";
      models.push_back(std::move(model));
      continue;
    }
    model.within = value_of(protocol, results, r, false);
    if (!model.within.reason.empty()) model.notes.push_back(model.within.reason);
    calibrate(outcome, repeats, horizons, model);
    for (const auto& [note, count] : note_count)
      model.notes.push_back(note + " (" + std::to_string(count) + " of " + std::to_string(results.size()) + " fits)");
    models.push_back(std::move(model));
  }
  return models;
}

CrossvalResult cross_validate(const Protocol& protocol, const CrossvalSettings& settings, const CrossvalSteps& steps,
                              std::uint64_t seed, const std::function<void(std::size_t)>& begin,
                              const std::function<void()>& done) {
  if (settings.recipes.empty()) throw Error(ErrorCode::domain, "no model is asked for");
  CrossvalResult result;
  result.notes = protocol.notes();
  result.horizons = settings.horizons;
  if (protocol.outcome().kind == OutcomeKind::survival && result.horizons.empty())
    result.horizons = default_horizon(protocol.outcome().select_rows(protocol.development()));
  std::vector<Recipe> recipes = settings.recipes;
  recipes.insert(recipes.end(), settings.baselines.begin(), settings.baselines.end());
  const std::vector<Split> splits = splits_of(protocol, settings, false);
  const auto of_one_repeat = static_cast<std::size_t>(
      std::count_if(splits.begin(), splits.end(), [](const Split& split) { return split.repeat == 0; }));
  std::size_t units = splits.size() + static_cast<std::size_t>(settings.permutations) * of_one_repeat +
                      static_cast<std::size_t>(settings.bootstrap);
  if (steps.leave_one_centre_out) units += protocol.leave_one_centre_out().size();
  if (steps.open_sealed) units += 1;
  if (begin) begin(units);

  const auto results = run_splits(protocol, splits, recipes, result.horizons, derive_seed(seed, "cross-validation"),
                                  settings.threads, done);
  result.models = judge(protocol, results, recipes, result.horizons);
  if (steps.leave_one_centre_out) leave_centres_out(protocol, settings, recipes, seed, done, result);
  if (settings.permutations > 0 && result.models.front().failure.empty())
    permute(protocol, settings, results, seed, done, result);
  if (settings.bootstrap > 0 && result.models.front().failure.empty()) {
    try {
      bootstrap(protocol, settings, derive_seed(seed, "bootstrap"), done, result);
    } catch (const Error& error) {
      result.notes.push_back(std::string("bootstrap: ") + error.what());
    }
  }
  if (steps.open_sealed) {
    const auto opened = run_splits(protocol, {protocol.open_sealed()}, recipes, result.horizons,
                                   derive_seed(seed, "external"), settings.threads, done);
    result.external = judge(protocol, opened, recipes, result.horizons);
  }
  for (std::vector<JudgedModel>* list : {&result.models, &result.left_out_centres, &result.external})
    for (std::size_t m = settings.recipes.size(); m < list->size(); ++m) (*list)[m].baseline = true;
  return result;
}

}  // namespace larc::learn
