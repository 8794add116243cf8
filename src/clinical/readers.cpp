#include "clinical/readers.h"

#include <algorithm>

#include "clinical/same_value.h"
#include "core/text.h"

namespace larc::clinical {

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
      const auto as_first = [&](const std::string& value) { return same_value(variable, given[0], value); };
      readings[id].push_back({patient, given[0], given[1], as_first(given[1]),
                              std::all_of(given.begin(), given.end(), as_first),
                              consensus != by_reader.end() && !consensus->second.empty(), join(given, " / ")});
    }
  return readings;
}

std::vector<Finding> reader_findings(const Rules& rules, const std::map<std::string, std::vector<Reading>>& readings) {
  const bool first_counts = rules.reader_policy == ReaderPolicy::first;
  std::vector<Finding> findings;
  for (const auto& [id, list] : readings) {
    const Label& label = rules.find_variable(id)->label;
    for (const auto& reading : list) {
      if (reading.agreed || reading.consensus) continue;
      findings.push_back({"readers",
                          reading.patient,
                          id,
                          {label.en + ": readers differ (" + reading.all + ") without a consensus; " +
                               (first_counts ? "the first reader's value counts" : "the value counts as unknown"),
                           label.zh + "：读片不一致（" + reading.all + "）且无共识；" +
                               (first_counts ? "采用第一读片者的值" : "该值记为未知")},
                          {"Record a consensus", "补录共识读数"},
                          "",
                          0});
    }
  }
  return findings;
}

}  // namespace larc::clinical
