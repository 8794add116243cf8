#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace larc::test {

/// Folder of the real data (LARC_TEST_DATA); may be absent.
inline std::filesystem::path data_root() {
  const char* root = std::getenv("LARC_TEST_DATA");
  return root != nullptr && *root != '\0' ? root : "../shared/data";
}

/// The checkout.
inline std::filesystem::path source_root() {
  const char* root = std::getenv("LARC_SOURCE_DIR");
  return root != nullptr && *root != '\0' ? root : ".";
}

/// A fresh folder, removed at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "larc-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace larc::test

/// Skips, saying so, when the real data are absent.
#define LARC_NEEDS_DATA(relative)                                                         \
  if (!std::filesystem::exists(larc::test::data_root() / (relative)))                     \
  GTEST_SKIP() << "real data absent: " << (larc::test::data_root() / (relative)).string() \
               << " (set LARC_TEST_DATA to the folder that holds it)"
