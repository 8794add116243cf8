#pragma once
#include "io/dicom/write.h"

namespace larc::io::dicom {

/// One volume of an enhanced multi-frame image; NaN: no diffusion weighting to be told.
struct FrameVolume {
  const image::Volume* volume;
  double b_value = kNaN;
};

/// One Enhanced MR Image Storage file (PS3.3 A.36) that holds all slices of all volumes, which share one grid: slice
/// by slice of the first volume, then of the next. What varies stands in the per-frame functional groups, the rest in
/// the shared ones. Same input, same bytes.
/// errors as encode_series; geometry_mismatch: the volumes have different grids
DicomFile encode_multiframe(const std::vector<FrameVolume>& volumes, const DicomSeriesInfo& info,
                            const FileForm& form = {});

}  // namespace larc::io::dicom
