#include "study/file_roles.h"

#include <regex>

#include "core/text.h"

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

bool series_has_role(const ImageRole& role, const std::map<std::string, std::string>& attributes) {
  if (role.dicom.empty()) return false;
  for (const auto& [attribute, glob] : role.dicom) {
    const auto found = attributes.find(attribute);
    if (found == attributes.end() || !glob_match(to_lower(glob), to_lower(found->second))) return false;
  }
  return true;
}

}  // namespace larc::study
