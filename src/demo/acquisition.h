#pragma once
#include <functional>

#include "demo/phantom.h"
#include "demo/scanner.h"
#include "image/volume.h"

namespace larc::demo {

struct Acquisition {
  image::Volume image;  // of a real scanner: whole numbers 0 .. 32767
  image::Mask tumour;
  image::Mask mesorectum;
  double tumour_volume_ml = 0;  // of the mask
};

/// Calls visit(j, k, row) for `samples` heights within slice k of every line j of the slice package, in order.
void render(const Phantom& phantom, int examination, const SlicePlan& plan, int samples,
            const std::function<void(int j, int k, const Phantom::Row& row)>& visit);

/// T2w of the phantom alone, averaged over the slice profile, muscle = 1: what a perfect scanner would store.
Acquisition acquire_perfect(const Phantom& phantom, int examination, const SlicePlan& plan);

/// What goes wrong while a T2w is acquired.
struct T2Errors {
  double motion = 0;  // 1: the patient moved throughout, ghosts and blur over everything; in between accordingly
  double noise = 1;   // times the scanner's
};

/// What this scanner makes of it: echo time, blur, ghost, bias field, gain, Rician noise, rounding. Its errors come
/// from `seed` alone.
Acquisition degrade(Acquisition perfect, const Scanner& scanner, const T2Errors& errors, std::uint64_t seed);

/// Magnitude of a complex signal with noise of standard deviation `noise` in both parts.
double rician(double signal, double noise, Random& random);

/// A smooth log bias: a receive coil behind the patient and a random second-order shape. Coordinates -1 .. 1.
struct BiasField {
  double c[7];
  BiasField(double amplitude, Random& random);
  double at(double x, double y, double z) const {
    return c[0] * x + c[1] * y + c[2] * z + c[3] * (x * x - 0.33) + c[4] * (y * y - 0.33) + c[5] * x * y + c[6] * y * z;
  }
};

}  // namespace larc::demo
