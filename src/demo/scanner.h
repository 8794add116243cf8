#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "demo/settings.h"
#include "image/geometry.h"

namespace larc::demo {

/// Whose header habits a scanner has.
enum class Vendor { siemens, philips, ge };

/// The echo-planar diffusion sequence of a centre.
struct DiffusionProtocol {
  int matrix;  // rows and columns
  int slices;
  double pixel_mm;
  double slice_mm;
  double low_b;  // s/mm2
  double high_b;
  double echo_time_ms;
  double repetition_time_ms;
  double snr;      // of one average, signal 1 over noise
  int averages;    // of the high b-value; the low one has two
  double ghost;    // amplitude of the half-field (Nyquist) ghost
  double blur_mm;  // standard deviation of the in-plane point spread
};

/// A scanner and how its centre uses it.
struct Scanner {
  std::string centre;
  Vendor vendor;
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
  DiffusionProtocol diffusion;
};

/// Tissue signals of the phantom are those at this echo time; at another one contrasts are raised to the power
/// echo time / kReferenceEchoTimeMs, as mono-exponential decay has it.
inline constexpr double kReferenceEchoTimeMs = 100;

/// The scanners of centres A, B and C. In scenario `centre` their echo times lie far apart.
std::vector<Scanner> scanners_of(Scenario scenario);

/// A slice package, and where the origin of the phantom lies in it.
struct SlicePlan {
  image::Geometry geometry;
  image::Vec3 phantom_origin_lps;
};

/// A slice package as this scanner would plan it: oblique, across the rectum. At the first examination (0) its axes are
/// the rectal frame and its middle is the origin of the phantom, wherever the patient lay on the table. At the second
/// (1) the patient lies elsewhere and the plan differs by a few degrees and millimetres.
SlicePlan plan_slices(const Scanner& scanner, int examination, std::uint64_t seed);

/// The diffusion slices of the same examination: same middle and axes, the grid of the diffusion sequence.
SlicePlan plan_diffusion(const SlicePlan& plan, const DiffusionProtocol& protocol);

}  // namespace larc::demo
