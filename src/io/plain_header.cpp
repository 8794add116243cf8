#include "io/plain_header.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace larc::io {

using image::Geometry;

namespace {

bool orthonormal_to_rounding(const image::Mat3& direction) {
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = a; b < 3; ++b) {
      double dot = 0;
      for (std::size_t row = 0; row < 3; ++row) dot += direction[row][a] * direction[row][b];
      if (!(std::abs(dot - (a == b ? 1.0 : 0.0)) < 1e-14)) return false;
    }
  return true;
}

}  // namespace

Geometry geometry_of(const PlainHeader& header, const std::string& name) {
  const std::size_t n = header.size.size();
  std::size_t frames = header.components;
  for (std::size_t a = 3; a < n; ++a) frames = std::max(frames, header.size[a]);
  if (frames != 1)
    throw Error(ErrorCode::unsupported, name + " holds " + std::to_string(frames) +
                                            " frames or channels; larc reads one 3D image a file: split it first");
  if (n < 2) throw Error(ErrorCode::format, name + ": fewer than two image axes; export the image again");
  Geometry geometry{{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {}};
  image::Mat3& d = geometry.direction;
  const std::size_t used = std::min<std::size_t>(n, 3);
  for (std::size_t a = 0; a < used; ++a) {
    geometry.size[a] = header.size[a] > 1000000000 ? 0 : static_cast<int>(header.size[a]);
    geometry.spacing_mm[a] = std::abs(header.spacing[a]);
    geometry.origin_lps[a] = header.origin[a] + 0.0;
    for (std::size_t row = 0; row < used; ++row) d[row][a] = header.direction[a][row];
  }
  if (used == 2) d[2][2] = d[0][0] * d[1][1] - d[0][1] * d[1][0] < 0 ? -1 : 1;
  if (!orthonormal_to_rounding(d)) d = nearest_orthonormal(d, name);
  for (auto& row : d)
    for (double& v : row) v += 0.0;
  return geometry;
}

}  // namespace larc::io
