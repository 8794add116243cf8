#include <cmath>

#include "core/number.h"
#include "stats/multiple_testing.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string p, method = "BH";
};

void run(const Options& options, const Context& context) {
  const StatsTable table = options.read();
  const std::vector<double> p = table.probabilities(options.p);
  const std::vector<double> adjusted = stats::adjust_p(p, stats::parse_adjustment(options.method));
  Json values = Json::array(), notes = Json::array();
  std::size_t missing = 0, below = 0;
  std::string text;
  for (const double value : adjusted) {
    values.push_back(number_or_null(value));
    missing += std::isnan(value) ? 1 : 0;
    below += value < 0.05 ? 1 : 0;
    text += (text.empty() ? "" : "\n") + (std::isnan(value) ? "NA" : format_double(value));
  }
  if (missing > 0)
    notes.push_back(std::to_string(missing) + " rows have no p value: they stay missing and do not count as tests");
  context.answer({{"method", options.method},
                  {"n", p.size() - missing},
                  {"dropped", missing},
                  {"adjusted", values},
                  {"below_0.05", below},
                  {"notes", notes}},
                 text);
}

}  // namespace

void add_stats_fdr(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "fdr", "p values adjusted for many tests, in the order of rows", *options);
  analysis->add_option("--p", options->p, "column of p values")->required();
  analysis->add_option("--method", options->method, "BH (default), BY, holm, hochberg or bonferroni")
      ->check(CLI::IsMember({"BH", "BY", "holm", "hochberg", "bonferroni"}));
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
