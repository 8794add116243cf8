#include "core/secret.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace larc {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kTitle = "larc secret 1";

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

Secret Secret::from_bytes(const std::array<unsigned char, 32>& key) {
  Secret secret;
  secret.key_ = key;
  return secret;
}

Secret Secret::read(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    throw Error(ErrorCode::not_found,
                "the secret file does not exist or cannot be reached; give the file the centre "
                "keeps, or make a new one with --create-secret");
  if (!S_ISREG(status.st_mode))
    throw Error(ErrorCode::format, "the secret file is no ordinary file; give the right one");
  if ((status.st_mode & 077) != 0)
    throw Error(ErrorCode::refused,
                "the secret file can be read or changed by others than its owner; chmod 600 it, and "
                "make a new secret if somebody may have read it");
  const auto lines = split(read_file(path), '\n');
  Secret secret;
  std::size_t size = 0;
  if (lines.size() < 2 || trim(lines[0]) != kTitle || trim(lines[1]).size() != 64 ||
      sodium_hex2bin(secret.key_.data(), secret.key_.size(), lines[1].data(), 64, nullptr, &size, nullptr) != 0 ||
      size != secret.key_.size())
    throw Error(ErrorCode::format,
                "the secret file holds no secret of larc, or part of one; restore it from its backup");
  return secret;
}

Secret Secret::create(const fs::path& path) {
  if (path.has_parent_path()) ensure_directory(path.parent_path());
  if (sodium_init() < 0) throw Error(ErrorCode::internal, "no source of random numbers");
  Secret secret;
  randombytes_buf(secret.key_.data(), secret.key_.size());
  const std::string text =
      std::string(kTitle) + "\n" + hex({reinterpret_cast<const char*>(secret.key_.data()), secret.key_.size()}) + "\n";
  // Under another name until it is whole; link() never replaces a secret that is there.
  const std::string partial = path.string() + "." + std::to_string(::getpid()) + ".partial";
  const int file = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (file < 0) throw Error(ErrorCode::io, std::string("the secret file cannot be made: ") + std::strerror(errno));
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fchmod(file, 0600) == 0 && ::fsync(file) == 0;
  int reason = errno;
  ::close(file);
  const bool linked = written && ::link(partial.c_str(), path.c_str()) == 0;
  if (written && !linked) reason = errno;
  ::unlink(partial.c_str());
  if (!linked && reason == EEXIST)
    throw Error(ErrorCode::conflict, "the secret file exists already; a secret is never replaced");
  if (!linked) throw Error(ErrorCode::io, std::string("the secret file cannot be made: ") + std::strerror(reason));
  return secret;
}

std::string Secret::keyed_hash(std::string_view purpose, std::string_view text) const {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key_.data(), key_.size());
  const auto add = [&](std::string_view part) {
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  };
  add(purpose);
  add(std::string_view("\0", 1));
  add(text);
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest;
  crypto_auth_hmacsha256_final(&state, digest.data());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string Secret::keyed_hex(std::string_view purpose, std::string_view text, std::size_t digits) const {
  return hex(keyed_hash(purpose, text)).substr(0, digits);
}

std::string Secret::fingerprint() const {
  return keyed_hex("fingerprint", "", 16);
}

void Secret::expect_fingerprint(const std::string& stored, const std::string& what) const {
  if (stored != fingerprint())
    throw Error(ErrorCode::conflict, what +
                                         " began with another secret, and the same patient would get two pseudonyms; "
                                         "give the secret it began with (fingerprint " +
                                         stored + ")");
}

}  // namespace larc
