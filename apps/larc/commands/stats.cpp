#include "tables/analysis.h"

namespace larc::app {

CLI::App* add_analysis(CLI::App& stats, const std::string& name, const std::string& description,
                       TableOptions& options) {
  CLI::App* analysis = stats.add_subcommand(name, description);
  analysis->add_option("FILE", options.file, "table with a header: CSV, or CSV compressed with gzip")->required();
  analysis->add_option("--where", options.where, "column=value: only rows with this value; may be repeated")
      ->allow_extra_args(false);
  return analysis;
}

void add_stats(CLI::App& app, Context& context) {
  CLI::App* stats =
      app.add_subcommand("stats", "a statistical analysis of a table; rows with missing values are dropped");
  stats->require_subcommand(1);
  for (const AddCommand add : {
           add_stats_brier,
           add_stats_calibration,
           add_stats_cif,
           add_stats_combat,
           add_stats_concordance,
           add_stats_cox,
           add_stats_coxnet,
           add_stats_dca,
           add_stats_fdr,
           add_stats_finegray,
           add_stats_icc,
           add_stats_kappa,
           add_stats_km,
           add_stats_logistic,
           add_stats_logitnet,
           add_stats_roc,
           add_stats_samplesize,
           add_stats_timeauc,
       })
    add(*stats, context);
}

}  // namespace larc::app
