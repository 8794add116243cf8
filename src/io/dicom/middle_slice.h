#pragma once
#include "image/volume.h"
#include "io/dicom/series.h"

namespace larc::io::dicom {

/// Slice size[2] / 2 of the volume that read_series(series) gives, as a volume of one slice. The pixels of the others
/// are not read. errors those of read_series, of the pixels only those of this slice
image::Volume read_middle_slice(const DicomSeries& series);

}  // namespace larc::io::dicom
