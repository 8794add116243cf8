// Oracle: ITK 5.2 interpolators, point by point. Its spline starts the recursion from a sum cut off at 1e-10 of the
// values, so agreement is asked to 1e-10 of the image's range; linear to 1e-11 (rounding of positions).
#include <itkBSplineInterpolateImageFunction.h>
#include <itkLinearInterpolateImageFunction.h>
#include <itkNearestNeighborInterpolateImageFunction.h>

#include "preprocess/bspline.h"
#include "preprocess/itk_image.h"
#include "preprocess/resample.h"
#include "preprocess_support.h"

namespace larc::preprocess {
namespace {

using image::Geometry;
using image::Vec3;
using image::Volume;
using Image = itk::Image<double, 3>;

constexpr double kOutside = -1000;

template <typename Interpolator>
Volume by_itk(const Volume& volume, const Geometry& target) {
  auto interpolator = Interpolator::New();
  interpolator->SetInputImage(to_itk<double>(volume.voxels, volume.geometry, {0, 0, 0}));
  Volume result{target, {}};
  for (int k = 0; k < target.size[2]; ++k)
    for (int j = 0; j < target.size[1]; ++j)
      for (int i = 0; i < target.size[0]; ++i) {
        const Vec3 at = target.point_lps({double(i), double(j), double(k)});
        Image::PointType point;
        for (unsigned a = 0; a < 3; ++a) point[a] = at[a];
        result.voxels.push_back(interpolator->IsInsideBuffer(point) ? interpolator->Evaluate(point) : kOutside);
      }
  return result;
}

Geometry moved(Geometry g, const image::Index3& size, const Vec3& spacing_mm, const Vec3& first_index) {
  g.origin_lps = g.point_lps(first_index);
  g.size = size;
  g.spacing_mm = spacing_mm;
  return g;
}

/// Turned about the third axis, or about all.
Geometry turned(Geometry g, double in_plane, double tilt) {
  const double c = std::cos(in_plane), s = std::sin(in_plane), d = std::cos(tilt), t = std::sin(tilt);
  const image::Mat3 turn{{{c, -s * d, s * t}, {s, c * d, -c * t}, {0, t, d}}};
  const image::Mat3 old = g.direction;
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column) {
      g.direction[row][column] = 0;
      for (std::size_t inner = 0; inner < 3; ++inner) g.direction[row][column] += old[row][inner] * turn[inner][column];
    }
  return g;
}

/// Axes (0, 1, 2) become (1, 2, 0), the first of them backwards.
Geometry permuted(Geometry g) {
  const image::Mat3 old = g.direction;
  for (std::size_t row = 0; row < 3; ++row) g.direction[row] = {-old[row][1], old[row][2], old[row][0]};
  return g;
}

std::vector<Geometry> targets(const Volume& volume) {
  const Geometry g = volume.geometry;
  Geometry back = permuted(moved(g, {17, 15, 20}, {0.7, 1.3, 0.8}, {1.31, 15.23, 2.17}));
  return {moved(g, {25, 21, 22}, {0.83, 1.2, 1.1}, {-1.41, -0.73, 1.31}),
          moved(g, {6, 7, 5}, {1.7, 2.1, 2.9}, {8.2, 7.6, 3.1}), back,
          turned(moved(g, {24, 23, 15}, {1.1, 0.9, 2.2}, {2, 1, 0.25}), 0.3, 0),
          turned(moved(g, {24, 23, 15}, {1.1, 0.9, 2.2}, {2, 1, 0.25}), -0.2, 0.35)};
}

void expect_same(const Volume& a, const Volume& b, double tolerance, const std::string& what) {
  ASSERT_EQ(a.voxels.size(), b.voxels.size());
  std::size_t inside = 0;
  for (std::size_t v = 0; v < a.voxels.size(); ++v) {
    ASSERT_NEAR(a.voxels[v], b.voxels[v], tolerance) << what << " voxel " << v;
    inside += a.voxels[v] != kOutside;
  }
  EXPECT_GT(inside, a.voxels.size() / 4) << what;
}

TEST(ItkOracle, EveryInterpolationOnEveryKindOfGrid) {
  using Spline = itk::BSplineInterpolateImageFunction<Image, double, double>;
  using Linear = itk::LinearInterpolateImageFunction<Image, double>;
  using Nearest = itk::NearestNeighborInterpolateImageFunction<Image, double>;
  for (const image::Index3& size : {image::Index3{22, 19, 18}, image::Index3{70, 64, 66}}) {
    const Volume volume = test::noise(test::oblique(size), 11);  // 0 to 100
    int number = 0;
    for (const Geometry& target : targets(volume)) {
      const std::string what = std::to_string(size[0]) + " grid " + std::to_string(number++);
      expect_same(resample(volume, target, Interpolation::bspline, kOutside), by_itk<Spline>(volume, target), 1e-8,
                  what + " spline");
      expect_same(resample(volume, target, Interpolation::linear, kOutside), by_itk<Linear>(volume, target), 1e-9,
                  what + " linear");
      expect_same(resample(volume, target, Interpolation::nearest, kOutside), by_itk<Nearest>(volume, target), 0,
                  what + " nearest");
    }
  }
}

// The bound of kSplineMargin: a part far from the edges against the coefficients of the whole image.
TEST(Spline, CropIsWithinItsBound) {
  const Volume volume = test::noise(test::straight({80, 75, 70}), 12);
  const auto whole = spline_coefficients(volume.voxels, volume.geometry.size);
  const image::Box box{{3, 5, 7}, {3 + 2 * kSplineMargin, 5 + 2 * kSplineMargin, 7 + 2 * kSplineMargin}};
  const Volume part = image::crop(volume, box);
  const auto own = spline_coefficients(part.voxels, part.geometry.size);
  const double error = std::abs(own[part.geometry.offset(kSplineMargin, kSplineMargin, kSplineMargin)] -
                                whole[volume.geometry.offset(3 + kSplineMargin, 5 + kSplineMargin, 7 + kSplineMargin)]);
  EXPECT_LE(error, 1e-12 * 100 + 1e-13);
  const int near = kSplineMargin / 2;  // the bound is not empty: nearer the edge the error grows as stated
  const double nearer = std::abs(own[part.geometry.offset(near, near, near)] -
                                 whole[volume.geometry.offset(3 + near, 5 + near, 7 + near)]);
  EXPECT_LE(nearer, 127.8 * std::pow(0.26794919243112270647, near + 1) * 100);
  EXPECT_GT(nearer, error);
}

// The definition: coefficients blended with 1/6, 2/3, 1/6 along each axis give the voxels back, with the mirror at the
// ends; for every size down to one.
TEST(Spline, CoefficientsGiveTheVoxelsBack) {
  for (const image::Index3& size : {image::Index3{1, 1, 1}, image::Index3{2, 1, 3}, image::Index3{3, 2, 4},
                                    image::Index3{45, 2, 39}, image::Index3{41, 40, 1}, image::Index3{9, 50, 7}}) {
    const Volume volume = test::noise(test::straight(size), 13);
    const Volume c{volume.geometry, spline_coefficients(volume.voxels, size)};
    const auto mirror = [](int index, int n) { return n == 1 ? 0 : index < 0 ? 1 : index >= n ? n - 2 : index; };
    const double weight[3] = {1.0 / 6, 2.0 / 3, 1.0 / 6};
    for (int k = 0; k < size[2]; ++k)
      for (int j = 0; j < size[1]; ++j)
        for (int i = 0; i < size[0]; ++i) {
          double sum = 0;
          for (int z = -1; z <= 1; ++z)
            for (int y = -1; y <= 1; ++y)
              for (int x = -1; x <= 1; ++x)
                sum += weight[x + 1] * weight[y + 1] * weight[z + 1] *
                       c.at(mirror(i + x, size[0]), mirror(j + y, size[1]), mirror(k + z, size[2]));
          ASSERT_NEAR(sum, volume.at(i, j, k), 1e-11);
        }
  }
}

}  // namespace
}  // namespace larc::preprocess
