#pragma once
#include "extraction/label_map.h"
#include "extraction/plan.h"

namespace larc::extraction {

/// A region: its voxels within a box of a grid.
struct GridRegion {
  image::Geometry grid;
  image::Box box;
  image::Mask mask;  // of the box, which need not be the smallest
};

/// The region of a label on the map's own grid, in its smallest box. errors as find_label
GridRegion region_of(const LabelMap& map, std::int64_t label);

/// Its mask in another box of its grid that holds the region.
image::Mask mask_in(const GridRegion& region, const image::Box& box);

/// The smallest box. errors domain: no voxel left
GridRegion shrunk(GridRegion region);

/// Nearest neighbours on another grid, with ITK's rounding.
GridRegion on_grid(const GridRegion& region, const image::Geometry& target);

/// Whether mask and image stand on one grid: within 1e-3 mm, or within `geometry_tolerance` as ITK reads it.
bool same_grid(const PyRadiomicsSteps& steps, const image::Geometry& image, const image::Geometry& mask);

/// errors domain: the region's box reaches outside the image (PyRadiomics allows 1e-3 voxels)
void check_inside(const GridRegion& region, const image::Geometry& image, const std::string& name);

/// PyRadiomics' checkMask. errors domain: a single voxel, too few dimensions, too few voxels
void check_size(const image::Mask& mask, const PyRadiomicsSteps& steps, const std::string& name);

}  // namespace larc::extraction
