#include "core/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"

namespace larc {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::error_code status;
  if (!fs::exists(path, status))
    throw Error(ErrorCode::not_found, "file " + path.string() + " does not exist; check the path");
  if (fs::is_directory(path, status))
    throw Error(ErrorCode::not_found, path.string() + " is a folder, a file is wanted");
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  if (!stream) throw Error(ErrorCode::io, "file " + path.string() + " cannot be opened: " + std::strerror(errno));
  const auto size = static_cast<std::size_t>(stream.tellg());
  std::string bytes(size, '\0');
  stream.seekg(0);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)))
    throw Error(ErrorCode::io, "file " + path.string() + " cannot be read to its end");
  return bytes;
}

namespace {

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw Error(ErrorCode::io, "file " + path.string() + " cannot be " + what + ": " + std::strerror(errno));
}

}  // namespace

void write_file_atomic(const fs::path& path, std::string_view bytes) {
  if (path.has_parent_path()) ensure_directory(path.parent_path());
  static std::atomic<unsigned> counter{0};
  const fs::path partial =
      path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".partial";
  {
    Descriptor file{::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0640)};
    if (file.value < 0) fail(partial, "created");
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::write(file.value, bytes.data() + done, bytes.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail(partial, "written");
      done += static_cast<std::size_t>(count);
    }
    if (::fsync(file.value) != 0) fail(partial, "flushed");
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) fail(path, "replaced");
}

fs::path ensure_directory(const fs::path& path) {
  std::error_code status;
  fs::create_directories(path, status);
  if (status) throw Error(ErrorCode::io, "folder " + path.string() + " cannot be made: " + status.message());
  return path;
}

void write_file_if_changed(const std::filesystem::path& path, std::string_view bytes) {
  if (!std::filesystem::exists(path) || read_file(path) != bytes) write_file_atomic(path, bytes);
}

}  // namespace larc
