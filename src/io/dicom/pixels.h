#pragma once
#include <vector>

#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// The values of one classic single-frame image, rows * columns, a row at a time, after rescale slope and intercept.
/// RLE, JPEG and JPEG-LS are decoded.
/// errors unsupported (multi-frame, colour, float or no pixels, a transfer syntax without decoder, a modality lookup
/// table), format (pixel data broken off or not decodable, contradicting attributes)
std::vector<double> read_pixels(const DicomInstance& instance);

}  // namespace larc::io::dicom
