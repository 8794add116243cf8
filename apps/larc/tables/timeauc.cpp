#include "core/error.h"
#include "core/number.h"
#include "stats/time_auc.h"
#include "tables/analysis.h"
#include "tables/horizons.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string time, event, score, at;
  int cause = 0;
};

Json auc_json(const stats::TimeAuc& value) {
  return {{"time", value.horizon},
          {"auc", number_or_null(value.auc)},
          {"se", number_or_null(value.se)},
          {"lower", number_or_null(value.lower)},
          {"upper", number_or_null(value.upper)},
          {"cases", value.cases},
          {"controls", value.controls}};
}

Json difference_json(double horizon, const stats::PairedResult& value) {
  return {{"time", horizon},
          {"difference", number_or_null(value.difference)},
          {"se", number_or_null(value.se)},
          {"lower", number_or_null(value.lower)},
          {"upper", number_or_null(value.upper)},
          {"z", number_or_null(value.z)},
          {"p", number_or_null(value.p)}};
}

void run(const Options& options, const Context& context) {
  const std::vector<double> horizons = horizon_list(options.at);
  const std::vector<std::string> scores = name_list(options.score);
  if (scores.empty() || scores.size() > 2) throw Error(ErrorCode::usage, "--score takes one column, or two to compare");
  StatsTable table = options.read();
  std::vector<std::string> used{options.time, options.event};
  used.insert(used.end(), scores.begin(), scores.end());
  table.keep_complete(used);
  const stats::IpcwSample patients(table.times(options.time), cause_column(table, options.event, options.cause));
  const int cause = options.cause == 0 ? 1 : options.cause;

  Json answer{{"n", table.rows()},       {"dropped", table.dropped()}, {"cause", cause},
              {"score", scores.front()}, {"values", Json::array()},    {"notes", Json::array()}};
  std::string text = "time      AUC     95% limits";
  std::vector<std::vector<stats::TimeAuc>> results;
  for (const auto& score : scores) {
    results.push_back(stats::time_auc(patients, table.numbers(score), horizons, cause));
    Json values = Json::array();
    for (const auto& value : results.back()) {
      values.push_back(auc_json(value));
      if (!value.reason.empty()) answer["notes"].push_back("at " + format_double(value.horizon) + ": " + value.reason);
      text += "\n" + format_double(value.horizon) + "  " +
              (value.reason.empty() ? format_fixed(value.auc, 4) + "  " + format_fixed(value.lower, 4) + " to " +
                                          format_fixed(value.upper, 4)
                                    : "undefined: " + value.reason) +
              (scores.size() == 2 ? "  " + score : "");
    }
    if (results.size() == 1)
      answer["values"] = values;
    else
      answer["second"] = {{"score", score}, {"values", values}};
  }
  if (results.size() == 2) {
    answer["difference"] = Json::array();
    for (std::size_t h = 0; h < horizons.size(); ++h) {
      const auto difference = stats::paired_time_auc(results[0][h], results[1][h]);
      answer["difference"].push_back(difference_json(horizons[h], difference));
      if (difference.reason.empty())
        text += "\n" + format_double(horizons[h]) + "  difference " + format_fixed(difference.difference, 4) + ", p " +
                format_fixed(difference.p, 4);
    }
  }
  context.answer(answer, text);
}

}  // namespace

void add_stats_timeauc(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "timeauc", "time-dependent AUC of a score with IPCW; higher score = higher risk", *options);
  analysis->add_option("--time", options->time, "column of follow-up times")->required();
  analysis->add_option("--event", options->event, "column: 1 event, 0 censored; with --cause: 0, 1, 2, ...")
      ->required();
  analysis->add_option("--score", options->score, "column of the score, or two to compare")->required();
  analysis->add_option("--at", options->at, "horizons: 12,36,60")->required();
  analysis->add_option("--cause", options->cause, "competing risks: the cause of interest")->check(CLI::PositiveNumber);
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
