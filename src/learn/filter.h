#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/matrix.h"

namespace larc::learn {

/// The features that a filter keeps, in their order, and why it drops the others. No filter looks at the outcome.
struct FilterState {
  std::vector<std::string> kept;
  std::vector<std::string> dropped;  // "NAME: reason"
};

/// Drops constant features (spread below 1e-10 of their size) and near-constant ones, in which fewer than
/// max(2, minority_share * rows) patients differ from the most frequent value.
FilterState fit_variance_filter(const FeatureMatrix& training, double minority_share = 0.02);

enum class CorrelationKind { pearson, spearman };

/// Goes through the features in their order and drops each whose absolute correlation with one kept before it exceeds
/// `threshold`. Ranks (spearman) see every monotone relation.
/// errors domain: threshold outside (0, 1]
FilterState fit_correlation_filter(const FeatureMatrix& training, double threshold = 0.95,
                                   CorrelationKind kind = CorrelationKind::spearman);

/// errors not_found: a kept feature is absent
FeatureMatrix apply_filter(const FilterState& state, const FeatureMatrix& matrix);

Json to_json(const FilterState& state);
FilterState filter_from_json(const Json& json);

}  // namespace larc::learn
