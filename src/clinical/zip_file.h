#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace larc::clinical {

/// The parts of a zip file in memory; the bytes must outlive it.
class ZipFile {
 public:
  /// errors format: not a zip file, or a broken one
  ZipFile(std::string_view bytes, std::string name);
  ~ZipFile();
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;

  bool has(const std::string& part) const;
  /// Hands the part over piece by piece.
  /// errors format: no such part, damaged, encrypted; domain: unpacks to more than 2 GiB
  void read(const std::string& part, const std::function<void(std::string_view)>& piece) const;
  const std::string& name() const { return name_; }

 private:
  struct Archive;
  std::unique_ptr<Archive> archive_;
  std::string name_;
};

}  // namespace larc::clinical
