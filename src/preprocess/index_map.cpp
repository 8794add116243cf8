#include "preprocess/index_map.h"

namespace larc::preprocess {

using image::Index3;
using image::Mat3;
using image::Vec3;

namespace {

constexpr double kPlaceRounding = 1e-9;  // of a voxel

/// Adjugate over determinant.
Mat3 inverse(const Mat3& m) {
  Mat3 result{};
  double determinant = 0;
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 3; ++c) {
      const std::size_t r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
      const double cofactor = m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
      result[c][r] = cofactor;
      if (r == 0) determinant += m[0][c] * cofactor;
    }
  for (Vec3& row : result)
    for (double& value : row) value /= determinant;
  return result;
}

}  // namespace

Vec3 IndexMap::at(const Vec3& target) const {
  Vec3 place{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    place[axis] =
        origin[axis] + (matrix[axis][0] * target[0] + matrix[axis][1] * target[1]) + matrix[axis][2] * target[2];
  return place;
}

IndexMap index_map(const image::Geometry& source, const image::Geometry& target) {
  const Mat3 back = inverse(source.direction);
  IndexMap map{{0, 0, 0}, {}};
  for (std::size_t s = 0; s < 3; ++s)
    for (std::size_t row = 0; row < 3; ++row) {
      const double share = back[s][row] / source.spacing_mm[s];
      map.origin[s] += share * (target.origin_lps[row] - source.origin_lps[row]);
      for (std::size_t t = 0; t < 3; ++t) map.matrix[s][t] += share * target.direction[row][t] * target.spacing_mm[t];
    }
  return map;
}

IndexMap shifted(const IndexMap& map, const Index3& lower) {
  IndexMap result = map;
  result.origin = map.at({static_cast<double>(lower[0]), static_cast<double>(lower[1]), static_cast<double>(lower[2])});
  return result;
}

image::Box enclosing_box(const IndexMap& map, const image::Box& target) {
  Vec3 low, high;
  for (int corner = 0; corner < 8; ++corner) {
    Vec3 index{};
    for (std::size_t axis = 0; axis < 3; ++axis)
      index[axis] = corner & (1 << axis) ? target.upper[axis] : target.lower[axis];
    const Vec3 place = map.at(index);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low[axis] = corner == 0 ? place[axis] : std::min(low[axis], place[axis]);
      high[axis] = corner == 0 ? place[axis] : std::max(high[axis], place[axis]);
    }
  }
  image::Box box{};
  const auto whole = [](double place) { return static_cast<int>(std::clamp(place, -1e9, 1e9)); };
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = whole(std::floor(low[axis] + kPlaceRounding));
    box.upper[axis] = whole(std::ceil(high[axis] - kPlaceRounding));
  }
  return box;
}

}  // namespace larc::preprocess
