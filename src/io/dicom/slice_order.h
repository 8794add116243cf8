#pragma once
#include <vector>

#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// The order that DicomSeries keeps.
void sort_slices(std::vector<DicomInstance>& instances);

}  // namespace larc::io::dicom
