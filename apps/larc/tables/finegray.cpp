#include <algorithm>

#include "core/error.h"
#include "core/number.h"
#include "stats/cox_concordance.h"
#include "stats/distributions.h"
#include "stats/fine_gray.h"
#include "tables/coefficients.h"
#include "tables/survival_options.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string time, event, covariates, ties = "breslow", strata, entry;
  int cause = 1;
  bool baseline = false;
};

// Pairs as the model sees them: an event of another cause counts as never having this one.
stats::CoxConcordance concordance(const std::vector<double>& time, const std::vector<int>& event, int cause,
                                  const std::vector<double>& score) {
  stats::SurvivalOutcome outcome;
  const double beyond = 2.0 * *std::max_element(time.begin(), time.end()) + 1.0;
  for (std::size_t i = 0; i < time.size(); ++i) {
    outcome.time.push_back(event[i] == 0 || event[i] == cause ? time[i] : beyond);
    outcome.event.push_back(event[i] == cause ? 1 : 0);
  }
  return stats::cox_concordance(outcome, score);
}

void run(const Options& options, const Context& context) {
  for (const auto& [name, column] : {std::pair{"--strata", &options.strata}, std::pair{"--entry", &options.entry}})
    if (!column->empty())
      throw Error(ErrorCode::unsupported,
                  std::string("finegray has no ") + name +
                      " yet; leave it out, or fit the cause-specific model with larc stats cox");
  StatsTable table = options.read();
  const std::vector<std::string> covariates = name_list(options.covariates);
  if (covariates.empty()) throw Error(ErrorCode::usage, "--covariates names no column");
  std::vector<std::string> used{options.time, options.event};
  used.insert(used.end(), covariates.begin(), covariates.end());
  table.keep_complete(used);
  const std::vector<double> time = table.times(options.time);
  const std::vector<int> event = table.integers(options.event, 0, 1000);
  if (std::find(event.begin(), event.end(), options.cause) == event.end())
    throw Error(ErrorCode::domain, "column " + options.event + " has no event of cause " +
                                       std::to_string(options.cause) + "; choose another --cause");
  const TermDesign terms = term_design(table, covariates);
  const Eigen::MatrixXd& x = terms.design.values;
  const stats::FineGrayFit fit = stats::fit_fine_gray(x, time, event, options.cause);
  Json notes = Json::array();
  if (!fit.reason.empty()) notes.push_back(fit.reason);
  if (options.ties == "efron") notes.push_back("tied events follow Breslow's rule, as in cmprsk::crr");
  notes.push_back(
      "standard errors are Fine and Gray's sandwich, as in cmprsk::crr; concordance: an event of another "
      "cause counts as never having this one; no test of proportional hazards");
  std::vector<double> score(time.size(), 0.0);
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    if (fit.coef[j] == fit.coef[j])
      for (std::size_t i = 0; i < score.size(); ++i) score[i] += fit.coef[j] * x(static_cast<Eigen::Index>(i), j);
  const stats::CoxConcordance c = concordance(time, event, options.cause, score);
  if (!c.reason.empty()) notes.push_back("concordance: " + c.reason);
  Json answer{{"n", table.rows()},
              {"dropped", table.dropped()},
              {"events", fit.events},
              {"cause", options.cause},
              {"converged", fit.converged},
              {"iterations", fit.iterations},
              {"coef", coefficient_answer(terms.design.names, fit.coef, fit.se)},
              {"loglik", {number_or_null(fit.loglik_null), number_or_null(fit.loglik)}},
              {"score", number_or_null(fit.score)},
              {"wald", number_or_null(fit.wald)},
              {"df", fit.df},
              {"likelihood_ratio_test", chi2_answer(2.0 * (fit.loglik - fit.loglik_null), fit.df)},
              {"score_test", chi2_answer(fit.score, fit.df)},
              {"wald_test", chi2_answer(fit.wald, fit.df)},
              {"concordance", number_or_null(c.c)},
              {"concordance_se", number_or_null(c.se)},
              {"ph_test", Json::array()}};
  if (options.baseline) answer["baseline"] = {{"time", fit.time}, {"cumulative_hazard", fit.cumulative}};
  answer["notes"] = notes;
  context.answer(answer, std::to_string(table.rows()) + " rows, " + std::to_string(fit.events) +
                             " events of the cause" + coefficient_text(answer["coef"]) +
                             (fit.reason.empty() ? "" : "\n" + fit.reason));
}

}  // namespace

void add_stats_finegray(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "finegray", "proportional subdistribution hazards of one cause", *options);
  analysis->add_option("--time", options->time, "column of follow-up times")->required();
  analysis->add_option("--event", options->event, "column: 0 censored, 1, 2, ... the cause of the event")->required();
  analysis->add_option("--cause", options->cause, "the cause of interest")->required()->check(CLI::PositiveNumber);
  analysis->add_option("--covariates", options->covariates, "columns, separated by commas")->required();
  analysis->add_option("--ties", options->ties, "accepted for symmetry with cox: ties always follow Breslow's rule")
      ->check(CLI::IsMember({"efron", "breslow"}));
  analysis->add_option("--strata", options->strata, "refused: strata are not offered yet");
  analysis->add_option("--entry", options->entry, "refused: delayed entry is not offered yet");
  analysis->add_flag("--baseline", options->baseline, "also the cumulative baseline subdistribution hazard");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
