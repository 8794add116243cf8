#include "radiomics/shape.h"

#include <numbers>

#include "core/number.h"
#include "radiomics/enclosing_ellipsoid.h"
#include "radiomics/mesh.h"
#include "radiomics/minimum_box.h"
#include "radiomics/point_cloud.h"
#include "radiomics/spatial_correlation.h"

namespace larc::radiomics {

namespace {

using std::numbers::pi;

double centre_of_mass_shift(const RegionView& region, const PointCloud& cloud) {
  const auto nx = static_cast<std::uint32_t>(region.size()[0]), ny = static_cast<std::uint32_t>(region.size()[1]);
  std::array<double, 3> weighted{0, 0, 0};
  double total = 0;
  for (std::size_t r = 0; r < region.offsets.size();) {
    const std::uint32_t row = region.offsets[r] / nx, start = row * nx;
    double row_total = 0, row_weighted = 0;
    for (; r < region.offsets.size() && region.offsets[r] - start < nx; ++r) {
      row_total += region.intensities[r];
      row_weighted += region.intensities[r] * (region.offsets[r] - start);
    }
    total += row_total;
    weighted[0] += row_weighted;
    weighted[1] += row_total * (row % ny);
    weighted[2] += row_total * (row / ny);
  }
  if (total == 0) return kNaN;
  double square = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double shift =
        (weighted[axis] / total - static_cast<double>(cloud.sum[axis]) / static_cast<double>(cloud.count)) *
        region.spacing_mm()[axis];
    square += shift * shift;
  }
  return std::sqrt(square);
}

bool wants_any(const FeatureCollector& out, std::initializer_list<std::string_view> ids) {
  return std::any_of(ids.begin(), ids.end(), [&](std::string_view id) { return out.wants(id); });
}

// Densities of the mesh in bodies around it. Nothing here costs anything unless it is wanted.
void add_hull_densities(const std::vector<MeshVertex>& corners, const image::Vec3& spacing, const MeshMeasure& mesh,
                        FeatureCollector& out) {
  const bool box_wanted = wants_any(out, {"morph_vol_dens_ombb", "morph_area_dens_ombb"}),
             ellipsoid_wanted = wants_any(out, {"morph_vol_dens_mvee", "morph_area_dens_mvee"});
  if (!box_wanted && !ellipsoid_wanted && !wants_any(out, {"morph_vol_dens_conv_hull", "morph_area_dens_conv_hull"}))
    return;
  const ConvexHull hull = convex_hull(corners);
  const image::Vec3 half{spacing[0] / 2, spacing[1] / 2, spacing[2] / 2};
  const HullMeasure around = measure_hull(hull, half);
  out.add("morph_vol_dens_conv_hull", mesh.volume_mm3 / around.volume);
  out.add("morph_area_dens_conv_hull", mesh.area_mm2 / around.area);
  if (box_wanted) {
    const OrientedBox box = minimum_box(hull, half);
    out.add("morph_vol_dens_ombb", mesh.volume_mm3 / box.volume());
    out.add("morph_area_dens_ombb", mesh.area_mm2 / box.area());
  }
  if (ellipsoid_wanted) {
    const auto [a, b, c] = enclosing_ellipsoid(hull.vertices, half);
    out.add("morph_vol_dens_mvee", mesh.volume_mm3 / (4 * pi / 3 * a * b * c));
    out.add("morph_area_dens_mvee", mesh.area_mm2 / ibsi_ellipsoid_area(a, b, c));
  }
}

void add_intensity_features(const RegionView& region, const PointCloud& cloud, double volume, FeatureCollector& out) {
  if (out.wants("morph_com")) out.add("morph_com", centre_of_mass_shift(region, cloud));
  if (out.wants("morph_integ_int")) {
    double sum = 0;
    for (const double x : region.intensities) sum += x;
    out.add("morph_integ_int", volume * sum / static_cast<double>(region.intensities.size()));
  }
  if (!wants_any(out, {"morph_moran_i", "morph_geary_c"})) return;
  const SpatialCorrelation correlation =
      spatial_correlation(region.offsets, region.intensities, region.size(), region.spacing_mm());
  out.add("morph_moran_i", correlation.moran_i);
  out.add("morph_geary_c", correlation.geary_c);
}

}  // namespace

double ibsi_ellipsoid_area(double a, double b, double c) {
  const double alpha2 = 1 - b * b / (a * a), beta2 = 1 - c * c / (a * a);
  // (alpha beta)^n P_n((alpha2 + beta2) / (2 alpha beta)), by the Legendre recurrence without dividing by alpha beta.
  double before = 0, term = 1, sum = 0;
  for (int n = 0; n <= 20; ++n) {
    sum += term / (1 - 4.0 * n * n);
    const double after = ((2 * n + 1) * (alpha2 + beta2) / 2 * term - n * alpha2 * beta2 * before) / (n + 1);
    before = term;
    term = after;
  }
  return 4 * pi * a * b * sum;
}

void compute_shape(const RegionView& region, FeatureCollector& out) {
  const image::Vec3& spacing = region.spacing_mm();
  const BitRows rows(region.mask);
  const MeshMeasure mesh = measure_mesh(rows, spacing, region.settings->mesh);
  const auto [volume, area] = mesh;
  const PointCloud cloud = point_cloud(rows);
  const double equal_sphere_area = std::cbrt(36 * pi * volume * volume);
  out.add("shape_MeshVolume", volume);
  out.add("shape_VoxelVolume", static_cast<double>(cloud.count) * region.mask.geometry.voxel_volume_mm3());
  out.add("shape_SurfaceArea", area);
  out.add("shape_SurfaceVolumeRatio", area / volume);
  out.add("shape_Sphericity", equal_sphere_area / area);
  out.add("shape_SphericalDisproportion", area / equal_sphere_area);
  out.add("morph_asphericity", area / equal_sphere_area - 1);
  out.add("shape_Compactness1", volume / std::sqrt(pi * area * area * area));
  out.add("shape_Compactness2", 36 * pi * volume * volume / (area * area * area));

  const MeshExtremes extremes = find_extremes(rows, spacing);
  if (out.wants("shape_Maximum3DDiameter"))
    out.add("shape_Maximum3DDiameter", largest_distance_mm(extremes.corners, spacing));
  out.add("shape_Maximum2DDiameterRow", extremes.diameter_across_axis_mm[0]);
  out.add("shape_Maximum2DDiameterColumn", extremes.diameter_across_axis_mm[1]);
  out.add("shape_Maximum2DDiameterSlice", extremes.diameter_across_axis_mm[2]);

  const auto [major, minor, least] = principal_variances(cloud, spacing);
  out.add("shape_MajorAxisLength", 4 * std::sqrt(major));
  out.add("shape_MinorAxisLength", 4 * std::sqrt(minor));
  out.add("shape_LeastAxisLength", 4 * std::sqrt(least));
  out.add("shape_Elongation", major > 0 ? std::sqrt(minor / major) : kNaN);
  out.add("shape_Flatness", major > 0 ? std::sqrt(least / major) : kNaN);

  double box_volume = 1;
  std::array<double, 3> extent;
  for (std::size_t axis = 0; axis < 3; ++axis) box_volume *= extent[axis] = region.size()[axis] * spacing[axis];
  out.add("morph_vol_dens_aabb", volume / box_volume);
  out.add("morph_area_dens_aabb", area / (2 * (extent[0] * extent[1] + extent[1] * extent[2] + extent[2] * extent[0])));
  // IBSI divides the covariance by n - 1, PyRadiomics by n.
  const double sample =
      cloud.count > 1 ? static_cast<double>(cloud.count) / static_cast<double>(cloud.count - 1) : kNaN;
  const double a = 2 * std::sqrt(major * sample), b = 2 * std::sqrt(minor * sample), c = 2 * std::sqrt(least * sample);
  out.add("morph_pca_maj_axis", 2 * a);
  out.add("morph_pca_min_axis", 2 * b);
  out.add("morph_pca_least_axis", 2 * c);
  out.add("morph_vol_dens_aee", c > 0 ? volume / (4 * pi / 3 * a * b * c) : kNaN);
  out.add("morph_area_dens_aee", c > 0 ? area / ibsi_ellipsoid_area(a, b, c) : kNaN);

  add_hull_densities(extremes.corners, spacing, mesh, out);
  add_intensity_features(region, cloud, volume, out);
}

}  // namespace larc::radiomics
