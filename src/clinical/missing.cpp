#include "clinical/missing.h"

#include <algorithm>

namespace larc::clinical {

namespace {

/// True if a variable of the expression is unknown.
bool add(const Rules& rules, const Expression& expression, const PatientView& view, std::vector<std::string>& list) {
  bool any = false;
  for (const auto& id : expression.variables()) {
    if (!is_unknown(view(id))) continue;
    any = true;
    const Variable* variable = rules.find_variable(id);
    if (variable->formula && add(rules, *variable->formula, view, list)) continue;
    if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
  }
  return any;
}

}  // namespace

std::vector<std::string> missing_variables(const Rules& rules, const Expression& expression, const PatientView& view) {
  std::vector<std::string> list;
  add(rules, expression, view, list);
  return list;
}

}  // namespace larc::clinical
