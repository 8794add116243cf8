#pragma once
#include <string>
#include <vector>

#include "image/volume.h"
#include "io/dicom/scan.h"

namespace larc::io {

/// What turns the values of an ADC map into 10^-3 mm2/s: value * factor + offset.
struct AdcUnit {
  double factor = 1;
  double offset = 0;
  std::string decided_by;  // in words, for the log and the report
};

/// The unit of a scanner's ADC map. Asked in this order, and believed when the median of the positive values then lies
/// between 0.2 and 5, where tissue lies: the unit of the real world mapping; RescaleType, series description,
/// derivation and comments (10^-6, 10^-3, um2/s, mm2/s); last the median alone.
/// map  as read_series gives it
/// errors domain: no unit brings the median there, or no positive values
AdcUnit find_adc_unit(const dicom::DicomInstance& header, const image::Volume& map);

/// In place. Returns what was decided.
std::string bring_to_adc_unit(image::Volume& map, const dicom::DicomInstance& header);

/// One diffusion weighted volume.
struct DwiVolume {
  double b_value;  // s/mm2
  const image::Volume* volume;
};

struct AdcFit {
  image::Volume adc;      // 10^-3 mm2/s; 0 where undefined, as scanners write outside the body
  image::Mask undefined;  // 1: fewer than two different b-values with a positive signal
};

/// Monoexponential ADC by least squares of ln(signal) over b, every volume of equal weight; signals that are zero,
/// negative or NaN are left out voxel by voxel. Noise lifts the signal of high b-values, so the fit falls short where
/// the signal reaches the noise floor, and perfusion lifts the value where b below about 100 takes part; scanners
/// differ in both, by 3 to 5% in tissue.
/// lowest_b  volumes below it are left out
/// errors domain: fewer than two different b-values; geometry_mismatch: volumes on different grids
AdcFit fit_adc(const std::vector<DwiVolume>& volumes, double lowest_b = 0);

}  // namespace larc::io
