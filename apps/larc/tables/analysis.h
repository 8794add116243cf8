#pragma once
#include <memory>

#include "command.h"
#include "tables/table.h"

namespace larc::app {

/// What every analysis of a table asks for: FILE and --where.
struct TableOptions {
  std::string file;
  std::vector<std::string> where;
  StatsTable read() const { return {file, where}; }
};

/// Adds `larc stats NAME` with FILE and --where.
CLI::App* add_analysis(CLI::App& stats, const std::string& name, const std::string& description, TableOptions& options);

/// Each analysis adds itself below `larc stats`; its callback reads, computes and answers.
void add_stats_brier(CLI::App& stats, Context& context);
void add_stats_calibration(CLI::App& stats, Context& context);
void add_stats_cif(CLI::App& stats, Context& context);
void add_stats_combat(CLI::App& stats, Context& context);
void add_stats_concordance(CLI::App& stats, Context& context);
void add_stats_cox(CLI::App& stats, Context& context);
void add_stats_coxnet(CLI::App& stats, Context& context);
void add_stats_dca(CLI::App& stats, Context& context);
void add_stats_fdr(CLI::App& stats, Context& context);
void add_stats_finegray(CLI::App& stats, Context& context);
void add_stats_icc(CLI::App& stats, Context& context);
void add_stats_kappa(CLI::App& stats, Context& context);
void add_stats_km(CLI::App& stats, Context& context);
void add_stats_logistic(CLI::App& stats, Context& context);
void add_stats_logitnet(CLI::App& stats, Context& context);
void add_stats_roc(CLI::App& stats, Context& context);
void add_stats_samplesize(CLI::App& stats, Context& context);
void add_stats_timeauc(CLI::App& stats, Context& context);

}  // namespace larc::app
