#include "filters/filter.h"

#include "core/error.h"
#include "core/number.h"
#include "filters/riesz.h"

namespace larc::filters {
namespace {

constexpr int kMaxRadius = 500;

/// A Gaussian that the grid cannot show, or that nobody means.
void check_radius(double sigma_mm, const image::Index3& radius, int dimension, const image::Vec3& spacing_mm) {
  for (std::size_t a = 0; a < static_cast<std::size_t>(dimension); ++a) {
    if (radius[a] >= 1 && radius[a] <= kMaxRadius) continue;
    std::string message = "sigma_mm is ";
    message.append(format_double(sigma_mm)).append(", but voxels are ").append(format_double(spacing_mm[a]));
    message.append(" mm along index axis ").append(std::to_string(a)).append(": the kernel would have ");
    message.append(std::to_string(2 * static_cast<std::int64_t>(radius[a]) + 1)).append(" voxels there; ");
    message.append(radius[a] < 1 ? "choose a larger sigma_mm, resample the image, or filter slices (dimension: 2D)"
                                 : "choose a smaller sigma_mm or cutoff_sigma");
    throw Error(ErrorCode::domain, message);
  }
}

image::Index3 checked_radius(const GaussianFilter& filter, const image::Vec3& spacing_mm) {
  const image::Index3 radius = gaussian_radius(filter.sigma_mm, filter.cutoff_sigma, filter.dimension, spacing_mm);
  check_radius(filter.sigma_mm, radius, filter.dimension, spacing_mm);
  return radius;
}

image::Index3 checked_radius(const LogFilter& filter, const image::Vec3& spacing_mm) {
  const image::Index3 radius = gaussian_radius(filter.sigma_mm, filter.cutoff_sigma, filter.dimension, spacing_mm);
  check_radius(filter.sigma_mm, radius, filter.dimension, spacing_mm);
  return radius;
}

image::Index3 checked_radius(const GaborFilter& filter, const image::Vec3& spacing_mm) {
  const image::Index3 radius = support_voxels(filter, spacing_mm);
  check_radius(filter.sigma_mm, radius, filter.dimension, spacing_mm);
  return radius;
}

struct Apply {
  const image::Volume& volume;

  image::Volume operator()(const OriginalFilter&) const { return volume; }
  image::Volume operator()(const MeanFilter& filter) const { return apply(volume, filter); }
  image::Volume operator()(const GaussianFilter& filter) const {
    checked_radius(filter, volume.geometry.spacing_mm);
    return apply(volume, filter);
  }
  image::Volume operator()(const LogFilter& filter) const {
    checked_radius(filter, volume.geometry.spacing_mm);
    return filter.riesz_order.empty() ? apply(volume, filter) : apply_riesz(volume, filter);
  }
  image::Volume operator()(const LawsFilter& filter) const { return apply(volume, filter); }
  image::Volume operator()(const GaborFilter& filter) const {
    checked_radius(filter, volume.geometry.spacing_mm);
    return apply(volume, filter);
  }
  image::Volume operator()(const WaveletFilter& filter) const { return apply(volume, filter); }
  image::Volume operator()(const SimoncelliFilter& filter) const { return apply(volume, filter); }
};

struct Support {
  const image::Vec3& spacing_mm;
  using Result = std::optional<image::Index3>;

  static image::Index3 cube(int radius, int dimension) { return {radius, radius, dimension == 3 ? radius : 0}; }

  Result operator()(const OriginalFilter&) const { return image::Index3{0, 0, 0}; }
  Result operator()(const MeanFilter& filter) const { return cube(filter.size / 2, filter.dimension); }
  Result operator()(const GaussianFilter& filter) const { return checked_radius(filter, spacing_mm); }
  Result operator()(const LogFilter& filter) const {
    if (!filter.riesz_order.empty()) return std::nullopt;
    return checked_radius(filter, spacing_mm);
  }
  Result operator()(const LawsFilter& filter) const {
    image::Index3 support = support_voxels(orientations(filter));
    for (std::size_t a = 0; a < static_cast<std::size_t>(filter.dimension()); ++a) {
      support[a] += filter.energy_delta.value_or(0);
    }
    return support;
  }
  Result operator()(const GaborFilter& filter) const { return checked_radius(filter, spacing_mm); }
  Result operator()(const WaveletFilter& filter) const { return support_voxels(orientations(filter)); }
  Result operator()(const SimoncelliFilter&) const { return std::nullopt; }
};

}  // namespace

image::Volume apply(const image::Volume& volume, const FilterSettings& settings) {
  image::check_geometry(volume.geometry, "image to filter");
  if (volume.voxels.size() != volume.geometry.voxel_count()) {
    throw Error(ErrorCode::shape_mismatch, "the voxels of the image to filter do not fill its geometry");
  }
  image::check_finite(volume, "image to filter");
  return std::visit(Apply{volume}, settings.kind);
}

std::optional<image::Index3> support_voxels(const FilterSettings& settings, const image::Vec3& spacing_mm) {
  return std::visit(Support{spacing_mm}, settings.kind);
}

}  // namespace larc::filters
