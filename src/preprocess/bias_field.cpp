#include "preprocess/bias_field.h"

#include <itkBSplineControlPointImageFilter.h>
#include <itkN4BiasFieldCorrectionImageFilter.h>
#include <itkShrinkImageFilter.h>

#include "core/error.h"
#include "core/number.h"
#include "preprocess/foreground.h"
#include "preprocess/itk_image.h"

namespace larc::preprocess {

using image::Geometry;

namespace {

using Image = itk::Image<float, 3>;
using Labels = itk::Image<unsigned char, 3>;
using N4 = itk::N4BiasFieldCorrectionImageFilter<Image, Labels, Image>;

constexpr unsigned kSplineOrder = 3;
constexpr int kLayers = 4;

void check_settings(const BiasFieldSettings& s) {
  const auto refuse = [](const std::string& what) { throw Error(ErrorCode::domain, "bias field settings: " + what); };
  if (s.shrink < 1 || s.shrink > 16) refuse("shrink must be 1 to 16");
  if (s.iterations.empty() || s.iterations.size() > 8) refuse("iterations needs 1 to 8 levels");
  for (const int n : s.iterations)
    if (n < 1 || n > 10000) refuse("iterations must be 1 to 10000 on every level");
  if (!(s.spline_distance_mm >= 0)) refuse("spline_distance_mm must not be negative");
  if (!(s.convergence > 0)) refuse("convergence must be positive");
  if (s.histogram_bins < 10 || s.histogram_bins > 10000) refuse("histogram_bins must be 10 to 10000");
  if (!(s.field_fwhm > 0) || !(s.wiener_noise > 0)) refuse("field_fwhm and wiener_noise must be positive");
}

/// The voxels that can tell about the field, 1 inside.
std::vector<std::uint8_t> usable(const image::Volume& volume, const image::Mask& foreground) {
  std::vector<std::uint8_t> use(volume.voxels.size(), 0);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t v = 0; v < use.size(); ++v) {
    const double value = volume.voxels[v];
    if (!foreground.voxels[v] || !(static_cast<float>(value) > 0)) continue;
    use[v] = 1;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (!(low < high))
    throw Error(ErrorCode::domain,
                "no bias field can be estimated: the foreground has no positive voxels or they are all "
                "equal; check or exclude the image, or switch the correction off");
  return use;
}

/// Per axis, so that shrunken voxels come near to cubes and at least four are left.
itk::FixedArray<unsigned, 3> shrink_factors(const Geometry& g, int shrink) {
  const double finest = *std::min_element(g.spacing_mm.begin(), g.spacing_mm.end());
  itk::FixedArray<unsigned, 3> factors;
  for (unsigned a = 0; a < 3; ++a) {
    const int wanted = static_cast<int>(std::lround(shrink * finest / g.spacing_mm[a]));
    factors[a] = static_cast<unsigned>(std::clamp(std::min(wanted, g.size[a] / 4), 1, shrink));
  }
  return factors;
}

template <typename Filtered>
typename Filtered::Pointer shrunken(const typename Filtered::Pointer& image,
                                    const itk::FixedArray<unsigned, 3>& factors) {
  auto filter = itk::ShrinkImageFilter<Filtered, Filtered>::New();
  filter->SetInput(image);
  filter->SetShrinkFactors(factors);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  return filter->GetOutput();
}

/// The log field on the grid of `image`, from N4's control points.
std::vector<double> log_field(const N4::BiasFieldControlPointLatticeType* lattice, const Image::Pointer& image) {
  using Spline = itk::BSplineControlPointImageFilter<N4::BiasFieldControlPointLatticeType, N4::ScalarImageType>;
  auto spline = Spline::New();
  spline->SetInput(lattice);
  spline->SetSplineOrder(kSplineOrder);
  spline->SetSize(image->GetLargestPossibleRegion().GetSize());
  spline->SetOrigin(image->GetOrigin());
  spline->SetDirection(image->GetDirection());
  spline->SetSpacing(image->GetSpacing());
  spline->SetNumberOfWorkUnits(1);
  spline->Update();
  const auto* first = spline->GetOutput()->GetBufferPointer();
  std::vector<double> field(image->GetLargestPossibleRegion().GetNumberOfPixels());
  for (std::size_t v = 0; v < field.size(); ++v) field[v] = static_cast<double>(first[v][0]);
  return field;
}

std::vector<double> estimate(const image::Volume& volume, const std::vector<std::uint8_t>& use,
                             const BiasFieldSettings& settings) {
  Geometry g = volume.geometry;
  std::vector<double> voxels = volume.voxels;
  std::vector<std::uint8_t> marked = use;
  // N4 needs some extent along every axis: a single layer is repeated and its field taken from the first copy.
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (g.size[axis] != 1) continue;
    Geometry grown = g;
    voxels = repeat_layer(voxels, grown, axis, kLayers);
    marked = repeat_layer(marked, g, axis, kLayers);
  }
  const auto image = to_itk<float>(voxels, g, {0, 0, 0});
  const auto labels = to_itk<unsigned char>(marked, g, {0, 0, 0});
  const auto factors = shrink_factors(g, settings.shrink);
  auto n4 = N4::New();
  n4->SetInput(shrunken<Image>(image, factors));
  n4->SetMaskImage(shrunken<Labels>(labels, factors));
  n4->SetMaskLabel(1);
  N4::VariableSizeArrayType iterations(static_cast<unsigned>(settings.iterations.size()));
  for (unsigned level = 0; level < iterations.size(); ++level)
    iterations[level] = static_cast<unsigned>(settings.iterations[level]);
  n4->SetMaximumNumberOfIterations(iterations);
  N4::ArrayType levels, points;
  for (unsigned a = 0; a < 3; ++a) {
    levels[a] = static_cast<unsigned>(settings.iterations.size());
    const double extent_mm = g.size[a] * g.spacing_mm[a];
    const double spans = settings.spline_distance_mm > 0 ? std::ceil(extent_mm / settings.spline_distance_mm) : 1.0;
    points[a] = static_cast<unsigned>(std::clamp(spans, 1.0, 64.0)) + kSplineOrder;
  }
  n4->SetNumberOfFittingLevels(levels);
  n4->SetNumberOfControlPoints(points);
  n4->SetSplineOrder(kSplineOrder);
  n4->SetConvergenceThreshold(static_cast<N4::RealType>(settings.convergence));
  n4->SetNumberOfHistogramBins(static_cast<unsigned>(settings.histogram_bins));
  n4->SetBiasFieldFullWidthAtHalfMaximum(static_cast<N4::RealType>(settings.field_fwhm));
  n4->SetWienerFilterNoise(static_cast<N4::RealType>(settings.wiener_noise));
  n4->SetNumberOfWorkUnits(1);
  n4->Update();
  const auto field = log_field(n4->GetLogBiasFieldControlPointLattice(), image);
  std::vector<double> first_layers;
  const Geometry& wanted = volume.geometry;
  for (int k = 0; k < wanted.size[2]; ++k)
    for (int j = 0; j < wanted.size[1]; ++j)
      for (int i = 0; i < wanted.size[0]; ++i) first_layers.push_back(field[g.offset(i, j, k)]);
  return first_layers;
}

}  // namespace

BiasCorrection correct_bias_field(const image::Volume& volume, const image::Mask& foreground,
                                  const BiasFieldSettings& settings) {
  check_settings(settings);
  image::check_geometry(volume.geometry, "image to correct");
  image::check_finite(volume, "image to correct");
  image::check_same_geometry(volume, foreground);
  start_itk();
  const auto use = usable(volume, foreground);
  std::vector<double> field;
  try {
    field = estimate(volume, use, settings);
  } catch (const itk::ExceptionObject& error) {
    throw Error(ErrorCode::internal, std::string("bias field correction failed: ") + error.GetDescription());
  }
  BiasCorrection result{volume, std::numeric_limits<double>::infinity(), 0};
  for (std::size_t v = 0; v < field.size(); ++v) {
    const double factor = std::exp(field[v]);
    if (!std::isfinite(factor) || factor == 0)
      throw Error(ErrorCode::internal,
                  "bias field correction failed: the field is not finite; switch the correction off");
    result.corrected.voxels[v] /= factor;
    if (!use[v]) continue;
    result.field_minimum = std::min(result.field_minimum, factor);
    result.field_maximum = std::max(result.field_maximum, factor);
  }
  return result;
}

BiasCorrection correct_bias_field(const image::Volume& volume, const BiasFieldSettings& settings) {
  return correct_bias_field(volume, foreground_mask(volume), settings);
}

}  // namespace larc::preprocess
