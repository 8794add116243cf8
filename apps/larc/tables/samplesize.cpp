#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/sample_size.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

struct Options {
  std::string kind;
  double prevalence = kNaN, auc = kNaN, cox_snell_r2 = kNaN, rate = kNaN, timepoint = kNaN, meanfup = kNaN;
  double shrinkage = 0.9;
  int parameters = 0;
};

double needed(double value, const std::string& option, const std::string& kind) {
  if (std::isnan(value)) throw Error(ErrorCode::usage, "--kind " + kind + " needs " + option);
  return value;
}

// What the options ask for; every number is one of them, so that one out of range is wrong usage.
stats::SampleSize wanted(const Options& options, Json& notes) try {
  if (std::isnan(options.auc) == std::isnan(options.cox_snell_r2))
    throw Error(ErrorCode::usage, "give either --auc or --cox-snell-r2");
  double r2 = options.cox_snell_r2;
  if (options.kind == "binary") {
    const double prevalence = needed(options.prevalence, "--prevalence", options.kind);
    if (std::isnan(r2)) {
      r2 = stats::cox_snell_from_auc(options.auc, prevalence);
      notes.push_back(
          "Cox-Snell R2 from the area under the ROC curve, for a linear predictor that is normal in both "
          "classes");
    }
    return stats::binary_sample_size(prevalence, r2, options.parameters, options.shrinkage);
  }
  double rate = options.rate, horizon = options.timepoint, follow_up = options.meanfup;
  if (std::isnan(rate) && std::isnan(horizon) && std::isnan(follow_up) && !std::isnan(options.prevalence)) {
    if (!(options.prevalence > 0.0 && options.prevalence < 1.0))
      throw Error(ErrorCode::usage, "--prevalence must lie between 0 and 1");
    horizon = follow_up = 1.0;
    rate = -std::log1p(-options.prevalence);
    notes.push_back(
        "--prevalence is taken as the risk by the horizon, with the mean follow-up at the horizon and a constant "
        "rate; give --rate, --timepoint and --meanfup instead if they are known");
  }
  rate = needed(rate, "--rate", options.kind);
  horizon = needed(horizon, "--timepoint", options.kind);
  follow_up = needed(follow_up, "--meanfup", options.kind);
  if (std::isnan(r2)) {
    r2 = stats::cox_snell_from_concordance(options.auc, rate * follow_up);
    notes.push_back("Cox-Snell R2 from the concordance, through Royston's D");
  }
  return stats::survival_sample_size(rate, horizon, follow_up, r2, options.parameters, options.shrinkage);
} catch (const Error& error) {
  if (error.code() != ErrorCode::domain) throw;
  throw Error(ErrorCode::usage, error.message());
}

void run(const Options& options, const Context& context) {
  Json notes = Json::array();
  const stats::SampleSize result = wanted(options, notes);
  Json criteria = Json::array();
  std::string text;
  for (const stats::SampleSizeCriterion& criterion : result.criteria) {
    criteria.push_back({{"name", criterion.name},
                        {"n", static_cast<std::int64_t>(criterion.patients)},
                        {"shrinkage", number_or_null(criterion.shrinkage)}});
    text += criterion.name + ": " + format_fixed(criterion.patients, 0) + "\n";
  }
  notes.push_back("the criterion of the overall risk has no shrinkage of its own");
  context.answer({{"kind", options.kind},
                  {"parameters", options.parameters},
                  {"criteria", criteria},
                  {"n", static_cast<std::int64_t>(result.patients)},
                  {"minimum_n", static_cast<std::int64_t>(result.patients)},
                  {"events", result.events},
                  {"events_per_parameter", result.events_per_parameter},
                  {"cox_snell_r2", result.cox_snell_r2},
                  {"max_r2", result.largest_r2},
                  {"nagelkerke_r2", result.nagelkerke_r2},
                  {"notes", notes}},
                 text + "minimum " + format_fixed(result.patients, 0) + " patients, " + format_fixed(result.events, 1) +
                     " events, " + format_fixed(result.events_per_parameter, 2) + " per parameter");
}

}  // namespace

void add_stats_samplesize(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = stats.add_subcommand(
      "samplesize", "patients needed to develop a prediction model (Riley's criteria); no table is read");
  analysis->add_option("--kind", options->kind, "binary or survival")
      ->required()
      ->check(CLI::IsMember({"binary", "survival"}));
  analysis->add_option("--parameters", options->parameters, "number of candidate parameters")->required();
  analysis->add_option("--prevalence", options->prevalence, "share with the outcome (binary)");
  analysis->add_option("--auc", options->auc, "area under the ROC curve, or concordance, to be expected");
  analysis->add_option("--cox-snell-r2", options->cox_snell_r2, "in place of --auc");
  analysis->add_option("--rate", options->rate, "events per unit of time (survival)");
  analysis->add_option("--timepoint", options->timepoint, "when risk is predicted, same unit (survival)");
  analysis->add_option("--meanfup", options->meanfup, "mean follow-up, same unit (survival)");
  analysis->add_option("--shrinkage", options->shrinkage, "least expected shrinkage (default 0.9)");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
