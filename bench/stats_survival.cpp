// Processor time of the survival analyses on one thread; writes the tables into FOLDER so that bench/stats_survival.R
// runs R's on the same ones:  bench_stats_survival FOLDER
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/file.h"
#include "core/number.h"
#include "core/random.h"
#include "stats/cox.h"
#include "stats/cox_univariate.h"
#include "stats/fine_gray.h"
#include "stats/kaplan_meier.h"

namespace {

using namespace larc;

struct Table {
  Eigen::MatrixXd x;
  std::vector<double> time;
  std::vector<int> event;
};

// Exponential times, hazard exp(0.2 (x2 + x4 + ... - x1 - x3 - ...)) of the first ten columns, independent censoring.
Table make_table(Eigen::Index n, Eigen::Index p, int causes) {
  Random random(1);
  Table table;
  table.x.resize(n, p);
  for (Eigen::Index i = 0; i < n; ++i) {
    double eta = 0.0;
    for (Eigen::Index j = 0; j < p; ++j) {
      table.x(i, j) = random.normal();
      if (j < 10) eta += (j % 2 == 0 ? -0.2 : 0.2) * table.x(i, j);
    }
    const double event = -std::log(1.0 - random.uniform()) * std::exp(-eta);
    const double censored = -1.5 * std::log(1.0 - random.uniform());
    table.time.push_back(std::min(event, censored));
    const int cause = causes == 1 || random.uniform() < 0.6 ? 1 : 2;
    table.event.push_back(event <= censored ? cause : 0);
  }
  return table;
}

void write_table(const std::filesystem::path& path, const Table& table) {
  std::vector<std::string> header{"time", "event"};
  for (Eigen::Index j = 0; j < table.x.cols(); ++j) header.push_back("x" + std::to_string(j + 1));
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < table.time.size(); ++i) {
    std::vector<std::string> row{format_double(table.time[i]), std::to_string(table.event[i])};
    for (Eigen::Index j = 0; j < table.x.cols(); ++j)
      row.push_back(format_double(table.x(static_cast<Eigen::Index>(i), j)));
    rows.push_back(std::move(row));
  }
  write_file_atomic(path, format_csv(header, rows));
}

double processor_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <typename Work>
void measure(const char* label, Work&& work) {
  double best = 1e9;
  for (int repeat = 0; repeat < 7; ++repeat) {
    const double start = processor_seconds();
    work();
    best = std::min(best, processor_seconds() - start);
  }
  std::printf("%-44s %8.4f s\n", label, best);
}

}  // namespace

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
  measure("Fine-Gray, n = 2,000, 10 covariates", [&] { stats::fit_fine_gray(few.x, few.time, few.event, 1); });
  measure("Fine-Gray, n = 20,000, 10 covariates",
          [&] { stats::fit_fine_gray(causes.x, causes.time, causes.event, 1); });
}
