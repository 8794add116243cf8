#pragma once
#include <array>

#include "preprocess/resample.h"

namespace larc::preprocess {

inline constexpr int kMaxTaps = 4;

/// The voxels along one axis that make up the value at one place.
struct Taps {
  std::array<int, kMaxTaps> index;  // within the lattice
  std::array<double, kMaxTaps> weight;
  bool inside;
};

struct TapAxis {
  int lower;       // of the lattice
  int image_size;  // whole
  bool clamp;      // places outside move to the nearest outermost centre
};

/// 1, 2 or 4.
int tap_count(Interpolation interpolation);

/// place  index along the whole axis
Taps taps_at(double place, const TapAxis& axis, Interpolation interpolation);

}  // namespace larc::preprocess
