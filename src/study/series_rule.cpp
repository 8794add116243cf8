#include "study/series_rule.h"

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::study {

namespace {

/// A bound or a range of numbers; nullopt: the text is a glob.
struct Bounds {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  bool open_lower = false, open_upper = false;
  bool hold(double value) const {
    return (open_lower ? value > lower : value >= lower) && (open_upper ? value < upper : value <= upper);
  }
};

bool looks_like_bounds(std::string_view text) {
  return text.starts_with('>') || text.starts_with('<') || text.find("..") != std::string_view::npos;
}

std::optional<Bounds> parse_bounds(std::string_view text) {
  Bounds bounds;
  if (const auto dots = text.find(".."); dots != std::string_view::npos) {
    const auto lower = parse_double(trim(text.substr(0, dots))), upper = parse_double(trim(text.substr(dots + 2)));
    if (!lower || !upper || !(*lower <= *upper)) return std::nullopt;
    bounds.lower = *lower;
    bounds.upper = *upper;
    return bounds;
  }
  const bool open = !text.substr(1).starts_with('=');
  const auto value = parse_double(trim(text.substr(open ? 1 : 2)));
  if (!value) return std::nullopt;
  if (text.starts_with('>')) {
    bounds.lower = *value;
    bounds.open_lower = open;
  } else {
    bounds.upper = *value;
    bounds.open_upper = open;
  }
  return bounds;
}

/// `*` any characters, `?` one. Texts of headers are not trusted: no more steps than the product of the lengths.
bool text_fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool value_fits(const std::string& wanted, const std::string& value) {
  if (!looks_like_bounds(wanted)) return text_fits(to_lower(wanted), to_lower(value));
  const auto bounds = parse_bounds(wanted);
  const auto number = parse_double(value);
  return bounds && number && bounds->hold(*number);
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

}  // namespace

SeriesRule parse_series_rule(const Json& rule, const std::string& where) {
  if (!rule.is_object()) throw Error(ErrorCode::format, where + ": must be a map of attributes");
  SeriesRule parsed;
  for (const auto& [key, value] : rule.items()) {
    auto* parts = key == "any" ? &parsed.any : key == "all" ? &parsed.all : key == "none" ? &parsed.none : nullptr;
    const std::string place = where + "." + key;
    if (parts != nullptr) {
      if (!value.is_array()) throw Error(ErrorCode::format, place + ": must be a list of maps");
      for (const Json& part : value) parts->push_back(parse_series_rule(part, place));
      continue;
    }
    if (!is_series_attribute(key))
      throw Error(ErrorCode::format,
                  where + ": asks for '" + key + "'; known: any, all, none, " + series_attribute_names());
    auto& wanted = parsed.attributes[key];
    if (value.is_array())
      for (const Json& one : value) wanted.push_back(text_of(one));
    else
      wanted.push_back(text_of(value));
    for (const std::string& one : wanted)
      if (looks_like_bounds(one) && !parse_bounds(one))
        throw Error(ErrorCode::format, place + ": '" + one + "' is no bound; write >= 800, < 5 or 0.3 .. 1.0");
  }
  return parsed;
}

bool fits(const SeriesRule& rule, const SeriesAttributes& attributes) {
  if (rule.empty()) return false;
  const auto part_fits = [&](const SeriesRule& part) { return fits(part, attributes); };
  for (const auto& [attribute, wanted] : rule.attributes) {
    const auto found = attributes.find(attribute);
    if (found == attributes.end()) return false;
    if (std::none_of(wanted.begin(), wanted.end(),
                     [&](const std::string& one) { return value_fits(one, found->second); }))
      return false;
  }
  return (rule.any.empty() || std::any_of(rule.any.begin(), rule.any.end(), part_fits)) &&
         std::all_of(rule.all.begin(), rule.all.end(), part_fits) &&
         std::none_of(rule.none.begin(), rule.none.end(), part_fits);
}

std::vector<SequenceRule> parse_sequences(const Json& rules, const std::string& where) {
  std::vector<SequenceRule> sequences;
  if (!rules.is_object()) throw Error(ErrorCode::format, where + ": must be a map of sequence names to rules");
  for (const auto& [name, rule] : rules.items())
    sequences.push_back({name, parse_series_rule(rule, where + "." + name)});
  return sequences;
}

std::string sequence_of(const std::vector<SequenceRule>& rules, const SeriesAttributes& attributes) {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const SequenceRule& one) { return fits(one.rule, attributes); });
  return found == rules.end() ? "other" : found->name;
}

}  // namespace larc::study
