#include "stats/combat.h"

#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/text.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string batch, features_from, covariates, reference, train, out, state;
  bool mean_only = false, no_eb = false, nonparametric = false;
};

/// The table as it was, features replaced.
std::string harmonised_csv(const StatsTable& table, const std::vector<std::string>& features,
                           const Eigen::MatrixXd& values) {
  std::vector<std::vector<std::string>> rows(table.rows());
  for (const std::string& name : table.header()) {
    const auto feature = std::find(features.begin(), features.end(), name);
    if (feature == features.end()) {
      const auto cells = table.texts(name);
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i].push_back(cells[i]);
      continue;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double value = values(static_cast<Eigen::Index>(i), feature - features.begin());
      rows[i].push_back(std::isnan(value) ? "" : format_double(value));
    }
  }
  return format_csv(table.header(), rows);
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> covariates = name_list(options.covariates);
  std::vector<std::string> used{options.batch};
  used.insert(used.end(), covariates.begin(), covariates.end());
  if (!options.train.empty()) used.push_back(options.train.substr(0, options.train.find('=')));
  std::vector<std::string> features;
  for (const std::string& name : table.columns_from(options.features_from))
    if (std::find(used.begin(), used.end(), name) == used.end()) features.push_back(name);
  table.keep_complete(used);
  Eigen::MatrixXd values(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(features.size()));
  for (std::size_t j = 0; j < features.size(); ++j) {
    const std::vector<double> column = table.numbers(features[j]);
    values.col(static_cast<Eigen::Index>(j)) = Eigen::Map<const Eigen::VectorXd>(column.data(), values.rows());
  }
  const std::vector<std::string> batch = table.texts(options.batch);
  const Eigen::MatrixXd kept = table.design(covariates).values;
  const std::vector<bool> train =
      options.train.empty() ? std::vector<bool>(table.rows(), true) : table.matching(options.train, "--train");
  std::vector<Eigen::Index> rows;
  std::vector<std::string> train_batch;
  for (std::size_t i = 0; i < train.size(); ++i)
    if (train[i]) {
      rows.push_back(static_cast<Eigen::Index>(i));
      train_batch.push_back(batch[i]);
    }
  const stats::CombatSettings settings{!options.nonparametric, options.mean_only, !options.no_eb, options.reference};
  const stats::CombatState state =
      stats::fit_combat(values(rows, Eigen::all), train_batch, kept(rows, Eigen::all), settings);
  const stats::CombatResult result = stats::apply_combat(state, values, batch, kept);

  Json notes = Json::array();
  const auto incomplete = static_cast<std::size_t>((values.array().isNaN().rowwise().any()).count());
  if (incomplete > 0)
    notes.push_back(std::to_string(incomplete) +
                    " rows miss a feature: the cells stay empty, the others of the row are harmonised");
  std::size_t adjusted = 0;
  for (const bool one : state.adjusted) adjusted += one ? 1 : 0;
  for (std::string note : state.notes) {
    // "feature 12 passes through: ..." gets its name.
    if (const auto parts = split(note, ' '); parts.size() > 1 && parts[0] == "feature")
      if (const auto number = parse_integer(parts[1]); number && *number >= 1)
        note = features[static_cast<std::size_t>(*number - 1)] + note.substr(9 + parts[1].size() - 1);
    notes.push_back(note);
  }
  if (!result.unseen.empty())
    notes.push_back(
        std::to_string(result.unseen_rows) +
        " rows of batches that were not in training passed through unharmonised: " + join(result.unseen, ", "));
  Json batches = Json::array();
  for (std::size_t b = 0; b < state.batches.size(); ++b)
    batches.push_back({{"name", state.batches[b]}, {"n", state.batch_rows[b]}});
  const std::string harmonised = harmonised_csv(table, features, result.values);
  if (!options.state.empty()) {
    Json document = stats::combat_to_json(state);
    document["features"] = features;
    document["covariates"] = table.design(covariates).names;
    write_file_atomic(options.state, dump_json(document) + "\n");
  }
  write_file_atomic(options.out, harmonised);
  context.answer({{"n", table.rows()},
                  {"dropped", table.dropped()},
                  {"incomplete", incomplete},
                  {"training", rows.size()},
                  {"batches", batches},
                  {"features", features.size()},
                  {"adjusted", adjusted},
                  {"parametric", state.settings.parametric},
                  {"mean_only", state.settings.mean_only},
                  {"empirical_bayes", state.settings.empirical_bayes},
                  {"reference", options.reference.empty() ? Json(nullptr) : Json(options.reference)},
                  {"file", options.out},
                  {"notes", notes}},
                 std::to_string(adjusted) + " of " + std::to_string(features.size()) + " features of " +
                     std::to_string(state.batches.size()) + " batches harmonised: " + options.out);
}

}  // namespace

void add_stats_combat(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "combat",
                                    "ComBat: features of several centres or scanners on one scale; "
                                    "only effects named by --covariates are kept",
                                    *options);
  analysis->add_option("--batch", options->batch, "column of centres or scanners")->required();
  analysis->add_option("--features-from", options->features_from, "first feature; all later columns are features too")
      ->required();
  analysis->add_option("--covariates", options->covariates, "columns whose effect is kept; never the outcome");
  analysis->add_flag("--mean-only", options->mean_only, "batches differ by a shift alone");
  analysis->add_flag("--no-eb", options->no_eb, "no empirical Bayes: each feature by itself");
  analysis->add_flag("--nonparametric", options->nonparametric, "priors from the features themselves");
  analysis->add_option("--reference", options->reference, "batch that stays as it is");
  analysis->add_option("--train", options->train, "column=value: rows to learn from; applied to all");
  analysis->add_option("--state", options->state, "also write what was learnt, as JSON");
  analysis->add_option("--out", options->out, "table with harmonised features (CSV)")->required();
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
