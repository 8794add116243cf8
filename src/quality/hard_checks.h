#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "image/volume.h"
#include "quality/label.h"

namespace larc::quality {

/// What reading a series found wrong with its slices.
enum class ReadingFault { uneven_gaps, missing_slice, duplicate_slice, mixed_orientation, tilted_slices };
struct ReadingNote {
  ReadingFault fault;
  std::string text;  // where and how much
};

/// Voxel sizes that the protocol of the study asks for, mm.
struct SpacingLimits {
  std::optional<double> in_plane_mm;  // at most
  std::optional<double> slice_mm;     // at most, centre to centre
};

struct HardCheckInputs {
  const image::Volume* volume = nullptr;  // nullptr: could not be read
  std::vector<ReadingNote> notes;         // of reading, also where the slices were resampled after all
  bool diffusion = false;                 // b-values are expected
  bool quantitative_map = false;          // an ADC map, 10^-3 mm^2/s
  std::vector<double> b_values;           // s/mm2, one a stack; NaN: the header does not say
  const image::Mask* tumour = nullptr;    // on any grid
  SpacingLimits limits;
  int examination = 1;                               // 2: after neoadjuvant therapy
  std::optional<std::chrono::sys_days> date;         // of the examination
  std::optional<std::chrono::sys_days> therapy_end;  // last day of neoadjuvant therapy
};

enum class Outcome { pass, fail, not_checked };
std::string to_string(Outcome outcome);

struct HardCheck {
  std::string id;
  Outcome outcome;
  Label text;    // what was found; what was not known where not checked
  Label remedy;  // empty unless failed
};

/// Every check, in a fixed order: slice_positions, missing_slice, duplicate_slice, orientation, in_plane_spacing,
/// slice_spacing, b_values, adc_unit, mask_empty, mask_edge, coverage, after_therapy. A check whose facts are absent
/// says so; one that does not concern the sequence is left out.
std::vector<HardCheck> hard_checks(const HardCheckInputs& inputs);

Json to_json(const HardCheck& check);

/// Where the median of the body in an ADC map must lie, 10^-3 mm^2/s: water at 37 degrees has 3.0, muscle about 1.5,
/// and a map in another unit is off by a thousand.
inline constexpr double kLeastBodyAdc = 0.3, kGreatestBodyAdc = 4;

}  // namespace larc::quality
