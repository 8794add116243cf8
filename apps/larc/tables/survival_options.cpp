#include "tables/survival_options.h"

#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/distributions.h"

namespace larc::app {

void add_time_and_event(CLI::App& analysis, SurvivalColumns& columns, const std::string& event_help) {
  analysis.add_option("--time", columns.time, "column of follow-up times")->required();
  analysis.add_option("--event", columns.event, event_help)->required();
}

stats::SurvivalOutcome read_outcome(const StatsTable& table, const SurvivalColumns& columns, std::vector<int> event,
                                    std::vector<std::string>* strata_names) {
  stats::SurvivalOutcome outcome;
  outcome.time = table.times(columns.time);
  outcome.event = std::move(event);
  if (!columns.entry.empty()) outcome.entry = read_entry(table, columns.entry, columns.time);
  if (!columns.weights.empty()) {
    outcome.weight = table.numbers(columns.weights);
    for (std::size_t i = 0; i < outcome.weight.size(); ++i)
      if (!(outcome.weight[i] > 0.0))
        throw Error(ErrorCode::domain,
                    table.place(i, columns.weights) + ": " + format_double(outcome.weight[i]) + " is not a weight > 0");
  }
  if (!columns.strata.empty()) {
    stats::Levels levels = stats::levels_of(table.texts(columns.strata));
    outcome.stratum = std::move(levels.code);
    if (strata_names != nullptr) *strata_names = std::move(levels.names);
  }
  if (!columns.cluster.empty()) outcome.cluster = stats::levels_of(table.texts(columns.cluster)).code;
  return outcome;
}

std::vector<double> read_entry(const StatsTable& table, const std::string& entry, const std::string& time) {
  const std::vector<double> values = table.numbers(entry), end = table.times(time);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!(values[i] < end[i]))
      throw Error(ErrorCode::domain, table.place(i, entry) + ": " + format_double(values[i]) + " is not before " +
                                         time + ", " + format_double(end[i]));
  return values;
}

TermDesign term_design(const StatsTable& table, const std::vector<std::string>& covariates) {
  TermDesign result;
  result.terms = covariates;
  std::vector<Design> parts;
  Eigen::Index columns = 0;
  for (std::size_t t = 0; t < covariates.size(); ++t) {
    parts.push_back(table.design({covariates[t]}));
    for (const std::string& name : parts.back().names) {
      result.design.names.push_back(name);
      result.term.push_back(static_cast<int>(t));
    }
    columns += parts.back().values.cols();
  }
  result.design.values.resize(static_cast<Eigen::Index>(table.rows()), columns);
  Eigen::Index next = 0;
  for (const Design& part : parts) {
    result.design.values.middleCols(next, part.values.cols()) = part.values;
    next += part.values.cols();
  }
  return result;
}

Json count_answer(double count) {
  if (count == std::floor(count)) return static_cast<std::int64_t>(count);
  return count;
}

}  // namespace larc::app
