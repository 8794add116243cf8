#include "clinical/readers.h"

#include "core/number.h"

namespace larc::clinical {

namespace {

bool equal_values(const Variable& variable, const std::string& a, const std::string& b) {
  if (a == b) return true;
  if (variable.type != VariableType::number) return false;
  const auto first = parse_double(a), second = parse_double(b);
  return first && second && *first == *second;
}

}  // namespace

std::map<std::string, std::vector<Reading>> double_readings(const Rules& rules, const ReaderValues& values) {
  std::map<std::string, std::vector<Reading>> readings;
  for (const auto& [patient, variables] : values)
    for (const auto& [id, by_reader] : variables) {
      const Variable* variable = rules.find_variable(id);
      if (variable == nullptr || !variable->readers) continue;
      std::vector<std::string> given;
      for (const auto& [reader, value] : by_reader)
        if (!reader.empty() && !value.empty()) given.push_back(value);
      if (given.size() < 2) continue;
      const auto consensus = by_reader.find("");
      readings[id].push_back({patient, given[0], given[1], equal_values(*variable, given[0], given[1]),
                              consensus != by_reader.end() && !consensus->second.empty()});
    }
  return readings;
}

std::vector<Finding> reader_findings(const Rules& rules, const std::map<std::string, std::vector<Reading>>& readings) {
  const bool first_counts = rules.reader_policy == ReaderPolicy::first;
  std::vector<Finding> findings;
  for (const auto& [id, list] : readings) {
    const Label& label = rules.find_variable(id)->label;
    for (const auto& reading : list) {
      if (reading.equal || reading.consensus) continue;
      const std::string both = reading.first + " / " + reading.second;
      findings.push_back({"readers",
                          reading.patient,
                          id,
                          {label.en + ": readers differ (" + both + ") without a consensus; " +
                               (first_counts ? "the first reader's value counts" : "the value counts as unknown"),
                           label.zh + "：读片不一致（" + both + "）且无共识；" +
                               (first_counts ? "采用第一读片者的值" : "该值记为未知")},
                          {"Record a consensus", "补录共识读数"},
                          "",
                          0});
    }
  }
  return findings;
}

}  // namespace larc::clinical
