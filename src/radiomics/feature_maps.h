#pragma once
#include <functional>
#include <string>

#include "image/volume.h"
#include "radiomics/settings.h"

namespace larc::radiomics {

/// How a map is made; PyRadiomics' `voxelSetting`.
struct MapSettings {
  // Voxels: features of the cube of 2 r + 1 voxels around each voxel of the region, of the square with `force_2d`; 1
  // .. 32.
  int kernel_radius = 1;
  bool masked_kernel = true;  // the cube holds voxels of the region only; else all of the image
  double initial_value = 0;   // outside the region
};

using FeatureMapSink = std::function<void(const std::string& name, const image::Volume& map)>;

/// A map of every feature of the settings' families but shape, on the grid of the image. Grey levels are those of the
/// whole region (of its box grown by the radius without `masked_kernel`), so that cubes are comparable. NaN where a
/// feature is undefined in a cube. Maps come one at a time, in the order of results.
/// image_type  as in compute_features
/// threads     the result does not depend on it
/// errors as make_region and discretise; domain: kernel_radius, no family but shape; conflict: families that need more
/// than the cube (local_intensity)
void feature_maps(const image::Volume& image, const image::Mask& mask, const ExtractionSettings& settings,
                  const MapSettings& maps, const std::string& image_type, int threads, const FeatureMapSink& sink);

}  // namespace larc::radiomics
