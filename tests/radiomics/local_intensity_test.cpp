// Unit: peaks of local intensity, against the definition worked out voxel by voxel.
#include "radiomics/local_intensity.h"

#include <gtest/gtest.h>

#include "core/number.h"
#include "phantom.h"

namespace larc::radiomics {
namespace {

using test::Case;

LocalPeaks by_definition(const Case& c, const std::vector<double>& kept_range) {
  const image::Geometry& g = c.image.geometry;
  const double radius = std::cbrt(3 / (4 * 3.14159265358979323846)) * 10;  // mm, of 1 cm3
  LocalPeaks peaks{-1e300, -1e300};
  double highest = -1e300;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const double x = c.image.at(i, j, k);
        if (!c.mask.at(i, j, k) || x < kept_range[0] || x > kept_range[1]) continue;
        double sum = 0;
        int count = 0;
        for (int n = 0; n < g.size[2]; ++n)
          for (int m = 0; m < g.size[1]; ++m)
            for (int l = 0; l < g.size[0]; ++l) {
              const double dx = (l - i) * g.spacing_mm[0], dy = (m - j) * g.spacing_mm[1],
                           dz = (n - k) * g.spacing_mm[2];
              if (dx * dx + dy * dy + dz * dz > radius * radius || !std::isfinite(c.image.at(l, m, n))) continue;
              sum += c.image.at(l, m, n);
              ++count;
            }
        peaks.global = std::max(peaks.global, sum / count);
        if (x > highest) peaks.local = -1e300;
        highest = std::max(highest, x);
        if (x == highest) peaks.local = std::max(peaks.local, sum / count);
      }
  return peaks;
}

void expect_definition(const Case& c, ExtractionSettings settings = {}) {
  settings.naming = Naming::ibsi;
  settings.families = {"local_intensity"};
  std::vector<double> range{-1e300, 1e300};
  if (settings.resegment_range) range = {(*settings.resegment_range)[0], (*settings.resegment_range)[1]};
  const auto found = test::extract_map(c, settings);
  const LocalPeaks expected = by_definition(c, range);
  EXPECT_NEAR(found.at("loc_peak_loc").value, expected.local, 1e-9);
  EXPECT_NEAR(found.at("loc_peak_glob").value, expected.global, 1e-9);
}

TEST(LocalIntensity, EqualsItsDefinition) {
  const image::Index3 size{19, 17, 15};
  for (const image::Vec3& spacing : {image::Vec3{1, 1, 1}, {0.9, 2.5, 3.3}, {7, 7, 7}}) {
    expect_definition(test::make_case(size, spacing, test::texture, test::ellipsoid(size, 4, 3, 2)));
    // Up to the border, where spheres are cut off, and only there.
    expect_definition(test::make_case(size, spacing, test::texture, test::ellipsoid(size, 20, 20, 20)));
    expect_definition(
        test::make_case(size, spacing, test::texture, [](int i, int j, int k) { return i == 0 && j < 3 && k > 12; }));
  }
}

TEST(LocalIntensity, VoxelsOutsideTheRegionCountAndThoseWithoutValueDoNot) {
  const image::Index3 size{13, 13, 13};
  Case c = test::make_case(size, {2, 2, 2}, test::texture, test::ellipsoid(size, 3, 3, 3));
  expect_definition(c);
  for (std::size_t v = 0; v < c.image.voxels.size(); ++v)
    if (!c.mask.voxels[v] && v % 3 == 0) c.image.voxels[v] = v % 2 ? kNaN : -std::numeric_limits<double>::infinity();
  expect_definition(c);
}

TEST(LocalIntensity, ResegmentationChoosesCentresOnly) {
  const image::Index3 size{15, 15, 15};
  ExtractionSettings settings;
  settings.resegment_range = {200, 500};
  expect_definition(test::make_case(size, {1.5, 1.5, 2}, test::texture, test::ellipsoid(size, 6, 6, 6)), settings);
}

// Of two voxels of the highest intensity, the one in the brighter neighbourhood counts.
TEST(LocalIntensity, OfEqualPeaksTheBrighterNeighbourhoodCounts) {
  const auto intensity = [](int i, int, int) { return i == 2 || i == 22 ? 100.0 : i > 12 ? 10.0 : 0.0; };
  expect_definition(test::make_case({25, 3, 3}, {2, 2, 2}, intensity, [](int, int, int) { return true; }));
}

TEST(LocalIntensity, IsUndefinedForAnImageOfTheBoxOnly) {
  const Case c = test::make_case({5, 5, 5}, {1, 1, 1}, test::texture, [](int, int, int) { return true; });
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  settings.families = {"local_intensity"};
  RegionView region = make_region(c.image, c.mask, settings);
  replace_image(region, c.image);
  FeatureCollector collector(find_family("local_intensity"), settings);
  compute_local_intensity(region, collector);
  for (const auto& item : collector.take()) EXPECT_TRUE(std::isnan(item.value));
}

}  // namespace
}  // namespace larc::radiomics
