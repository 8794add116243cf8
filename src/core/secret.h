#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace larc {

/// The secret of a centre: 32 random bytes from which all pseudonyms, date shifts and new identifiers follow. Who holds
/// it can find out which pseudonym an id has; without it nobody can. It never leaves the centre.
class Secret {
 public:
  /// errors not_found (says how to make one), refused (others than its owner may read it), format
  static Secret read(const std::filesystem::path& path);
  /// A new secret in a new file that its owner alone may read. errors conflict: the file exists; io
  static Secret create(const std::filesystem::path& path);
  static Secret from_bytes(const std::array<unsigned char, 32>& key);

  /// HMAC-SHA256 (RFC 2104) of the purpose, a zero byte and the text: 32 bytes. Purposes never share results.
  std::string keyed_hash(std::string_view purpose, std::string_view text) const;
  /// The first `digits` hexadecimal digits of it, at most 64.
  std::string keyed_hex(std::string_view purpose, std::string_view text, std::size_t digits) const;

  /// 16 digits that tell one secret from another and say nothing of it: these may be stored with a study.
  std::string fingerprint() const;
  /// errors conflict: `stored` is the fingerprint of another secret; `what` says of which work, such as "this study"
  void expect_fingerprint(const std::string& stored, const std::string& what) const;

 private:
  std::array<unsigned char, 32> key_{};
};

}  // namespace larc
