#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/error.h"
#include "core/random.h"
#include "image/volume.h"

namespace larc::test {

inline void expect_error(ErrorCode code, const std::string& part, const std::function<void()>& work) {
  try {
    work();
    ADD_FAILURE() << "no error; expected '" << part << "'";
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

inline image::Geometry straight(const image::Index3& size) {
  return {size, {1.1, 0.9, 2}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
}

/// Turned by 0.5 about x, then 0.3 about z.
inline image::Geometry oblique(const image::Index3& size) {
  const double c = std::cos(0.5), s = std::sin(0.5), d = std::cos(0.3), t = std::sin(0.3);
  return {size, {1.1, 0.9, 2}, {-50, 20, 7}, {{{d, -t * c, t * s}, {t, d * c, -d * s}, {0, s, c}}}};
}

inline image::Volume filled(const image::Geometry& g, const std::function<double(const image::Vec3& index)>& value) {
  image::Volume volume{g, {}};
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i)
        volume.voxels.push_back(value({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)}));
  return volume;
}

inline image::Mask everywhere(const image::Volume& volume) {
  return {volume.geometry, std::vector<std::uint8_t>(volume.voxels.size(), 1)};
}

inline image::Volume noise(const image::Geometry& g, std::uint64_t seed) {
  Random random(seed);
  return filled(g, [&](const image::Vec3&) { return random.uniform(0, 100); });
}

/// Voxels whose centre lies within `radius_mm` of the centre of the grid.
inline image::Mask ball(const image::Geometry& g, double radius_mm) {
  image::Mask mask{g, {}};
  const auto inside = filled(g, [&](const image::Vec3& index) {
    double squared = 0;
    for (std::size_t a = 0; a < 3; ++a) squared += std::pow((index[a] - (g.size[a] - 1) / 2.0) * g.spacing_mm[a], 2);
    return squared <= radius_mm * radius_mm ? 1.0 : 0.0;
  });
  for (const double v : inside.voxels) mask.voxels.push_back(v > 0 ? 1 : 0);
  return mask;
}

}  // namespace larc::test
