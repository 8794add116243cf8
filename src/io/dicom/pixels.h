#pragma once
#include <vector>

#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// The values of one image, frame or tile, rows * columns, a row at a time, as DICOM displays them: after the modality
/// lookup table, or rescale slope and intercept of the frame. MONOCHROME1 keeps its stored values. RLE, JPEG (baseline,
/// extended, lossless), JPEG-LS and JPEG 2000 are decoded; floating point pixel data are taken as they are.
/// errors unsupported (a multi-frame image whose frames have no place, a segmentation, colour, palette, no pixels,
/// pixel sizes other than 8, 16 and 32 bits, a transfer syntax without decoder), format (pixel data broken off or not
/// decodable, sizes that contradict each other or that the file cannot hold)
std::vector<double> read_pixels(const DicomInstance& instance);

/// Slice k to voxels + k * rows * columns; all slices have the rows and columns of the first. Each file is opened once.
/// JPEG, JPEG-LS and JPEG 2000 are decoded in a child process with limits, a few dozen frames at a time.
void read_slices(const std::vector<DicomInstance>& slices, double* voxels);

/// Before a volume of these slices is allocated. errors format: more pixels than the files can hold; unsupported: as
/// read_pixels, of what the descriptions say already
void check_slices(const std::vector<DicomInstance>& slices);

}  // namespace larc::io::dicom
