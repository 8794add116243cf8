#include "core/error.h"
#include "core/number.h"
#include "stats/brier_parts.h"
#include "stats/net_benefit.h"
#include "stats/reclassification.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string outcome, probability, thresholds = "0.05:0.5:0.05", weights, cuts;
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
Json comparison(const Options& options, const std::vector<std::string>& models, const std::vector<double>& labels,
                const std::vector<double>& first, const std::vector<double>& second, Json& notes) {
  const std::vector<double> cuts = options.cuts.empty() ? std::vector<double>{} : number_list(options.cuts, "--cuts");
  const stats::Reclassification moved = stats::reclassification(labels, first, second, cuts);
  add_note(notes, "comparison", moved.reason);
  const stats::PairedResult brier = stats::brier_difference(labels, second, first);
  add_note(notes, "Brier", brier.reason);
  Json answer{{"old", models[0]},
              {"new", models[1]},
              {"brier", paired_json(brier)},
              {"idi", paired_json(moved.idi)},
              {"nri_continuous", nri_json(moved.continuous)}};
  if (!cuts.empty()) {
    answer["cuts"] = cuts;
    answer["nri_categorical"] = nri_json(moved.categorical);
  }
  return answer;
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> models = name_list(options.probability);
  if (models.empty()) throw Error(ErrorCode::usage, "--probability names no column");
  const std::vector<double> thresholds = number_list(options.thresholds, "--thresholds");
  for (const double threshold : thresholds)
    if (!(threshold >= 0.0 && threshold < 1.0))
      throw Error(ErrorCode::usage, "--thresholds: " + format_double(threshold) + " is not in [0, 1)");
  std::vector<std::string> used{options.outcome, options.weights};
  used.insert(used.end(), models.begin(), models.end());
  table.keep_complete(used);
  const std::vector<int> outcome = table.binary(options.outcome);
  const std::vector<double> labels(outcome.begin(), outcome.end());
  const std::vector<double> weights = options.weights.empty() ? std::vector<double>{} : table.numbers(options.weights);
  std::vector<std::vector<double>> probability, benefit;
  for (const std::string& model : models) {
    probability.push_back(table.numbers(model));
    benefit.push_back(stats::net_benefit(labels, probability.back(), thresholds, weights));
  }
  const std::vector<double> all = stats::net_benefit_of_all(labels, thresholds, weights);
  Json notes = Json::array();
  Json curve = Json::array();
  std::string text = "threshold  treat all";
  for (const std::string& model : models) text += "  " + model;
  for (std::size_t t = 0; t < thresholds.size(); ++t) {
    Json of_models = Json::object(), avoided = Json::object();
    text += "\n" + format_fixed(thresholds[t], 3) + "      " + format_fixed(all[t], 4);
    for (std::size_t m = 0; m < models.size(); ++m) {
      of_models[models[m]] = number_or_null(benefit[m][t]);
      avoided[models[m]] = number_or_null((benefit[m][t] - all[t]) * (1.0 - thresholds[t]) / thresholds[t]);
      text += "     " + format_fixed(benefit[m][t], 4);
    }
    curve.push_back({{"threshold", thresholds[t]},
                     {"net_benefit", of_models},
                     {"treat_all", number_or_null(all[t])},
                     {"treat_none", 0.0},
                     {"interventions_avoided", avoided}});
  }
  if (std::find(thresholds.begin(), thresholds.end(), 0.0) != thresholds.end())
    notes.push_back("at threshold 0 nobody is spared: interventions_avoided is undefined");
  Json answer{{"n", table.rows()}, {"dropped", table.dropped()}, {"models", models}, {"curve", curve}};
  if (models.size() == 2) {
    if (weights.empty())
      answer["comparison"] = comparison(options, models, labels, probability[0], probability[1], notes);
    else
      notes.push_back("the comparison of the two models is left out: it knows no weights");
  }
  answer["notes"] = notes;
  context.answer(answer, text);
}

}  // namespace

void add_stats_dca(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "dca", "net benefit of treating by predicted probability", *options);
  analysis->add_option("--outcome", options->outcome, "column: 1 with the outcome, 0 without")->required();
  analysis->add_option("--probability", options->probability, "columns of predicted probabilities: P or P,P2,...")
      ->required();
  analysis->add_option("--thresholds", options->thresholds, "from:to:step or a list (default 0.05:0.5:0.05)");
  analysis->add_option("--weights", options->weights, "column of case weights");
  analysis->add_option("--cuts", options->cuts, "cuts of risk classes for the net reclassification of two models");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
