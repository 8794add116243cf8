#include "radiomics/shape_2d.h"

#include <numbers>

#include "core/error.h"
#include "core/number.h"
#include "radiomics/mesh.h"
#include "radiomics/point_cloud.h"

namespace larc::radiomics {

namespace {

struct Outline {
  double area = 0, length = 0;
};

// Each square of four pixel centres holds a part of the area and of the outline, by which of its corners are inside.
Outline measure_outline(const image::Mask& mask, std::size_t axis_a, std::size_t axis_b) {
  const image::Geometry& g = mask.geometry;
  const double da = g.spacing_mm[axis_a], db = g.spacing_mm[axis_b], diagonal = std::sqrt(da * da + db * db) / 2;
  const auto inside = [&](int a, int b) {
    if (a < 0 || b < 0 || a >= g.size[axis_a] || b >= g.size[axis_b]) return 0;
    image::Index3 index{0, 0, 0};
    index[axis_a] = a;
    index[axis_b] = b;
    return static_cast<int>(mask.voxels[g.offset(index[0], index[1], index[2])]);
  };
  std::int64_t eighths = 0, corners_cut = 0, along_a = 0, along_b = 0;
  for (int b = -1; b < g.size[axis_b]; ++b)
    for (int a = -1; a < g.size[axis_a]; ++a) {
      const int p = inside(a, b), q = inside(a + 1, b), r = inside(a, b + 1), s = inside(a + 1, b + 1);
      const int count = p + q + r + s;
      const bool opposite = count == 2 && p == s;
      eighths += count == 1 ? 1 : count == 2 ? (opposite ? 2 : 4) : count == 3 ? 7 : 2 * count;
      corners_cut += count == 1 || count == 3 ? 1 : opposite ? 2 : 0;
      along_a += count == 2 && p == q;
      along_b += count == 2 && p == r;
    }
  return {static_cast<double>(eighths) / 8 * da * db, static_cast<double>(corners_cut) * diagonal +
                                                          static_cast<double>(along_a) * da +
                                                          static_cast<double>(along_b) * db};
}

}  // namespace

void compute_shape_2d(const RegionView& region, FeatureCollector& out) {
  const ExtractionSettings& settings = *region.settings;
  const auto across = static_cast<std::size_t>(settings.force_2d_axis);
  if (!settings.force_2d)
    throw Error(ErrorCode::conflict,
                "the family shape2D needs 'force_2d': true, with 'force_2d_axis' across the slice");
  if (region.size()[across] != 1)
    throw Error(ErrorCode::domain, "shape2D is of a region within one slice; this one lies in " +
                                       std::to_string(region.size()[across]) + " slices across 'force_2d_axis' " +
                                       std::to_string(across) +
                                       "; choose the axis across the slice, or the family shape");
  const std::size_t axis_a = across == 0 ? 1 : 0, axis_b = across == 2 ? 1 : 2;
  const auto [area, length] = measure_outline(region.mask, axis_a, axis_b);
  const BitRows rows(region.mask);
  const PointCloud cloud = point_cloud(rows);
  const double round_length = 2 * std::sqrt(std::numbers::pi * area);
  out.add("shape2D_MeshSurface", area);
  out.add("shape2D_PixelSurface",
          static_cast<double>(cloud.count) * region.spacing_mm()[axis_a] * region.spacing_mm()[axis_b]);
  out.add("shape2D_Perimeter", length);
  out.add("shape2D_PerimeterSurfaceRatio", length / area);
  out.add("shape2D_Sphericity", round_length / length);
  out.add("shape2D_SphericalDisproportion", length / round_length);
  out.add("shape2D_MaximumDiameter", find_extremes(rows, region.spacing_mm()).diameter_across_axis_mm[across]);
  const auto [major, minor, none] = principal_variances(cloud, region.spacing_mm());
  out.add("shape2D_MajorAxisLength", 4 * std::sqrt(major));
  out.add("shape2D_MinorAxisLength", 4 * std::sqrt(minor));
  out.add("shape2D_Elongation", major > 0 ? std::sqrt(minor / major) : kNaN);
}

}  // namespace larc::radiomics
