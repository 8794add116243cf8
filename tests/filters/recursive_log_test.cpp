#include "filters/recursive_log.h"

#include <gtest/gtest.h>
#include <itkImage.h>
#include <itkLaplacianRecursiveGaussianImageFilter.h>
#include <itkRecursiveGaussianImageFilter.h>

#include "core/error.h"
#include "filters/pattern_image.h"
#include "filters/recursive_gaussian.h"

namespace larc::filters {
namespace {

using test::inside;
using test::largest_difference;
using test::pattern_image;
using test::whole_box;

template <typename Pixel>
typename itk::Image<Pixel, 3>::Pointer to_itk(const image::Volume& volume) {
  using Image = itk::Image<Pixel, 3>;
  auto image = Image::New();
  typename Image::SizeType size;
  typename Image::SpacingType spacing;
  for (unsigned a = 0; a < 3; ++a) {
    size[a] = static_cast<itk::SizeValueType>(volume.geometry.size[a]);
    spacing[a] = volume.geometry.spacing_mm[a];
  }
  image->SetRegions(size);
  image->SetSpacing(spacing);
  image->Allocate();
  std::transform(volume.voxels.begin(), volume.voxels.end(), image->GetBufferPointer(),
                 [](double v) { return static_cast<Pixel>(v); });
  return image;
}

/// ITK's one-dimensional recursive filters chained in double precision.
std::vector<double> itk_log_in_double(const image::Volume& volume, double sigma_mm, const std::vector<unsigned>& axes) {
  using Image = itk::Image<double, 3>;
  std::vector<double> sum(volume.voxels.size(), 0);
  for (const unsigned derived : axes) {
    Image::Pointer current = to_itk<double>(volume);
    for (const unsigned axis : axes) {
      auto filter = itk::RecursiveGaussianImageFilter<Image, Image>::New();
      filter->SetInput(current);
      filter->SetDirection(axis);
      filter->SetSigma(sigma_mm);
      filter->SetNormalizeAcrossScale(true);
      filter->SetOrder(axis == derived ? itk::GaussianOrderEnum::SecondOrder : itk::GaussianOrderEnum::ZeroOrder);
      filter->SetNumberOfWorkUnits(1);
      filter->Update();
      current = filter->GetOutput();
      current->DisconnectPipeline();
    }
    const double spacing = volume.geometry.spacing_mm[derived];
    for (std::size_t v = 0; v < sum.size(); ++v) sum[v] += current->GetBufferPointer()[v] / (spacing * spacing);
  }
  return sum;
}

std::vector<double> log_of(const image::Volume& volume, const image::Box& box, double sigma_mm,
                           std::optional<int> slice_axis = std::nullopt, double relative_error = 1e-12) {
  std::vector<double> result;
  recursive_log(volume, box, {{sigma_mm}, slice_axis, relative_error},
                [&](std::size_t, std::vector<double>&& values) { result = std::move(values); });
  return result;
}

/// Oracle: ITK 5.2.1's RecursiveGaussianImageFilter on double images. Both compute in double; rounding of the recursion
/// grows with sigma^4 (in voxels), hence the tolerance relative to the largest voxel, 150.
TEST(RecursiveLog, OracleItkInDouble) {
  const image::Volume volume = pattern_image({30, 21, 17}, true, {1, 0.7, 3});
  for (const double sigma : {0.4, 1.0, 3.0, 6.0}) {
    const double voxels = sigma / 0.7;
    const double tolerance = 150 * 2e-15 * (1 + std::pow(voxels, 4));
    EXPECT_LT(largest_difference(log_of(volume, whole_box(volume), sigma), itk_log_in_double(volume, sigma, {0, 1, 2})),
              tolerance)
        << sigma;
    for (const int slice : {0, 1, 2}) {
      std::vector<unsigned> axes;
      for (int a = 0; a < 3; ++a)
        if (a != slice) axes.push_back(static_cast<unsigned>(a));
      EXPECT_LT(
          largest_difference(log_of(volume, whole_box(volume), sigma, slice), itk_log_in_double(volume, sigma, axes)),
          tolerance)
          << sigma << " within slices across axis " << slice;
    }
  }
}

/// Oracle: ITK 5.2.1's LaplacianRecursiveGaussianImageFilter, which PyRadiomics calls through SimpleITK. It keeps the
/// image between its nine passes, and their sum, in float: each of them rounds by 6e-8 of values that reach about twice
/// the largest voxel over the squared spacing, 150 * 2 / 0.49, twelve times.
TEST(RecursiveLog, OracleItkLaplacian) {
  const image::Volume volume = pattern_image({30, 21, 17}, true, {1, 0.7, 3});
  for (const double sigma : {0.5, 1.0, 3.0}) {
    auto filter = itk::LaplacianRecursiveGaussianImageFilter<itk::Image<double, 3>, itk::Image<float, 3>>::New();
    filter->SetInput(to_itk<double>(volume));
    filter->SetSigma(sigma);
    filter->SetNormalizeAcrossScale(true);
    filter->SetNumberOfWorkUnits(1);
    filter->Update();
    const float* from = filter->GetOutput()->GetBufferPointer();
    const std::vector<double> expected(from, from + volume.voxels.size());
    EXPECT_LT(largest_difference(log_of(volume, whole_box(volume), sigma), expected), 12 * 6e-8 * 600) << sigma;
  }
}

/// Absolute sum of the coefficients of the whole filter: the response to a unit impulse far from all borders.
double absolute_sum(double sigma_mm) {
  const int reach = recursive_log_margin({1, 1, 1}, sigma_mm, std::nullopt, 1e-6)[0];
  image::Volume volume;
  volume.geometry.size = {2 * reach + 1, 2 * reach + 1, 2 * reach + 1};
  volume.voxels.assign(volume.geometry.voxel_count(), 0);
  volume.at(reach, reach, reach) = 1;
  double sum = 0;
  for (const double v : log_of(volume, whole_box(volume), sigma_mm)) sum += std::abs(v);
  return sum;
}

TEST(RecursiveLog, InvariantErrorBoundOfTheBox) {
  const image::Volume volume = pattern_image({90, 80, 70}, true);
  const image::Box whole = whole_box(volume);
  for (const double sigma : {0.8, 1.5}) {
    const std::vector<double> all = log_of(volume, whole, sigma);
    const double bound = absolute_sum(sigma) * 210;  // the voxels range from -60 to 150
    for (const image::Box& box : {image::Box{{40, 38, 33}, {49, 44, 36}}, image::Box{{0, 30, 68}, {5, 33, 69}}})
      for (const double relative_error : {1e-3, 1e-6, 1e-12}) {
        const double difference =
            largest_difference(log_of(volume, box, sigma, std::nullopt, relative_error), inside(all, whole, box));
        EXPECT_LT(difference, bound * relative_error + 1e-12) << sigma << ' ' << relative_error;
        // The bound is not idle: a margin that is too small by far would break it.
        if (relative_error == 1e-3) {
          EXPECT_GT(difference, bound * 1e-9);
        }
      }
  }
}

TEST(RecursiveLog, InvariantFartherVoxelsAreNotRead) {
  image::Volume volume = pattern_image({80, 70, 60}, true);
  const image::Box box{{40, 35, 30}, {42, 36, 31}};
  const std::vector<double> before = log_of(volume, box, 1);
  const image::Index3 margin = recursive_log_margin({1, 1, 1}, 1, std::nullopt);
  EXPECT_EQ(margin, (image::Index3{21, 21, 21}));
  for (int k = 0; k < 60; ++k)
    for (int j = 0; j < 70; ++j)
      for (int i = 0; i < 80; ++i)
        if (i < 40 - margin[0] || i > 42 + margin[0] || j < 35 - margin[1] || j > 36 + margin[1] ||
            k < 30 - margin[2] || k > 31 + margin[2])
          volume.at(i, j, k) = std::nan("");
  EXPECT_EQ(log_of(volume, box, 1), before);
  EXPECT_EQ(recursive_log_margin({1, 2, 1}, 1, 2)[2], 0);
}

/// The axes play different parts in the computation; the result must not tell.
TEST(RecursiveLog, InvariantPermutationOfAxes) {
  const image::Volume volume = pattern_image({23, 19, 15}, true, {1, 1.5, 2});
  image::Volume turned;
  turned.geometry.size = {15, 23, 19};
  turned.geometry.spacing_mm = {2, 1, 1.5};
  turned.voxels.resize(volume.voxels.size());
  for (int k = 0; k < 15; ++k)
    for (int j = 0; j < 19; ++j)
      for (int i = 0; i < 23; ++i) turned.at(k, i, j) = volume.at(i, j, k);
  for (const auto& [slice, turned_slice] :
       {std::pair<std::optional<int>, std::optional<int>>{std::nullopt, std::nullopt}, {2, 0}, {0, 1}, {1, 2}}) {
    const image::Volume plain{volume.geometry, log_of(volume, {{4, 0, 3}, {20, 18, 9}}, 2, slice)};
    const std::vector<double> other = log_of(turned, {{3, 4, 0}, {9, 20, 18}}, 2, turned_slice);
    double largest = 0;
    std::size_t n = 0;
    for (int j = 0; j <= 18; ++j)
      for (int i = 0; i <= 16; ++i)
        for (int k = 0; k <= 6; ++k)
          largest =
              std::max(largest, std::abs(other[n++] - plain.voxels[static_cast<std::size_t>((k * 19 + j) * 17 + i)]));
    EXPECT_LT(largest, 1e-11);
  }
}

TEST(RecursiveLog, EdgeConstantAndThinImages) {
  for (const image::Index3 size : {image::Index3{1, 1, 1}, image::Index3{40, 1, 3}, image::Index3{5, 4, 4}}) {
    image::Volume volume = pattern_image(size, true);
    const std::vector<double> plain = log_of(volume, whole_box(volume), 5);
    for (const double v : plain) EXPECT_TRUE(std::isfinite(v));
    std::fill(volume.voxels.begin(), volume.voxels.end(), -1000.0);
    // No curvature; rounding of 1000 * 1e-16 * (1 + 5^4).
    for (const double v : log_of(volume, whole_box(volume), 5)) EXPECT_NEAR(v, 0, 1e-9);
  }
}

TEST(RecursiveLog, InvariantScalesDoNotMix) {
  const image::Volume volume = pattern_image({20, 20, 20}, true);
  const image::Box box{{5, 5, 5}, {9, 9, 9}};
  std::vector<std::vector<double>> together;
  recursive_log(volume, box, {{1, 3, 2}, {}, 1e-12}, [&](std::size_t scale, std::vector<double>&& values) {
    EXPECT_EQ(scale, together.size());
    together.push_back(std::move(values));
  });
  EXPECT_EQ(together, (std::vector{log_of(volume, box, 1), log_of(volume, box, 3), log_of(volume, box, 2)}));
}

TEST(RecursiveGaussian, InvariantMoments) {
  for (const double sigma : {0.3, 1.0, 4.0, 15.0}) {
    const RecursiveGaussian g = recursive_gaussian(sigma, 1);
    double sum = 0, curvature = 0, constant = 0;
    for (int n = -static_cast<int>(g.impulse.size()) + 8; n < static_cast<int>(g.impulse.size()) - 8; ++n) {
      double smooth = 0, second = 0;
      for (int k = 0; k < 4; ++k) {
        const int lag = n >= 0 ? n - k : -n - 1 - k;
        if (lag < 0) continue;
        const auto c = static_cast<std::size_t>(k);
        smooth += (n >= 0 ? g.smooth[c] : g.smooth_back[c]) * g.impulse[static_cast<std::size_t>(lag)];
        second += (n >= 0 ? g.second[c] : g.second_back[c]) * g.impulse[static_cast<std::size_t>(lag)];
      }
      sum += smooth;
      constant += second;
      curvature += n * n * second;
    }
    EXPECT_NEAR(sum, 1, 1e-9) << sigma;
    EXPECT_NEAR(constant, 0, 1e-9) << sigma;
    EXPECT_NEAR(curvature, 2, 1e-7) << sigma;
  }
}

TEST(RecursiveLog, Errors) {
  const image::Volume volume = pattern_image({4, 4, 4}, true);
  EXPECT_THROW(log_of(volume, whole_box(volume), 0), Error);
  EXPECT_THROW(log_of(volume, whole_box(volume), -1), Error);
  EXPECT_THROW(log_of(volume, whole_box(volume), std::nan("")), Error);
  EXPECT_THROW(log_of(volume, {{0, 0, 0}, {4, 3, 3}}, 1), Error);
  EXPECT_THROW(log_of(volume, {{3, 0, 0}, {2, 3, 3}}, 1), Error);
  EXPECT_THROW(recursive_gaussian(0, 1), Error);
}

}  // namespace
}  // namespace larc::filters
