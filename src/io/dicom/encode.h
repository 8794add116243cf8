#pragma once
// Internal: includes DCMTK.
#include "io/dicom/dataset.h"
#include "io/dicom/write.h"

namespace larc::io::dicom {

/// Fills the meta information of a file that will be written in this syntax, with larc as the implementation. DCMTK
/// names itself whenever it updates the meta information, so the file is to be written with EWM_dontUpdateMeta. errors
/// internal
void fill_meta(DcmFileFormat& file, E_TransferSyntax syntax);

/// The whole file in the form asked for. Grey pixels, one frame or many; the pixels are compressed without loss.
/// errors unsupported: compressed without preamble; internal
std::string encode(DcmFileFormat& file, const FileForm& form, std::size_t expected_size);

/// One grey frame as a JPEG 2000 code stream (PS3.5 A.4.4): reversible, 8 or 16 bit.
/// errors internal: OpenJPEG refuses
std::string encode_jpeg2000(const std::uint16_t* pixels, int columns, int rows, unsigned bits, bool is_signed);

}  // namespace larc::io::dicom
