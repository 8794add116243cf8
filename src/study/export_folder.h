#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace larc::study {

/// A folder that an export makes: written beside its place (NAME.partial) and put there whole. A hidden file in it says
/// that an export made it and lists its files, so that the next export may replace it and nobody's own files are lost.
class ExportFolder {
 public:
  /// what  kind of export, for the hidden file
  /// errors conflict: at `target` stands something that no export made, or files were added to it (names one); io
  ExportFolder(std::filesystem::path target, std::string what);
  /// Takes away what was not finished.
  ~ExportFolder();
  ExportFolder(const ExportFolder&) = delete;
  ExportFolder& operator=(const ExportFolder&) = delete;

  /// Where a file is to be written; its folder exists.
  std::filesystem::path place(const std::string& name) const;
  void write(const std::string& name, std::string_view bytes) const;
  /// Puts the folder in its place. Number of files in it, without the hidden one.
  std::size_t finish();
  const std::filesystem::path& target() const { return target_; }

 private:
  std::filesystem::path target_, partial_;
  std::string what_;
  bool finished_ = false;
};

/// Puts a folder in the place of another, or in a free place: in one step where the file system can exchange the two,
/// else so that what stood there comes back when the new one cannot take its place. The old one is gone, or at `from`.
/// errors io
void replace_folder(const std::filesystem::path& from, const std::filesystem::path& to, bool can_exchange = true);

}  // namespace larc::study
