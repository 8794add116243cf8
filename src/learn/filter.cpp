#include "learn/filter.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/rank.h"

namespace larc::learn {

namespace {

/// Whether fewer than `needed` values differ from the most frequent one.
bool nearly_constant(std::vector<double> values, double needed) {
  const auto n = static_cast<double>(values.size());
  if (2.0 * needed <= n) {  // a value in more than half of the rows is their median
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return n - static_cast<double>(std::count(values.begin(), values.end(), *middle)) < needed;
  }
  std::sort(values.begin(), values.end());
  Eigen::Index most = 0;
  Eigen::Index run = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    run = i > 0 && values[i] == values[i - 1] ? run + 1 : 1;
    most = std::max(most, run);
  }
  return n - static_cast<double>(most) < needed;
}

std::vector<double> column_vector(const Eigen::MatrixXd& values, Eigen::Index j) {
  return {values.col(j).data(), values.col(j).data() + values.rows()};
}

// Columns centred and of length 1; a constant column becomes 0, which correlates with nothing.
Eigen::MatrixXd unit_columns(const Eigen::MatrixXd& values, CorrelationKind kind) {
  Eigen::MatrixXd unit = values;
  for (Eigen::Index j = 0; j < unit.cols(); ++j) {
    if (kind == CorrelationKind::spearman) {
      const std::vector<double> ranks = stats::midranks(column_vector(values, j));
      unit.col(j) = Eigen::Map<const Eigen::VectorXd>(ranks.data(), unit.rows());
    }
    unit.col(j).array() -= unit.col(j).mean();
    const double length = unit.col(j).norm();
    if (length > 0.0) unit.col(j) /= length;
  }
  return unit;
}

}  // namespace

FilterState fit_variance_filter(const FeatureMatrix& training, double minority_share) {
  FilterState state;
  const Eigen::Index n = training.values.rows();
  const double needed = std::max(2.0, minority_share * static_cast<double>(n));
  for (Eigen::Index j = 0; j < training.values.cols(); ++j) {
    const std::string& name = training.names[static_cast<std::size_t>(j)];
    const auto column = training.values.col(j);
    const double range = n > 0 ? column.maxCoeff() - column.minCoeff() : 0.0;
    if (n == 0 || range <= 1e-10 * column.cwiseAbs().maxCoeff()) {
      state.dropped.push_back(name + ": constant");
    } else if (nearly_constant(column_vector(training.values, j), needed)) {
      state.dropped.push_back(name + ": nearly constant");
    } else {
      state.kept.push_back(name);
    }
  }
  return state;
}

FilterState fit_correlation_filter(const FeatureMatrix& training, double threshold, CorrelationKind kind) {
  if (!(threshold > 0.0 && threshold <= 1.0))
    throw Error(ErrorCode::domain,
                "correlation threshold " + format_double(threshold) + " is not in (0, 1]; 0.95 is usual");
  const Eigen::MatrixXd unit = unit_columns(training.values, kind);
  Eigen::MatrixXd kept(unit.rows(), unit.cols());
  std::vector<std::size_t> source;
  FilterState state;
  for (Eigen::Index j = 0; j < unit.cols(); ++j) {
    const Eigen::Index count = static_cast<Eigen::Index>(source.size());
    const std::string& name = training.names[static_cast<std::size_t>(j)];
    const Eigen::VectorXd r = kept.leftCols(count).transpose() * unit.col(j);
    Eigen::Index twin = 0;
    // The margin lets an exact copy (1 up to rounding) exceed a threshold of 1 never, and of 0.95 always.
    while (twin < count && std::abs(r[twin]) <= threshold + 1e-12) ++twin;
    if (twin < count) {
      state.dropped.push_back(name + ": follows " + training.names[source[static_cast<std::size_t>(twin)]]);
    } else {
      kept.col(count) = unit.col(j);
      source.push_back(static_cast<std::size_t>(j));
      state.kept.push_back(name);
    }
  }
  return state;
}

FeatureMatrix apply_filter(const FilterState& state, const FeatureMatrix& matrix) {
  return select_features(matrix, feature_positions(matrix, state.kept));
}

Json to_json(const FilterState& state) {
  return {{"kept", state.kept}, {"dropped", state.dropped}};
}

FilterState filter_from_json(const Json& json) {
  return {json.at("kept").get<std::vector<std::string>>(), json.at("dropped").get<std::vector<std::string>>()};
}

}  // namespace larc::learn
