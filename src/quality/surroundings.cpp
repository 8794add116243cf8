#include "quality/surroundings.h"

#include "image/box.h"
#include "preprocess/distance.h"

namespace larc::quality {

void visit_surroundings(const image::Mask& region, double reach_mm,
                        const std::function<void(std::size_t voxel, double distance_mm)>& visit) {
  if (image::voxel_count(region) == 0) return;
  const auto& grid = region.geometry;
  image::Index3 reach;
  for (std::size_t a = 0; a < 3; ++a) reach[a] = static_cast<int>(std::ceil(reach_mm / grid.spacing_mm[a]));
  const auto box = image::common(image::grown(image::bounding_box(region), reach), image::all_of(grid.size));
  const auto part = image::crop(region, box);
  const auto squared = preprocess::squared_distance_mm2(part.voxels, part.geometry.size, grid.spacing_mm);
  const double limit = reach_mm * reach_mm;
  std::size_t at = 0;
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j)
      for (int i = box.lower[0]; i <= box.upper[0]; ++i, ++at)
        if (squared[at] <= limit) visit(grid.offset(i, j, k), std::sqrt(squared[at]));
}

}  // namespace larc::quality
