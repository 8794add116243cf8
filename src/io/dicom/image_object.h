#pragma once
#include "io/dicom/write.h"

namespace larc::io::dicom {

/// One slice as MR Image Storage, or as Secondary Capture with info.secondary_capture. `stored` holds the whole volume.
/// errors internal
DicomFile image_object(const image::Volume& volume, const std::vector<std::int32_t>& stored, bool is_signed,
                       const DicomSeriesInfo& info, const SlicePlace& place, const std::array<double, 2>& window,
                       const FileForm& form);

}  // namespace larc::io::dicom
