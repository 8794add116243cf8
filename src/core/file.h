#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace larc {

/// The whole file as bytes. errors not_found, io
std::string read_file(const std::filesystem::path& path);

/// Writes beside the target, flushes to disk and renames: the target is the old file or the new one, never half of it.
/// errors io
void write_file_atomic(const std::filesystem::path& path, std::string_view bytes);
/// The same, where the file does not hold these bytes already.
void write_file_if_changed(const std::filesystem::path& path, std::string_view bytes);

/// The folder, made if absent. errors io
std::filesystem::path ensure_directory(const std::filesystem::path& path);

}  // namespace larc
