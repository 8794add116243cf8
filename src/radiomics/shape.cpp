#include "radiomics/shape.h"

#include <Eigen/Eigenvalues>
#include <numbers>

#include "core/number.h"
#include "radiomics/mesh.h"

namespace larc::radiomics {

namespace {

using std::numbers::pi;

struct PointCloud {
  std::int64_t count = 0;
  std::array<std::int64_t, 3> sum{0, 0, 0};
  std::array<std::array<std::int64_t, 3>, 3> product{};
};

// Sums over the voxel indices, exact.
PointCloud point_cloud(const image::Mask& mask) {
  PointCloud cloud;
  const image::Index3& size = mask.geometry.size;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j) {
      const std::uint8_t* row = &mask.voxels[mask.geometry.offset(0, j, k)];
      std::int64_t n = 0, x = 0, xx = 0;
      for (std::int64_t i = 0; i < size[0]; ++i) {
        if (row[i] == 0) continue;
        ++n;
        x += i;
        xx += i * i;
      }
      cloud.count += n;
      const std::array<std::int64_t, 3> sums{x, n * j, n * k};
      for (std::size_t axis = 0; axis < 3; ++axis) cloud.sum[axis] += sums[axis];
      cloud.product[0][0] += xx;
      cloud.product[0][1] += x * j;
      cloud.product[0][2] += x * k;
      cloud.product[1][1] += n * j * j;
      cloud.product[1][2] += n * j * k;
      cloud.product[2][2] += n * k * k;
    }
  return cloud;
}

// Variances of the voxel centres along their principal axes, mm2, largest first.
std::array<double, 3> principal_variances(const PointCloud& cloud, const image::Vec3& spacing) {
  Eigen::Matrix3d covariance;
  const auto count = static_cast<long double>(cloud.count);
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = a; b < 3; ++b) {
      const long double centred =
          static_cast<long double>(cloud.product[a][b]) -
          static_cast<long double>(cloud.sum[a]) * static_cast<long double>(cloud.sum[b]) / count;
      const auto row = static_cast<Eigen::Index>(a), column = static_cast<Eigen::Index>(b);
      covariance(row, column) = covariance(column, row) =
          static_cast<double>(centred / count) * spacing[a] * spacing[b];
    }
  const Eigen::Vector3d eigen =
      Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(covariance, Eigen::EigenvaluesOnly).eigenvalues();
  std::array<double, 3> variances{eigen[2], eigen[1], eigen[0]};
  // What rounding leaves of an axis without extent.
  for (double& variance : variances)
    if (variance < 1e-12 * variances[0]) variance = 0;
  return variances;
}

double centre_of_mass_shift(const RegionView& region, const PointCloud& cloud) {
  const auto nx = static_cast<std::uint32_t>(region.size()[0]), ny = static_cast<std::uint32_t>(region.size()[1]);
  std::array<double, 3> weighted{0, 0, 0};
  double total = 0;
  for (std::size_t r = 0; r < region.offsets.size(); ++r) {
    const std::uint32_t offset = region.offsets[r];
    const double x = region.intensities[r];
    total += x;
    weighted[0] += x * (offset % nx);
    weighted[1] += x * (offset / nx % ny);
    weighted[2] += x * (offset / nx / ny);
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
  const auto [volume, area] = measure_mesh(region.mask, region.settings->mesh);
  const PointCloud cloud = point_cloud(region.mask);
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

  const MeshDiameters diameters = measure_diameters(region.mask);
  out.add("shape_Maximum3DDiameter", diameters.in_3d_mm);
  out.add("shape_Maximum2DDiameterRow", diameters.across_axis_mm[0]);
  out.add("shape_Maximum2DDiameterColumn", diameters.across_axis_mm[1]);
  out.add("shape_Maximum2DDiameterSlice", diameters.across_axis_mm[2]);

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

  double sum = 0;
  for (const double x : region.intensities) sum += x;
  out.add("morph_com", centre_of_mass_shift(region, cloud));
  out.add("morph_integ_int", volume * sum / static_cast<double>(region.intensities.size()));
}

}  // namespace larc::radiomics
