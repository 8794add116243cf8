#include <algorithm>

#include "core/error.h"
#include "core/number.h"
#include "stats/cox.h"
#include "stats/cox_concordance.h"
#include "stats/distributions.h"
#include "stats/fine_gray.h"
#include "tables/answer.h"
#include "tables/coefficients.h"
#include "tables/survival_options.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  SurvivalColumns columns;
  std::string covariates, ties = "breslow";
  int cause = 1;
  bool baseline = false;
};

// Pairs as the model sees them: an event of another cause counts as never having this one.
stats::CoxConcordance concordance(const stats::CompetingOutcome& rows, int cause, const std::vector<double>& score) {
  stats::SurvivalOutcome outcome{{}, {}, rows.entry, {}, rows.stratum, {}};
  const double beyond = 2.0 * *std::max_element(rows.time.begin(), rows.time.end()) + 1.0;
  for (std::size_t i = 0; i < rows.time.size(); ++i) {
    outcome.time.push_back(rows.cause[i] == 0 || rows.cause[i] == cause ? rows.time[i] : beyond);
    outcome.event.push_back(rows.cause[i] == cause ? 1 : 0);
  }
  return stats::cox_concordance(outcome, score);
}

Json baseline_answer(const std::vector<stats::StratumHazard>& baseline, const std::vector<std::string>& strata) {
  Json answer = Json::array();
  for (const auto& curve : baseline) {
    answer.push_back({{"time", curve.hazard.time}, {"cumulative_hazard", curve.hazard.cumulative}});
    if (strata.empty()) return answer[0];
    answer.back()["stratum"] = strata[static_cast<std::size_t>(curve.stratum)];
  }
  return answer;
}

std::string method_note(const stats::CompetingOutcome& outcome) {
  const std::string rest =
      "; concordance: an event of another cause counts as never having this one; no test of proportional hazards";
  if (!outcome.entry.empty())
    return "standard errors are those of R's finegray and coxph: robust, with the weights of censoring and entry taken "
           "as known" +
           rest;
  if (!outcome.stratum.empty())
    return "standard errors are Fine and Gray's sandwich with a censoring curve for each stratum" + rest;
  return "standard errors are Fine and Gray's sandwich, as in cmprsk::crr" + rest;
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> covariates = name_list(options.covariates);
  if (covariates.empty()) throw Error(ErrorCode::usage, "--covariates names no column");
  std::vector<std::string> used = options.columns.all();
  used.insert(used.end(), covariates.begin(), covariates.end());
  table.keep_complete(used);
  const std::vector<int> event = table.integers(options.columns.event, 0, 1000);
  std::vector<std::string> strata;
  const stats::SurvivalOutcome read = read_outcome(table, options.columns, event, &strata);
  const stats::CompetingOutcome outcome{read.time, read.event, read.entry, read.stratum};
  const TermDesign terms = term_design(table, covariates);
  const Eigen::MatrixXd& x = terms.design.values;
  const stats::FineGrayFit fit = stats::fit_fine_gray(x, outcome, options.cause);
  Json notes = Json::array();
  add_note(notes, "", with_column_names(fit.reason, terms.design.names));
  if (options.ties == "efron") notes.push_back("tied events follow Breslow's rule, as in cmprsk::crr");
  notes.push_back(method_note(outcome));
  const stats::CoxConcordance c = concordance(outcome, options.cause, stats::linear_predictor(x, fit.coef));
  if (!c.reason.empty()) notes.push_back("concordance: " + c.reason);
  Json answer{{"n", table.rows()}, {"dropped", table.dropped()}, {"events", fit.events}, {"cause", options.cause}};
  answer.update(model_answer(terms.design.names, fit));
  answer.update(
      {{"concordance", number_or_null(c.c)}, {"concordance_se", number_or_null(c.se)}, {"ph_test", Json::array()}});
  if (options.baseline) answer["baseline"] = baseline_answer(fit.baseline, strata);
  answer["notes"] = notes;
  context.answer(answer, std::to_string(table.rows()) + " rows, " + std::to_string(fit.events) +
                             " events of the cause" + coefficient_text(answer["coef"]) +
                             (fit.reason.empty() ? "" : "\n" + notes[0].get<std::string>()));
}

}  // namespace

void add_stats_finegray(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "finegray", "proportional subdistribution hazards of one cause", *options);
  add_time_and_event(*analysis, options->columns, "column: 0 censored, 1, 2, ... the cause of the event");
  analysis->add_option("--cause", options->cause, "the cause of interest")->required()->check(CLI::PositiveNumber);
  analysis->add_option("--covariates", options->covariates, "columns, separated by commas")->required();
  analysis->add_option("--ties", options->ties, "accepted for symmetry with cox: ties always follow Breslow's rule")
      ->check(CLI::IsMember({"efron", "breslow"}));
  analysis->add_option("--strata", options->columns.strata,
                       "column: a baseline and a censoring curve for each of its values");
  analysis->add_option("--entry", options->columns.entry, "column of times at which a row comes under observation");
  analysis->add_flag("--baseline", options->baseline, "also the cumulative baseline subdistribution hazard");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
