#include "clinical/units.h"

#include <array>
#include <charconv>

#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

std::string plain(const std::string& unit) {
  static const std::array<std::pair<std::string_view, std::string_view>, 7> kSame{
      {{"µ", "u"}, {"μ", "u"}, {"×", "*"}, {"²", "2"}, {"³", "3"}, {"⁹", "9"}, {"^", ""}}};
  std::string text;
  for (std::size_t i = 0; i < unit.size();) {
    std::size_t width = 1;
    std::string_view part = std::string_view(unit).substr(i, 1);
    for (const auto& [from, to] : kSame)
      if (std::string_view(unit).substr(i).starts_with(from)) {
        part = to;
        width = from.size();
      }
    if (part != " ") text += part;
    i += width;
  }
  text = to_lower(text);
  return text.starts_with('*') ? text.substr(1) : text;
}

}  // namespace

std::optional<double> unit_factor(const Variable& variable, const std::string& unit) {
  if (unit == variable.unit) return 1.0;
  if (const auto exact = variable.units.find(unit); exact != variable.units.end()) return exact->second;
  const std::string wanted = plain(unit);
  if (wanted == plain(variable.unit)) return 1.0;
  for (const auto& [name, factor] : variable.units)
    if (plain(name) == wanted) return factor;
  return std::nullopt;
}

double converted(double value, double factor) {
  if (factor == 1.0) return value;
  std::array<char, 64> buffer{};
  const auto [end, status] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value * factor, std::chars_format::general, 15);
  return parse_double(std::string_view(buffer.data(), static_cast<std::size_t>(end - buffer.data()))).value_or(kNaN);
}

std::string known_units(const Variable& variable) {
  std::vector<std::string> names{variable.unit.empty() ? "(none)" : variable.unit};
  for (const auto& [name, factor] : variable.units) names.push_back(name);
  return join(names, ", ");
}

}  // namespace larc::clinical
