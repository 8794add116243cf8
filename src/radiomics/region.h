#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "image/volume.h"
#include "radiomics/settings.h"

namespace larc::radiomics {

/// Grey levels of the region's voxels. A level has a number (its bin, from 1) and, among the levels that occur, an
/// index (from 1, without gaps), so that matrices are as small as the levels in use.
struct Levels {
  int level_count = 0;                        // Ng: the highest level number
  std::vector<int> numbers;                   // number of index i at [i - 1], ascending
  std::vector<std::size_t> voxel_counts;      // region voxels with index i at [i - 1]
  std::vector<std::uint16_t> index_of_voxel;  // level index of each region voxel, in the order of RegionView::offsets
};

struct TextureCache;

/// What every family computes from, on the grid of the mask's box.
struct RegionView {
  image::Mask mask;                    // of the box, 0 or 1, the whole region: for shape
  std::vector<std::uint32_t> offsets;  // voxels of the intensity region (after resegmentation) in the box, ascending
  std::vector<double> intensities;     // of these voxels, finite
  Levels levels;                       // empty unless a family needs levels
  const ExtractionSettings* settings;  // outlives the view
  const image::Volume* source;         // the whole image, outlives the view; null when another image took its place
  image::Box box;                      // of the region in `source`
  mutable std::shared_ptr<TextureCache>
      textures{};  // what families share; one thread a region; emptied with the levels

  const image::Vec3& spacing_mm() const { return mask.geometry.spacing_mm; }
  const image::Index3& size() const { return mask.geometry.size; }
};

/// errors shape_mismatch (voxels do not fill the geometry), geometry_mismatch, domain (sheared or impossible geometry,
/// empty mask, NaN or infinite voxels inside the mask, spacing other than `resample_spacing_mm`, no voxel left by
/// `resegment_range`). Voxels outside the mask may hold anything.
RegionView make_region(const image::Volume& image, const image::Mask& mask, const ExtractionSettings& settings);

/// Puts another image of the same box in place of the view's, such as a filtered one: the region stays, intensities are
/// taken anew and grey levels emptied.
/// errors shape_mismatch, domain (NaN or infinite voxels in the region)
void replace_image(RegionView& region, const image::Volume& box_image);

/// Largest number of grey levels accepted.
inline constexpr int kMaxLevels = 10000;

/// errors domain: more than kMaxLevels levels (proposes a bin width); identity with fractions or numbers below 1
Levels discretise(const std::vector<double>& intensities, const ExtractionSettings& settings);

/// A bin width of one or two digits that cuts `range` into about 32 levels; 0 when the range is 0.
double propose_bin_width(double range);

}  // namespace larc::radiomics
