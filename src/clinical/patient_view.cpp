#include "clinical/patient_view.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

Datum parse_value(const Variable& variable, const std::string& raw) {
  const std::string value(trim(raw));
  if (value.empty()) return {};
  switch (variable.type) {
    case VariableType::number: {
      const bool below = value.starts_with('<') && !variable.unit.empty();
      auto number = parse_double(below ? value.substr(1) : value);
      if (number && below) *number /= 2;
      if (!number || !std::isfinite(*number))
        throw Error(ErrorCode::domain,
                    "'" + value + "' is not a number; write it with a decimal point, or leave the cell empty");
      if (*number < variable.lower || *number > variable.upper)
        throw Error(ErrorCode::domain, value + " lies outside the plausible range " + format_double(variable.lower) +
                                           " to " + format_double(variable.upper) +
                                           (variable.unit.empty() ? "" : " " + variable.unit) +
                                           "; correct the value or its unit, or widen the range in study.yaml");
      return *number;
    }
    case VariableType::category:
      for (const auto& code : variable.codes)
        if (code == value) return value;
      throw Error(ErrorCode::domain, "'" + value + "' is not an allowed code; allowed: " + join(variable.codes, ", "));
    case VariableType::codes:
      for (const auto& part : split(value, ';'))
        if (std::find(variable.codes.begin(), variable.codes.end(), trim(part)) == variable.codes.end())
          throw Error(ErrorCode::domain,
                      "'" + std::string(trim(part)) +
                          "' is not an allowed code; allowed, separated by ';': " + join(variable.codes, ", "));
      return value;
    case VariableType::date:
      if (!parse_date(value)) throw Error(ErrorCode::domain, "'" + value + "' is not a date; write it as YYYY-MM-DD");
      return value;
    case VariableType::text:
      return value;
  }
  return {};
}

Datum PatientView::operator()(const std::string& id) const {
  const Variable* variable = rules_.find_variable(id);
  if (variable == nullptr)
    throw Error(ErrorCode::not_found, "variable '" + id + "' is not declared under variables in study.yaml");
  if (variable->available_from > point_)
    throw Error(ErrorCode::refused, "variable '" + id + "' is available from " + to_string(variable->available_from) +
                                        " and may not be seen at " + to_string(point_));
  if (variable->formula)
    return in_context("variable '" + id + "'", [&]() -> Datum {
      const Datum value = variable->formula->evaluate(*this);
      const bool* truth = std::get_if<bool>(&value);
      if (truth != nullptr && variable->type == VariableType::category) return std::string(*truth ? "true" : "false");
      return value;
    });
  const auto found = values_.find(id);
  if (found == values_.end()) return {};
  return in_context("variable '" + id + "'", [&] { return parse_value(*variable, found->second); });
}

}  // namespace larc::clinical
