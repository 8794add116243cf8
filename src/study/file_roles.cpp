#include "study/file_roles.h"

#include <regex>

namespace larc::study {

std::optional<std::string> patient_of_path(const std::string& pattern, const std::filesystem::path& path) {
  static const std::string kPlaceholder = "{patient}";
  std::string expression = "(?:^|.*/)";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.compare(i, kPlaceholder.size(), kPlaceholder) == 0) {
      expression += "([^/]+?)";
      i += kPlaceholder.size() - 1;
    } else if (pattern[i] == '*') {
      expression += "[^/]*";
    } else if (std::string("\\^$.|?+()[]{}").find(pattern[i]) != std::string::npos) {
      expression += std::string("\\") + pattern[i];
    } else {
      expression += pattern[i];
    }
  }
  std::smatch match;
  const std::string text = path.generic_string();
  if (!std::regex_match(text, match, std::regex(expression)) || match.size() < 2) return std::nullopt;
  return match[1].str();
}

}  // namespace larc::study
