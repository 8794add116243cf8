#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace larc::io::dicom {

/// Overwrites with zeros, in place and without changing a length, the bytes of a compressed image that no decoder
/// needs and that programs use for notes.
/// returns whether anything was changed

/// JPEG and JPEG-LS (ITU-T T.81, T.87): comments, application data other than JFIF, Adobe's and JPEG-LS colour
/// transforms, and what follows the end of the image.
bool blank_jpeg_notes(std::span<std::uint8_t> stream);
/// JPEG 2000 codestream (ITU-T T.800): comments of the main and the tile-part headers, and what follows the end.
bool blank_jpeg2000_notes(std::span<std::uint8_t> stream);
/// RLE (PS3.5 Annex G): unused offsets and what follows the `segment_bytes` that each segment decodes to.
bool blank_rle_notes(std::span<std::uint8_t> frame, std::size_t segment_bytes);

}  // namespace larc::io::dicom
