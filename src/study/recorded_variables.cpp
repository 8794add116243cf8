#include "study/recorded_variables.h"

namespace larc::study {

std::set<std::string> recorded_variables(const StudyFile& file, const std::set<std::string>& ids) {
  std::set<std::string> recorded;
  for (const auto& id : ids) {
    const Variable* variable = file.find_variable(id);
    if (variable == nullptr || !variable->formula)
      recorded.insert(id);
    else
      recorded.merge(recorded_variables(file, variable->formula->variables()));
  }
  return recorded;
}

std::set<std::string> outcome_variables(const StudyFile& file, const Endpoint& endpoint) {
  std::set<std::string> ids;
  for (const auto* expression : endpoint.expressions())
    ids.insert(expression->variables().begin(), expression->variables().end());
  return recorded_variables(file, ids);
}

}  // namespace larc::study
