#pragma once
#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace larc {

/// Bytes as text, RFC 4648 with padding.
std::string encode_base64(std::string_view bytes);
/// errors format: a character outside the alphabet or a length that is no multiple of four
std::string decode_base64(std::string_view text);

/// Numbers as base64 of their little-endian bytes: exact to the bit, and a third of the size of decimal text.
template <typename Number>
std::string pack_numbers(const std::vector<Number>& values) {
  static_assert(std::endian::native == std::endian::little);
  return encode_base64({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number)});
}
/// errors format: not a whole count of numbers
template <typename Number>
std::vector<Number> unpack_numbers(std::string_view text) {
  const std::string bytes = decode_base64(text);
  if (bytes.size() % sizeof(Number) != 0) throw Error(ErrorCode::format, "packed numbers end in the middle of one");
  std::vector<Number> values(bytes.size() / sizeof(Number));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace larc
