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

std::optional<int> t_level(const std::string& category) {
  std::string level = to_lower(category);
  for (const char* prefix : {"yp", "c", "p", "y"})
    if (level.starts_with(prefix)) level = level.substr(std::string(prefix).size());
  if (level.starts_with("t")) level = level.substr(1);
  if (level == "is") return 0;
  if (level.empty() || level[0] < '0' || level[0] > '4' || level.size() > 2) return std::nullopt;
  return level[0] - '0';
}

std::optional<int> n_level(const std::string& category) {
  std::string level = to_lower(category);
  for (const char* prefix : {"yp", "c", "p", "y"})
    if (level.starts_with(prefix)) level = level.substr(std::string(prefix).size());
  if (level.starts_with("n")) level = level.substr(1);
  if (level.empty() || level[0] < '0' || level[0] > '2' || level.size() > 2) return std::nullopt;
  return level[0] - '0';
}

std::optional<double> neoadjuvant_rectal_score(int ct, int pt, int pn) {
  if (ct < 1 || ct > 4 || pt < 0 || pt > 4 || pn < 0 || pn > 2) return std::nullopt;
  const double sum = 5.0 * pn - 3.0 * (ct - pt) + 12.0;
  return sum * sum / 9.61;
}

}  // namespace larc::clinical
