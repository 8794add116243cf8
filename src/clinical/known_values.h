#pragma once
#include <map>
#include <string>
#include <tuple>

#include "clinical/observation.h"

namespace larc::clinical {

/// What the registry holds of one patient: the newest value of every variable, reader and instance, so that an import
/// adds only what is new.
class KnownValues {
 public:
  struct Value {
    std::string value;  // empty: withdrawn
    std::string valid_at;
    std::int64_t record = 0;  // of this import that said it; 0: known before
  };
  using Key = std::tuple<std::string, std::string, std::string>;  // variable, reader, instance

  const Value* find(const std::string& variable, const std::string& reader, const std::string& instance) const {
    const auto found = values_.find({variable, reader, instance});
    return found == values_.end() ? nullptr : &found->second;
  }
  /// Whether the observation says something else than what is known.
  bool differs(const Observation& observation) const {
    const Value* known = find(observation.variable, observation.reader, observation.instance);
    if (observation.value.empty()) return known != nullptr && !known->value.empty();
    return known == nullptr || known->value != observation.value || known->valid_at != observation.valid_at;
  }
  /// Whether the same record had set the value before.
  bool set(const Observation& observation, std::int64_t record = 0) {
    Value& value = values_[{observation.variable, observation.reader, observation.instance}];
    const bool again = record != 0 && value.record == record;
    value = {observation.value, observation.valid_at, record};
    return again;
  }
  const std::map<Key, Value>& all() const { return values_; }

 private:
  std::map<Key, Value> values_;
};

}  // namespace larc::clinical
