#include "clinical/same_value.h"

#include "core/number.h"

namespace larc::clinical {

bool same_value(const Variable* variable, std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (variable == nullptr || variable->type != VariableType::number) return false;
  const auto first = parse_double(a), second = parse_double(b);
  return first && second && *first == *second;
}

}  // namespace larc::clinical
