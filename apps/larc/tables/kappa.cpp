#include "stats/kappa.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/number.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string first, second, weights = "none", categories;
};

/// Categories in their order: as given, as numbers where all are numbers, otherwise alphabetical.
std::vector<std::string> categories_of(const StatsTable& table, const Options& options,
                                       const std::vector<std::string>& first, const std::vector<std::string>& second) {
  if (!options.categories.empty()) return name_list(options.categories);
  std::set<std::string> found(first.begin(), first.end());
  found.insert(second.begin(), second.end());
  std::vector<std::string> categories(found.begin(), found.end());
  if (table.is_numeric(options.first) && table.is_numeric(options.second))
    std::stable_sort(categories.begin(), categories.end(),
                     [](const std::string& a, const std::string& b) { return *parse_double(a) < *parse_double(b); });
  return categories;
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  table.keep_complete({options.first, options.second});
  const auto first = table.texts(options.first), second = table.texts(options.second);
  const std::vector<std::string> categories = categories_of(table, options, first, second);
  const auto code = [&](const std::string& text, std::size_t row, const std::string& column) {
    const auto place = std::find(categories.begin(), categories.end(), text);
    if (place == categories.end())
      throw Error(ErrorCode::domain, table.place(row, column) + ": '" + text + "' is not one of --categories");
    return static_cast<int>(place - categories.begin());
  };
  std::vector<int> a, b;
  for (std::size_t i = 0; i < first.size(); ++i) {
    a.push_back(code(first[i], i, options.first));
    b.push_back(code(second[i], i, options.second));
  }
  const auto kind = options.weights == "linear"      ? stats::KappaWeights::linear
                    : options.weights == "quadratic" ? stats::KappaWeights::quadratic
                                                     : stats::KappaWeights::none;
  const stats::Kappa result = stats::cohen_kappa_of_codes(a, b, static_cast<int>(categories.size()), kind);
  Json notes = Json::array();
  add_note(notes, "", result.reason);
  context.answer({{"n", table.rows()},
                  {"dropped", table.dropped()},
                  {"weights", options.weights},
                  {"categories", categories},
                  {"kappa", number_or_null(result.value)},
                  {"se", number_or_null(result.se)},
                  {"lower", number_or_null(result.lower)},
                  {"upper", number_or_null(result.upper)},
                  {"z", number_or_null(result.z)},
                  {"p", number_or_null(result.p)},
                  {"observed", number_or_null(result.observed)},
                  {"expected", number_or_null(result.expected)},
                  {"notes", notes}},
                 "kappa " + with_limits(result.value, result.lower, result.upper));
}

}  // namespace

void add_stats_kappa(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "kappa", "Cohen's kappa of two raters, plain or weighted", *options);
  analysis->add_option("--first", options->first, "column of the first rater's categories")->required();
  analysis->add_option("--second", options->second, "column of the second rater's categories")->required();
  analysis->add_option("--weights", options->weights, "none, linear or quadratic")
      ->check(CLI::IsMember({"none", "linear", "quadratic"}));
  analysis->add_option("--categories", options->categories, "all categories in their order, separated by commas");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
