// Quality of images: all measures and the signature of an image of 320 x 320 x 30 voxels, and the search for duplicates
// among 2,000 signatures. Processor ms, least of five.
#include <cstdio>
#include <ctime>
#include <functional>

#include "core/random.h"
#include "quality/measure.h"
#include "quality/near_duplicate.h"

namespace {

using namespace larc;

/// Smooth spots and noise, whole numbers as a scanner stores them.
image::Volume body(const image::Index3& size, std::uint64_t seed) {
  image::Volume volume{{size, {0.7, 0.7, 3}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {}};
  volume.voxels.resize(volume.geometry.voxel_count());
  Random random(seed);
  double phase[9];
  for (auto& x : phase) x = random.uniform(0, 6);
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        double value = 300;
        for (int n = 0; n < 3; ++n)
          value +=
              60 * std::sin(0.05 * (n + 1) * i + phase[n]) * std::cos(0.04 * (n + 1) * j + phase[n + 3] + 0.2 * k) +
              10 * std::sin(0.3 * k + phase[n + 6]);
        volume.at(i, j, k) = std::floor(value + 12 * random.normal());
      }
  return volume;
}

double least_ms(int times, const std::function<void()>& work) {
  double least = 1e300;
  for (int n = 0; n < times; ++n) {
    const auto start = std::clock();
    work();
    least = std::min(least, 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

}  // namespace

int main() {
  const auto large = body({320, 320, 30}, 1);
  quality::QualityInputs inputs;
  inputs.role = "t2w";
  inputs.phase_axis = 1;
  std::printf("measures, 320 x 320 x 30       %8.1f ms\n", least_ms(5, [&] { quality::measure(large, inputs); }));
  std::printf("signature, the same            %8.1f ms\n", least_ms(5, [&] { quality::signature_of(large); }));
  std::vector<quality::SignedImage> images;
  for (std::uint64_t n = 0; n < 2000; ++n) images.push_back({"t2w", quality::signature_of(body({64, 64, 12}, n))});
  std::printf("duplicates among 2,000         %8.1f ms\n", least_ms(1, [&] { quality::find_duplicates(images); }));
}
