#include "learn/matrix.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

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
  // Names mostly come in the matrix's order with a few left out; only where they do not is an index made.
  constexpr std::size_t kLookAhead = 16;
  std::unordered_map<std::string_view, std::size_t> index;
  std::vector<Eigen::Index> positions;
  positions.reserve(names.size());
  std::size_t next = 0;
  for (const auto& name : names) {
    std::size_t at = next;
    const std::size_t end = std::min(matrix.names.size(), next + kLookAhead);
    while (at < end && matrix.names[at] != name) ++at;
    if (at >= end) {
      if (index.empty())
        for (std::size_t j = 0; j < matrix.names.size(); ++j) index.emplace(matrix.names[j], j);
      const auto found = index.find(name);
      if (found == index.end()) throw Error(ErrorCode::not_found, "feature '" + name + "' is missing");
      at = found->second;
    }
    positions.push_back(static_cast<Eigen::Index>(at));
    next = at + 1;
  }
  return positions;
}

}  // namespace larc::learn
