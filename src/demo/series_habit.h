#pragma once
#include "demo/contrast.h"
#include "io/dicom/write.h"

namespace larc::demo {

/// A small series besides T2w, DWI and ADC, as the three vendors name and make it.
struct SeriesHabit {
  const char* role;     // as the truth has it
  double share[3];      // of examinations: Siemens, Philips, GE
  const char* name[3];  // series description
  Contrast contrast;
  View view;
  int matrix, slices;
  double pixel_mm, slice_mm;
  const char* scanning_sequence;
  double echo_time_ms, repetition_time_ms, flip_angle_deg;
  int echo_train_length;
  const char* scan_options;
  const char* image_type[3];
  enum class Kind { plain, three_planes, phase, other_body, screen } kind = Kind::plain;
};

/// In the order in which they are acquired; the T2w comes after the first `kHabitsBeforeT2`, diffusion after
/// `kHabitsBeforeDiffusion`.
const std::vector<SeriesHabit>& series_habits();
inline constexpr std::size_t kHabitsBeforeT2 = 5;
inline constexpr std::size_t kHabitsBeforeDiffusion = 10;

/// The geometry and header of it; identifiers, numbers and times are left to the caller.
void apply_habit(const SeriesHabit& habit, std::size_t vendor, io::dicom::DicomSeriesInfo& info);

}  // namespace larc::demo
