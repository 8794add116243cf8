#include "stats/icc.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/number.h"
#include "stats/bland_altman.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string rater, subject, value, type = "2,1";
};

const std::map<std::string, stats::Icc stats::IntraclassCorrelation::*> kForms{
    {"1,1", &stats::IntraclassCorrelation::single_1},  {"2,1", &stats::IntraclassCorrelation::single_2},
    {"3,1", &stats::IntraclassCorrelation::single_3},  {"1,k", &stats::IntraclassCorrelation::average_1},
    {"2,k", &stats::IntraclassCorrelation::average_2}, {"3,k", &stats::IntraclassCorrelation::average_3}};

std::vector<std::string> distinct(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// One row per subject, one column per rater; NaN where nobody rated.
Eigen::MatrixXd ratings_of(const StatsTable& table, const Options& options, const std::vector<std::string>& subjects,
                           const std::vector<std::string>& raters) {
  const auto subject = table.texts(options.subject), rater = table.texts(options.rater);
  const auto value = table.numbers(options.value);
  Eigen::MatrixXd ratings = Eigen::MatrixXd::Constant(static_cast<Eigen::Index>(subjects.size()),
                                                      static_cast<Eigen::Index>(raters.size()), kNaN);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto row = std::lower_bound(subjects.begin(), subjects.end(), subject[i]) - subjects.begin();
    const auto column = std::lower_bound(raters.begin(), raters.end(), rater[i]) - raters.begin();
    if (!std::isnan(ratings(row, column)))
      throw Error(ErrorCode::domain, table.place(i, options.value) + ": this rater already rated this subject");
    ratings(row, column) = value[i];
  }
  return ratings;
}

Json form_json(const stats::Icc& form) {
  return {{"icc", number_or_null(form.value)},
          {"lower", number_or_null(form.interval.lower)},
          {"upper", number_or_null(form.interval.upper)},
          {"F", number_or_null(form.f)},
          {"df1", number_or_null(form.df1)},
          {"df2", number_or_null(form.df2)},
          {"p", number_or_null(form.p)}};
}

/// Two raters: limits of agreement and Lin's concordance beside the correlation.
void put_pair(Json& answer, Json& notes, const Eigen::MatrixXd& ratings) {
  std::vector<double> first, second;
  for (Eigen::Index i = 0; i < ratings.rows(); ++i)
    if (ratings.row(i).allFinite()) {
      first.push_back(ratings(i, 0));
      second.push_back(ratings(i, 1));
    }
  const stats::BlandAltman apart = stats::bland_altman(first, second);
  const stats::LinConcordance lin = stats::lin_concordance(first, second);
  add_note(notes, "Bland-Altman", apart.reason);
  add_note(notes, "concordance correlation", lin.reason);
  answer["bland_altman"] = {{"bias", number_or_null(apart.bias)},
                            {"bias_lower", number_or_null(apart.bias_limits.lower)},
                            {"bias_upper", number_or_null(apart.bias_limits.upper)},
                            {"sd", number_or_null(apart.sd)},
                            {"lower", number_or_null(apart.lower)},
                            {"upper", number_or_null(apart.upper)}};
  answer["ccc"] = {
      {"value", number_or_null(lin.value)}, {"lower", number_or_null(lin.lower)}, {"upper", number_or_null(lin.upper)}};
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  table.keep_complete({options.rater, options.subject, options.value});
  const std::vector<std::string> subjects = distinct(table.texts(options.subject));
  const std::vector<std::string> raters = distinct(table.texts(options.rater));
  if (raters.size() < 2)
    throw Error(ErrorCode::domain, options.file + ": column " + options.rater + " names one rater; two are needed");
  const Eigen::MatrixXd ratings = ratings_of(table, options, subjects, raters);
  const stats::IntraclassCorrelation result = stats::intraclass_correlation(ratings);
  const stats::Icc& chosen = result.*kForms.at(options.type);
  Json notes = Json::array();
  Json answer{{"type", options.type},    {"n", result.subjects},       {"subjects", result.subjects},
              {"raters", result.raters}, {"dropped", table.dropped()}, {"dropped_subjects", result.dropped}};
  answer.update(form_json(chosen));
  add_note(notes, "", result.reason);
  if (result.dropped > 0)
    notes.push_back(std::to_string(result.dropped) + " subjects without a rating of every rater were left out");
  if (std::isnan(chosen.value) && result.reason.empty()) notes.push_back("icc: its denominator is not positive");
  if (std::isinf(chosen.f)) notes.push_back("F: the mean square of the error is 0");
  answer["forms"] = Json::object();
  for (const auto& [name, form] : kForms) answer["forms"][name] = form_json(result.*form);
  if (raters.size() == 2) put_pair(answer, notes, ratings);
  answer["notes"] = notes;
  context.answer(
      answer, "ICC(" + options.type + ") " + with_limits(chosen.value, chosen.interval.lower, chosen.interval.upper) +
                  ", " + std::to_string(result.subjects) + " subjects, " + std::to_string(result.raters) + " raters");
}

}  // namespace

void add_stats_icc(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "icc", "intraclass correlation of ratings, one row per rating; all six forms", *options);
  analysis->add_option("--rater", options->rater, "column that names the rater")->required();
  analysis->add_option("--subject", options->subject, "column that names the subject")->required();
  analysis->add_option("--value", options->value, "column of the rating")->required();
  analysis->add_option("--type", options->type, "1,1 2,1 3,1 1,k 2,k or 3,k (Shrout and Fleiss; default 2,1)")
      ->check(CLI::IsMember({"1,1", "2,1", "3,1", "1,k", "2,k", "3,k"}));
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
