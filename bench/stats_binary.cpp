// Binary outcomes and harmonisation: writes the tables into a folder and times larc on them; stats_binary.R times R on
// the same files. Processor seconds on one thread, median of repetitions.
//   bench_stats_binary FOLDER && Rscript bench/stats_binary.R FOLDER
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/file.h"
#include "core/number.h"
#include "core/random.h"
#include "stats/calibration_curve.h"
#include "stats/combat.h"
#include "stats/firth.h"
#include "stats/logistic.h"
#include "stats/roc.h"

namespace {

using namespace larc;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void time_work(const char* name, int repetitions, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int r = 0; r < repetitions; ++r) {
    const double begin = processor_seconds();
    work();
    seconds.push_back(processor_seconds() - begin);
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%-44s %10.5f s (best %.5f)\n", name, seconds[seconds.size() / 2], seconds.front());
}

struct Scores {
  std::vector<double> labels, a, b;
};

Scores scores(std::size_t n, double step) {
  Random random(derive_seed(1, "roc", n));
  Scores data;
  for (std::size_t i = 0; i < n; ++i) {
    data.labels.push_back(random.uniform() < 0.3 ? 1.0 : 0.0);
    data.a.push_back(random.normal() + data.labels.back());
    data.b.push_back(0.5 * data.a.back() + random.normal() + 0.4 * data.labels.back());
    if (step > 0.0) data.a.back() = step * std::floor(data.a.back() / step);
  }
  return data;
}

void write_scores(const std::filesystem::path& path, const Scores& data) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < data.labels.size(); ++i)
    rows.push_back({format_double(data.labels[i]), format_double(data.a[i]), format_double(data.b[i])});
  write_file_atomic(path, format_csv({"y", "a", "b"}, rows));
}

void roc_case(const std::filesystem::path& folder, const char* name, std::size_t n, double step) {
  const Scores data = scores(n, step);
  write_scores(folder / (std::string(name) + ".csv"), data);
  double sum = 0.0;
  time_work((std::string("ROC + DeLong, ") + name).c_str(), 7, [&] { sum += stats::roc(data.labels, data.a).auc; });
  time_work((std::string("paired DeLong, ") + name).c_str(), 5,
            [&] { sum += stats::paired_delong(data.labels, data.a, data.b).z; });
  if (!std::isfinite(sum)) std::puts("undefined");
}

void combat_case(const std::filesystem::path& folder) {
  const std::vector<std::pair<std::string, int>> centres{{"A", 291}, {"B", 97}, {"C", 210},
                                                         {"D", 183}, {"E", 88}, {"F", 104}};
  constexpr Eigen::Index kFeatures = 120;
  Random random(derive_seed(1, "combat"));
  std::vector<std::string> batch, header{"batch"};
  for (const auto& [name, rows] : centres) batch.insert(batch.end(), static_cast<std::size_t>(rows), name);
  const auto n = static_cast<Eigen::Index>(batch.size());
  Eigen::MatrixXd values(n, kFeatures);
  for (Eigen::Index j = 0; j < kFeatures; ++j) {
    header.push_back("f" + std::to_string(j + 1));
    Eigen::Index row = 0;
    for (const auto& centre : centres) {
      const double shift = random.normal(), width = 0.6 + random.uniform();
      for (int i = 0; i < centre.second; ++i) values(row++, j) = shift + width * random.normal();
    }
  }
  std::vector<std::vector<std::string>> rows;
  for (Eigen::Index i = 0; i < n; ++i) {
    rows.push_back({batch[static_cast<std::size_t>(i)]});
    for (Eigen::Index j = 0; j < kFeatures; ++j) rows.back().push_back(format_double(values(i, j)));
  }
  write_file_atomic(folder / "combat.csv", format_csv(header, rows));
  double sum = 0.0;
  for (const bool parametric : {true, false})
    time_work(parametric ? "ComBat, parametric, 973 x 120" : "ComBat, non-parametric, 973 x 120", 7, [&] {
      const auto state = stats::fit_combat(values, batch, {}, {parametric, false, true, ""});
      sum += stats::apply_combat(state, values, batch).values(0, 0);
    });
  if (!std::isfinite(sum)) std::puts("undefined");
}

void logistic_case(const std::filesystem::path& folder, const char* name, Eigen::Index n, Eigen::Index p) {
  Random random(derive_seed(1, "logistic", static_cast<std::uint64_t>(n)));
  Eigen::MatrixXd x(n, p);
  std::vector<double> labels, probability;
  std::vector<std::string> header{"y"};
  std::vector<std::vector<std::string>> rows;
  for (Eigen::Index j = 0; j < p; ++j) header.push_back("x" + std::to_string(j + 1));
  for (Eigen::Index i = 0; i < n; ++i) {
    double eta = -1.0;
    for (Eigen::Index j = 0; j < p; ++j) eta += 0.2 * (x(i, j) = random.normal());
    probability.push_back(stats::logistic(eta));
    labels.push_back(random.uniform() < probability.back() ? 1.0 : 0.0);
    rows.push_back({format_double(labels.back())});
    for (Eigen::Index j = 0; j < p; ++j) rows.back().push_back(format_double(x(i, j)));
  }
  write_file_atomic(folder / (std::string(name) + ".csv"), format_csv(header, rows));
  double sum = 0.0;
  time_work((std::string("logistic, ") + name).c_str(), 5, [&] { sum += stats::fit_logistic(x, labels).loglik; });
  if (n <= 2000)
    time_work((std::string("Firth with profile limits, ") + name).c_str(), 3,
              [&] { sum += stats::fit_firth_logistic(x, labels).loglik; });
  time_work((std::string("smooth calibration curve, ") + name).c_str(), 3,
            [&] { sum += stats::smooth_calibration(labels, probability).ici; });
  if (!std::isfinite(sum)) std::puts("undefined");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench_stats_binary FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  ensure_directory(folder);
  roc_case(folder, "roc_2000", 2000, 0.0);
  roc_case(folder, "roc_200000", 200000, 0.0);
  roc_case(folder, "roc_200000_ties", 200000, 0.05);
  combat_case(folder);
  logistic_case(folder, "logistic_200_5", 200, 5);
  logistic_case(folder, "logistic_20000_10", 20000, 10);
  logistic_case(folder, "logistic_200000_10", 200000, 10);
  return 0;
}
