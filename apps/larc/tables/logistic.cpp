#include "stats/logistic.h"

#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/firth.h"
#include "stats/roc.h"
#include "tables/analysis.h"
#include "tables/answer.h"
#include "tables/coefficients.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string outcome, covariates, weights;
  bool firth = false;
};

Json wald_row(double coef, double se) {
  const double z = coef / se;
  const double half = stats::critical_value(stats::kLevel95) * se;
  return {{"coef", number_or_null(coef)},
          {"se", number_or_null(se)},
          {"or", number_or_null(std::exp(coef))},
          {"hr", number_or_null(std::exp(coef))},  // the key of cox; here an odds ratio
          {"lower", number_or_null(std::exp(coef - half))},
          {"upper", number_or_null(std::exp(coef + half))},
          {"z", number_or_null(z)},
          {"p", number_or_null(stats::normal_two_sided_p(z))}};
}

Json named(const std::string& name, Json row) {
  Json answer{{"name", name}};
  answer.update(row);
  return answer;
}

int estimated(const Json& rows) {
  int count = 0;
  for (const Json& row : rows) count += row["coef"].is_null() ? 0 : 1;
  return count;
}

void put_concordance(Json& answer, Json& notes, const std::vector<double>& labels, const Eigen::VectorXd& score) {
  const stats::RocResult roc = stats::roc(labels, {score.begin(), score.end()});
  answer["concordance"] = number_or_null(roc.auc);
  answer["concordance_se"] = number_or_null(roc.se);
  add_note(notes, "concordance", roc.reason);
}

void maximum_likelihood(Json& answer, Json& notes, const Design& design, const std::vector<double>& labels,
                        const std::vector<double>& weights) {
  const stats::LogisticFit fit = stats::fit_logistic(design.values, labels, {}, weights);
  add_note(notes, "", with_column_names(fit.reason, design.names));
  Json rows = Json::array();
  Eigen::VectorXd score = Eigen::VectorXd::Zero(design.values.rows());
  for (std::size_t j = 0; j < design.names.size(); ++j) {
    const auto column = static_cast<Eigen::Index>(j);
    rows.push_back(named(design.names[j], wald_row(fit.coef[column], fit.se[column])));
    if (std::isfinite(fit.coef[column])) score += fit.coef[column] * design.values.col(column);
  }
  const int df = estimated(rows);
  answer.update({{"method", "maximum likelihood"},
                 {"converged", fit.converged},
                 {"separated", fit.separated},
                 {"iterations", fit.iterations},
                 {"intercept", wald_row(fit.intercept, fit.intercept_se)},
                 {"coef", rows},
                 {"loglik", {number_or_null(fit.loglik_null), number_or_null(fit.loglik)}},
                 {"deviance", number_or_null(fit.deviance)},
                 {"null_deviance", number_or_null(-2.0 * fit.loglik_null)},
                 {"aic", number_or_null(fit.deviance + 2.0 * (df + 1))},
                 {"score", number_or_null(fit.score)},
                 {"wald", number_or_null(fit.wald)},
                 {"df", df},
                 {"likelihood_ratio_test", chi2_answer(fit.likelihood_ratio, df)},
                 {"score_test", chi2_answer(fit.score, df)},
                 {"wald_test", chi2_answer(fit.wald, df)},
                 {"ph_test", Json::array()}});
  put_concordance(answer, notes, labels, score);
}

void firth(Json& answer, Json& notes, const Design& design, const std::vector<double>& labels,
           const std::vector<double>& weights) {
  const stats::FirthFit fit = stats::fit_firth_logistic(design.values, labels, weights);
  add_note(notes, "", with_column_names(fit.reason, design.names));
  Json intercept = profile_answer("intercept", fit.intercept, notes);
  Json rows = profile_answers(design.names, fit.coef, notes);
  intercept["or"] = intercept["hr"];  // the key of cox; here an odds ratio
  for (Json& row : rows) row["or"] = row["hr"];
  const int df = estimated(rows);
  answer.update({{"method", "Firth"},
                 {"converged", fit.converged},
                 {"iterations", fit.iterations},
                 {"intercept", intercept},
                 {"coef", rows},
                 {"loglik", {number_or_null(fit.penalised_loglik_null), number_or_null(fit.penalised_loglik)}},
                 {"deviance", number_or_null(-2.0 * fit.loglik)},
                 {"score", nullptr},
                 {"wald", nullptr},
                 {"df", df},
                 {"likelihood_ratio_test", chi2_answer(fit.likelihood_ratio, df)},
                 {"ph_test", Json::array()}});
  const Eigen::VectorXd coef = estimates(fit.coef);
  put_concordance(answer, notes, labels, design.values * coef.array().isNaN().select(0.0, coef).matrix());
  notes.push_back(
      "Firth: log likelihoods are penalised, the deviance is not; limits and p come from the penalised "
      "profile likelihood; score and Wald test of the model are not given");
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> covariates = name_list(options.covariates);
  if (covariates.empty()) throw Error(ErrorCode::usage, "--covariates names no column");
  std::vector<std::string> used{options.outcome, options.weights};
  used.insert(used.end(), covariates.begin(), covariates.end());
  table.keep_complete(used);
  const std::vector<int> outcome = table.binary(options.outcome);
  const std::vector<double> labels(outcome.begin(), outcome.end());
  const std::vector<double> weights = options.weights.empty() ? std::vector<double>{} : table.weights(options.weights);
  const Design design = table.design(covariates);
  Json answer{
      {"n", table.rows()}, {"dropped", table.dropped()}, {"events", std::count(outcome.begin(), outcome.end(), 1)}};
  Json notes = Json::array();
  (options.firth ? firth : maximum_likelihood)(answer, notes, design, labels, weights);
  if (!weights.empty()) notes.push_back("concordance: rows count once, whatever their weight");
  answer["notes"] = notes;
  std::string text = std::to_string(table.rows()) + " rows, " + answer["events"].dump() + " with the outcome";
  for (const Json& row : answer["coef"])
    text += "\n" + row["name"].get<std::string>() + ": odds ratio " +
            with_limits(number_or_nan(row["or"]), number_or_nan(row["lower"]), number_or_nan(row["upper"]), 3) +
            ", p " + format_fixed(number_or_nan(row["p"]), 4);
  for (const Json& note : notes) text += "\n" + note.get<std::string>();
  context.answer(answer, text);
}

}  // namespace

void add_stats_logistic(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "logistic", "logistic regression; text columns become indicators", *options);
  analysis->add_option("--outcome", options->outcome, "column: 1 with the outcome, 0 without")->required();
  analysis->add_option("--covariates", options->covariates, "columns, separated by commas")->required();
  analysis->add_option("--weights", options->weights, "column of case weights");
  analysis->add_flag("--firth", options->firth,
                     "Firth's penalty: finite under separation, less biased in small tables");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
