#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace larc {

/// A file written piece by piece, for what is too large to hold in memory. It lies beside the target until `commit`
/// flushes it to disk and renames it; without that the target stays as it was and nothing is left behind.
class OutputFile {
 public:
  /// errors io
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// errors io
  void write(std::string_view bytes);
  /// errors io
  void commit();

 private:
  void put(std::string_view bytes);
  void flush();

  std::filesystem::path path_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
  std::string buffer_;
};

}  // namespace larc
