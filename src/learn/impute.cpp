#include "learn/impute.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace larc::learn {

namespace {

double median(std::vector<double> values) {
  const std::size_t n = values.size();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::nth_element(values.begin(), middle, values.end());
  return n % 2 == 1 ? *middle : 0.5 * (*std::max_element(values.begin(), middle) + *middle);
}

}  // namespace

ImputeState fit_impute(const Frame& training) {
  check_frame(training);
  if (training.rows == 0) throw Error(ErrorCode::domain, "a model cannot be fitted without patients");
  ImputeState state;
  for (const auto& column : training.columns) {
    ImputeColumn learnt{column.name, column.group, column.kind, false, false, 0.0};
    if (column.kind == ColumnKind::numeric) {
      std::vector<double> present;
      for (const double value : column.values)
        if (!std::isnan(value)) present.push_back(value);
      learnt.dropped = present.empty();
      learnt.indicator = !present.empty() && present.size() < column.values.size();
      if (learnt.indicator && training.find(column.name + kIndicatorSuffix) != nullptr)
        throw Error(ErrorCode::conflict, "column '" + column.name + kIndicatorSuffix +
                                             "' has the name that the missing indicator of '" + column.name +
                                             "' needs; rename it");
      if (!present.empty()) learnt.median = median(std::move(present));
    }
    state.columns.push_back(std::move(learnt));
  }
  return state;
}

Frame apply_impute(const ImputeState& state, const Frame& frame) {
  Frame result;
  result.rows = frame.rows;
  std::size_t next = 0;
  for (const auto& learnt : state.columns) {
    const Column& column = frame.column(learnt.name, next++);
    if (column.kind != learnt.kind)
      throw Error(ErrorCode::conflict, "column '" + learnt.name + "' was " +
                                           (learnt.kind == ColumnKind::numeric ? "numeric" : "categorical") +
                                           " in training and is not here; give the same kind");
    if (column.size() != frame.rows)
      throw Error(ErrorCode::shape_mismatch, "column '" + learnt.name + "' has " + std::to_string(column.size()) +
                                                 " rows and the table has " + std::to_string(frame.rows));
    if (learnt.dropped) continue;
    if (learnt.kind == ColumnKind::categorical) {
      Column filled = categorical_column(learnt.name, learnt.group, column.levels);
      for (auto& level : filled.levels)
        if (level.empty()) level = kMissingLevel;
      result.columns.push_back(std::move(filled));
      continue;
    }
    Column filled = numeric_column(learnt.name, learnt.group, column.values);
    std::vector<double> missing(frame.rows, 0.0);
    for (std::size_t i = 0; i < frame.rows; ++i) {
      if (std::isinf(filled.values[i]))
        throw Error(ErrorCode::domain, "column '" + learnt.name + "' is infinite in row " + std::to_string(i + 1) +
                                           "; correct the value or leave it empty");
      if (!std::isnan(filled.values[i])) continue;
      filled.values[i] = learnt.median;
      missing[i] = 1.0;
    }
    result.columns.push_back(std::move(filled));
    if (learnt.indicator)
      result.columns.push_back(numeric_column(learnt.name + kIndicatorSuffix, learnt.group, std::move(missing)));
  }
  return result;
}

Json to_json(const ImputeState& state) {
  Json columns = Json::array();
  for (const auto& column : state.columns)
    columns.push_back({{"name", column.name},
                       {"group", column.group},
                       {"kind", column.kind == ColumnKind::numeric ? "numeric" : "categorical"},
                       {"dropped", column.dropped},
                       {"indicator", column.indicator},
                       {"median", column.median}});
  return columns;
}

ImputeState impute_from_json(const Json& json) {
  ImputeState state;
  for (const auto& column : json)
    state.columns.push_back({column.at("name").get<std::string>(), column.at("group").get<std::string>(),
                             column.at("kind") == "numeric" ? ColumnKind::numeric : ColumnKind::categorical,
                             column.at("dropped").get<bool>(), column.at("indicator").get<bool>(),
                             column.at("median").get<double>()});
  return state;
}

}  // namespace larc::learn
