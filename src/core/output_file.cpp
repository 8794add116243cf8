#include "core/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "core/file.h"

namespace larc {

namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorCode::io, "file " + path.string() + " cannot be " + what + ": " + std::strerror(errno));
}

/// Of this process and this file alone: two threads may write the same target.
std::filesystem::path partial_name(const std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".partial";
}

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path), partial_(partial_name(path)) {
  if (path.has_parent_path()) ensure_directory(path.parent_path());
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0640);
  if (descriptor_ < 0) fail(partial_, "created");
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(partial_.c_str());
}

void OutputFile::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() >= kBufferBytes) {
    flush();
    put(bytes);
  } else {
    buffer_ += bytes;
  }
}

void OutputFile::put(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(partial_, "written");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void OutputFile::flush() {
  put(buffer_);
  buffer_.clear();
}

void OutputFile::commit() {
  flush();
  if (::fsync(descriptor_) != 0) fail(partial_, "flushed");
  if (::rename(partial_.c_str(), path_.c_str()) != 0) fail(path_, "replaced");
  ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace larc
