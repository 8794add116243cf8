#pragma once
#include <string>
#include <string_view>

namespace larc::io {

/// Starts with the two bytes of a gzip stream.
bool is_gzip(std::string_view bytes);

/// One gzip member, fixed level, no time and no name: the same bytes give the same bytes.
std::string gzip(std::string_view bytes);

/// All members of a gzip stream, or one zlib stream; checks sums and lengths.
/// errors format: cut off, damaged, or followed by other bytes (names `name`)
std::string gunzip(std::string_view bytes, const std::string& name);

}  // namespace larc::io
