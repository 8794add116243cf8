#include "stats/concordance.h"

#include "core/error.h"
#include "core/number.h"
#include "tables/analysis.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string time, event, score, method = "harrell";
  double tau = stats::kNoLimit;
};

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  table.keep_complete({options.time, options.event, options.score});
  const auto time = table.times(options.time), score = table.numbers(options.score);
  const auto event = table.binary(options.event);
  const stats::Concordance result = options.method == "uno" ? stats::uno_c(time, event, score, options.tau)
                                                            : stats::harrell_c(time, event, score, options.tau);
  Json answer{{"method", options.method},
              {"n", table.rows()},
              {"dropped", table.dropped()},
              {"c", number_or_null(result.c)},
              {"se", number_or_null(result.se)},
              {"lower", number_or_null(result.lower)},
              {"upper", number_or_null(result.upper)},
              {"pairs",
               {{"concordant", result.concordant},
                {"discordant", result.discordant},
                {"tied_score", result.tied_score},
                {"tied_time", result.tied_time}}},
              {"notes", Json::array()}};
  if (!result.reason.empty()) answer["notes"].push_back(result.reason);
  context.answer(answer, result.reason.empty()
                             ? "C " + format_fixed(result.c, 4) + " (" + format_fixed(result.lower, 4) + " to " +
                                   format_fixed(result.upper, 4) + ")"
                             : "C is undefined: " + result.reason);
}

}  // namespace

void add_stats_concordance(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "concordance", "Harrell's or Uno's C of a score; higher score = higher risk", *options);
  analysis->add_option("--time", options->time, "column of follow-up times")->required();
  analysis->add_option("--event", options->event, "column: 1 event, 0 censored")->required();
  analysis->add_option("--score", options->score, "column of the score")->required();
  analysis->add_option("--method", options->method, "harrell or uno")->check(CLI::IsMember({"harrell", "uno"}));
  analysis->add_option("--tau", options->tau, "only events up to this time count");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
