#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "core/number.h"
#include "learn/frame.h"

namespace larc::learn {

/// What the training rows say of one column that was measured again.
struct RobustColumn {
  std::string name;
  double icc = kNaN;  // ICC(1,1): rows are subjects, measurements raters
  double minimum_icc = 0;
  std::size_t rows = 0;  // with all measurements
  bool kept = false;
  std::string reason;  // why it is dropped
};

/// Columns that were never measured again are not in it and always stay.
struct RobustnessState {
  std::vector<RobustColumn> columns;

  std::size_t dropped() const;
};

/// Drops each repeated column whose ICC over the training rows is below its minimum, or cannot be told. The outcome is
/// not looked at. errors as check_frame; shape_mismatch: fewer than two measurements (names the column)
/// source Zwanenburg et al. 2019, Sci Rep 9:614 (ICC(1,1) over perturbations)
RobustnessState fit_robustness_filter(const Frame& training);

/// The frame without the dropped columns and without anything measured again: what the next step sees.
Frame apply_robustness_filter(const RobustnessState& state, const Frame& frame);

Json to_json(const RobustnessState& state);
RobustnessState robustness_from_json(const Json& json);

}  // namespace larc::learn
