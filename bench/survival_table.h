#pragma once
#include <Eigen/Dense>
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

namespace larc::bench {

struct Table {
  Eigen::MatrixXd x;
  std::vector<double> time;
  std::vector<int> event;  // 0 censored, otherwise the cause
};

/// Exponential times, hazard exp(0.2 (x2 + x4 + ... - x1 - x3 - ...)) of the first ten columns, independent censoring.
inline Table make_table(Eigen::Index n, Eigen::Index p, int causes) {
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

inline void write_table(const std::filesystem::path& path, const Table& table) {
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

inline double processor_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Prints the least processor time of several runs.
template <typename Work>
void measure(const std::string& label, Work&& work, int repeats = 7) {
  double best = 1e9;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const double start = processor_seconds();
    work();
    best = std::min(best, processor_seconds() - start);
  }
  std::printf("%-52s %8.4f s\n", label.c_str(), best);
  std::fflush(stdout);
}

}  // namespace larc::bench
