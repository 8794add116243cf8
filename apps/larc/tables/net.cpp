#include "tables/net.h"

#include <algorithm>
#include <cstdio>

#include "core/error.h"
#include "core/number.h"
#include "core/parallel.h"
#include "learn/folds.h"

namespace larc::app {

namespace {

Json coefficients(const std::vector<std::string>& names, const Eigen::VectorXd& coef) {
  Json answer = Json::object();
  for (std::size_t j = 0; j < names.size(); ++j) answer[names[j]] = number_or_null(coef[static_cast<Eigen::Index>(j)]);
  return answer;
}

Json fit_answer(const std::vector<std::string>& names, const learn::ElasticNetFit& fit, bool intercept) {
  Json answer{{"lambda", fit.lambda},
              {"nonzero", fit.nonzero()},
              {"deviance_ratio", number_or_null(fit.deviance_ratio)},
              {"kkt_gap", number_or_null(fit.kkt_gap)},
              {"converged", fit.converged},
              {"coef", coefficients(names, fit.coef)}};
  if (intercept) answer["intercept"] = number_or_null(fit.intercept);
  return answer;
}

// Design columns, and for each the position of its covariate.
struct NetDesign {
  Design design;
  std::vector<std::size_t> covariate;
};

NetDesign net_design(const StatsTable& table, const std::vector<std::string>& columns) {
  NetDesign result;
  std::vector<Eigen::MatrixXd> parts;
  Eigen::Index width = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Design part = table.design({columns[c]});
    for (const std::string& name : part.names) {
      result.design.names.push_back(name);
      result.covariate.push_back(c);
    }
    width += part.values.cols();
    parts.push_back(part.values);
  }
  result.design.values.resize(static_cast<Eigen::Index>(table.rows()), width);
  Eigen::Index at = 0;
  for (const Eigen::MatrixXd& part : parts) {
    result.design.values.middleCols(at, part.cols()) = part;
    at += part.cols();
  }
  return result;
}

std::vector<double> factors(const NetOptions& options, const std::vector<std::string>& columns,
                            const std::vector<std::size_t>& covariate) {
  std::vector<double> each(columns.size(), 1.0);
  if (!options.penalty_factor.empty()) {
    each = number_list(options.penalty_factor, "--penalty-factor");
    if (each.size() != columns.size())
      throw Error(ErrorCode::usage, "--penalty-factor has " + std::to_string(each.size()) + " numbers for " +
                                        std::to_string(columns.size()) + " columns; give one for each");
  }
  for (const std::string& name : name_list(options.unpenalized)) {
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found == columns.end()) throw Error(ErrorCode::not_found, "--unpenalized: no column " + name + " in the model");
    each[static_cast<std::size_t>(found - columns.begin())] = 0.0;
  }
  std::vector<double> result;
  for (const std::size_t c : covariate) result.push_back(each[c]);
  return result;
}

std::vector<int> fold_numbers(const StatsTable& table, const learn::LossData& outcome, const NetOptions& options,
                              std::uint64_t seed) {
  if (!options.fold_column.empty()) return table.integers(options.fold_column, 0, 1000000);
  const learn::Outcome plain{outcome.kind, outcome.label, outcome.time, outcome.event};
  return learn::stratified_folds(learn::outcome_strata(plain), options.folds, seed);
}

void check_net_options(const NetOptions& options) {
  if (!(options.lambda_min_ratio >= 0.0 && options.lambda_min_ratio < 1.0))
    throw Error(ErrorCode::usage, "--lambda-min-ratio " + format_double(options.lambda_min_ratio) +
                                      " is not in [0, 1); 0 is glmnet's default");
  for (const auto& [name, text] :
       {std::pair{"--lambda", &options.lambda}, {"--penalty-factor", &options.penalty_factor}})
    if (!text->empty())
      for (const double number : number_list(*text, name))
        if (!(number >= 0.0))
          throw Error(ErrorCode::usage, std::string(name) + ": " + format_double(number) + " is not a number >= 0");
}

}  // namespace

void add_net_options(CLI::App& analysis, NetOptions& options) {
  analysis.add_option("--covariates", options.covariates, "columns, separated by commas; text becomes indicators");
  analysis.add_option("--features-from", options.features_from, "this and all later columns");
  analysis.add_option("--alpha", options.alpha, "1 lasso, 0 ridge (default 1)")->check(CLI::Range(0.0, 1.0));
  analysis.add_option("--lambda", options.lambda, "penalties, separated by commas; default: a sequence as glmnet's");
  analysis.add_option("--n-lambda", options.n_lambda, "length of that sequence (default 100)")
      ->check(CLI::Range(1, 100000));
  analysis.add_option("--lambda-min-ratio", options.lambda_min_ratio,
                      "its smallest over its largest value (default 0.01 with fewer rows than columns, else 0.0001)");
  analysis.add_flag("--no-standardize", options.no_standardize, "penalise the columns as they are");
  analysis.add_option("--penalty-factor", options.penalty_factor,
                      "one number >= 0 per column, scaled to a mean of 1 as in glmnet; 0 = not penalised");
  analysis.add_option("--unpenalized", options.unpenalized, "columns that are not penalised");
  analysis.add_flag("--adaptive", options.adaptive,
                    "weigh the penalty by the inverse coefficients of a cross-validated ridge fit");
  analysis.add_option("--weights", options.weights, "column of row weights");
  analysis.add_option("--offset", options.offset, "column added to the linear predictor");
  analysis.add_flag("--cv", options.cv, "cross-validated deviance, lambda.min and lambda.1se");
  analysis.add_option("--folds", options.folds, "of --cv and --adaptive (default 10), stratified by the outcome")
      ->check(CLI::Range(2, 100000));
  analysis.add_option("--fold-column", options.fold_column, "column that holds each row's fold");
}

std::vector<std::string> net_columns(const StatsTable& table, const NetOptions& options,
                                     const std::vector<std::string>& others) {
  if (options.covariates.empty() == options.features_from.empty())
    throw Error(ErrorCode::usage, "give either --covariates or --features-from");
  std::vector<std::string> columns = name_list(options.covariates);
  if (!options.features_from.empty())
    for (const std::string& name : table.columns_from(options.features_from)) {
      const bool taken = std::find(others.begin(), others.end(), name) != others.end() || name == options.weights ||
                         name == options.offset || name == options.fold_column;
      if (!taken) columns.push_back(name);
    }
  if (columns.empty()) throw Error(ErrorCode::usage, "no column is left for the model");
  return columns;
}

void answer_net(const StatsTable& table, const std::vector<std::string>& columns, learn::LossData outcome,
                const NetOptions& options, const Context& context) {
  check_net_options(options);
  const NetDesign net = net_design(table, columns);
  const Eigen::MatrixXd& x = net.design.values;
  if (!options.weights.empty()) outcome.weight = table.weights(options.weights);
  if (!options.offset.empty()) outcome.offset = table.numbers(options.offset);
  learn::PathSettings settings;
  settings.alpha = options.alpha;
  settings.standardize = !options.no_standardize;
  settings.n_lambda = options.n_lambda;
  settings.lambda_min_ratio = options.lambda_min_ratio;
  settings.penalty_factor = factors(options, columns, net.covariate);
  if (!options.lambda.empty()) settings.lambdas = number_list(options.lambda, "--lambda");
  const bool binary = outcome.kind == learn::OutcomeKind::binary;
  std::size_t events = 0;
  for (std::size_t i = 0; i < outcome.size(); ++i)
    events += (binary ? outcome.label[i] == 1.0 : outcome.event[i] == 1) ? 1 : 0;
  const std::string problem = events == 0 ? "no patient has the outcome; a model cannot be fitted"
                              : binary && events == outcome.size()
                                  ? "every patient has the outcome; a model cannot be fitted"
                                  : "";
  std::vector<int> folds;
  if (problem.empty() && (options.cv || options.adaptive))
    folds = fold_numbers(table, outcome, options, context.seed.value_or(1));
  if (problem.empty() && options.adaptive)
    settings.penalty_factor = learn::adaptive_factors(x, outcome, settings.penalty_factor, folds);
  learn::ElasticNetPath path;
  if (problem.empty())
    path = learn::fit_elastic_net_path(x, outcome, settings);
  else
    path.notes.push_back(problem);

  Json answer{{"n", table.rows()},
              {"events", events},
              {"dropped", table.dropped()},
              {"alpha", options.alpha},
              {"standardize", settings.standardize},
              {"path", Json::array()},
              {"notes", path.notes}};
  for (const auto& fit : path.fits) answer["path"].push_back(fit_answer(net.design.names, fit, binary));
  std::string text = problem.empty() ? "lambda, columns, deviance ratio, optimality gap\n" : problem + "\n";
  for (const auto& fit : path.fits) {
    char line[128];
    std::snprintf(line, sizeof line, "%-12.6g %6d %10.6f %10.1e\n", fit.lambda, static_cast<int>(fit.nonzero()),
                  fit.deviance_ratio, fit.kkt_gap);
    text += line;
  }
  if (options.cv && problem.empty()) {
    learn::CvSettings cv;
    cv.alphas = {options.alpha};
    cv.standardize = settings.standardize;
    cv.penalty_factor = settings.penalty_factor;
    for (const auto& fit : path.fits) cv.lambdas.push_back(fit.lambda);
    cv.fold_tolerance = 1e-9;
    cv.threads = context.threads > 0 ? context.threads : hardware_threads();
    const learn::CvElasticNet chosen = learn::fit_elastic_net_cv(x, outcome, cv, folds);
    const learn::CvCurve& curve = chosen.curves[0];
    answer["cv"] = {{"lambda", curve.lambda},
                    {"mean", curve.mean},
                    {"se", curve.se},
                    {"nonzero", curve.nonzero},
                    {"lambda_min", curve.lambda_min()},
                    {"lambda_1se", curve.lambda_1se()}};
    for (const std::string& note : chosen.notes) answer["notes"].push_back(note);
    text += "least cross-validated deviance at lambda " + format_double(curve.lambda_min()) +
            ", within one standard error at " + format_double(curve.lambda_1se()) + "\n";
  }
  if (options.adaptive)
    answer["notes"].push_back(
        "the ridge weights of --adaptive were fitted to all rows; inside a validation fit them on training rows only");
  context.answer(answer, text);
}

}  // namespace larc::app
