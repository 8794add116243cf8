// Processor time of penalised paths and their cross-validation on one thread; writes the tables into FOLDER so that
// bench/learn_elastic_net.R runs glmnet on the same ones:  bench_learn_elastic_net FOLDER [CASE]
// Each path twice: to an optimality gap of 1e-10, the default, and of 1e-5, about what glmnet's default leaves.
#include <cstdio>
#include <filesystem>
#include <string>

#include "learn/elastic_net_path.h"
#include "learn/folds.h"
#include "survival_table.h"

using namespace larc;
using namespace larc::bench;
using namespace larc::learn;

namespace {

struct Case {
  const char* name;  // of the table, without .csv
  Eigen::Index n, p;
  int repeats;
  int cv_repeats;
};

constexpr Case kCases[] = {
    {"enet_200", 200, 1000, 7, 3}, {"enet_20000", 20000, 100, 3, 1}, {"enet_2000", 2000, 1000, 1, 1}};

LossData outcome_of(const Table& table, OutcomeKind kind) {
  LossData outcome;
  outcome.kind = kind;
  outcome.time = table.time;
  outcome.event = table.event;
  if (kind == OutcomeKind::survival) return outcome;
  outcome.label.assign(table.event.begin(), table.event.end());
  outcome.time.clear();
  outcome.event.clear();
  return outcome;
}

void run(const Case& one, const Table& table, OutcomeKind kind) {
  const std::string work = (kind == OutcomeKind::survival ? "Cox" : "logistic") + std::string(" path, ") +
                           std::to_string(one.n) + " x " + std::to_string(one.p);
  const LossData outcome = outcome_of(table, kind);
  std::size_t lambdas = 0;
  for (const double tolerance : {1e-5, 1e-10})
    measure(
        work + ", gap " + format_double(tolerance),
        [&] {
          PathSettings settings;
          settings.tolerance = tolerance;
          lambdas = fit_elastic_net_path(table.x, outcome, settings).fits.size();
        },
        one.repeats);
  std::printf("%zu lambdas\n", lambdas);
  std::vector<int> folds;  // as the R script lays them out
  for (Eigen::Index i = 0; i < one.n; ++i) folds.push_back(static_cast<int>(i % 10));
  measure(
      work + ", 10 folds", [&] { fit_elastic_net_cv(table.x, outcome, CvSettings{}, folds); }, one.cv_repeats);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr, "usage: bench_learn_elastic_net FOLDER [CASE]\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  ensure_directory(folder);
  for (const Case& one : kCases) {
    if (argc == 3 && std::string(argv[2]) != one.name) continue;
    const Table table = make_table(one.n, one.p, 1);
    const std::filesystem::path file = folder / (std::string(one.name) + ".csv");
    if (!std::filesystem::exists(file)) write_table(file, table);
    for (const OutcomeKind kind : {OutcomeKind::survival, OutcomeKind::binary}) run(one, table, kind);
  }
}
