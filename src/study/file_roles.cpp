#include "study/file_roles.h"

#include <regex>

#include "core/number.h"
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

namespace {

/// ">= 800" and "<= 100" compare numbers; everything else is a glob.
bool value_fits(const std::string& glob, const std::string& value) {
  const bool least = glob.starts_with(">="), most = glob.starts_with("<=");
  if (!least && !most) return glob_match(to_lower(glob), to_lower(value));
  const auto bound = parse_double(trim(std::string_view(glob).substr(2)));
  const auto number = parse_double(value);
  return bound && number && (least ? *number >= *bound : *number <= *bound);
}

}  // namespace

bool series_has_role(const ImageRole& role, const std::map<std::string, std::string>& attributes) {
  if (role.dicom.empty()) return false;
  for (const auto& [attribute, globs] : role.dicom) {
    const auto found = attributes.find(attribute);
    if (found == attributes.end()) return false;
    const auto fits = [&](const std::string& glob) { return value_fits(glob, found->second); };
    if (std::none_of(globs.begin(), globs.end(), fits)) return false;
  }
  return true;
}

}  // namespace larc::study
