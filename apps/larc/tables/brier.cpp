#include "stats/brier.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "tables/analysis.h"
#include "tables/horizons.h"

namespace larc::app {

namespace {

constexpr const char* kIbsRule =
    "step curve: 0 from time 0, then the value at each time until the next; integrated from 0 to the last time and "
    "divided by it (pec)";

struct Options : TableOptions {
  std::string time, event, survival, risk, at;
  int cause = 0;
};

Json brier_json(const stats::BrierScore& value, const std::string& column) {
  return {{"time", value.horizon},
          {"column", column},
          {"brier", number_or_null(value.brier)},
          {"se", number_or_null(value.se)},
          {"lower", number_or_null(value.lower)},
          {"upper", number_or_null(value.upper)},
          {"null", number_or_null(value.brier_null)},
          {"null_se", number_or_null(value.null_se)},
          {"ipa", number_or_null(value.scaled)}};
}

std::vector<double> risks(const StatsTable& table, const std::string& column, bool survival) {
  std::vector<double> values = table.probabilities(column);
  if (survival)
    for (double& value : values) value = 1.0 - value;
  return values;
}

void run(const Options& options, const Context& context) {
  const std::vector<double> horizons = horizon_list(options.at);
  if (options.survival.empty() == options.risk.empty())
    throw Error(ErrorCode::usage, "give --survival or --risk, one of them");
  const bool survival = options.risk.empty();
  const std::vector<std::string> columns = name_list(survival ? options.survival : options.risk);
  if (columns.size() != horizons.size())
    throw Error(ErrorCode::usage, std::to_string(columns.size()) + " columns of predictions and " +
                                      std::to_string(horizons.size()) + " times in --at; give one column per time");
  std::vector<std::size_t> order(horizons.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return horizons[a] < horizons[b]; });
  for (std::size_t k = 1; k < order.size(); ++k)
    if (horizons[order[k]] == horizons[order[k - 1]])
      throw Error(ErrorCode::usage, "--at has " + format_double(horizons[order[k]]) + " twice");

  StatsTable table = options.read();
  std::vector<std::string> used{options.time, options.event};
  used.insert(used.end(), columns.begin(), columns.end());
  table.keep_complete(used);
  const stats::IpcwSample patients(table.times(options.time), cause_column(table, options.event, options.cause));
  const int cause = options.cause == 0 ? 1 : options.cause;

  Json answer{{"n", table.rows()},
              {"dropped", table.dropped()},
              {"cause", cause},
              {"values", Json::array()},
              {"notes", Json::array()}};
  std::string text = "time      Brier   95% limits        no model  IPA";
  std::vector<double> times, values, null_values;
  for (const std::size_t k : order) {
    const auto value = stats::brier_score(patients, risks(table, columns[k], survival), horizons[k], cause);
    times.push_back(value.horizon);
    values.push_back(value.brier);
    null_values.push_back(value.brier_null);
    answer["values"].push_back(brier_json(value, columns[k]));
    if (!value.reason.empty()) answer["notes"].push_back("at " + format_double(value.horizon) + ": " + value.reason);
    text += "\n" + format_double(value.horizon) + "  " +
            (value.influence.empty() ? "undefined: " + value.reason
                                     : format_fixed(value.brier, 4) + "  " + format_fixed(value.lower, 4) + " to " +
                                           format_fixed(value.upper, 4) + "  " + format_fixed(value.brier_null, 4) +
                                           "  " + (value.reason.empty() ? format_fixed(value.scaled, 3) : "undefined"));
  }
  const double integrated = stats::integrated_score(times, values);
  const double integrated_null = stats::integrated_score(times, null_values);
  answer["ibs"] = number_or_null(integrated);
  answer["ibs_null"] = number_or_null(integrated_null);
  answer["ibs_rule"] = kIbsRule;
  if (times.size() < 2)
    answer["notes"].push_back("ibs needs two times or more: by its rule the value at the last time has no weight");
  else if (std::isnan(integrated))
    answer["notes"].push_back("ibs is undefined because a value before the last time is");
  else
    text += "\nintegrated 0 to " + format_double(times.back()) + ": " + format_fixed(integrated, 4) + ", no model " +
            format_fixed(integrated_null, 4) + " (" + kIbsRule + ")";
  context.answer(answer, text);
}

}  // namespace

void add_stats_brier(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "brier", "Brier score of predicted survival with IPCW, and its integral", *options);
  analysis->add_option("--time", options->time, "column of follow-up times")->required();
  analysis->add_option("--event", options->event, "column: 1 event, 0 censored; with --cause: 0, 1, 2, ...")
      ->required();
  analysis->add_option("--survival", options->survival, "columns of predicted survival, one per time of --at");
  analysis->add_option("--risk", options->risk, "columns of predicted risk (incidence of the cause) instead");
  analysis->add_option("--at", options->at, "horizons: 12,36,60")->required();
  analysis->add_option("--cause", options->cause, "competing risks: the cause of interest")->check(CLI::PositiveNumber);
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
