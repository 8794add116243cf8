#pragma once
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "quality/measure.h"

namespace larc::quality::test {

using image::Volume;

struct Body {
  image::Index3 size{128, 120, 10};
  image::Vec3 spacing_mm{1, 1, 4};
  double reach = 0.7;    // of the elliptic body, in halves of the field; above 1.5 it fills the field
  double noise_sd = 10;  // of both parts of the complex signal
  double dark = 200, bright = 400;
  int spots = 40;  // bright ones of several sizes in every slice of dark tissue
  std::uint64_t seed = 1;
};

/// Without noise: spots at random places, other ones in every slice.
inline Volume still_body(const Body& body) {
  Volume volume{{body.size, body.spacing_mm, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {}};
  volume.voxels.assign(volume.geometry.voxel_count(), 0);
  Random random(derive_seed(body.seed, "body"));
  for (int k = 0; k < body.size[2]; ++k) {
    struct Spot {
      double x, y, radius;
    };
    std::vector<Spot> spots;
    for (int n = 0; n < body.spots; ++n)
      spots.push_back({random.uniform(0, body.size[0]), random.uniform(0, body.size[1]), random.uniform(3, 14)});
    for (int j = 0; j < body.size[1]; ++j)
      for (int i = 0; i < body.size[0]; ++i) {
        const double x = 2.0 * (i + 0.5) / body.size[0] - 1, y = 2.0 * (j + 0.5) / body.size[1] - 1;
        if (x * x + y * y > body.reach * body.reach) continue;
        double value = body.dark;
        for (const auto& spot : spots)
          if (std::hypot(i - spot.x, j - spot.y) < spot.radius) value = body.bright;
        volume.at(i, j, k) = value;
      }
  }
  return volume;
}

/// Magnitude of the signal with Gaussian noise in both parts (Rice).
inline void add_rician(Volume& volume, double sd, std::uint64_t seed) {
  Random random(derive_seed(seed, "noise"));
  for (auto& value : volume.voxels) {
    const double a = value + sd * random.normal(), b = sd * random.normal();
    value = std::hypot(a, b);
  }
}

inline Volume body_of(const Body& body) {
  auto volume = still_body(body);
  add_rician(volume, body.noise_sd, body.seed);
  return volume;
}

inline Measure get(const std::vector<Measure>& measures, const std::string& id) {
  for (const auto& measure : measures)
    if (measure.id == id) return measure;
  ADD_FAILURE() << "no measure " << id;
  return {};
}

inline double value_of(const Volume& volume, const std::string& id, const QualityInputs& inputs = {}) {
  const auto measure = get(quality::measure(volume, inputs), id);
  EXPECT_TRUE(std::isfinite(measure.value)) << id << ": " << measure.reason;
  return measure.value;
}

template <typename Work>
void expect_error(ErrorCode code, const std::string& part, Work&& work) {
  try {
    work();
    ADD_FAILURE() << "no error; expected " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

inline image::Mask ball(const image::Geometry& g, const std::array<double, 3>& centre_ijk, double radius_mm) {
  image::Mask mask{g, std::vector<std::uint8_t>(g.voxel_count(), 0)};
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const double x = (i - centre_ijk[0]) * g.spacing_mm[0], y = (j - centre_ijk[1]) * g.spacing_mm[1],
                     z = (k - centre_ijk[2]) * g.spacing_mm[2];
        if (x * x + y * y + z * z <= radius_mm * radius_mm) mask.voxels[g.offset(i, j, k)] = 1;
      }
  return mask;
}

}  // namespace larc::quality::test
