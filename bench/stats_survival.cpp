// Processor time of the survival analyses on one thread; writes the tables into FOLDER so that bench/stats_survival.R
// runs R's on the same ones:  bench_stats_survival FOLDER
#include <cstdio>
#include <filesystem>

#include "stats/bootstrap_validation_cox.h"
#include "stats/cox.h"
#include "stats/cox_univariate.h"
#include "stats/fine_gray.h"
#include "stats/kaplan_meier.h"
#include "survival_table.h"

using namespace larc;
using namespace larc::bench;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_stats_survival FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  ensure_directory(folder);
  const Table large = make_table(200000, 10, 1), wide = make_table(200, 1000, 1);
  const Table causes = make_table(20000, 10, 2), few = make_table(2000, 10, 2);
  write_table(folder / "cox_200000.csv", large);
  write_table(folder / "cox_200.csv", wide);
  write_table(folder / "causes_2000.csv", few);
  measure("Cox, n = 200,000, 10 covariates", [&] { stats::fit_cox(large.x, large.time, large.event); });
  measure("Kaplan-Meier, n = 200,000", [&] { stats::kaplan_meier(large.time, large.event); });
  measure("1,000 univariate Cox, n = 200", [&] { stats::univariate_cox(wide.x, wide.time, wide.event); });
  const Table boot = make_table(2000, 10, 1);
  write_table(folder / "cox_2000.csv", boot);
  measure("1,000 bootstrap Cox + C, n = 2,000",
          [&] { stats::cox_bootstrap_validation(boot.x, boot.time, boot.event); });
  measure("Fine-Gray, n = 2,000, 10 covariates", [&] { stats::fit_fine_gray(few.x, few.time, few.event, 1); });
  measure("Fine-Gray, n = 20,000, 10 covariates",
          [&] { stats::fit_fine_gray(causes.x, causes.time, causes.event, 1); });
}
