#include "learn/crossval.h"

#include "command.h"
#include "core/error.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "learn/baseline.h"
#include "learn/sample_size.h"
#include "learn/scan.h"
#include "tables/table.h"

namespace larc::app {

namespace {

struct Options {
  std::string file, outcome, time, event, id, centre, drop, models, external, volume, at, fold_columns;
  std::vector<std::string> where;
  int repeats = 5, folds = 5, permutations = 0, bootstrap = 0;
  bool permute = false, predictions = false, keep_suspects = false;
};

learn::LearningTable read_table(const Options& options, const StatsTable& table, std::vector<std::string>& rows) {
  learn::LearningTable result;
  if (!options.outcome.empty()) {
    result.outcome.kind = learn::OutcomeKind::binary;
    for (const int value : table.binary(options.outcome)) result.outcome.label.push_back(value);
  } else {
    result.outcome.kind = learn::OutcomeKind::survival;
    result.outcome.time_months = table.times(options.time);
    result.outcome.event = table.binary(options.event);
  }
  if (!options.id.empty()) result.patients = rows = table.texts(options.id);
  if (rows.empty())
    for (std::size_t i = 0; i < table.rows(); ++i) rows.push_back(std::to_string(table.number(i)));
  if (!options.centre.empty()) result.centres = table.texts(options.centre);
  std::vector<std::string> left_out = name_list(options.drop);
  for (const auto& name : left_out)
    if (!table.has(name)) throw Error(ErrorCode::not_found, "--drop: the table has no column '" + name + "'");
  for (const auto& name : name_list(options.fold_columns)) left_out.push_back(name);
  left_out.insert(left_out.end(), {options.outcome, options.time, options.event, options.id, options.centre});
  if (!options.external.empty()) {
    result.sealed = table.matching(options.external, "--external");
    left_out.push_back(options.external.substr(0, options.external.find('=')));
  }
  result.frame.rows = table.rows();
  for (const auto& name : table.header()) {
    if (std::find(left_out.begin(), left_out.end(), name) != left_out.end()) continue;
    if (table.is_numeric(name)) {
      result.frame.columns.push_back(learn::numeric_column(name, "feature", table.numbers(name)));
    } else {
      std::vector<std::string> levels = table.texts(name);
      for (auto& level : levels)
        if (is_missing(level)) level.clear();
      result.frame.columns.push_back(learn::categorical_column(name, "feature", std::move(levels)));
    }
  }
  if (result.frame.columns.empty()) throw Error(ErrorCode::domain, "no column is left to learn from");
  return result;
}

void check_models(const Options& options, learn::OutcomeKind kind) {
  try {
    for (const auto& name : name_list(options.models)) learn::named_recipe(name, kind);
  } catch (const Error& error) {
    throw Error(ErrorCode::usage, "--models: " + error.message());
  }
}

/// Before any figure: what in the table would make it untrue. Columns that give the outcome away are taken out.
Json scan(const Options& options, const Context& context, learn::LearningTable& table) {
  Json warnings = Json::array();
  std::vector<std::size_t> open;  // the external rows are kept from this too
  for (std::size_t row = 0; row < table.frame.rows; ++row)
    if (table.sealed.empty() || !table.sealed[row]) open.push_back(row);
  for (const auto& suspect : learn::scan_columns(table.frame.select_rows(open), table.outcome.select_rows(open))) {
    const bool removed = suspect.gives_outcome_away() && !options.keep_suspects;
    warnings.push_back(
        {{"column", suspect.column}, {"kind", suspect.kind}, {"reason", suspect.reason}, {"removed", removed}});
    if (suspect.gives_outcome_away())
      context.say("suspect column " + suspect.column + ": " + suspect.reason +
                  (removed ? "; left out (--keep-suspects keeps it)" : "; kept as asked"));
    if (removed) std::erase_if(table.frame.columns, [&](const auto& column) { return column.name == suspect.column; });
  }
  if (table.frame.columns.empty())
    throw Error(ErrorCode::refused, "every column gives the outcome away; look at the table");
  return warnings;
}

std::vector<learn::Recipe> recipes_of(const Options& options, const learn::LearningTable& table) {
  std::vector<std::string> names = name_list(options.models);
  if (names.empty()) names = learn::default_models(table.outcome.kind);
  std::vector<learn::Recipe> recipes;
  for (const auto& name : names) {
    recipes.push_back(learn::named_recipe(name, table.outcome.kind));
    for (const auto& column : table.frame.columns) recipes.back().columns.push_back(column.name);
  }
  if (!options.centre.empty()) {  // harmonised beside unharmonised
    learn::Recipe twin = recipes.front();
    twin.name += "+combat";
    twin.preprocess.harmonise = true;
    recipes.push_back(std::move(twin));
  }
  return recipes;
}

std::vector<learn::Recipe> baselines_of(const Options& options, const learn::LearningTable& table) {
  std::vector<learn::Recipe> baselines;
  const auto add = [&](const std::string& name, std::vector<std::string> columns) {
    if (columns.empty()) return;
    learn::Recipe recipe = learn::named_recipe("ridge", table.outcome.kind);
    recipe.name = name;
    recipe.columns = std::move(columns);
    baselines.push_back(std::move(recipe));
  };
  std::vector<std::string> volume = name_list(options.volume);
  for (const auto& name : volume) table.frame.column(name);
  add("volume", volume.empty() ? learn::volume_columns(table.frame) : volume);
  add("random", learn::random_columns(table.frame));
  return baselines;
}

Json model_json(const learn::JudgedModel& model, learn::OutcomeKind kind) {
  Json json{{"name", model.name},
            {"baseline", model.baseline},
            {"metric", kind == learn::OutcomeKind::binary ? "auc" : "c_harrell"},
            {"value", number_or_null(model.within.value)},
            {"lower", number_or_null(model.within.lower)},
            {"upper", number_or_null(model.within.upper)},
            {"se", number_or_null(model.within.se)},
            {"pooled", number_or_null(model.pooled)},
            {"brier", number_or_null(model.brier)},
            {"brier_null", number_or_null(model.brier_null)},
            {"calibration_slope", number_or_null(model.calibration_slope)},
            {"calibration_in_the_large", number_or_null(model.calibration_in_the_large)}};
  json["notes"] = model.notes;
  if (!model.failure.empty()) json["notes"].push_back("failed in " + model.failure);
  return json;
}

Json models_json(const std::vector<learn::JudgedModel>& models, learn::OutcomeKind kind) {
  Json list = Json::array();
  for (const auto& model : models) list.push_back(model_json(model, kind));
  return list;
}

const learn::JudgedModel* best_of(const std::vector<learn::JudgedModel>& models) {
  const learn::JudgedModel* best = nullptr;
  for (const auto& model : models)
    if (!model.baseline && model.failure.empty() && std::isfinite(model.within.value) &&
        (best == nullptr || model.within.value > best->within.value))
      best = &model;
  return best;
}

/// What a reader must be told before the best figure is quoted.
std::vector<std::string> headline_notes(const std::vector<learn::JudgedModel>& models, const learn::JudgedModel& best) {
  std::vector<std::string> notes;
  std::size_t compared = 0;
  for (const auto& model : models) compared += model.baseline ? 0 : 1;
  if (compared > 1)
    notes.push_back("'best' is the largest of " + std::to_string(compared) +
                    " models on the same folds and therefore too good; quote a model that was chosen beforehand");
  for (const auto& model : models) {
    if (!model.baseline || !model.failure.empty()) continue;
    const auto against = learn::against_baseline(best.name, best.within, model.name, model.within);
    if (against.verdict == "as_good" || against.verdict == "not_shown") notes.push_back(against.statement);
  }
  return notes;
}

/// Every model beside volume alone; null without it.
Json volume_alone_json(const std::vector<learn::JudgedModel>& models) {
  const auto volume = std::find_if(models.begin(), models.end(), [](const auto& model) {
    return model.baseline && model.name == "volume" && model.failure.empty();
  });
  if (volume == models.end()) return nullptr;
  Json list = Json::array();
  for (const auto& model : models)
    if (!model.baseline && model.failure.empty())
      list.push_back(to_json(learn::against_baseline(model.name, model.within, "volume", volume->within)));
  return {{"value", number_or_null(volume->within.value)},
          {"lower", number_or_null(volume->within.lower)},
          {"upper", number_or_null(volume->within.upper)},
          {"models", list}};
}

/// Events per parameter and the patients that Riley's criteria ask for, recipe by recipe.
void add_sample_sizes(const learn::Frame& frame, const learn::Outcome& outcome,
                      const std::vector<learn::Recipe>& recipes, double horizon, Json& models) {
  for (std::size_t m = 0; m < recipes.size(); ++m)
    models[m]["sample_size"] = to_json(learn::check_sample_size(frame, recipes[m].columns, outcome, horizon));
}

Json centres_json(const learn::CrossvalResult& result, learn::OutcomeKind kind) {
  Json models = models_json(result.left_out_centres, kind);
  for (std::size_t m = 0; m < models.size(); ++m) {
    models[m]["centres"] = Json::array();
    for (std::size_t c = 0; c < result.centres.size(); ++c) {
      const auto& value = result.of_centre[m][c];
      models[m]["centres"].push_back({{"centre", result.centres[c]},
                                      {"value", number_or_null(value.value)},
                                      {"lower", number_or_null(value.lower)},
                                      {"upper", number_or_null(value.upper)}});
      if (!value.reason.empty()) models[m]["centres"].back()["note"] = value.reason;
    }
  }
  return models;
}

std::string table_text(const std::vector<learn::JudgedModel>& models) {
  std::string text;
  for (const auto& model : models) {
    text += (text.empty() ? "" : "\n") + model.name + ": ";
    text += model.failure.empty()
                ? format_fixed(model.within.value, 3) + " (" + format_fixed(model.within.lower, 3) + " to " +
                      format_fixed(model.within.upper, 3) + "), pooled " + format_fixed(model.pooled, 3) +
                      ", calibration slope " + format_fixed(model.calibration_slope, 2)
                : "failed in " + model.failure;
  }
  return text;
}

std::string sample_size_text(const Json& model) {
  const Json& size = model.at("sample_size");
  return "events per parameter of " + model.at("name").get<std::string>() + ": " +
         format_fixed(number_or_nan(size.at("events_per_parameter")), 2) + "; Riley's criteria ask for " +
         format_fixed(number_or_nan(size.at("minimum_n")), 0) + " patients for its " + size.at("parameters").dump() +
         " candidate parameters, there are " + size.at("n").dump();
}

void run(const Options& options, const Context& context) {
  if (options.outcome.empty() == (options.time.empty() || options.event.empty()))
    throw Error(ErrorCode::usage, "give --outcome, or --time and --event");
  check_models(options, options.outcome.empty() ? learn::OutcomeKind::survival : learn::OutcomeKind::binary);
  StatsTable table(options.file, options.where);
  table.keep_complete({options.outcome, options.time, options.event, options.id, options.centre,
                       options.external.substr(0, options.external.find('='))});
  std::vector<std::string> row_names;
  learn::LearningTable learning = read_table(options, table, row_names);
  const std::uint64_t seed = context.seed.value_or(1);
  // A shuffled outcome gives nothing away.
  const Json warnings = options.permute ? Json::array() : scan(options, context, learning);
  learn::CrossvalSettings settings;
  settings.recipes = recipes_of(options, learning);
  learning = learn::with_random_columns(std::move(learning), seed);
  settings.baselines = baselines_of(options, learning);
  settings.repeats = options.repeats;
  settings.folds = options.folds;
  for (const auto& name : name_list(options.fold_columns)) {
    settings.given_folds.push_back(table.texts(name));
    for (auto& fold : settings.given_folds.back())
      if (is_missing(fold)) fold.clear();
  }
  settings.permutations = options.permutations;
  settings.bootstrap = options.bootstrap;
  settings.threads = context.threads > 0 ? context.threads : hardware_threads();
  if (!options.at.empty()) settings.horizons = number_list(options.at, "--at");
  if (settings.horizons.size() > 1) throw Error(ErrorCode::usage, "--at takes one horizon");
  const learn::OutcomeKind kind = learning.outcome.kind;
  const learn::Frame frame = learning.frame;
  learn::Protocol protocol(std::move(learning), seed);
  if (options.permute) protocol = protocol.permuted(derive_seed(seed, "--permute"));
  std::unique_ptr<Progress> progress;
  const learn::CrossvalResult result = learn::cross_validate(
      protocol, settings, {!options.centre.empty(), !options.external.empty()}, seed,
      [&](std::size_t units) { progress = std::make_unique<Progress>("crossval", units); },
      [&] { progress->advance(); });
  progress.reset();

  const learn::JudgedModel* best = best_of(result.models);
  if (best == nullptr) throw Error(ErrorCode::refused, "no model could be fitted: " + result.models.front().failure);
  const learn::Outcome development = protocol.outcome().select_rows(protocol.development());
  Json answer{
      {"outcome", kind == learn::OutcomeKind::binary ? options.outcome : options.event},
      {"n", development.size()},
      {"events", development.events()},
      {"dropped", table.dropped()},
      {"permuted", options.permute},
      {"protocol",
       {{"repeats", settings.given_folds.empty() ? options.repeats : static_cast<int>(settings.given_folds.size())},
        {"folds", settings.given_folds.empty() ? Json(options.folds) : Json(name_list(options.fold_columns))},
        {"inner_folds", 5},
        {"seed", seed}}},
      {"warnings", warnings},
      {"models", models_json(result.models, kind)},
      {"best", best->name},
      {"volume_alone", volume_alone_json(result.models)}};
  std::vector<learn::Recipe> recipes = settings.recipes;
  recipes.insert(recipes.end(), settings.baselines.begin(), settings.baselines.end());
  add_sample_sizes(frame.select_rows(protocol.development()), development, recipes,
                   result.horizons.empty() ? kNaN : result.horizons.front(), answer["models"]);
  if (!result.horizons.empty()) answer["horizons"] = result.horizons;
  if (options.predictions)
    for (std::size_t m = 0; m < result.models.size(); ++m) {
      Json list = Json::array();
      for (const std::size_t row : protocol.development())
        list.push_back({{"id", row_names[row]},
                        {"linear", number_or_null(result.models[m].linear[row])},
                        {kind == learn::OutcomeKind::binary ? "probability" : "risk",
                         number_or_null(result.models[m].probability[row])}});
      answer["models"][m]["predictions"] = std::move(list);
    }
  if (!options.centre.empty())
    answer["leave_one_centre_out"] = {{"models", centres_json(result, kind)},
                                      {"volume_alone", volume_alone_json(result.left_out_centres)}};
  if (!options.external.empty())
    answer["external"] = {{"models", models_json(result.external, kind)},
                          {"volume_alone", volume_alone_json(result.external)}};
  if (options.permutations > 0)
    answer["permutation"] = {{"model", result.models.front().name},
                             {"p", number_or_null(result.permutation_p)},
                             {"values", result.null_values}};
  if (options.bootstrap > 0)
    answer["bootstrap"] = {{"model", result.models.front().name},
                           {"apparent", number_or_null(result.apparent)},
                           {"optimism", number_or_null(result.optimism)},
                           {"corrected", number_or_null(result.optimism_corrected)}};
  answer["notes"] = result.notes;
  for (const auto& note : headline_notes(result.models, *best)) answer["notes"].push_back(note);
  for (const auto& [where, models] :
       {std::pair{"leave one centre out", &result.left_out_centres}, std::pair{"external", &result.external}})
    if (const learn::JudgedModel* first = best_of(*models))
      for (const auto& note : headline_notes(*models, *first))
        answer["notes"].push_back(std::string(where) + ": " + note);
  if (std::none_of(result.models.begin(), result.models.end(),
                   [](const auto& model) { return model.name == "volume"; }))
    answer["notes"].push_back("no column looks like a volume; --volume names it for the comparison with volume alone");
  for (const auto& note : answer["notes"]) context.say(note.get<std::string>());
  std::string text = table_text(result.models) + "\n" + sample_size_text(answer["models"].front());
  if (!result.left_out_centres.empty()) text += "\nleave one centre out:\n" + table_text(result.left_out_centres);
  if (!result.external.empty()) text += "\nexternal:\n" + table_text(result.external);
  context.answer(answer, text);
}

}  // namespace

void add_crossval(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("crossval", "honest validation of models of a table: nested, repeated, leak-safe");
  command->add_option("FILE", options->file, "table with a header: CSV, or CSV compressed with gzip")->required();
  command->add_option("--outcome", options->outcome, "column: 1 with the outcome, 0 without");
  command->add_option("--time", options->time, "column of follow-up times");
  command->add_option("--event", options->event, "column: 1 event, 0 censored");
  command->add_option("--id", options->id, "column of patient ids; rows of one patient stay together; no predictor");
  command->add_option("--centre", options->centre,
                      "column of centres: adds leave-one-centre-out and the first model with ComBat; no predictor");
  command->add_option("--drop", options->drop, "columns to leave out: a,b");
  command->add_option("--where", options->where, "column=value: only rows with this value; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--repeats", options->repeats, "of the cross-validation (default 5)")->check(CLI::Range(1, 1000));
  command->add_option("--folds", options->folds, "(default 5)")->check(CLI::Range(2, 100));
  command->add_option(
      "--fold-columns", options->fold_columns,
      "columns a,b that name each row's fold, one for each repeat, instead of drawn folds; no predictors");
  command->add_option("--models", options->models, "comma-separated; default, and learners by name");
  command->add_option("--at", options->at, "survival: horizon of the Brier score (default: median event time)");
  command->add_option("--volume", options->volume, "columns of the volume baseline (default: found by name)");
  command->add_option("--external", options->external,
                      "column=value: these rows are kept from everything and predicted once by the final model");
  command->add_option("--permutations", options->permutations, "null distribution of the first model's whole procedure")
      ->check(CLI::Range(0, 100000));
  command->add_option("--bootstrap", options->bootstrap, "resamples for the optimism of the first model")
      ->check(CLI::Range(0, 100000));
  command->add_flag("--permute", options->permute, "shuffle the outcome first: nothing may be found");
  command->add_flag("--predictions", options->predictions, "add the held-out predictions to the answer");
  command->add_flag("--keep-suspects", options->keep_suspects, "keep columns that give the outcome away");
  command->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
