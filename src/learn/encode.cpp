#include "learn/encode.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"

namespace larc::learn {

namespace {

void check_complete(const Column& column) {
  for (std::size_t i = 0; i < column.size(); ++i) {
    const bool missing =
        column.kind == ColumnKind::numeric ? !std::isfinite(column.values[i]) : column.levels[i].empty();
    if (missing)
      throw Error(ErrorCode::domain, "column '" + column.name + "' has no value in row " + std::to_string(i + 1) +
                                         "; impute before encoding");
  }
}

}  // namespace

EncodeState fit_encode(const Frame& training) {
  EncodeState state;
  for (const auto& column : training.columns) {
    check_complete(column);
    EncodeColumn learnt{column.name, column.group, column.kind, {}, {}};
    if (column.kind == ColumnKind::categorical) {
      std::map<std::string, std::size_t> count;
      for (const auto& level : column.levels) ++count[level];
      std::size_t most = 0;
      for (const auto& [level, times] : count)
        if (times > most) {
          most = times;
          learnt.reference = level;
        }
      for (const auto& [level, times] : count)
        if (level != learnt.reference) learnt.levels.push_back(level);
    }
    state.columns.push_back(std::move(learnt));
  }
  return state;
}

FeatureMatrix apply_encode(const EncodeState& state, const Frame& frame, std::vector<std::string>* notes) {
  FeatureMatrix matrix;
  Eigen::Index features = 0;
  for (const auto& learnt : state.columns)
    features += learnt.kind == ColumnKind::numeric ? 1 : static_cast<Eigen::Index>(learnt.levels.size());
  matrix.values = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(frame.rows), features);
  Eigen::Index position = 0;
  std::size_t next = 0;
  for (const auto& learnt : state.columns) {
    const Column& column = frame.column(learnt.name, next++);
    check_complete(column);
    if (learnt.kind == ColumnKind::numeric) {
      matrix.names.push_back(learnt.name);
      matrix.groups.push_back(learnt.group);
      for (std::size_t i = 0; i < frame.rows; ++i)
        matrix.values(static_cast<Eigen::Index>(i), position) = column.values[i];
      ++position;
      continue;
    }
    for (const auto& level : learnt.levels) {
      matrix.names.push_back(learnt.name + "=" + level);
      matrix.groups.push_back(learnt.group);
    }
    std::size_t unseen = 0;
    for (std::size_t i = 0; i < frame.rows; ++i) {
      const auto found = std::lower_bound(learnt.levels.begin(), learnt.levels.end(), column.levels[i]);
      if (found != learnt.levels.end() && *found == column.levels[i]) {
        matrix.values(static_cast<Eigen::Index>(i), position + (found - learnt.levels.begin())) = 1.0;
      } else if (column.levels[i] != learnt.reference) {
        ++unseen;
      }
    }
    if (unseen > 0 && notes != nullptr)
      notes->push_back(learnt.name + ": " + std::to_string(unseen) + (unseen == 1 ? " row" : " rows") +
                       " with a level unseen in training");
    position += static_cast<Eigen::Index>(learnt.levels.size());
  }
  return matrix;
}

Json to_json(const EncodeState& state) {
  Json columns = Json::array();
  for (const auto& column : state.columns) {
    Json entry = {{"name", column.name}, {"group", column.group}};
    if (column.kind == ColumnKind::numeric) {
      entry["kind"] = "numeric";
    } else {
      entry["kind"] = "categorical";
      entry["reference"] = column.reference;
      entry["levels"] = column.levels;
    }
    columns.push_back(std::move(entry));
  }
  return columns;
}

EncodeState encode_from_json(const Json& json) {
  EncodeState state;
  for (const auto& entry : json) {
    EncodeColumn column{
        entry.at("name").get<std::string>(), entry.at("group").get<std::string>(), ColumnKind::numeric, {}, {}};
    if (entry.at("kind") == "categorical") {
      column.kind = ColumnKind::categorical;
      column.reference = entry.at("reference").get<std::string>();
      column.levels = entry.at("levels").get<std::vector<std::string>>();
    }
    state.columns.push_back(std::move(column));
  }
  return state;
}

}  // namespace larc::learn
