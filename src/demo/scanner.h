#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "demo/phantom.h"
#include "demo/settings.h"
#include "image/volume.h"

namespace larc::demo {

/// A scanner and how its centre uses it.
struct Scanner {
  std::string centre;
  std::string manufacturer;
  std::string model;
  double field_strength_t;
  int matrix;  // rows and columns
  int slices;
  double pixel_mm;
  double slice_mm;
  double echo_time_ms;
  double repetition_time_ms;
  double gain;         // stored units of muscle
  double gain_spread;  // standard deviation of log gain between examinations
  double bias;         // standard deviation of the log bias field over the image, roughly
  double snr;          // muscle signal over noise
  double ghost;        // amplitude of the half-field ghost along the phase direction
  double blur_mm;      // standard deviation of the in-plane point spread
  double tilt_low_degrees;
  double tilt_high_degrees;
};

/// Tissue signals of the phantom are those at this echo time; at another one contrasts are raised to the power
/// echo time / kReferenceEchoTimeMs, as mono-exponential decay has it.
inline constexpr double kReferenceEchoTimeMs = 100;

/// The scanners of centres A, B and C. In scenario `centre` their echo times lie far apart.
std::vector<Scanner> scanners_of(Scenario scenario);

/// A slice package as this scanner would plan it: oblique, across the rectum. The middle of the field of view is the
/// origin of the phantom, shifted by where the patient lay on the table.
image::Geometry plan_slices(const Scanner& scanner, std::uint64_t seed);

struct Acquisition {
  image::Volume image;  // of a real scanner: whole numbers 0 .. 32767
  image::Mask tumour;
  double tumour_volume_ml;  // of the mask
};

/// The phantom alone, averaged over the slice profile, muscle = 1: what a perfect scanner would store.
Acquisition acquire_perfect(const Phantom& phantom, const image::Geometry& geometry);

/// What this scanner makes of it: echo time, blur, ghost, bias field, gain, Rician noise, rounding. Its errors come
/// from `seed` alone.
Acquisition degrade(Acquisition perfect, const Scanner& scanner, std::uint64_t seed);

}  // namespace larc::demo
