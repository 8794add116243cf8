#include "demo/readings.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace larc::demo {

namespace {

struct Scale {
  const char* variable;
  std::vector<std::string> steps;
  double first_errs;  // share of patients in whom this reader is off by one step
  double second_errs;
  bool decides;  // on eligibility
};

const std::vector<Scale>& scales() {
  static const std::vector<std::string> kT{"T0", "T1", "T2", "T3a", "T3b", "T3c", "T3d", "T4a", "T4b"};
  static const std::vector<std::string> kScore{"0", "1", "2", "3", "4"};
  static const std::vector<Scale> all{
      {"cT_1", kT, 0.10, 0.14, true},
      {"cN_1", {"N0", "N1", "N2"}, 0.14, 0.18, true},
      {"emvi_score_1", kScore, 0.12, 0.16, false},
      {"cT_2", kT, 0.16, 0.20, false},
      {"cN_2", {"N0", "N1", "N2"}, 0.16, 0.20, false},
      {"mrtrg_2", {"1", "2", "3", "4", "5"}, 0.18, 0.22, false},
  };
  return all;
}

std::string neighbour(const Scale& scale, const std::string& step, Random& random) {
  const auto at = std::find(scale.steps.begin(), scale.steps.end(), step) - scale.steps.begin();
  const auto last = static_cast<std::ptrdiff_t>(scale.steps.size()) - 1;
  const bool up = at == 0 || (at != last && random.uniform() < 0.5);
  return scale.steps[static_cast<std::size_t>(up ? at + 1 : at - 1)];
}

void read_scale(Record& record, const Scale& scale, Random& random) {
  const double who = random.uniform(), consensus = random.uniform();
  const auto value = record.text(scale.variable);
  if (!value) return;
  const std::string name = scale.variable;
  const bool first_errs = who < scale.first_errs,
             second_errs = !first_errs && who < scale.first_errs + scale.second_errs;
  record.set(name + "__r1", first_errs ? neighbour(scale, *value, random) : *value);
  record.set(name + "__r2", second_errs ? neighbour(scale, *value, random) : *value);
  if (scale.decides) return;
  if (first_errs || second_errs) {
    if (consensus < 0.25) record.lose(name);
  } else if (consensus < 0.10) {
    record.leave_to_readers(name);
  }
}

void read_distance(Record& record, const std::string& name, Random& random) {
  const double first = 0.6 * random.normal(), second = 0.4 + 0.6 * random.normal(), consensus = random.uniform();
  const auto value = record.number(name);
  if (!value) return;
  record.set(name + "__r1", std::max(0.0, *value + first), 1);
  record.set(name + "__r2", std::max(0.0, *value + second), 1);
  if (consensus < 0.05 && record.text(name + "__r1") != record.text(name + "__r2")) record.lose(name);
}

}  // namespace

void add_readings(Record& record, Random& random) {
  for (const auto& scale : scales()) read_scale(record, scale, random);
  read_distance(record, "mrf_distance_mm_1", random);
  read_distance(record, "mrf_distance_mm_2", random);
}

void leave_open(Record& record, const char* variable, const char* first, const char* second) {
  record.lose(variable);
  record.set(variable + std::string("__r1"), std::string(first));
  record.set(variable + std::string("__r2"), std::string(second));
}

}  // namespace larc::demo
