#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace larc::store {

/// Files named by the SHA-256 of their bytes, so that equal content is kept once and nothing can be changed unseen.
class ContentStore {
 public:
  explicit ContentStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Hash under which the bytes can be read again; safe from several threads and processes.
  std::string put(std::string_view bytes) const;
  /// errors not_found (object is absent), format (the bytes no longer have this hash)
  std::string get(const std::string& hash) const;
  bool contains(const std::string& hash) const;

 private:
  std::filesystem::path path_of(const std::string& hash) const;
  std::filesystem::path folder_;
};

}  // namespace larc::store
