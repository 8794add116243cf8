#include "preprocess/taps.h"

namespace larc::preprocess {

namespace {

constexpr double kPlaceRounding = 1e-9;  // of a voxel

int mirrored(int index, int size) {
  if (size == 1) return 0;
  const int period = 2 * size - 2;
  index = std::abs(index) % period;
  return index < size ? index : period - index;
}

}  // namespace

int tap_count(Interpolation interpolation) {
  switch (interpolation) {
    case Interpolation::nearest:
      return 1;
    case Interpolation::linear:
      return 2;
    case Interpolation::bspline:
      break;
  }
  return kMaxTaps;
}

Taps taps_at(double place, const TapAxis& axis, Interpolation interpolation) {
  Taps taps{};
  const double last = axis.image_size - 1;
  taps.inside = place >= -0.5 - kPlaceRounding && place < last + 0.5 - kPlaceRounding;
  if (!taps.inside) {
    if (!axis.clamp) return taps;
    taps.inside = true;
  }
  if (axis.clamp) place = std::clamp(place, 0.0, last);
  const auto edge = [&](int index) { return std::clamp(index, 0, axis.image_size - 1) - axis.lower; };
  if (interpolation == Interpolation::nearest) {
    taps.index[0] = edge(static_cast<int>(std::floor(place + 0.5 + kPlaceRounding)));
    taps.weight[0] = 1;
    return taps;
  }
  const double floor = std::floor(place);
  const int first = static_cast<int>(floor);
  const double t = place - floor, u = 1 - t;
  if (interpolation == Interpolation::linear) {
    taps.index = {edge(first), edge(first + 1)};
    taps.weight = {u, t};
    return taps;
  }
  for (int tap = 0; tap < kMaxTaps; ++tap)
    taps.index[static_cast<std::size_t>(tap)] = mirrored(first - 1 + tap, axis.image_size) - axis.lower;
  taps.weight = {u * u * u / 6, 2.0 / 3 - 0.5 * t * t * (2 - t), 2.0 / 3 - 0.5 * u * u * (2 - u), t * t * t / 6};
  return taps;
}

}  // namespace larc::preprocess
