#pragma once
#include <cstdint>
#include <vector>

#include "image/volume.h"

namespace larc::preprocess {

/// The constants of Zwanenburg 2019 and its software.
struct SupervoxelSettings {
  double volume_mm3 = 500;    // of one supervoxel on average,
  double fewest_voxels = 20;  // at least so many voxels
  double compactness = 0.05;  // share of the intensity range that weighs as much as one grid step
  int rounds = 10;            // of assignment and new centres, at most
};

/// Edge of a cube with the supervoxels' average volume.
double supervoxel_edge_mm(const image::Vec3& spacing_mm, const SupervoxelSettings& settings = {});

/// How far around a region supervoxels are made, in edges.
inline constexpr double kSupervoxelReach = 1.25;

/// Supervoxels by SLIC (Achanta 2012): k-means in place and intensity, each centre looking one grid step far, from a
/// regular grid; afterwards each label is connected through faces, and parts under half the average size join the
/// largest they touch. Intensities are limited to low .. high and smoothed first by a Gaussian of one voxel of the
/// finest axis. With a region only rows near it are divided (the hull of each row, kSupervoxelReach edges wider on
/// every side): what lies farther has no say at its border. The result depends on the arguments alone. returns
/// (voxels,) labels 0 .. n - 1, -1 where not divided errors domain: low not below high, settings not positive
std::vector<std::int32_t> supervoxels(const image::Volume& volume, double low, double high,
                                      const image::Mask* region = nullptr, const SupervoxelSettings& settings = {});

}  // namespace larc::preprocess
