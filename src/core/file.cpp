#include "core/file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "core/output_file.h"

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

void write_file_atomic(const fs::path& path, std::string_view bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
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
