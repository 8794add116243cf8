#pragma once
#include "core/random.h"
#include "image/volume.h"

namespace larc::study {

/// A body with a box of tumour in it, and noise.
struct Phantom {
  image::Volume volume;
  image::Mask mask;
};

inline Phantom phantom(std::uint64_t seed = 2, double contrast = 200) {
  Phantom item;
  item.volume.geometry.size = {24, 20, 10};
  item.volume.geometry.spacing_mm = {1.2, 1.2, 4};
  const double c = std::cos(0.3), s = std::sin(0.3);
  item.volume.geometry.direction = {{{1, 0, 0}, {0, c, -s}, {0, s, c}}};
  item.mask.geometry = item.volume.geometry;
  Random random(seed);
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 20; ++j)
      for (int i = 0; i < 24; ++i) {
        const bool body = i > 2 && i < 21 && j > 2 && j < 17;
        const bool tumour = std::abs(i - 12) <= 3 && std::abs(j - 9) <= 2 && std::abs(k - 5) <= 1;
        item.volume.voxels.push_back((body ? 400 : 10) + (tumour ? contrast : 0) + 20 * random.normal());
        item.mask.voxels.push_back(tumour);
      }
  return item;
}

}  // namespace larc::study
