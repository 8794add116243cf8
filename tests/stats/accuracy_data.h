#pragma once
#include <string>
#include <vector>

#include "reference.h"
#include "stats/cox.h"

namespace larc::test {

/// tests/data/accuracy: a simulated table with many ties in time and in score, and what R says of it (accuracy.R).
struct TiesData {
  std::vector<double> a, b, time, weight;  // two scores
  std::vector<int> event, cause;
};

inline TiesData ties_data() {
  const CsvTable table = read_csv(source_root() / "tests/data/accuracy/ties.csv");
  return {numbers(table, "a"),
          numbers(table, "b"),
          numbers(table, "time"),
          numbers(table, "w"),
          integers(numbers(table, "event")),
          integers(numbers(table, "cause"))};
}

inline Json ties_truth() {
  return read_json(source_root() / "tests/data/accuracy/accuracy.json");
}

/// A Cox model trained on one breast cancer series and applied to another, as the reference numbers of ref05 were made.
struct ExternalCox {
  SurvivalData train;
  SurvivalData test;
  stats::CoxFit fit;
  stats::BaselineHazard baseline;
  std::vector<double> score;  // linear predictor of the test patients

  std::vector<double> survival(double horizon) const {
    std::vector<double> values;
    for (const double eta : score) values.push_back(stats::cox_survival(baseline, eta, horizon));
    return values;
  }
};

inline ExternalCox external_cox() {
  const std::vector<std::string> terms{"age", "s20", "s50", "n3", "pg", "ho", "g3"};
  ExternalCox result;
  result.train = survival_data(table("survival/derived_rotterdam_nodepos_train.csv"), terms);
  result.test = survival_data(table("survival/derived_gbsg_test.csv"), terms);
  result.fit = stats::fit_cox(result.train.x, result.train.time, result.train.event);
  result.score = to_vector(result.test.x * result.fit.coef);
  result.baseline = stats::baseline_hazard(to_vector(result.train.x * result.fit.coef), result.train.time,
                                           result.train.event, stats::Ties::efron);
  return result;
}

inline std::vector<double> doubles(const Json& json) {
  return json.get<std::vector<double>>();
}

}  // namespace larc::test
