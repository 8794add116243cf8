// Processor time of forests of 500 trees on one thread; writes the tables into FOLDER so that bench/learn_forest.R and
// bench/learn_forest.py run ranger and scikit-learn on the same ones:  bench_learn_forest FOLDER
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "learn/forest.h"
#include "learn/survival_forest.h"
#include "survival_table.h"

using namespace larc;
using namespace larc::bench;
using namespace larc::learn;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_learn_forest FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  ensure_directory(folder);
  for (const auto& [n, p] : {std::pair<int, int>{200, 10}, {200, 1000}, {2000, 10}}) {
    const Table table = make_table(n, p, 1);
    const std::string size = std::to_string(n) + " x " + std::to_string(p);
    const std::filesystem::path file = folder / ("forest_" + std::to_string(n) + "_" + std::to_string(p) + ".csv");
    if (!std::filesystem::exists(file)) write_table(file, table);
    const Outcome binary{OutcomeKind::binary, {table.event.begin(), table.event.end()}, {}, {}};
    measure(
        "forest, " + size, [&] { fit_forest(table.x, binary, {}, 1); }, n > 200 ? 2 : 5);
    // As ranger does by default: leaves of 3 patients; and as larc does: of 15.
    const Outcome survival{OutcomeKind::survival, {}, table.time, table.event};
    for (const int min_leaf : {3, 15}) {
      SurvivalForestSettings settings;
      settings.min_leaf = min_leaf;
      measure(
          "survival forest, leaves of " + std::to_string(min_leaf) + ", " + size,
          [&] { fit_survival_forest(table.x, survival, settings, 1); }, n > 200 ? 2 : 5);
    }
  }
}
