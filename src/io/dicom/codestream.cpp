#include "io/dicom/codestream.h"

namespace larc::io::dicom {

namespace {

std::uint32_t big(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t n = 0; n < count; ++n) value = value << 8 | static_cast<unsigned char>(bytes[at + n]);
  return value;
}

}  // namespace

std::optional<CodestreamSize> jpeg_size(std::string_view codestream) {
  std::size_t at = 0;
  if (codestream.size() < 4 || big(codestream, 0, 2) != 0xffd8) return std::nullopt;
  at = 2;
  while (at + 4 <= codestream.size()) {
    if (static_cast<unsigned char>(codestream[at]) != 0xff) return std::nullopt;
    const auto marker = static_cast<unsigned char>(codestream[at + 1]);
    if (marker == 0xff) {
      ++at;
      continue;
    }
    const std::size_t length = big(codestream, at + 2, 2);
    // C0 to CF but C4, C8 and CC: a DCT or lossless frame; F7: JPEG-LS.
    const bool frame =
        (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) || marker == 0xf7;
    if (frame) {
      if (length < 8 || at + 10 > codestream.size()) return std::nullopt;
      return CodestreamSize{big(codestream, at + 5, 2), big(codestream, at + 7, 2),
                            static_cast<unsigned char>(codestream[at + 4]),
                            static_cast<unsigned char>(codestream[at + 9])};
    }
    if (marker == 0xda || length < 2) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

std::optional<CodestreamSize> jpeg2000_size(std::string_view codestream) {
  if (codestream.size() < 43 || big(codestream, 0, 4) != 0xff4fff51) return std::nullopt;
  const std::uint32_t right = big(codestream, 8, 4), bottom = big(codestream, 12, 4);
  const std::uint32_t left = big(codestream, 16, 4), top = big(codestream, 20, 4);
  if (right <= left || bottom <= top) return std::nullopt;
  return CodestreamSize{bottom - top, right - left, (static_cast<unsigned char>(codestream[42]) & 0x7fU) + 1U,
                        big(codestream, 40, 2)};
}

}  // namespace larc::io::dicom
