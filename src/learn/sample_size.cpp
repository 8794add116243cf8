#include "learn/sample_size.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/error.h"
#include "core/number.h"

namespace larc::learn {

namespace {

int terms_of(const Column& column) {
  if (column.kind == ColumnKind::numeric) return 1;
  std::set<std::string> levels(column.levels.begin(), column.levels.end());
  levels.erase("");
  return std::max(1, static_cast<int>(levels.size()) - 1);
}

stats::SampleSize needed(const Outcome& outcome, int parameters, double horizon) {
  const auto n = static_cast<double>(outcome.size());
  const double share = static_cast<double>(outcome.events()) / n;
  if (outcome.kind == OutcomeKind::binary)
    return stats::binary_sample_size(share, kAssumedNagelkerke * stats::largest_cox_snell_binary(share), parameters);
  const double follow_up = std::accumulate(outcome.time_months.begin(), outcome.time_months.end(), 0.0) / n;
  return stats::survival_sample_size(share / follow_up, horizon, follow_up,
                                     kAssumedNagelkerke * stats::largest_cox_snell_survival(share), parameters);
}

}  // namespace

SampleSizeCheck check_sample_size(const Frame& frame, const std::vector<std::string>& columns, const Outcome& outcome,
                                  double horizon) {
  SampleSizeCheck check;
  if (columns.empty())
    for (const Column& column : frame.columns) check.parameters += terms_of(column);
  for (const auto& name : columns) check.parameters += terms_of(frame.column(name));
  check.patients = outcome.size();
  check.events = outcome.events();
  if (outcome.kind == OutcomeKind::binary) check.events = std::min(check.events, check.patients - check.events);
  if (check.parameters == 0) {
    check.reason = "the model has no column";
    return check;
  }
  check.events_per_parameter = static_cast<double>(check.events) / check.parameters;
  try {
    check.needed = needed(outcome, check.parameters, horizon);
  } catch (const Error& error) {
    check.reason = error.what();
  }
  return check;
}

Json to_json(const SampleSizeCheck& check) {
  Json criteria = Json::array();
  for (const auto& criterion : check.needed.criteria)
    criteria.push_back({{"name", criterion.name}, {"n", number_or_null(criterion.patients)}});
  const bool known = check.reason.empty();
  return {{"parameters", check.parameters},
          {"n", check.patients},
          {"events", check.events},
          {"events_per_parameter", number_or_null(check.events_per_parameter)},
          {"assumed_nagelkerke_r2", kAssumedNagelkerke},
          {"criteria", criteria},
          {"minimum_n", number_or_null(check.needed.patients)},
          {"enough", known ? Json(static_cast<double>(check.patients) >= check.needed.patients) : Json(nullptr)},
          {"note", known ? Json(nullptr) : Json(check.reason)}};
}

}  // namespace larc::learn
