#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace larc::extraction {

/// SHA-1 (FIPS 180-4), which PyRadiomics names images by; not for security.
class Sha1 {
 public:
  void update(std::string_view bytes);
  /// 40 lower-case hexadecimal digits. Ends the stream.
  std::string finish();

 private:
  std::array<std::uint32_t, 5> state_{0x67452301u, 0xEFCDAB89u, 0x98BADCFEu, 0x10325476u, 0xC3D2E1F0u};
  std::array<char, 64> rest_{};
  std::size_t rest_size_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace larc::extraction
