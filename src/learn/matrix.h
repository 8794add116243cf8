#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

namespace larc::learn {

/// Complete numeric features of all patients.
struct FeatureMatrix {
  std::vector<std::string> names;   // (p,)
  std::vector<std::string> groups;  // (p,)
  Eigen::MatrixXd values;           // (n, p)
};

/// The columns at these positions, in this order.
FeatureMatrix select_features(const FeatureMatrix& matrix, const std::vector<Eigen::Index>& positions);

/// Positions of `names` in the matrix. errors not_found: names the feature
std::vector<Eigen::Index> feature_positions(const FeatureMatrix& matrix, const std::vector<std::string>& names);

}  // namespace larc::learn
