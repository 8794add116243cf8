#include "tables/net.h"

namespace larc::app {

namespace {

struct Options : NetOptions {
  std::string outcome;
};

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> columns = net_columns(table, options, {options.outcome});
  std::vector<std::string> used = columns;
  used.insert(used.end(), {options.outcome, options.weights, options.offset, options.fold_column});
  table.keep_complete(used);
  learn::LossData outcome;
  for (const int label : table.binary(options.outcome)) outcome.label.push_back(label);
  answer_net(table, columns, std::move(outcome), options, context);
}

}  // namespace

void add_stats_logitnet(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "logitnet", "elastic-net logistic models along a path of penalties", *options);
  analysis->add_option("--outcome", options->outcome, "column: 1 with the outcome, 0 without")->required();
  add_net_options(*analysis, *options);
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
