#pragma once
#include <optional>
#include <string>

namespace larc::clinical {

/// Tumour regression brought to one scale: complete, near_complete, partial, poor; Ryan's grade 1 of three cannot be
/// split and is complete_or_near. Dworak runs against the others. nullopt: the system has no such grade.
/// systems  AJCC (0-3), Mandard (1-5), Dworak (0-4), Ryan3 (1-3)
std::optional<std::string> harmonised_regression(double grade, const std::string& system);

/// Level of a T category: 0 for 0 and is, 1 to 4; "T3b", "ypT3", "3", "4a" are understood.
std::optional<int> t_level(const std::string& category);
/// Level of an N category: 0, 1 (1a, 1b, 1c), 2.
std::optional<int> n_level(const std::string& category);

/// Neoadjuvant rectal score (George et al. 2015): (5 pN - 3 (cT - pT) + 12)^2 / 9.61, cT 1-4, pT 0-4, pN 0-2.
/// nullopt: a level lies outside
std::optional<double> neoadjuvant_rectal_score(int ct, int pt, int pn);

}  // namespace larc::clinical
