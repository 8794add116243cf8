#pragma once
#include <functional>
#include <memory>
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

/// The same, piece by piece.
class Gunzip {
 public:
  /// source  gives the next compressed bytes, valid until the next call; empty at the end
  Gunzip(std::function<std::string_view()> source, std::string name);
  ~Gunzip();
  /// Fills `out` as far as the streams go; fewer than `size` bytes only at their end. errors as gunzip
  std::size_t read(char* out, std::size_t size);

 private:
  struct State;
  bool fetch();
  std::unique_ptr<State> state_;
};

}  // namespace larc::io
