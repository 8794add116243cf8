#include "clinical/rectal.h"

#include <map>
#include <vector>

#include "core/text.h"

namespace larc::clinical {

std::optional<std::string> harmonised_regression(double grade, const std::string& system) {
  struct Scale {
    int first;
    std::vector<const char*> names;
  };
  static const std::map<std::string, Scale> kScales{
      {"AJCC", {0, {"complete", "near_complete", "partial", "poor"}}},
      {"Mandard", {1, {"complete", "near_complete", "partial", "poor", "poor"}}},
      {"Dworak", {0, {"poor", "poor", "partial", "near_complete", "complete"}}},
      {"Ryan3", {1, {"complete_or_near", "partial", "poor"}}},
  };
  const auto scale = kScales.find(system);
  if (scale == kScales.end()) return std::nullopt;
  const auto& names = scale->second.names;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (grade == static_cast<double>(scale->second.first) + static_cast<double>(i)) return names[i];
  return std::nullopt;
}

namespace {

/// The level of a category without the letters before it: "ypT3b" -> "3b".
std::string bare_level(const std::string& category, char letter) {
  std::string level = to_lower(category);
  for (const char* prefix : {"yp", "c", "p", "y"})
    if (level.starts_with(prefix)) {
      level = level.substr(std::string(prefix).size());
      break;
    }
  return level.starts_with(letter) ? level.substr(1) : level;
}

/// A digit up to `highest` and at most one letter, a to d.
std::optional<int> level_of(const std::string& level, char highest) {
  if (level.empty() || level.size() > 2 || level[0] < '0' || level[0] > highest) return std::nullopt;
  if (level.size() == 2 && (level[1] < 'a' || level[1] > 'd')) return std::nullopt;
  return level[0] - '0';
}

}  // namespace

std::optional<int> t_level(const std::string& category) {
  const std::string level = bare_level(category, 't');
  return level == "is" ? 0 : level_of(level, '4');
}

std::optional<int> n_level(const std::string& category) {
  return level_of(bare_level(category, 'n'), '2');
}

std::optional<double> neoadjuvant_rectal_score(int ct, int pt, int pn) {
  if (ct < 1 || ct > 4 || pt < 0 || pt > 4 || pn < 0 || pn > 2) return std::nullopt;
  const double sum = 5.0 * pn - 3.0 * (ct - pt) + 12.0;
  return sum * sum / 9.61;
}

}  // namespace larc::clinical
