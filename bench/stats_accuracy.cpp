// Times of discrimination, accuracy and resampling, one thread, processor ms: the least of several runs. Writes the
// tables it uses when asked for a folder, for bench/stats_accuracy.R:  bench_stats_accuracy [FOLDER]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/file.h"
#include "core/number.h"
#include "core/random.h"
#include "stats/bootstrap.h"
#include "stats/brier.h"
#include "stats/concordance.h"
#include "stats/time_auc.h"

using namespace larc;
using namespace larc::stats;

namespace {

struct Table {
  std::vector<double> time, score, risk;
  std::vector<int> event;
};

Table make_table(std::size_t n) {
  Random random(n);
  Table table;
  for (std::size_t i = 0; i < n; ++i) {
    table.score.push_back(random.normal());
    table.risk.push_back(-std::expm1(-0.5 * std::exp(0.5 * table.score.back())));
    const double death = -std::log(1.0 - random.uniform()) / std::exp(0.5 * table.score.back());
    const double end = -1.5 * std::log(1.0 - random.uniform());
    table.time.push_back(std::min(death, end));
    table.event.push_back(death <= end ? 1 : 0);
  }
  return table;
}

void write_table(const Table& table, const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < table.time.size(); ++i)
    rows.push_back({format_double(table.time[i]), std::to_string(table.event[i]), format_double(table.score[i]),
                    format_double(table.risk[i])});
  write_file_atomic(path, format_csv({"time", "event", "score", "risk"}, rows));
}

double least_ms(int runs, const std::function<double()>& work, double& answer) {
  double least = 1e300;
  for (int run = 0; run < runs; ++run) {
    const std::clock_t start = std::clock();
    answer = work();
    least = std::min(least, 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

void report(const std::string& what, std::size_t n, int runs, const std::function<double()>& work) {
  double answer = 0.0;
  const double ms = least_ms(runs, work, answer);
  std::printf("%s,%zu,%.3f,%.12g\n", what.c_str(), n, ms, answer);
}

}  // namespace

int main(int argc, char** argv) {
  std::printf("work,n,ms,answer\n");
  const std::vector<double> horizons{0.2, 0.4, 0.6, 0.8, 1.0};
  for (const std::size_t n : {std::size_t{2000}, std::size_t{20000}, std::size_t{100000}, std::size_t{200000}}) {
    const Table table = make_table(n);
    if (argc > 1) write_table(table, std::string(argv[1]) + "/table_" + std::to_string(n) + ".csv");
    report("harrell", n, 7, [&] { return harrell_c(table.time, table.event, table.score).se; });
    report("uno", n, 7, [&] { return uno_c(table.time, table.event, table.score, 1.0).se; });
    report("auc_brier_5_times", n, 5, [&] {
      const IpcwSample patients(table.time, table.event);
      double sum = 0.0;
      for (const TimeAuc& value : time_auc(patients, table.risk, horizons)) sum += value.se;
      for (const double horizon : horizons) sum += brier_score(patients, table.risk, horizon).se;
      return sum;
    });
    if (n == 2000)
      report("1000_bootstrap_c", n, 3, [&] {
        const ConcordanceSample sample(table.time, table.event, table.score);
        double sum = 0.0;
        for (std::size_t b = 0; b < 1000; ++b) sum += sample.c(row_counts(bootstrap_rows(n, 1, b), n)) / 1000.0;
        return sum;
      });
  }
  return 0;
}
