#include "filters/fft.h"

#include <numbers>

#include "filters/filters_support.h"

namespace larc::filters {
namespace {

/// From the definition, one line.
void plain_transform(const std::vector<double>& re, const std::vector<double>& im, std::vector<double>& out_re,
                     std::vector<double>& out_im) {
  const auto size = static_cast<std::int64_t>(re.size());
  out_re.assign(re.size(), 0);
  out_im.assign(re.size(), 0);
  for (std::int64_t k = 0; k < size; ++k) {
    for (std::int64_t n = 0; n < size; ++n) {
      const double angle = -2 * std::numbers::pi * static_cast<double>(k * n % size) / static_cast<double>(size);
      out_re[k] += re[n] * std::cos(angle) - im[n] * std::sin(angle);
      out_im[k] += re[n] * std::sin(angle) + im[n] * std::cos(angle);
    }
  }
}

TEST(Fft, AgreesWithTheDefinition) {
  for (const int size :
       {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 20, 25, 27, 30, 32, 36, 49, 60, 64, 77, 97, 120, 125, 360}) {
    const auto count = static_cast<std::size_t>(size) * Fft::kLanes;
    std::vector<double> re = noise({size, Fft::kLanes, 1}).voxels, im = re;
    std::reverse(im.begin(), im.end());
    const std::vector<double> before_re = re, before_im = im;
    Fft fft(size);
    fft.forward(re.data(), im.data());
    for (std::size_t lane = 0; lane < Fft::kLanes; lane += 3) {
      std::vector<double> line_re, line_im, want_re, want_im;
      for (std::size_t i = lane; i < count; i += Fft::kLanes) {
        line_re.push_back(before_re[i]);
        line_im.push_back(before_im[i]);
      }
      plain_transform(line_re, line_im, want_re, want_im);
      for (std::size_t n = 0; n < want_re.size(); ++n) {
        ASSERT_NEAR(re[n * Fft::kLanes + lane], want_re[n], 1e-9) << "size " << size << ", element " << n;
        ASSERT_NEAR(im[n * Fft::kLanes + lane], want_im[n], 1e-9) << "size " << size << ", element " << n;
      }
    }
    fft.inverse(re.data(), im.data());
    for (double& value : re) value /= size;
    for (double& value : im) value /= size;
    EXPECT_LT(greatest_difference(re, before_re), 1e-11) << size;
    EXPECT_LT(greatest_difference(im, before_im), 1e-11) << size;
  }
}

TEST(Fft, ImagesComeBack) {
  for (const bool volumetric : {false, true}) {
    for (const image::Index3& size : {image::Index3{1, 1, 1}, image::Index3{2, 3, 5}, image::Index3{17, 9, 4},
                                      image::Index3{16, 1, 7}, image::Index3{13, 20, 11}}) {
      const std::vector<double> voxels = noise(size).voxels;
      EXPECT_LT(greatest_difference(inverse_transform(forward_transform(voxels, size, volumetric)), voxels), 1e-11);
    }
  }
}

TEST(Fft, HalfSpectrumHoldsTheFrequencies) {
  image::Volume wave;
  wave.geometry.size = {12, 10, 9};
  for (int k = 0; k < 9; ++k) {
    for (int j = 0; j < 10; ++j) {
      for (int i = 0; i < 12; ++i) {
        wave.voxels.push_back(std::cos(2 * std::numbers::pi * (5 * i / 12.0 - 3 * j / 10.0 + 2 * k / 9.0)));
      }
    }
  }
  const Spectrum spectrum = forward_transform(wave.voxels, wave.geometry.size, true);
  ASSERT_EQ(spectrum.columns(), 7);
  for (std::size_t offset = 0; offset < spectrum.re.size(); ++offset) {
    const std::size_t expected = (2 * 10 + 7) * 7 + 5;  // -3 stands at 10 - 3
    EXPECT_NEAR(spectrum.re[offset], offset == expected ? 12 * 10 * 9 / 2.0 : 0, 1e-9);
    EXPECT_NEAR(spectrum.im[offset], 0, 1e-9);
  }
}

TEST(Fft, GoodSizes) {
  EXPECT_EQ(good_fft_size(1), 1);
  EXPECT_EQ(good_fft_size(7), 8);
  EXPECT_EQ(good_fft_size(197), 200);
  EXPECT_EQ(good_fft_size(241), 243);
}

}  // namespace
}  // namespace larc::filters
