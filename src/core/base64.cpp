#include "core/base64.h"

#include <array>
#include <cstdint>

namespace larc {

namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::array<int, 256> digits() {
  std::array<int, 256> digit;
  digit.fill(-1);
  for (int i = 0; i < 64; ++i) digit[static_cast<unsigned char>(kAlphabet[i])] = i;
  return digit;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t word = 0;
    for (std::size_t b = 0; b < 3; ++b)
      word = word << 8 | (i + b < bytes.size() ? static_cast<unsigned char>(bytes[i + b]) : 0u);
    for (std::size_t b = 0; b < 4; ++b) text += i + b <= bytes.size() ? kAlphabet[word >> (18 - 6 * b) & 63] : '=';
  }
  return text;
}

std::string decode_base64(std::string_view text) {
  static const std::array<int, 256> kDigit = digits();
  if (text.size() % 4 != 0) throw Error(ErrorCode::format, "base64 text has a length that is no multiple of four");
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t word = 0;
    std::size_t known = 0;
    for (std::size_t b = 0; b < 4; ++b) {
      const int digit = kDigit[static_cast<unsigned char>(text[i + b])];
      const bool padding = text[i + b] == '=' && i + 4 == text.size() && b >= 2;
      if ((digit < 0 && !padding) || (digit >= 0 && known != b))
        throw Error(ErrorCode::format, "base64 text holds a character it must not");
      if (digit >= 0) ++known;
      word = word << 6 | static_cast<std::uint32_t>(digit < 0 ? 0 : digit);
    }
    for (std::size_t b = 0; b + 1 < known; ++b) bytes += static_cast<char>(word >> (16 - 8 * b) & 255);
  }
  return bytes;
}

}  // namespace larc
