#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace larc::io::dicom {

/// What the header of a compressed image claims.
struct CodestreamSize {
  std::uint32_t rows = 0, columns = 0;
  unsigned precision = 0, components = 0;
};

/// The frame header (SOF) of JPEG and JPEG-LS (ITU-T T.81 B.2.2, T.87 C.2.2); nothing when there is none.
std::optional<CodestreamSize> jpeg_size(std::string_view codestream);

/// The SIZ marker of JPEG 2000 (ITU-T T.800 A.5.1); nothing when the codestream does not start with it.
std::optional<CodestreamSize> jpeg2000_size(std::string_view codestream);

}  // namespace larc::io::dicom
