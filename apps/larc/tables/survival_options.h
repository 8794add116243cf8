#pragma once
#include <string>
#include <vector>

#include "stats/survival_outcome.h"
#include "tables/analysis.h"

namespace larc::app {

/// The columns that the analyses of follow-up share; empty names are not used.
struct SurvivalColumns {
  std::string time, event, entry, strata, weights, cluster;
  std::vector<std::string> all() const { return {time, event, entry, strata, weights, cluster}; }
};

/// --time and --event, both required.
void add_time_and_event(CLI::App& analysis, SurvivalColumns& columns, const std::string& event_help);

/// Reads the columns, after keep_complete; `event` already 0 or 1. Errors name the row of the file.
/// errors domain: a time or weight out of range, an entry not before its time
stats::SurvivalOutcome read_outcome(const StatsTable& table, const SurvivalColumns& columns, std::vector<int> event,
                                    std::vector<std::string>* strata_names = nullptr);

/// Entry times, each before its row's time. errors domain
std::vector<double> read_entry(const StatsTable& table, const std::string& entry, const std::string& time);

/// Columns of a model with the term each belongs to: a text column is one term.
struct TermDesign {
  Design design;
  std::vector<int> term;
  std::vector<std::string> terms;
};
TermDesign term_design(const StatsTable& table, const std::vector<std::string>& covariates);

/// A number of rows: whole where it is whole, not so with case weights.
Json count_answer(double count);

}  // namespace larc::app
