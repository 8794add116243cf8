#include "quality/mask_place.h"

namespace larc::quality {

MaskPlace place_of(const image::Mask& region, const image::Geometry& image) {
  MaskPlace place;
  const auto& grid = region.geometry;
  for (int k = 0; k < grid.size[2]; ++k)
    for (int j = 0; j < grid.size[1]; ++j)
      for (int i = 0; i < grid.size[0]; ++i) {
        if (!region.at(i, j, k)) continue;
        ++place.voxels;
        const auto index =
            image.index_ijk(grid.point_lps({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)}));
        std::array<bool, 3> first{}, last{};
        bool inside = true;
        for (std::size_t a = 0; a < 3; ++a) {
          // Half a voxel beyond the outermost centres still belongs to the image.
          inside = inside && index[a] >= -0.501 && index[a] <= image.size[a] - 0.499;
          first[a] = index[a] < 0.5;
          last[a] = index[a] > image.size[a] - 1.5;
        }
        if (!inside)
          ++place.outside;
        else {
          place.at_side += first[0] || last[0] || first[1] || last[1] ? 1 : 0;
          place.at_end += image.size[2] > 1 && (first[2] || last[2]) ? 1 : 0;
        }
      }
  return place;
}

}  // namespace larc::quality
