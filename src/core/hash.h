#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace larc {

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
std::string sha256_file(const std::filesystem::path& path);

/// Adds a part with its length before it, so that parts cannot run into each other.
void append_part(std::string& text, std::string_view part);
/// Hash of several parts that cannot run into each other.
std::string hash_of(const std::vector<std::string>& parts);

}  // namespace larc
