#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::quality {

enum class Air { present, masked, absent };

/// What a voxel shows. The rim is what lies between air and body within a block's width: some of both.
enum class Part : std::uint8_t { air, rim, hollow, body };

/// An image apart into air around the body, hollow places within it and signal, with what most measures need.
/// Blocks of 4 x 4 voxels decide about air, so that noise does not: dark blocks joined to the border of their slice are
/// air when they are far darker than the rest and vary as noise alone does (or not at all). Pelvic images often show no
/// air at all, because the body is larger than the field of view.
struct Scene {
  const image::Volume* volume = nullptr;
  Air air = Air::absent;
  std::vector<Part> parts;  // (voxels,)
  double median = 0;        // of the body
  double hollow_below = 0;  // kHollowShare of the median
  double noise_sd = 0;      // within the body, see body_noise
  double minimum = 0, maximum = 0;
  std::size_t body_count = 0;

  /// Why measures of the air are undefined; empty when they are not.
  std::string no_air_reason() const;
};

/// Below this share of the body's median a voxel holds no usable signal.
inline constexpr double kHollowShare = 0.15;

/// errors domain: NaN or infinite voxels, fewer than 16 x 16 voxels in a slice
Scene look_at(const image::Volume& volume);

/// About `most` voxels of one part, evenly spread. Deterministic.
std::vector<std::size_t> sample_of(const Scene& scene, Part part, std::size_t most);

}  // namespace larc::quality
