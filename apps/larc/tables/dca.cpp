#include <algorithm>
#include <optional>

#include "core/error.h"
#include "core/number.h"
#include "stats/brier.h"
#include "stats/brier_parts.h"
#include "stats/net_benefit.h"
#include "stats/reclassification.h"
#include "stats/survival_decision_curve.h"
#include "stats/survival_reclassification.h"
#include "tables/analysis.h"
#include "tables/answer.h"
#include "tables/horizons.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string outcome, time, event, probability, thresholds = "0.05:0.5:0.05", weights, cuts;
  std::optional<double> at;
  int cause = 0;
  bool survival() const { return !time.empty(); }
};

// A curve of each model, and what they are drawn against.
struct Curves {
  std::vector<double> all;
  std::vector<std::vector<double>> benefit;
  std::vector<std::vector<std::size_t>> treated;  // survival only
};

Json paired_json(const stats::PairedResult& result) {
  return {{"difference", number_or_null(result.difference)},
          {"se", number_or_null(result.se)},
          {"lower", number_or_null(result.lower)},
          {"upper", number_or_null(result.upper)},
          {"z", number_or_null(result.z)},
          {"p", number_or_null(result.p)}};
}

Json nri_json(const stats::NetReclassification& nri) {
  return {{"events", paired_json(nri.events)},
          {"non_events", paired_json(nri.non_events)},
          {"total", paired_json(nri.total)}};
}

/// The second model over the first.
Json comparison(const Options& options, const std::vector<std::string>& models, const stats::PairedResult& brier,
                const stats::Reclassification& moved, Json& notes) {
  add_note(notes, "comparison", moved.reason);
  add_note(notes, "IDI", moved.idi.reason);
  add_note(notes, "Brier", brier.reason);
  Json answer{{"old", models[0]},
              {"new", models[1]},
              {"brier", paired_json(brier)},
              {"idi", paired_json(moved.idi)},
              {"nri_continuous", nri_json(moved.continuous)}};
  if (!options.cuts.empty()) {
    answer["cuts"] = number_list(options.cuts, "--cuts");
    answer["nri_categorical"] = nri_json(moved.categorical);
  }
  return answer;
}

void check_options(const Options& options, const std::vector<double>& thresholds, const std::vector<double>& cuts) {
  const bool binary = !options.outcome.empty();
  if (binary == options.survival()) throw Error(ErrorCode::usage, "give either --outcome, or --time, --event and --at");
  if (options.survival() && (options.event.empty() || !options.at))
    throw Error(ErrorCode::usage, "--time needs --event and --at");
  if (binary && (!options.event.empty() || options.at || options.cause != 0))
    throw Error(ErrorCode::usage, "--event, --at and --cause belong to --time, not to --outcome");
  if (options.survival() && !options.weights.empty()) throw Error(ErrorCode::usage, "--weights go with --outcome only");
  for (const double threshold : thresholds)
    if (!(threshold >= 0.0 && threshold < 1.0) || (threshold == 0.0 && options.survival()))
      throw Error(ErrorCode::usage, "--thresholds: " + format_double(threshold) + " is not in " +
                                        (options.survival() ? "(0, 1)" : "[0, 1)"));
  for (std::size_t i = 0; i < cuts.size(); ++i)
    if (!(cuts[i] > 0.0 && cuts[i] < 1.0) || (i > 0 && !(cuts[i] > cuts[i - 1])))
      throw Error(ErrorCode::usage, "--cuts: " + format_double(cuts[i]) + "; give ascending cuts in (0, 1)");
}

Curves binary_curves(const Options& options, const StatsTable& table, const std::vector<std::string>& models,
                     const std::vector<std::vector<double>>& probability, const std::vector<double>& thresholds,
                     const std::vector<double>& cuts, Json& answer, Json& notes) {
  const std::vector<int> outcome = table.binary(options.outcome);
  const std::vector<double> labels(outcome.begin(), outcome.end());
  const std::vector<double> weights = options.weights.empty() ? std::vector<double>{} : table.weights(options.weights);
  Curves curves{stats::net_benefit_of_all(labels, thresholds, weights), {}, {}};
  for (const auto& column : probability)
    curves.benefit.push_back(stats::net_benefit(labels, column, thresholds, weights));
  if (models.size() != 2) return curves;
  if (weights.empty())
    answer["comparison"] = comparison(options, models, stats::brier_difference(labels, probability[1], probability[0]),
                                      stats::reclassification(labels, probability[0], probability[1], cuts), notes);
  else
    notes.push_back("the comparison of the two models is left out: it knows no weights");
  return curves;
}

Curves survival_curves(const Options& options, const StatsTable& table, const std::vector<std::string>& models,
                       const std::vector<std::vector<double>>& probability, const std::vector<double>& thresholds,
                       const std::vector<double>& cuts, Json& answer, Json& notes) {
  const std::vector<double> time = table.times(options.time);
  const std::vector<int> event = cause_column(table, options.event, options.cause);
  const int cause = options.cause == 0 ? 1 : options.cause;
  const double horizon = *options.at;
  answer["horizon"] = horizon;
  answer["cause"] = cause;
  answer["events"] = std::count(event.begin(), event.end(), cause);
  Curves curves;
  for (std::size_t m = 0; m < models.size(); ++m) {
    const auto points = stats::survival_decision_curve(time, event, probability[m], horizon, thresholds, cause);
    curves.all.clear();
    curves.benefit.emplace_back();
    curves.treated.emplace_back();
    for (const auto& point : points) {
      curves.all.push_back(point.treat_all);
      curves.benefit.back().push_back(point.net_benefit);
      curves.treated.back().push_back(point.treated);
      add_note(notes, models[m] + " at threshold " + format_double(point.threshold), point.reason);
    }
  }
  notes.push_back(options.cause == 0 ? "incidence among those treated by Kaplan-Meier"
                                     : "incidence among those treated by Aalen-Johansen");
  if (models.size() != 2) return curves;
  const stats::IpcwSample patients(time, event);
  const auto brier = [&](std::size_t m) { return stats::brier_score(patients, probability[m], horizon, cause); };
  stats::PairedResult difference;
  if (patients.followed(horizon))
    difference = stats::paired_brier(brier(1), brier(0));
  else
    difference.reason = "nobody is followed to the horizon";
  answer["comparison"] = comparison(
      options, models, difference,
      stats::survival_reclassification(patients, probability[0], probability[1], horizon, cuts, cause), notes);
  return curves;
}

void run(const Options& options, const Context& context) {
  const std::vector<std::string> models = name_list(options.probability);
  if (models.empty()) throw Error(ErrorCode::usage, "--probability names no column");
  const std::vector<double> thresholds = number_list(options.thresholds, "--thresholds");
  const std::vector<double> cuts = options.cuts.empty() ? std::vector<double>{} : number_list(options.cuts, "--cuts");
  check_options(options, thresholds, cuts);
  StatsTable table = options.read();
  std::vector<std::string> used{options.outcome, options.time, options.event, options.weights};
  used.insert(used.end(), models.begin(), models.end());
  table.keep_complete(used);
  std::vector<std::vector<double>> probability;
  for (const std::string& model : models) probability.push_back(table.probabilities(model));
  Json notes = Json::array(), curve = Json::array();
  Json answer{{"n", table.rows()}, {"dropped", table.dropped()}, {"models", models}, {"curve", curve}};
  const Curves curves = (options.survival() ? survival_curves : binary_curves)(options, table, models, probability,
                                                                               thresholds, cuts, answer, notes);
  const std::vector<double>& all = curves.all;
  std::string text = "threshold  treat all";
  for (const std::string& model : models) text += "  " + model;
  for (std::size_t t = 0; t < thresholds.size(); ++t) {
    Json of_models = Json::object(), avoided = Json::object(), treated = Json::object();
    text += "\n" + format_fixed(thresholds[t], 3) + "      " + format_fixed(all[t], 4);
    for (std::size_t m = 0; m < models.size(); ++m) {
      const double benefit = curves.benefit[m][t];
      of_models[models[m]] = number_or_null(benefit);
      avoided[models[m]] = number_or_null((benefit - all[t]) * (1.0 - thresholds[t]) / thresholds[t]);
      if (options.survival()) treated[models[m]] = curves.treated[m][t];
      text += "     " + format_fixed(benefit, 4);
    }
    curve.push_back({{"threshold", thresholds[t]},
                     {"net_benefit", of_models},
                     {"treat_all", number_or_null(all[t])},
                     {"treat_none", 0.0},
                     {"interventions_avoided", avoided}});
    if (options.survival()) curve.back()["treated"] = treated;
  }
  if (std::find(thresholds.begin(), thresholds.end(), 0.0) != thresholds.end())
    notes.push_back("at threshold 0 nobody is spared: interventions_avoided is undefined");
  answer["curve"] = curve;
  answer["notes"] = notes;
  context.answer(answer, text);
}

}  // namespace

void add_stats_dca(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "dca", "net benefit of treating by predicted probability", *options);
  analysis->add_option("--outcome", options->outcome, "column: 1 with the outcome, 0 without");
  analysis->add_option("--time", options->time, "column of follow-up times, instead of --outcome");
  analysis->add_option("--event", options->event, "column: 1 event, 0 censored; with --cause: 0, 1, 2, ...");
  analysis->add_option("--at", options->at, "the horizon of the predicted probabilities, with --time")
      ->check(CLI::PositiveNumber);
  analysis->add_option("--cause", options->cause, "competing risks: the cause of interest")->check(CLI::PositiveNumber);
  analysis->add_option("--probability", options->probability, "columns of predicted probabilities: P or P,P2,...")
      ->required();
  analysis->add_option("--thresholds", options->thresholds, "from:to:step or a list (default 0.05:0.5:0.05)");
  analysis->add_option("--weights", options->weights, "column of case weights");
  analysis->add_option("--cuts", options->cuts, "cuts of risk classes for the net reclassification of two models");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
