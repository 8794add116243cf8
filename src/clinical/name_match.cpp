#include "clinical/name_match.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/text.h"

namespace larc::clinical {

namespace {

std::string letters(std::string_view name) {
  std::string bare;
  for (const char c : to_lower(name)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte >= 0x80) bare += c;
  }
  return bare;
}

std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string bare_name(const std::string& name) {
  std::string outside;
  int depth = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const std::string_view rest = std::string_view(name).substr(i);
    if (rest[0] == '(' || rest[0] == '[' || rest.starts_with("（")) ++depth;
    if (depth == 0) outside += name[i];
    if (rest[0] == ')' || rest[0] == ']') depth = std::max(0, depth - 1);
    if (rest.starts_with("）")) {
      depth = std::max(0, depth - 1);
      i += 2;
    }
  }
  const std::string bare = letters(outside);
  return bare.empty() ? letters(name) : bare;
}

std::string bracketed(const std::string& name) {
  for (const auto& [open, close] : {std::pair{"(", ")"}, {"[", "]"}, {"（", "）"}}) {
    const auto begin = name.rfind(open);
    const auto end = name.rfind(close);
    if (begin == std::string::npos || end == std::string::npos || end < begin) continue;
    const auto start = begin + std::string_view(open).size();
    return std::string(trim(std::string_view(name).substr(start, end - start)));
  }
  return "";
}

const Variable* match_variable(const Rules& rules, const std::string& name) {
  if (const Variable* exact = rules.find_variable(name)) return exact;
  const std::string bare = bare_name(name);
  if (bare.empty()) return nullptr;
  std::set<const Variable*> by_id, by_label;
  for (const auto& variable : rules.variables) {
    if (letters(variable.id) == bare || letters(variable.id) == letters(name)) by_id.insert(&variable);
    for (const auto& alias : variable.aliases)
      if (bare_name(alias) == bare) by_id.insert(&variable);
    for (const auto& label : {variable.label.en, variable.label.zh})
      if (letters(label) == bare || letters(label) == letters(name)) by_label.insert(&variable);
  }
  if (by_id.size() == 1) return *by_id.begin();
  return by_id.empty() && by_label.size() == 1 ? *by_label.begin() : nullptr;
}

const Variable* nearest_variable(const Rules& rules, const std::string& name) {
  const std::string bare = bare_name(name).substr(0, 200);
  const Variable* nearest = nullptr;
  double best = 0.5;  // share of the longer name that differs
  for (const auto& variable : rules.variables)
    for (const auto& candidate : {letters(variable.id), letters(variable.label.en), letters(variable.label.zh)}) {
      const double longer = static_cast<double>(std::max(bare.size(), candidate.size()));
      if (longer == 0) continue;
      double distance = static_cast<double>(edits(bare, candidate)) / longer;
      if (bare.size() >= 3 && candidate.find(bare) != std::string::npos) distance = std::min(distance, 0.3);
      if (distance >= best) continue;
      best = distance;
      nearest = &variable;
    }
  return nearest;
}

std::string match_code(const Variable& variable, const std::string& text) {
  if (std::find(variable.codes.begin(), variable.codes.end(), text) != variable.codes.end()) return text;
  std::set<std::string> found;
  const std::string bare = letters(text);
  for (std::size_t i = 0; i < variable.codes.size(); ++i) {
    const Label label = i < variable.code_labels.size() ? variable.code_labels[i] : Label{};
    if (!bare.empty() && (letters(variable.codes[i]) == bare || letters(label.en) == bare || letters(label.zh) == bare))
      found.insert(variable.codes[i]);
  }
  return found.size() == 1 ? *found.begin() : "";
}

}  // namespace larc::clinical
