#include "core/output_file.h"

#include <fcntl.h>
#include <unistd.h>

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

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path)
    : path_(path), partial_(path.string() + "." + std::to_string(::getpid()) + ".partial") {
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
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) flush();
}

void OutputFile::flush() {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t count = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(partial_, "written");
    done += static_cast<std::size_t>(count);
  }
  buffer_.clear();
}

void OutputFile::commit() {
  flush();
  if (::fsync(descriptor_) != 0) fail(partial_, "flushed");
  ::close(descriptor_);
  descriptor_ = -1;
  if (::rename(partial_.c_str(), path_.c_str()) != 0) fail(path_, "replaced");
}

}  // namespace larc
