#pragma once
#include <cstdint>
#include <vector>

namespace larc::preprocess {

struct Clusters {
  std::vector<double> centres;      // (k * dimensions,), one after the other
  std::vector<std::uint8_t> label;  // (points,) 0 .. k - 1
  double within = 0;                // sum of squared distances to the own centre
};

/// Lloyd's iterations from `starts` k-means++ starts, until no point changes its cluster (at most 300 rounds); the
/// start with the smallest `within`, the first of equals. Depends on its arguments alone. A cluster that loses its last
/// point takes the point farthest from its centre. There must be at least k different points. points (count *
/// dimensions,), one after the other; k 1 .. 255; starts >= 1 source Lloyd 1982; Arthur, Vassilvitskii 2007
Clusters kmeans(const std::vector<double>& points, std::size_t dimensions, int k, int starts, std::uint64_t seed);

/// Nearest centre, the first of equals, and the squared distance to it.
std::size_t nearest_centre(const double* point, const std::vector<double>& centres, std::size_t dimensions,
                           double& squared);

/// Between over within variance, each per degree of freedom; larger is better. Infinite when within is 0.
/// source Calinski, Harabasz 1974
double calinski_harabasz(const std::vector<double>& points, std::size_t dimensions, const Clusters& clusters);

}  // namespace larc::preprocess
