#include <chrono>
#include <random>

#include "clinical/registry_fixture.h"

// invariant: whatever the history, a view holds nothing that was recorded or true later than asked, and equals a slow
// and obvious reading of the history.
namespace larc::clinical {
namespace {

std::string day_text(int day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::year{2024} / 1 / 1) +
                                         std::chrono::days(day)};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  template <typename T>
  const T& of(const std::vector<T>& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }

 private:
  std::mt19937 engine_;
};

Rules random_rules(Chance& chance) {
  Rules rules;
  for (const std::string id : {"d0", "d1", "d2"}) {
    Variable date;
    date.id = id;
    date.type = VariableType::date;
    date.available_from = static_cast<PredictionPoint>(chance.below(4));
    rules.variables.push_back(date);
  }
  for (int v = 0; v < 8; ++v) {
    Variable variable;
    variable.id = "v" + std::to_string(v);
    variable.available_from = static_cast<PredictionPoint>(chance.below(4));
    if (!chance.one_in(3)) variable.dated_by = "d" + std::to_string(chance.below(3));
    if (!variable.dated_by.empty() && chance.one_in(2))
      variable.window = Window{"d" + std::to_string(chance.below(3)), chance.below(30)};
    rules.variables.push_back(variable);
  }
  for (auto& moment : rules.moments)
    if (!chance.one_in(4)) moment = {"d" + std::to_string(chance.below(3)), chance.below(10)};
  rules.reader_policy = chance.one_in(2) ? ReaderPolicy::first : ReaderPolicy::unknown;
  if (chance.one_in(3)) rules.data_cut = day_text(20 + chance.below(40));
  return rules;
}

SourceRecord random_record(Chance& chance, const Rules& rules, const std::string& patient) {
  static const std::vector<std::string> kReaders{"", "", "r1", "r2"}, kInstances{"", "", "1", "2"};
  SourceRecord record{patient, "delivery.csv", "hash", 1, {}};
  const int values = 1 + chance.below(6);
  for (int i = 0; i < values; ++i) {
    const Variable& variable = chance.of(rules.variables);
    Observation observation;
    observation.variable = chance.one_in(15) ? "unknown_to_the_dictionary" : variable.id;
    if (variable.type == VariableType::date && observation.variable == variable.id) {
      observation.value = chance.one_in(6) ? "" : day_text(chance.below(60));
      observation.instance = chance.one_in(3) ? "1" : "";
    } else {
      observation.value = chance.one_in(6) ? "" : std::to_string(chance.below(3));
      observation.reader = chance.of(kReaders);
      observation.instance = chance.of(kInstances);
      if (chance.one_in(4)) observation.valid_at = day_text(chance.below(60));
    }
    record.observations.push_back(observation);
  }
  return record;
}

/// The obvious reading of a patient's history.
class Reference {
 public:
  Reference(const std::vector<Fact>& history, const Rules& rules, const KnownAt& known) : rules_(rules), known_(known) {
    for (const auto& fact : history)
      if (known.on.empty() || fact.recorded_at.substr(0, known.on.size()) <= known.on)
        newest_[{fact.observation.variable, fact.observation.reader, fact.observation.instance}] = fact;
  }

  PatientValues values() const {
    PatientValues values;
    for (const auto& [key, fact] : newest_) {
      const std::string& id = fact.observation.variable;
      const Variable* variable = rules_.find_variable(id);
      if (known_.point != PredictionPoint::LABEL &&
          (variable == nullptr || static_cast<int>(variable->available_from) > static_cast<int>(known_.point)))
        continue;
      const std::string value = resolve(id, [&](const std::string& valid_at) { return seen(variable, valid_at); });
      if (!value.empty()) values[id] = value;
    }
    return values;
  }

  /// The last day a value of the patient may have been true.
  std::optional<std::string> last_day() const {
    std::vector<std::string> days;
    if (!known_.on.empty()) days.push_back(known_.on.substr(0, 10));
    if (!rules_.data_cut.empty()) days.push_back(rules_.data_cut);
    if (known_.point != PredictionPoint::LABEL) {
      const Moment& moment = rules_.moments[static_cast<std::size_t>(known_.point)];
      const std::string date = moment.date.empty() ? "" : any_date(moment.date);
      if (!date.empty()) days.push_back(plus(date, moment.days));
    }
    if (days.empty()) return std::nullopt;
    return *std::min_element(days.begin(), days.end());
  }

 private:
  static std::string plus(const std::string& date, int days) {
    return day_text(static_cast<int>(*parse_date(date) - *parse_date("2024-01-01")) + days);
  }
  std::string any_date(const std::string& id) const {
    return resolve(id, [](const std::string&) { return true; });
  }
  bool seen(const Variable* variable, const std::string& valid_at) const {
    if (valid_at.empty()) return true;
    const auto last = last_day();
    if (last && valid_at > *last) return false;
    if (variable == nullptr || !variable->window) return true;
    const std::string before = any_date(variable->window->before);
    return before.empty() || (valid_at <= before && plus(valid_at, variable->window->days) >= before);
  }

  std::string resolve(const std::string& id, const std::function<bool(const std::string&)>& may_be_seen) const {
    std::map<std::string, std::vector<Fact>> instances;
    for (const auto& [key, fact] : newest_)
      if (fact.observation.variable == id && !fact.observation.value.empty() && may_be_seen(fact.observation.valid_at))
        instances[fact.observation.instance].push_back(fact);
    const std::vector<Fact>* last = nullptr;
    const auto time = [](const std::vector<Fact>& facts) {
      std::pair<std::string, std::int64_t> latest;
      for (const auto& fact : facts) latest = std::max(latest, {fact.observation.valid_at, fact.id});
      return latest;
    };
    // In the order of their numbers: of equal times the last one stays.
    for (const auto& [instance, facts] : instances)
      if (last == nullptr || time(facts) >= time(*last)) last = &facts;
    if (last == nullptr) return "";
    std::map<std::string, std::string> by_reader;
    std::set<std::string> different;
    for (const auto& fact : *last) {
      by_reader[fact.observation.reader] = fact.observation.value;
      different.insert(fact.observation.value);
    }
    if (by_reader.contains("")) return by_reader.at("");
    if (different.size() == 1 || rules_.reader_policy == ReaderPolicy::first) return by_reader.begin()->second;
    return "";
  }

  const Rules& rules_;
  const KnownAt& known_;
  std::map<std::tuple<std::string, std::string, std::string>, Fact> newest_;
};

class ViewTest : public RegistryTest {
 protected:
  void check_views(Chance& chance, const Rules& rules, const std::vector<std::string>& patients) {
    for (int look = 0; look < 12; ++look) {
      KnownAt known{static_cast<PredictionPoint>(look % 4), look >= 8 ? "" : day_text(chance.below(45))};
      if (chance.one_in(5) && !known.on.empty()) known.on += "T12:00:00Z";
      const auto views = registry().values(rules, known);
      for (const auto& patient : patients) {
        const auto history = registry().history(patient);
        const Reference reference(history, rules, known);
        const PatientValues view = views.contains(patient) ? views.at(patient) : PatientValues();
        EXPECT_EQ(view, reference.values()) << patient << " at " << to_string(known.point) << " on " << known.on;
        EXPECT_EQ(view, registry().values_of(patient, rules, known));
        for (const auto& [variable, value] : view) expect_known(history, rules, known, reference, variable, value);
      }
    }
  }

  /// Some row recorded and true by then says so, and the dictionary lets the variable be seen.
  static void expect_known(const std::vector<Fact>& history, const Rules& rules, const KnownAt& known,
                           const Reference& reference, const std::string& variable, const std::string& value) {
    if (known.point != PredictionPoint::LABEL) {
      ASSERT_NE(rules.find_variable(variable), nullptr);
      EXPECT_LE(static_cast<int>(rules.find_variable(variable)->available_from), static_cast<int>(known.point));
    }
    const auto last = reference.last_day();
    EXPECT_TRUE(std::any_of(history.begin(), history.end(), [&](const Fact& fact) {
      return fact.observation.variable == variable && fact.observation.value == value &&
             (known.on.empty() || fact.recorded_at.substr(0, known.on.size()) <= known.on) &&
             (!last || fact.observation.valid_at <= *last);
    })) << variable;
  }
};

TEST_P(ViewTest, HoldNothingRecordedOrTrueLaterAndEqualTheObviousReading) {
  const std::vector<std::string> patients{"P1", "P2", "P3"};
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chance chance(seed);
    const Rules rules = random_rules(chance);
    int day = 0;
    for (int delivery = 0; delivery < 10; ++delivery) {
      on(day_text(day += chance.below(6)));
      registry().change("import", {}, [&] {
        for (int i = 0; i < 6; ++i) {
          SourceRecord record = random_record(chance, rules, chance.of(patients));
          if (chance.one_in(2))
            registry().add(record);
          else
            registry().add(rules, std::move(record));
        }
      });
    }
    check_views(chance, rules, patients);
    EXPECT_TRUE(verify().faults.empty());
    if (HasFailure()) return;
    for (const char* table : {"record", "patient", "source", "audit"})
      database().execute(std::string("DELETE FROM ") + table);
  }
}

TEST_P(ViewTest, ReadTheHistoryThatWasRecorded) {
  Chance chance(7);
  const Rules rules = random_rules(chance);
  std::map<KnownValues::Key, KnownValues::Value> expected;  // of one patient, newest
  std::size_t rows = 0;
  for (int i = 0; i < 200; ++i) {
    on(day_text(i / 5));
    const SourceRecord record = random_record(chance, rules, "P1");
    for (const auto& observation : record.observations) {
      auto& known = expected[{observation.variable, observation.reader, observation.instance}];
      if (known.value == observation.value && (known.valid_at == observation.valid_at || known.value.empty())) continue;
      known = {observation.value, observation.valid_at};
      ++rows;
    }
    registry().add(record);
  }
  const auto history = registry().history("P1");
  // A variable that a record names twice leaves one value, its last.
  EXPECT_LE(history.size(), rows);
  std::map<KnownValues::Key, KnownValues::Value> newest;
  for (const auto& fact : history)
    newest[{fact.observation.variable, fact.observation.reader, fact.observation.instance}] = {
        fact.observation.value, fact.observation.valid_at};
  for (const auto& [key, value] : expected) {
    if (value.value.empty()) continue;
    ASSERT_TRUE(newest.contains(key));
    EXPECT_EQ(newest.at(key).value, value.value);
    EXPECT_EQ(newest.at(key).valid_at, value.valid_at);
  }
  EXPECT_TRUE(std::is_sorted(history.begin(), history.end(),
                             [](const Fact& a, const Fact& b) { return a.recorded_at < b.recorded_at; }));
}

LARC_ON_BOTH_DATABASES(ViewTest);

}  // namespace
}  // namespace larc::clinical
