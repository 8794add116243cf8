#include "clinical/registry.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "clinical/content.h"
#include "clinical/dating.h"
#include "core/error.h"
#include "core/number.h"

namespace larc::clinical {

using store::text;

namespace {

/// Patients whose known values are kept during an import: a delivery is mostly sorted by patient.
constexpr std::size_t kPatientsInMemory = 500;

bool of_part(const ContentPart& part, const Observation& observation) {
  return part.valid_at == observation.valid_at && part.reader == observation.reader &&
         part.instance == observation.instance;
}

/// A reader of contents that fills `observation` and calls `see` for every value.
ContentReader observations(Observation& observation, std::function<void()> see) {
  return {[&observation](auto valid_at, auto reader, auto instance) {
            observation.valid_at = valid_at;
            observation.reader = reader;
            observation.instance = instance;
          },
          [&observation, see = std::move(see)](auto variable, auto value) {
            observation.variable = variable;
            observation.value = value;
            see();
          }};
}

}  // namespace

std::string current_user() {
  if (const char* user = std::getenv("LARC_USER"); user != nullptr && *user != '\0') return user;
  if (const passwd* entry = ::getpwuid(::geteuid()); entry != nullptr) return entry->pw_name;
  return std::to_string(::geteuid());
}

Registry::Registry(store::Database& database, std::string by, std::function<std::string()> clock)
    : database_(database), trail_(database, std::move(by), std::move(clock)) {}

void Registry::change(const std::string& action, const Json& detail, const std::function<void()>& work) {
  trail_.change(action, detail, [&] {
    if (!trail_.nested()) {
      known_.clear();
      sources_.clear();
    }
    work();
  });
}

void Registry::note(const std::string& action, const Json& detail) {
  trail_.change(
      action, detail, [] {}, true);
}

void Registry::add_patient(const std::string& patient) {
  change("add patient", Json::object(), [&] {
    if (!known_.contains(patient)) known_of(patient);
  });
}

KnownValues& Registry::known_of(const std::string& patient) {
  const auto found = known_.find(patient);
  if (found != known_.end()) return found->second;
  expect({patient});
  return known_.at(patient);
}

void Registry::expect(const std::vector<std::string>& patients) {
  std::vector<std::string> fresh;
  std::set<std::string> seen;
  const auto collect = [&] {
    for (const auto& patient : patients)
      if (!known_.contains(patient) && seen.insert(patient).second) fresh.push_back(patient);
  };
  collect();
  if (fresh.empty()) return;
  if (known_.size() + fresh.size() > kPatientsInMemory) {
    known_.clear();
    trail_.flush();
    collect();
  }
  // Of two lengths only, so that the database plans two statements and not one a length.
  store::Row wanted(fresh.begin(), fresh.end());
  std::string places = "$1";
  if (fresh.size() > 1) {
    if (fresh.size() > kExpectedAtOnce)
      throw Error(ErrorCode::internal, "more patients are expected at once than the registry reads at once");
    wanted.resize(kExpectedAtOnce, fresh.front());
    for (std::size_t i = 2; i <= kExpectedAtOnce; ++i) places += ", $" + std::to_string(i);
  }
  for (const auto& patient : fresh) known_[patient];
  KnownValues* known = nullptr;
  Observation observation;
  const ContentReader reader = observations(observation, [&] { known->set(observation); });
  database_.each("SELECT patient, content FROM record WHERE patient IN (" + places + ") ORDER BY id", wanted,
                 [&](std::span<const std::string_view> row) {
                   known = &known_.at(std::string(row[0]));
                   read_content(row[1], reader);
                 });
  std::set<std::string> present;
  database_.each("SELECT patient FROM patient WHERE patient IN (" + places + ")", wanted,
                 [&](std::span<const std::string_view> row) { present.emplace(row[0]); });
  for (const auto& patient : fresh)
    if (present.insert(patient).second) trail_.add("patient", {patient, trail_.clock()});
}

std::int64_t Registry::source_id(const std::string& name, const std::string& sha256) {
  std::int64_t& id = sources_[{name, sha256}];
  if (id == 0) id = trail_.add("source", {name, sha256, trail_.clock(), trail_.by});
  return id;
}

void Registry::add(const SourceRecord& record) {
  change("add values", {{"source", record.source}}, [&] {
    KnownValues& known = known_of(record.patient);
    ++record_;
    std::vector<ContentPart> parts;
    for (const auto& observation : record.observations) {
      if (!known.differs(observation)) continue;
      // Named twice in one record: the last counts.
      if (known.set(observation, record_))
        for (ContentPart& part : parts)
          if (part.reader == observation.reader && part.instance == observation.instance)
            std::erase_if(part.values, [&](const auto& item) { return item.first == observation.variable; });
      auto part =
          std::find_if(parts.begin(), parts.end(), [&](const auto& item) { return of_part(item, observation); });
      if (part == parts.end())
        part = parts.insert(part, {observation.valid_at, observation.reader, observation.instance, {}});
      part->values.emplace_back(observation.variable, observation.value);
    }
    std::erase_if(parts, [](const ContentPart& part) { return part.values.empty(); });
    if (!parts.empty())
      trail_.add("record", {record.patient, source_id(record.source, record.source_hash),
                            static_cast<std::int64_t>(record.row), encode_content(parts)});
  });
}

void Registry::add(const Rules& rules, SourceRecord record) {
  change("add values", {{"source", record.source}}, [&] {
    date_observations(rules, known_of(record.patient), record);
    add(record);
  });
}

void Registry::add_value(const std::string& patient, const std::string& variable, const std::string& value,
                         const std::string& source, const std::string& source_hash) {
  add({patient, source, source_hash, 0, {{variable, value, "", "", ""}}});
}

void Registry::add_image(const ImageRecord& image) {
  change("add image", {{"source", image.source}}, [&] {
    add_patient(image.patient);
    trail_.flush();
    const auto newest = database_.query(
        "SELECT content_hash, details FROM image WHERE patient = $1 AND role = $2 ORDER BY id DESC LIMIT 1",
        {image.patient, image.role});
    if (!newest.empty() && text(newest[0][0]) == image.content_hash && text(newest[0][1]) == dump_json(image.details))
      return;
    trail_.add("image", {image.patient, image.role, image.content_hash, image.source, dump_json(image.details),
                         trail_.clock(), trail_.by});
  });
}

void Registry::add_prediction(const std::string& patient, const Json& prediction) {
  const std::string model = prediction.at("model"), input = prediction.at("input_hash");
  change("predict", {{"model", model}}, [&] {
    trail_.flush();
    if (database_
            .query("SELECT id FROM prediction WHERE patient = $1 AND model_id = $2 AND input_hash = $3",
                   {patient, model, input})
            .empty())
      trail_.add("prediction", {patient, model, input, dump_json(prediction), trail_.clock(), trail_.by});
  });
}

void Registry::replace_faults(const std::string& source, const std::vector<Finding>& faults) {
  std::vector<store::Row> rows;
  for (const auto& fault : faults)
    rows.push_back({source, static_cast<std::int64_t>(rows.size() + 1), dump_json(to_json(fault))});
  database_.transaction([&] {
    const auto before =
        database_.query("SELECT source, position, document FROM fault WHERE source = $1 ORDER BY position", {source});
    if (before == rows) return;
    database_.execute("DELETE FROM fault WHERE source = $1", {source});
    database_.insert("fault", {"source", "position", "document"}, rows);
    note("faults of a source", {{"source", source}, {"faults", faults.size()}});
  });
}

std::vector<Finding> Registry::faults() const {
  std::map<std::string, std::vector<Finding>> by_source;
  for (const auto& row : database_.query("SELECT source, document FROM fault ORDER BY position"))
    by_source[text(row[0])].push_back(finding_of(parse_json(text(row[1]), "registry fault")));
  std::vector<Finding> all;
  for (auto& [source, list] : by_source) all.insert(all.end(), list.begin(), list.end());
  return all;
}

void Registry::waive(const Waiver& waiver) {
  const std::string by = waiver.by.empty() ? trail_.by : waiver.by;
  change("waive", {{"patient", waiver.patient}, {"criterion", waiver.criterion}}, [&] {
    for (const auto& known : waivers())
      if (known.patient == waiver.patient && known.criterion == waiver.criterion && known.reason == waiver.reason &&
          known.by == by)
        return;
    trail_.add("waiver", {waiver.patient, waiver.criterion, waiver.reason, trail_.clock(), by});
    trail_.flush();
  });
}

std::vector<Waiver> Registry::waivers() const {
  std::vector<Waiver> all;
  for (const auto& row :
       database_.query("SELECT patient, criterion, reason, recorded_by, recorded_at FROM waiver ORDER BY id"))
    all.push_back({text(row[0]), text(row[1]), text(row[2]), text(row[3]), text(row[4])});
  return all;
}

void Registry::decide(const Decision& decision) {
  const std::string by = decision.by.empty() ? trail_.by : decision.by;
  const auto known = decisions(decision.kind);
  if (const auto found = known.find({decision.patient, decision.role});
      found != known.end() && found->second.value == decision.value && found->second.reason == decision.reason &&
      found->second.by == by)
    return;
  change("decide", {{"patient", decision.patient}, {"role", decision.role}, {"kind", decision.kind}}, [&] {
    trail_.add("decision",
               {decision.patient, decision.role, decision.kind, decision.value, decision.reason, trail_.clock(), by});
    trail_.flush();
  });
}

std::map<std::pair<std::string, std::string>, Decision> Registry::decisions(const std::string& kind) const {
  std::map<std::pair<std::string, std::string>, Decision> newest;
  for (const auto& row : database_.query("SELECT patient, role, kind, value, reason, recorded_by, recorded_at FROM "
                                         "decision WHERE kind = $1 ORDER BY id",
                                         {kind}))
    newest[{text(row[0]), text(row[1])}] = {text(row[0]), text(row[1]), text(row[2]), text(row[3]),
                                            text(row[4]), text(row[5]), text(row[6])};
  return newest;
}

std::vector<std::string> Registry::patients() const {
  std::vector<std::string> ids;
  database_.each("SELECT patient FROM patient", {}, [&](auto row) { ids.emplace_back(row[0]); });
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool Registry::has_patient(const std::string& patient) const {
  return !database_.query("SELECT id FROM patient WHERE patient = $1", {patient}).empty();
}

std::map<std::string, PatientValues> Registry::values(const Rules& rules, const KnownAt& known) const {
  return view_values(database_, rules, known);
}

PatientValues Registry::values_of(const std::string& patient, const Rules& rules, const KnownAt& known) const {
  auto values = view_values(database_, rules, known, patient);
  const auto found = values.find(patient);
  return found == values.end() ? PatientValues() : std::move(found->second);
}

std::map<std::string, ValuePlace> Registry::places_of(const std::string& patient, const Rules& rules,
                                                      const KnownAt& known) const {
  return view_places(database_, rules, known, patient);
}

ReaderValues Registry::reader_values() const {
  return view_readers(database_);
}

std::vector<Fact> Registry::history(const std::string& patient) const {
  std::vector<Fact> facts;
  Fact fact;
  const ContentReader reader = observations(fact.observation, [&] { facts.push_back(fact); });
  database_.each(
      "SELECT record.id, source_row, content, name, recorded_at, recorded_by "
      "FROM record JOIN source ON source.id = record.source WHERE patient = $1 ORDER BY record.id",
      {patient}, [&](std::span<const std::string_view> row) {
        fact.id = parse_integer(row[0]).value_or(0);
        fact.row = static_cast<std::size_t>(parse_integer(row[1]).value_or(0));
        fact.source = row[3];
        fact.recorded_at = row[4];
        fact.by = row[5];
        read_content(row[2], reader);
      });
  return facts;
}

std::map<std::pair<std::string, std::string>, ImageRecord> Registry::images() const {
  std::map<std::pair<std::string, std::string>, ImageRecord> all;
  for (const auto& row : database_.query("SELECT patient, role, content_hash, source, details FROM image ORDER BY id"))
    all[{text(row[0]), text(row[1])}] = {text(row[0]), text(row[1]), text(row[2]), text(row[3]),
                                         parse_json(text(row[4]), "registry image details")};
  return all;
}

store::AuditReport Registry::verify(const store::ContentStore& content) const {
  store::AuditReport report;
  database_.snapshot([&] {
    report = trail_.verify();
    for (const auto& row : database_.query("SELECT id, patient, content_hash, source FROM image ORDER BY id"))
      if (!content.contains(text(row[2])))
        report.faults.push_back({"image", static_cast<std::int64_t>(store::number(row[0])), text(row[1]), text(row[3]),
                                 "the object " + text(row[2]) + " of this row is missing from the store"});
  });
  return report;
}

}  // namespace larc::clinical
