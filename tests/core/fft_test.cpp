#include "core/fft.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace larc {
namespace {

constexpr std::size_t kLanes = Fft::kLanes;

TEST(Fft, EqualTheSumThatDefinesThem) {
  Random random(6);
  for (const int length : {1, 2, 3, 4, 5, 6, 8, 9, 10, 15, 25, 27, 30, 48, 60, 64, 75, 90}) {
    Fft transforms(length);
    const auto n = static_cast<std::size_t>(length);
    std::vector<double> re(n * kLanes), im(re.size());
    for (double& x : re) x = random.normal();
    for (double& x : im) x = random.normal();
    std::vector<double> found_re = re, found_im = im;
    transforms.forward(found_re.data(), found_im.data());
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      for (std::size_t k = 0; k < n; ++k) {
        double sum_re = 0, sum_im = 0;
        for (std::size_t j = 0; j < n; ++j) {
          const double angle = 2 * 3.14159265358979323846 * static_cast<double>(j * k % n) / length;
          const double x = re[j * kLanes + lane], y = im[j * kLanes + lane];
          sum_re += x * std::cos(angle) + y * std::sin(angle);
          sum_im += y * std::cos(angle) - x * std::sin(angle);
        }
        EXPECT_NEAR(found_re[k * kLanes + lane], sum_re, 1e-12) << length;
        EXPECT_NEAR(found_im[k * kLanes + lane], sum_im, 1e-12) << length;
      }
  }
  EXPECT_EQ(good_fft_size(1), 1);
  EXPECT_EQ(good_fft_size(7), 8);
  EXPECT_EQ(good_fft_size(199), 200);
  EXPECT_EQ(good_fft_size(217), 225);
}

}  // namespace
}  // namespace larc
