#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace larc {

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// ASCII only.
std::string to_lower(std::string_view text);
/// Shell-like: `*` any run of characters but '/', `**` any run, `?` one character.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace larc
