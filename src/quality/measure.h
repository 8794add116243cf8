#pragma once
#include <optional>
#include <string>
#include <vector>

#include "image/volume.h"
#include "quality/label.h"

namespace larc::quality {

/// One number about an image. NaN never stands without its reason.
struct Measure {
  std::string id;
  double value;
  std::string unit;    // "1", "%", "ml", "mm", "slices"
  std::string reason;  // why the value is NaN; empty otherwise
};

/// What is known of the image besides its voxels.
struct QualityInputs {
  std::string role;                     // of the sequence in the protocol; learned limits are kept apart by it
  bool diffusion = false;               // a diffusion-weighted image or an ADC map: echo-planar, air beside it matters
  bool quantitative_map = false;        // an ADC map: no scanner noise, no phase-encoding lines of its own
  const image::Mask* tumour = nullptr;  // may lie on another grid
  std::optional<int> phase_axis;        // index axis of phase encoding: 0 along a row (DICOM "ROW"), 1 down the columns
  std::optional<double> b_value;        // s/mm2
};

/// Which way a measure is worse.
enum class Worse { low, high };

/// What a measure is, for pages and for the limits learned of it.
struct MeasureInfo {
  const char* id;
  const char* unit;
  Worse worse;
  bool logarithm;       // limits are learned of log(value + offset), else of the value
  double offset;        // in units of the value
  double least_spread;  // on that scale: variation that never matters
  bool judged;          // has limits; others inform only
  Label label;
  Label meaning;  // one sentence
};

/// In the order in which `measure` gives them.
const std::vector<MeasureInfo>& measure_table();
/// errors not_found: no such measure
const MeasureInfo& measure_info(const std::string& id);

/// All measures that apply to such an image, in the order of the table. Scale invariant: an image times a positive
/// number has the same measures. One thread; the result depends on the arguments alone.
/// errors domain: NaN or infinite voxels, fewer than 16 x 16 voxels in a slice
std::vector<Measure> measure(const image::Volume& volume, const QualityInputs& inputs);

Json to_json(const Measure& measure);
/// errors format
Measure measure_of(const Json& json);

}  // namespace larc::quality
