#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/frame.h"

namespace larc::learn {

inline constexpr const char* kMissingLevel = "missing";
inline constexpr const char* kIndicatorSuffix = "__missing";

/// What imputation learnt of one column.
struct ImputeColumn {
  std::string name;
  std::string group;
  ColumnKind kind = ColumnKind::numeric;
  bool dropped = false;    // numeric without any training value
  bool indicator = false;  // some training value was missing
  double median = 0.0;
};

struct ImputeState {
  std::vector<ImputeColumn> columns;
};

/// Numeric: the training median, and a 0/1 column NAME__missing if some training value is missing. A numeric column
/// with no training value is dropped. Categorical: the empty cell is a level of its own, "missing". errors
/// shape_mismatch, conflict, domain as check_frame; domain: no rows
ImputeState fit_impute(const Frame& training);

/// A complete frame with the training columns in their order; columns that were not in training are left out.
/// errors not_found (a training column is absent: names it), conflict (numeric in one and categorical in the other)
Frame apply_impute(const ImputeState& state, const Frame& frame);

Json to_json(const ImputeState& state);
ImputeState impute_from_json(const Json& json);

}  // namespace larc::learn
