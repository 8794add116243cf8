#include "stats/cox.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/cox_concordance.h"
#include "stats/cox_ph_test.h"
#include "stats/distributions.h"
#include "stats/firth_cox.h"
#include "tables/answer.h"
#include "tables/coefficients.h"
#include "tables/survival_options.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  SurvivalColumns columns;
  std::string covariates, ties = "efron", transform = "km";
  bool robust = false, baseline = false, firth = false;
};

stats::Ties ties_of(const Options& options) {
  return options.ties == "breslow" ? stats::Ties::breslow : stats::Ties::efron;
}

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

void put_concordance(Json& answer, Json& notes, const stats::SurvivalOutcome& outcome,
                     const std::vector<double>& score) {
  const stats::CoxConcordance c = stats::cox_concordance(outcome, score);
  answer["concordance"] = number_or_null(c.c);
  answer["concordance_se"] = number_or_null(c.se);
  add_note(notes, "concordance", c.reason);
}

void put_ph_test(Json& answer, Json& notes, const Options& options, const TermDesign& terms,
                 const stats::SurvivalOutcome& outcome, const stats::CoxFit& fit) {
  static const std::vector<std::pair<std::string, stats::TimeTransform>> transforms{
      {"km", stats::TimeTransform::km},
      {"identity", stats::TimeTransform::identity},
      {"rank", stats::TimeTransform::rank},
      {"log", stats::TimeTransform::log}};
  const auto transform = std::find_if(transforms.begin(), transforms.end(),
                                      [&](const auto& entry) { return entry.first == options.transform; });
  const stats::PhTest ph =
      stats::ph_test(terms.design.values, outcome, fit, terms.term, terms.terms, transform->second);
  if (ph.reason != fit.reason) add_note(notes, "", ph.reason);
  answer["ph_test"] = Json::array();
  for (const auto& row : ph.terms)
    if (row.df > 0 || !ph.reason.empty()) answer["ph_test"].push_back(ph_row(row));
  answer["ph_test"].push_back(ph_row(ph.global));
}

void maximum_likelihood(Json& answer, Json& notes, const Options& options, const TermDesign& terms,
                        const stats::SurvivalOutcome& outcome, const std::vector<std::string>& strata) {
  stats::CoxSettings settings;
  settings.ties = ties_of(options);
  settings.robust = options.robust || !options.columns.cluster.empty();
  const bool fractions = std::any_of(outcome.weight.begin(), outcome.weight.end(),
                                     [](double weight) { return weight != std::floor(weight); });
  if (fractions && !settings.robust) {
    settings.robust = true;
    notes.push_back("weights are not whole numbers: standard errors are robust");
  }
  const Eigen::MatrixXd& x = terms.design.values;
  const stats::CoxFit fit = stats::fit_cox(x, outcome, settings);
  add_note(notes, "", with_column_names(fit.reason, terms.design.names));
  answer.update({{"method", "maximum likelihood"}, {"robust", settings.robust}});
  answer.update(model_answer(terms.design.names, fit));
  put_concordance(answer, notes, outcome, stats::linear_predictor(x, fit.coef));
  put_ph_test(answer, notes, options, terms, outcome, fit);
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
}

void firth(Json& answer, Json& notes, const Options& options, const TermDesign& terms,
           const stats::SurvivalOutcome& outcome, const std::vector<std::string>& strata) {
  const Eigen::MatrixXd& x = terms.design.values;
  const stats::FirthCoxFit fit = stats::fit_firth_cox(x, outcome, ties_of(options));
  add_note(notes, "", with_column_names(fit.reason, terms.design.names));
  const Eigen::VectorXd coef = estimates(fit.coef);
  answer.update({{"method", "Firth"},
                 {"robust", false},
                 {"converged", fit.converged},
                 {"iterations", fit.iterations},
                 {"coef", profile_answers(terms.design.names, fit.coef, notes)},
                 {"loglik", {number_or_null(fit.penalised_loglik_null), number_or_null(fit.penalised_loglik)}},
                 {"score", nullptr},
                 {"wald", number_or_null(fit.wald)},
                 {"df", fit.df},
                 {"likelihood_ratio_test", chi2_answer(fit.likelihood_ratio, fit.df)},
                 {"wald_test", chi2_answer(fit.wald, fit.df)},
                 {"ph_test", Json::array()}});
  put_concordance(answer, notes, outcome, stats::linear_predictor(x, coef));
  if (options.baseline && fit.events > 0)
    answer["baseline"] =
        baseline_answer(stats::baseline_hazards(stats::linear_predictor(x, coef), outcome, ties_of(options)), strata);
  notes.push_back(
      "Firth: log likelihoods are penalised; limits and p come from the penalised profile likelihood; the score test "
      "and the test of proportional hazards are not given");
}

void run(const Options& options, const Context& context) {
  const SurvivalColumns& columns = options.columns;
  if (options.firth && (options.robust || !columns.weights.empty() || !columns.cluster.empty()))
    throw Error(ErrorCode::usage, "--firth does not go with --weights, --cluster or --robust");
  StatsTable table = options.read();
  const std::vector<std::string> covariates = name_list(options.covariates);
  if (covariates.empty()) throw Error(ErrorCode::usage, "--covariates names no column");
  std::vector<std::string> used = columns.all();
  used.insert(used.end(), covariates.begin(), covariates.end());
  table.keep_complete(used);
  std::vector<std::string> strata;
  const stats::SurvivalOutcome outcome = read_outcome(table, columns, table.binary(columns.event), &strata);
  const TermDesign terms = term_design(table, covariates);
  Json notes = Json::array();
  Json answer{{"n", table.rows()},
              {"dropped", table.dropped()},
              {"events", std::count(outcome.event.begin(), outcome.event.end(), 1)},
              {"ties", options.ties}};
  (options.firth ? firth : maximum_likelihood)(answer, notes, options, terms, outcome, strata);
  answer["notes"] = notes;
  std::string text = std::to_string(table.rows()) + " rows, " + answer["events"].dump() + " events" +
                     coefficient_text(answer["coef"]) + "\nC " + format_fixed(number_or_nan(answer["concordance"]), 3);
  if (!answer["ph_test"].empty())
    text += "; proportional hazards: p " + format_fixed(number_or_nan(answer["ph_test"].back()["p"]), 3);
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
  analysis->add_flag("--firth", options->firth,
                     "Firth's penalty: finite where a covariate orders the events perfectly, less biased with few "
                     "events (coxphf: with --ties breslow)");
  analysis->add_option("--ph-transform", options->transform, "time scale of the test of proportional hazards")
      ->check(CLI::IsMember({"km", "identity", "rank", "log"}));
  analysis->add_flag("--baseline", options->baseline, "also the cumulative baseline hazard");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
