#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "reference.h"
#include "stats/fine_gray_rows.h"
#include "stats/survival_outcome.h"

namespace larc::test {

/// tests/data/survival_reference.json, written by tools/reference_survival.R: a simulated table with heavy ties, late
/// entry, weights, strata, clusters and causes, and what R makes of it.
struct SurvivalReference {
  Json json = read_json(source_root() / "tests/data/survival_reference.json");
  Eigen::MatrixXd x;
  stats::SurvivalOutcome full;  // with everything
  std::vector<int> cause;
  std::vector<std::string> group;

  SurvivalReference() {
    const Json& table = json["table"];
    full.time = table["time"].get<std::vector<double>>();
    full.event = table["event"].get<std::vector<int>>();
    full.entry = table["entry"].get<std::vector<double>>();
    full.weight = table["weight"].get<std::vector<double>>();
    full.stratum = table["stratum"].get<std::vector<int>>();
    full.cluster = table["cluster"].get<std::vector<int>>();
    cause = table["cause"].get<std::vector<int>>();
    group = table["group"].get<std::vector<std::string>>();
    x.resize(static_cast<Eigen::Index>(full.time.size()), 3);
    Eigen::Index column = 0;
    for (const char* name : {"a", "b", "c"}) {
      const auto values = table[name].get<std::vector<double>>();
      x.col(column++) = Eigen::Map<const Eigen::VectorXd>(values.data(), x.rows());
    }
  }

  /// What R's model of this name saw: plain, strata, entry or all.
  stats::SurvivalOutcome outcome(const std::string& model) const {
    stats::SurvivalOutcome result{full.time, full.event, {}, {}, {}, {}};
    if (model == "entry" || model == "all") result.entry = full.entry;
    if (model == "strata" || model == "all") result.stratum = full.stratum;
    if (model == "weighted" || model == "all") result.weight = full.weight;
    if (model == "all") result.cluster = full.cluster;
    return result;
  }

  /// What R's Fine-Gray model of this name saw: strata, entry or all. Entry at a third of the time, rounded down.
  stats::CompetingOutcome competing(const std::string& model) const {
    stats::CompetingOutcome result{full.time, cause, {}, {}};
    if (model != "strata")
      for (const double entry : full.entry) result.entry.push_back(std::floor(entry / 3.0));
    if (model != "entry") result.stratum = full.stratum;
    return result;
  }
};

/// Numbers of a JSON array; null is NaN.
inline std::vector<double> json_numbers(const Json& values) {
  std::vector<double> result;
  if (values.is_number()) return {values.get<double>()};
  for (const Json& value : values) result.push_back(value.is_number() ? value.get<double>() : kNaN);
  return result;
}

inline std::vector<double> by_rows(const Eigen::MatrixXd& values) {
  std::vector<double> result;
  for (Eigen::Index i = 0; i < values.rows(); ++i)
    for (Eigen::Index j = 0; j < values.cols(); ++j) result.push_back(values(i, j));
  return result;
}

}  // namespace larc::test
