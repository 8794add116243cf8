#include "stats/survival_outcome.h"
#include "tables/net.h"
#include "tables/survival_options.h"

namespace larc::app {

namespace {

struct Options : NetOptions {
  std::string time, event, strata, entry;
};

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> own{options.time, options.event, options.strata, options.entry};
  const std::vector<std::string> columns = net_columns(table, options, own);
  std::vector<std::string> used = columns;
  used.insert(used.end(), own.begin(), own.end());
  used.insert(used.end(), {options.weights, options.offset, options.fold_column});
  table.keep_complete(used);
  learn::LossData outcome;
  outcome.kind = learn::OutcomeKind::survival;
  outcome.time = table.times(options.time);
  outcome.event = table.binary(options.event);
  if (!options.strata.empty()) outcome.stratum = stats::levels_of(table.texts(options.strata)).code;
  if (!options.entry.empty()) outcome.entry = read_entry(table, options.entry, options.time);
  answer_net(table, columns, std::move(outcome), options, context);
}

}  // namespace

void add_stats_coxnet(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "coxnet", "elastic-net Cox models (Breslow ties) along a path of penalties", *options);
  analysis->add_option("--time", options->time, "column of follow-up times")->required();
  analysis->add_option("--event", options->event, "column: 1 event, 0 censored")->required();
  analysis->add_option("--strata", options->strata, "column: risk sets stay within its values");
  analysis->add_option("--entry", options->entry, "column of entry times: at risk only after them");
  add_net_options(*analysis, *options);
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
