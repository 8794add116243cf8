#include "extraction/normalisation.h"

#include <gtest/gtest.h>

#include "extraction_support.h"

namespace larc::extraction {
namespace {

// Oracle by hand from PyRadiomics' imageoperations.normalizeImage: mean 4, variance (n - 1) 12.5, then the limits, then
// the scale.
TEST(Normalisation, KnownNumbers) {
  const std::vector<double> values{1, 2, 3, 4, 10};
  const double sd = std::sqrt(12.5);
  PyRadiomicsSteps steps;
  EXPECT_EQ(Normalisation(steps, statistics_of(values), "i")(7), 7);
  steps.normalize = true;
  const Normalisation plain(steps, statistics_of(values), "i");
  for (const double value : values) EXPECT_NEAR(plain(value), (value - 4) / sd, 1e-14);
  EXPECT_NEAR(plain.largest_magnitude(statistics_of(values)), 6 / sd, 1e-14);
  steps.normalize_scale = 100;
  steps.remove_outliers = 0.7;
  const Normalisation limited(steps, statistics_of(values), "i");
  EXPECT_NEAR(limited(1), -70, 1e-12);
  EXPECT_NEAR(limited(3), -100 / sd, 1e-12);
  EXPECT_NEAR(limited(10), 70, 1e-12);
  test::expect_error(ErrorCode::domain, {"i: all voxels are equal"}, [&] {
    Normalisation(steps, statistics_of({2, 2, 2}), "i");
  });
  test::expect_error(ErrorCode::domain, {"i holds NaN"}, [&] { Normalisation(steps, statistics_of({1, NAN}), "i"); });
}

}  // namespace
}  // namespace larc::extraction
