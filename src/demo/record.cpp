#include "demo/record.h"

#include "core/number.h"

namespace larc::demo {

void Record::set(const std::string& variable, std::string value) {
  delivered_.erase(variable);
  values_[variable] = std::move(value);
}

void Record::set(const std::string& variable, double value, int digits) {
  set(variable, format_fixed(value, digits));
}

void Record::lose(const std::string& variable, std::string delivered) {
  values_.erase(variable);
  delivered_[variable] = std::move(delivered);
}

std::optional<std::string> Record::text(const std::string& variable) const {
  const auto found = values_.find(variable);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> Record::number(const std::string& variable) const {
  const auto value = text(variable);
  return value ? parse_double(*value) : std::nullopt;
}

std::optional<Day> Record::day(const std::string& variable) const {
  const auto value = text(variable);
  return value ? std::optional(parse_day(*value)) : std::nullopt;
}

std::string Record::cell(const std::string& variable) const {
  const auto found = delivered_.find(variable);
  return found == delivered_.end() ? text(variable).value_or("") : found->second;
}

}  // namespace larc::demo
