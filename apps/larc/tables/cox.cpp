#include "stats/cox.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/cox_concordance.h"
#include "stats/cox_ph_test.h"
#include "stats/distributions.h"
#include "tables/coefficients.h"
#include "tables/survival_options.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  SurvivalColumns columns;
  std::string covariates, ties = "efron", transform = "km";
  bool robust = false, baseline = false;
};

Json ph_row(const stats::PhTestRow& row) {
  Json answer = chi2_answer(row.chi2, row.df);
  answer["name"] = row.name;
  return answer;
}

Json baseline_answer(const std::vector<stats::StratumHazard>& hazards, const std::vector<std::string>& strata) {
  Json answer = Json::array();
  for (const auto& curve : hazards)
    answer.push_back({{"stratum", strata.empty() ? "" : strata[static_cast<std::size_t>(curve.stratum)]},
                      {"time", curve.hazard.time},
                      {"cumulative_hazard", curve.hazard.cumulative}});
  return answer;
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> covariates = name_list(options.covariates);
  if (covariates.empty()) throw Error(ErrorCode::usage, "--covariates names no column");
  std::vector<std::string> used = options.columns.all();
  used.insert(used.end(), covariates.begin(), covariates.end());
  table.keep_complete(used);
  std::vector<std::string> strata;
  const stats::SurvivalOutcome outcome =
      read_outcome(table, options.columns, table.binary(options.columns.event), &strata);
  const TermDesign terms = term_design(table, covariates);
  const Eigen::MatrixXd& x = terms.design.values;
  Json notes = Json::array();
  stats::CoxSettings settings;
  settings.ties = options.ties == "breslow" ? stats::Ties::breslow : stats::Ties::efron;
  settings.robust = options.robust || !options.columns.cluster.empty();
  const bool fractions = std::any_of(outcome.weight.begin(), outcome.weight.end(),
                                     [](double weight) { return weight != std::floor(weight); });
  if (fractions && !settings.robust) {
    settings.robust = true;
    notes.push_back("weights are not whole numbers: standard errors are robust");
  }
  const stats::CoxFit fit = stats::fit_cox(x, outcome, settings);
  if (!fit.reason.empty()) notes.push_back(fit.reason);
  const stats::CoxConcordance c = stats::cox_concordance(outcome, stats::linear_predictor(x, fit.coef));
  if (!c.reason.empty()) notes.push_back("concordance: " + c.reason);
  static const std::vector<std::pair<std::string, stats::TimeTransform>> transforms{
      {"km", stats::TimeTransform::km},
      {"identity", stats::TimeTransform::identity},
      {"rank", stats::TimeTransform::rank},
      {"log", stats::TimeTransform::log}};
  const auto transform = std::find_if(transforms.begin(), transforms.end(),
                                      [&](const auto& entry) { return entry.first == options.transform; });
  const stats::PhTest ph = stats::ph_test(x, outcome, fit, terms.term, terms.terms, transform->second);
  if (!ph.reason.empty() && ph.reason != fit.reason) notes.push_back(ph.reason);
  Json ph_rows = Json::array();
  for (const auto& row : ph.terms)
    if (row.df > 0 || !ph.reason.empty()) ph_rows.push_back(ph_row(row));
  ph_rows.push_back(ph_row(ph.global));

  Json answer{{"n", table.rows()},
              {"dropped", table.dropped()},
              {"events", fit.events},
              {"ties", options.ties},
              {"robust", settings.robust},
              {"converged", fit.converged},
              {"iterations", fit.iterations},
              {"coef", coefficient_answer(terms.design.names, fit.coef, fit.se)},
              {"loglik", {number_or_null(fit.loglik_null), number_or_null(fit.loglik)}},
              {"score", number_or_null(fit.score)},
              {"wald", number_or_null(fit.wald)},
              {"df", fit.df},
              {"likelihood_ratio_test", chi2_answer(fit.likelihood_ratio, fit.df)},
              {"score_test", chi2_answer(fit.score, fit.df)},
              {"wald_test", chi2_answer(fit.wald, fit.df)},
              {"concordance", number_or_null(c.c)},
              {"concordance_se", number_or_null(c.se)},
              {"ph_test", ph_rows}};
  if (settings.robust) {
    answer["robust_score_test"] = chi2_answer(fit.robust_score, fit.df);
    for (std::size_t j = 0; j < terms.design.names.size(); ++j) {
      const auto column = static_cast<Eigen::Index>(j);
      answer["coef"][j]["naive_se"] = number_or_null(std::sqrt(fit.model_covariance(column, column)));
    }
  }
  if (options.baseline && fit.events > 0)
    answer["baseline"] =
        baseline_answer(stats::baseline_hazards(stats::linear_predictor(x, fit.coef), outcome, settings.ties), strata);
  answer["notes"] = notes;
  std::string text = std::to_string(table.rows()) + " rows, " + std::to_string(fit.events) + " events" +
                     coefficient_text(answer["coef"]) + "\nC " + format_fixed(c.c, 3) + "; proportional hazards: p " +
                     format_fixed(ph.global.p, 3);
  for (const Json& note : notes) text += "\n" + note.get<std::string>();
  context.answer(answer, text);
}

}  // namespace

void add_stats_cox(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "cox", "proportional hazards model; text columns become indicators", *options);
  add_time_and_event(*analysis, options->columns, "column: 1 event, 0 censored");
  analysis->add_option("--covariates", options->covariates, "columns, separated by commas")->required();
  analysis->add_option("--ties", options->ties, "efron or breslow")->check(CLI::IsMember({"efron", "breslow"}));
  analysis->add_option("--strata", options->columns.strata, "column: a baseline hazard for each of its values");
  analysis->add_option("--entry", options->columns.entry, "column of times at which a row comes under observation");
  analysis->add_option("--weights", options->columns.weights, "column of case weights");
  analysis->add_option("--cluster", options->columns.cluster, "column of patients: robust variance over their rows");
  analysis->add_flag("--robust", options->robust, "robust (sandwich) variance");
  analysis->add_option("--ph-transform", options->transform, "time scale of the test of proportional hazards")
      ->check(CLI::IsMember({"km", "identity", "rank", "log"}));
  analysis->add_flag("--baseline", options->baseline, "also the cumulative baseline hazard");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
