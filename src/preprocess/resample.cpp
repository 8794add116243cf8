#include "preprocess/resample.h"

#include <itkBSplineInterpolateImageFunction.h>
#include <itkLinearInterpolateImageFunction.h>
#include <itkMultiThreaderBase.h>
#include <itkNearestNeighborInterpolateImageFunction.h>
#include <itkResampleImageFilter.h>
#include <itkVersion.h>

#include <mutex>

#include "core/error.h"
#include "core/number.h"
#include "preprocess/itk_image.h"

namespace larc::preprocess {

using image::Geometry;
using image::Index3;
using image::Vec3;

namespace {

using Image = itk::Image<double, 3>;
constexpr int kSplineSupport = 4;

/// For the spline a single voxel along an axis is repeated, so that the image is constant along it. `start` receives
/// the index of the first copy; the original keeps index 0.
std::vector<double> repeat_single(const image::Volume& volume, Geometry& grid, Index3& start) {
  std::vector<double> voxels = volume.voxels;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (grid.size[axis] != 1) continue;
    voxels = repeat_layer(voxels, grid, axis, 2 * kSplineSupport);
    start[axis] = -kSplineSupport;
  }
  return voxels;
}

void clear_beyond(image::Volume& result, const Geometry& source, double outside) {
  const Geometry& g = result.geometry;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const Vec3 index =
            source.index_ijk(g.point_lps({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)}));
        for (std::size_t axis = 0; axis < 3; ++axis)
          if (source.size[axis] == 1 && !(std::abs(index[axis]) <= 0.5 + 1e-9)) result.at(i, j, k) = outside;
      }
}

template <typename Interpolator>
std::vector<double> run_itk(const Image::Pointer& source, const Geometry& target, double outside) {
  auto filter = itk::ResampleImageFilter<Image, Image, double>::New();
  auto interpolator = Interpolator::New();
  if constexpr (requires { interpolator->SetSplineOrder(3); }) interpolator->SetSplineOrder(3);
  filter->SetInput(source);
  filter->SetInterpolator(interpolator);
  filter->SetDefaultPixelValue(outside);
  filter->SetNumberOfWorkUnits(1);
  Image::SpacingType spacing;
  Image::PointType origin;
  Image::DirectionType direction;
  Image::SizeType size;
  for (unsigned a = 0; a < 3; ++a) {
    size[a] = static_cast<itk::SizeValueType>(target.size[a]);
    spacing[a] = target.spacing_mm[a];
    origin[a] = target.origin_lps[a];
    for (unsigned c = 0; c < 3; ++c) direction(a, c) = target.direction[a][c];
  }
  filter->SetSize(size);
  filter->SetOutputSpacing(spacing);
  filter->SetOutputOrigin(origin);
  filter->SetOutputDirection(direction);
  filter->Update();
  const double* first = filter->GetOutput()->GetBufferPointer();
  return {first, first + target.voxel_count()};
}

}  // namespace

void start_itk() {
  static std::once_flag once;
  std::call_once(once, [] {
    itk::Object::SetGlobalWarningDisplay(false);
    itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
    // The first object sets up ITK's list of factories, which is not safe in several threads at the same time.
    itk::Image<float, 3>::New();
  });
}

std::string itk_version() {
  return itk::Version::GetITKVersion();
}

Interpolation parse_interpolation(const std::string& name) {
  if (name == "nearest") return Interpolation::nearest;
  if (name == "linear") return Interpolation::linear;
  if (name == "bspline") return Interpolation::bspline;
  throw Error(ErrorCode::domain, "interpolation '" + name + "' is not known; choose nearest, linear or bspline");
}

image::Volume resample(const image::Volume& volume, const Geometry& target, Interpolation interpolation,
                       double outside) {
  image::check_geometry(volume.geometry, "image to resample");
  image::check_geometry(target, "target grid");
  image::check_finite(volume, "image to resample");
  if (image::same_geometry(volume.geometry, target, 1e-9)) return volume;
  start_itk();
  image::Volume result{target, {}};
  Geometry grid = volume.geometry;
  Index3 start{0, 0, 0};
  try {
    if (interpolation == Interpolation::bspline) {
      for (std::size_t axis = 0; axis < 3; ++axis)
        if (grid.size[axis] > 1 && grid.size[axis] < kSplineSupport)
          throw Error(ErrorCode::domain, "cubic spline interpolation needs one or at least " +
                                             std::to_string(kSplineSupport) + " voxels along an axis, axis " +
                                             std::to_string(axis) + " has " + std::to_string(grid.size[axis]) +
                                             "; use linear");
      const auto voxels = repeat_single(volume, grid, start);
      result.voxels = run_itk<itk::BSplineInterpolateImageFunction<Image, double, double>>(
          to_itk<double>(voxels, grid, start), target, outside);
      if (start != Index3{0, 0, 0}) clear_beyond(result, volume.geometry, outside);
    } else {
      const auto source = to_itk<double>(volume.voxels, grid, start);
      result.voxels =
          interpolation == Interpolation::linear
              ? run_itk<itk::LinearInterpolateImageFunction<Image, double>>(source, target, outside)
              : run_itk<itk::NearestNeighborInterpolateImageFunction<Image, double>>(source, target, outside);
    }
  } catch (const itk::ExceptionObject& error) {
    throw Error(ErrorCode::internal, std::string("resampling failed: ") + error.GetDescription());
  }
  return result;
}

image::Mask resample(const image::Mask& mask, const Geometry& target, Interpolation interpolation, double threshold) {
  if (interpolation == Interpolation::bspline)
    throw Error(ErrorCode::domain, "a region is resampled with nearest or linear; a spline overshoots at its border");
  if (!(threshold > 0 && threshold <= 1))
    throw Error(ErrorCode::domain, "the threshold of a resampled region is " + format_double(threshold) +
                                       "; choose one above 0 and at most 1");
  image::Volume share{mask.geometry, std::vector<double>(mask.voxels.size())};
  std::transform(mask.voxels.begin(), mask.voxels.end(), share.voxels.begin(),
                 [](std::uint8_t v) { return v != 0 ? 1.0 : 0.0; });
  share = resample(share, target, interpolation, 0);
  image::Mask result{target, std::vector<std::uint8_t>(share.voxels.size())};
  // Shares that are exactly the threshold, such as 0.5 halfway between two centres, must not depend on rounding.
  std::transform(share.voxels.begin(), share.voxels.end(), result.voxels.begin(),
                 [&](double v) { return static_cast<std::uint8_t>(v >= threshold - 1e-9 ? 1 : 0); });
  return result;
}

Geometry resampled_geometry(const Geometry& geometry, const Vec3& spacing_mm) {
  image::check_geometry(geometry, "image to resample");
  Geometry result = geometry;
  Vec3 first{0, 0, 0};  // of the new grid, as an index of the old
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!(spacing_mm[axis] > 0) || !std::isfinite(spacing_mm[axis]))
      throw Error(ErrorCode::domain, "the wanted voxel spacing along axis " + std::to_string(axis) + " is " +
                                         format_double(spacing_mm[axis]) + " mm; it must be positive");
    const double extent_mm = geometry.size[axis] * geometry.spacing_mm[axis];
    result.size[axis] = std::max(1, static_cast<int>(std::ceil(extent_mm / spacing_mm[axis] - 1e-6)));
    result.spacing_mm[axis] = spacing_mm[axis];
    first[axis] =
        0.5 * ((geometry.size[axis] - 1) - (result.size[axis] - 1) * spacing_mm[axis] / geometry.spacing_mm[axis]);
  }
  result.origin_lps = geometry.point_lps(first);
  return result;
}

}  // namespace larc::preprocess
