#pragma once
#include <cstdint>
#include <string>

#include "core/json.h"
#include "learn/filter.h"
#include "learn/frame.h"

namespace larc::learn {

/// Choosing features by the outcome. Optional: off unless asked for, since it rarely helps and always costs stability.
///   none
///   univariate  the `count` features with the largest score statistic of a one-feature model
///   mrmr        greedy: relevance (|z| of the score test over its largest) minus mean |correlation| with those chosen
///   stability   the features that a lasso picks among its first `count` in at least `share` of 50 half-samples; the
///               `minimum` most frequent where none reaches it
struct SelectionSettings {
  std::string method = "none";
  int count = 20;
  double share = 0.6;
  int minimum = 2;
};

/// Standardised score statistic of each feature alone: logistic (trend test) or Cox (Breslow ties), with the sign of
/// the effect; 0 for a constant feature. x (n, p) -> (p,) source Rao 1948
Eigen::VectorXd score_z(const Eigen::MatrixXd& x, const Outcome& outcome);

/// Features at which `settings` arrives on these rows. errors domain: an unknown method, count < 1
/// source Ding, Peng 2005 (mRMR); Meinshausen, Buhlmann 2010 (stability selection)
FilterState fit_selection(const FeatureMatrix& training, const Outcome& outcome, const SelectionSettings& settings,
                          std::uint64_t seed);

Json to_json(const SelectionSettings& settings);
SelectionSettings selection_settings_from_json(const Json& json);

}  // namespace larc::learn
