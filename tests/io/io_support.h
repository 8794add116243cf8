#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/error.h"
#include "core/random.h"
#include "image/volume.h"

namespace larc::test {

/// The code of the error that `work` throws, and that its message holds `part`.
inline void expect_error(ErrorCode code, const std::string& part, const std::function<void()>& work) {
  try {
    work();
    ADD_FAILURE() << "no error; expected '" << part << "'";
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

/// Right-handed rotation by Euler angles.
inline image::Mat3 rotation(double a, double b, double c) {
  const double ca = std::cos(a), sa = std::sin(a), cb = std::cos(b), sb = std::sin(b), cc = std::cos(c),
               sc = std::sin(c);
  return {{{ca * cb, ca * sb * sc - sa * cc, ca * sb * cc + sa * sc},
           {sa * cb, sa * sb * sc + ca * cc, sa * sb * cc - ca * sc},
           {-sb, cb * sc, cb * cc}}};
}

inline image::Geometry oblique_geometry() {
  return {{7, 6, 5},
          {0.71234567890123, 0.65432109876543, 3.3000000000000003},
          {-100.1, 33.333333333333336, 1e-3},
          rotation(0.3, -0.4, 0.7)};
}

inline image::Volume random_volume(const image::Geometry& geometry, double low, double high, bool whole,
                                   std::uint64_t seed = 1) {
  Random random(seed);
  image::Volume volume{geometry, std::vector<double>(geometry.voxel_count())};
  for (double& v : volume.voxels) v = whole ? std::round(random.uniform(low, high)) : random.uniform(low, high);
  return volume;
}

inline image::Mask random_mask(const image::Geometry& geometry, double share, std::uint64_t seed) {
  Random random(seed);
  image::Mask mask{geometry, std::vector<std::uint8_t>(geometry.voxel_count())};
  for (auto& v : mask.voxels) v = random.uniform() < share ? 1 : 0;
  return mask;
}

inline void expect_geometry_near(const image::Geometry& a, const image::Geometry& b, double tolerance) {
  EXPECT_EQ(a.size, b.size);
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_NEAR(a.spacing_mm[r], b.spacing_mm[r], tolerance);
    EXPECT_NEAR(a.origin_lps[r], b.origin_lps[r], tolerance * 100);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(a.direction[r][c], b.direction[r][c], tolerance);
  }
}

}  // namespace larc::test
