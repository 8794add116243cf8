#include "learn/robustness_filter.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "stats/icc.h"

namespace larc::learn {

std::size_t RobustnessState::dropped() const {
  return static_cast<std::size_t>(
      std::count_if(columns.begin(), columns.end(), [](const RobustColumn& column) { return !column.kept; }));
}

RobustnessState fit_robustness_filter(const Frame& training) {
  check_frame(training);
  RobustnessState state;
  state.columns.reserve(training.repeated.size());
  for (const auto& item : training.repeated) {
    const auto icc = in_context("column '" + item.name + "'",
                                [&] { return stats::one_way_icc(item.mean, item.within, item.repeats); });
    RobustColumn column{item.name, icc.value, item.minimum_icc, icc.subjects, icc.value >= item.minimum_icc, ""};
    if (std::isnan(icc.value))
      column.reason = "its ICC cannot be told: " + icc.reason;
    else if (!column.kept)
      column.reason = "ICC " + format_double(icc.value) + " is below " + format_double(item.minimum_icc);
    state.columns.push_back(std::move(column));
  }
  return state;
}

Frame apply_robustness_filter(const RobustnessState& state, const Frame& frame) {
  std::set<std::string> dropped;
  for (const auto& column : state.columns)
    if (!column.kept) dropped.insert(column.name);
  Frame result;
  result.rows = frame.rows;
  for (const auto& column : frame.columns)
    if (!dropped.contains(column.name)) result.columns.push_back(column);
  return result;
}

Json to_json(const RobustnessState& state) {
  Json list = Json::array();
  for (const auto& column : state.columns)
    list.push_back({{"name", column.name},
                    {"icc", number_or_null(column.icc)},
                    {"minimum_icc", column.minimum_icc},
                    {"rows", column.rows},
                    {"kept", column.kept},
                    {"reason", column.reason}});
  return list;
}

RobustnessState robustness_from_json(const Json& json) {
  RobustnessState state;
  for (const auto& entry : json)
    state.columns.push_back({entry.at("name").get<std::string>(), number_or_nan(entry.at("icc")),
                             entry.at("minimum_icc").get<double>(), entry.at("rows").get<std::size_t>(),
                             entry.at("kept").get<bool>(), entry.at("reason").get<std::string>()});
  return state;
}

}  // namespace larc::learn
