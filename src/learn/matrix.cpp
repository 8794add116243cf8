#include "learn/matrix.h"

#include <map>

#include "core/error.h"

namespace larc::learn {

FeatureMatrix select_features(const FeatureMatrix& matrix, const std::vector<Eigen::Index>& positions) {
  FeatureMatrix result;
  result.values.resize(matrix.values.rows(), static_cast<Eigen::Index>(positions.size()));
  for (std::size_t k = 0; k < positions.size(); ++k) {
    result.names.push_back(matrix.names[static_cast<std::size_t>(positions[k])]);
    result.groups.push_back(matrix.groups[static_cast<std::size_t>(positions[k])]);
    result.values.col(static_cast<Eigen::Index>(k)) = matrix.values.col(positions[k]);
  }
  return result;
}

std::vector<Eigen::Index> feature_positions(const FeatureMatrix& matrix, const std::vector<std::string>& names) {
  std::map<std::string, Eigen::Index> index;
  for (std::size_t j = 0; j < matrix.names.size(); ++j) index.emplace(matrix.names[j], static_cast<Eigen::Index>(j));
  std::vector<Eigen::Index> positions;
  positions.reserve(names.size());
  for (const auto& name : names) {
    const auto found = index.find(name);
    if (found == index.end()) throw Error(ErrorCode::not_found, "feature '" + name + "' is missing");
    positions.push_back(found->second);
  }
  return positions;
}

}  // namespace larc::learn
