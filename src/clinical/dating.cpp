#include "clinical/dating.h"

#include <set>
#include <unordered_map>

namespace larc::clinical {

namespace {

class Dates {
 public:
  Dates(const Rules& rules, const KnownValues& known, const SourceRecord& record) : known_(known) {
    for (const auto& variable : rules.variables)
      if (!variable.dated_by.empty()) dated_by_[variable.id] = &variable.dated_by;
    std::set<std::string> dates;
    for (const auto& [variable, date] : dated_by_) dates.insert(*date);
    for (const auto& observation : record.observations)
      if (dates.contains(observation.variable) && observation.reader.empty())
        given_[{observation.variable, observation.instance}] = observation.value;
  }

  /// The date variable of a variable; null if nothing dates it.
  const std::string* of(const std::string& variable) const {
    const auto found = dated_by_.find(variable);
    return found == dated_by_.end() ? nullptr : found->second;
  }
  bool gives(const std::string& date) const {
    return std::any_of(given_.begin(), given_.end(), [&](const auto& item) { return item.first.first == date; });
  }
  bool any() const { return !given_.empty(); }

  std::string value(const std::string& date, const std::string& instance) const {
    for (const auto& of_instance : {instance, std::string()}) {
      if (const auto given = given_.find({date, of_instance}); given != given_.end()) return given->second;
      if (const auto* known = known_.find(date, "", of_instance); known != nullptr && !known->value.empty())
        return known->value;
    }
    return "";
  }

 private:
  const KnownValues& known_;
  std::unordered_map<std::string, const std::string*> dated_by_;
  std::map<std::pair<std::string, std::string>, std::string> given_;  // date variable and instance -> value
};

}  // namespace

void date_observations(const Rules& rules, const KnownValues& known, SourceRecord& record) {
  const Dates dates(rules, known, record);
  for (auto& observation : record.observations)
    if (const auto* date = dates.of(observation.variable); date != nullptr && observation.valid_at.empty())
      observation.valid_at = dates.value(*date, observation.instance);
  if (!dates.any()) return;
  std::set<KnownValues::Key> given;
  for (const auto& observation : record.observations)
    given.insert({observation.variable, observation.reader, observation.instance});
  for (const auto& [key, value] : known.all()) {
    const auto& [variable, reader, instance] = key;
    const auto* date = dates.of(variable);
    if (date == nullptr || value.value.empty() || !dates.gives(*date) || given.contains(key)) continue;
    Observation again{variable, value.value, dates.value(*date, instance), reader, instance};
    if (again.valid_at != value.valid_at) record.observations.push_back(std::move(again));
  }
}

}  // namespace larc::clinical
