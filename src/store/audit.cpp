#include "store/audit.h"

#include "core/error.h"
#include "core/hash.h"
#include "core/number.h"

namespace larc::store {

const std::vector<AuditedTable>& audited_tables() {
  static const std::vector<AuditedTable> kTables{
      {"patient", {"patient", "recorded_at"}},
      {"source", {"name", "sha256", "recorded_at", "recorded_by"}},
      {"record", {"patient", "source", "source_row", "content"}},
      {"image", {"patient", "role", "content_hash", "source", "details", "recorded_at", "recorded_by"}},
      {"waiver", {"patient", "criterion", "reason", "recorded_at", "recorded_by"}},
      {"prediction", {"patient", "model_id", "input_hash", "document", "recorded_at", "recorded_by"}}};
  return kTables;
}

namespace {

constexpr std::size_t kRowsAtOnce = 2000;

const AuditedTable& table_of(const std::string& name) {
  for (const auto& table : audited_tables())
    if (table.name == name) return table;
  throw Error(ErrorCode::internal, "table '" + name + "' is not audited");
}

/// 0, which no row has, where it is no number.
std::int64_t id_of(std::string_view cell) {
  return parse_integer(cell).value_or(0);
}

/// 32 digits: a row cannot be changed into another one with the same digest.
std::string short_digest(const std::string& parts) {
  return sha256(parts).substr(0, 32);
}

std::string hash_of_entry(std::span<const std::string_view> columns) {
  std::string parts;
  for (const auto column : columns) append_part(parts, column);
  return sha256(parts);
}

/// One table of the trail as it is read back: the entries that claim its rows, in order.
struct Claim {
  std::int64_t entry, first, last;
  std::string hash;
};

class Verifier {
 public:
  explicit Verifier(Database& database) : database_(database) {}

  AuditReport verify() {
    read_entries();
    database_.each("SELECT id, name FROM source", {},
                   [&](auto cells) { sources_[std::string(cells[0])] = std::string(cells[1]); });
    for (const auto& table : audited_tables()) check_table(table);
    return std::move(report_);
  }

 private:
  void fault(const std::string& table, std::int64_t id, const std::string& what, const std::string& patient = "",
             const std::string& source = "") {
    report_.faults.push_back({table, id, patient, source, what});
  }

  void read_entries() {
    std::string previous;
    std::int64_t expected = 1;
    database_.each(
        "SELECT id, recorded_at, recorded_by, action, detail, added, previous, hash FROM audit ORDER BY id", {},
        [&](std::span<const std::string_view> cells) {
          const std::int64_t id = id_of(cells[0]);
          ++report_.entries;
          if (id != expected)
            fault("audit", expected,
                  "entries " + std::to_string(expected) + " to " + std::to_string(id - 1) +
                      " of the audit trail are missing");
          else if (cells[6] != previous)
            fault("audit", id, "this entry of the audit trail does not follow from the one before");
          if (hash_of_entry(cells.first(7)) != cells[7])
            fault("audit", id, "this entry of the audit trail was changed after it was written");
          expected = id + 1;
          previous = std::string(cells[7]);
          const Json added = Json::parse(cells[5], nullptr, false);
          if (!added.is_object()) return;
          for (const auto& [table, claim] : added.items())
            if (claim.is_object() && claim.value("first", Json()).is_number_integer() &&
                claim.value("last", Json()).is_number_integer() && claim.value("sha256", Json()).is_string())
              claims_[table].push_back({id, claim["first"].get<std::int64_t>(), claim["last"].get<std::int64_t>(),
                                        claim["sha256"].get<std::string>()});
        });
    report_.head = previous;
  }

  void check_table(const AuditedTable& table) {
    const auto& claims = claims_[table.name];
    std::string columns = "id";
    std::size_t patient = 0, source = 0;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      columns += ", " + table.columns[c];
      if (table.columns[c] == "patient") patient = c + 1;
      if (table.columns[c] == "source") source = c + 1;
    }
    const std::size_t digest_column = table.columns.size() + 1;
    std::size_t claim = 0;
    std::int64_t expected = 1;
    std::string chain, parts;
    std::size_t named = report_.faults.size();
    const auto end_claim = [&] {
      if (chain != claims[claim].hash && report_.faults.size() == named)
        fault(table.name, claims[claim].first,
              "rows " + std::to_string(claims[claim].first) + " to " + std::to_string(claims[claim].last) +
                  " are not those that entry " + std::to_string(claims[claim].entry) + " of the audit trail recorded");
      ++claim;
      chain.clear();
      named = report_.faults.size();
    };
    const auto missing_until = [&](std::int64_t id) {
      while (expected < id && claim < claims.size()) {
        const std::int64_t last = std::min(id - 1, claims[claim].last);
        if (expected <= last)
          fault(table.name, expected,
                expected == last ? "this row is missing"
                                 : "rows " + std::to_string(expected) + " to " + std::to_string(last) + " are missing");
        expected = last + 1;
        if (last == claims[claim].last) end_claim();
      }
      expected = std::max(expected, id);
    };
    database_.each("SELECT " + columns + ", digest FROM " + table.name + " ORDER BY id", {},
                   [&](std::span<const std::string_view> cells) {
                     ++report_.rows;
                     const std::int64_t id = id_of(cells[0]);
                     const std::string of_patient(patient == 0 ? std::string_view() : cells[patient]);
                     std::string of_source(source == 0 ? std::string_view() : cells[source]);
                     if (table.name == "record") of_source = sources_[of_source];
                     missing_until(id);
                     if (id < expected || claim == claims.size()) {
                       fault(table.name, id, "this row was added past the audit trail", of_patient, of_source);
                       return;
                     }
                     ++expected;
                     parts = table.name;
                     for (std::size_t c = 0; c < digest_column; ++c) append_part(parts, cells[c]);
                     const std::string digest = short_digest(parts);
                     if (digest != cells[digest_column])
                       fault(table.name, id, "this row was changed after it was written", of_patient, of_source);
                     chain = sha256(chain + digest);
                     if (id == claims[claim].last) end_claim();
                   });
    if (!claims.empty()) missing_until(claims.back().last + 1);
  }

  Database& database_;
  AuditReport report_;
  std::map<std::string, std::string> sources_;
  std::map<std::string, std::vector<Claim>> claims_;
};

}  // namespace

Json to_json(const AuditReport& report) {
  Json faults = Json::array();
  for (const auto& fault : report.faults)
    faults.push_back({{"table", fault.table},
                      {"id", fault.id},
                      {"patient", fault.patient.empty() ? Json(nullptr) : Json(fault.patient)},
                      {"source", fault.source.empty() ? Json(nullptr) : Json(fault.source)},
                      {"what", fault.what}});
  return {{"entries", report.entries},
          {"rows", report.rows},
          {"unbroken", report.faults.empty()},
          {"head", report.head},
          {"faults", faults}};
}

void AuditTrail::change(const std::string& action, const Json& detail, const std::function<void()>& work, bool noted) {
  // In the order of every other call, database first: two threads would otherwise wait for each other.
  database_.transaction([&] {
    const struct Depth {
      explicit Depth(AuditTrail& owner) : trail(owner) { ++trail.depth_; }
      ~Depth() {
        if (--trail.depth_ == 0) trail.added_.clear();
      }
      AuditTrail& trail;
    } depth(*this);
    work();
    if (depth_ > 1) {
      // The rows are those of the change around this one.
      if (noted) append_entry(action, detail, {});
      return;
    }
    flush();
    if (noted || !added_.empty()) append_entry(action, detail, std::exchange(added_, {}));
  });
}

std::int64_t AuditTrail::add(const std::string& name, Row values) {
  const AuditedTable& table = table_of(name);
  if (depth_ == 0 || values.size() != table.columns.size())
    throw Error(ErrorCode::internal, "a row of table '" + name + "' was added outside a change, or is incomplete");
  const auto [found, fresh] = added_.try_emplace(name);
  Added& added = found->second;
  if (fresh) {
    const auto newest = database_.query("SELECT MAX(id) FROM " + name);
    const auto* id = std::get_if<std::int64_t>(&newest[0][0]);
    added.first = added.next = (id == nullptr ? 0 : *id) + 1;
  }
  const std::int64_t id = added.next++;
  std::string parts = name;
  append_part(parts, std::to_string(id));
  for (const Value& value : values) append_part(parts, text(value));
  const std::string digest = short_digest(parts);
  added.chain = sha256(added.chain + digest);
  Row row;
  row.reserve(values.size() + 2);
  row.emplace_back(id);
  for (Value& value : values) row.push_back(std::move(value));
  row.emplace_back(digest);
  added.rows.push_back(std::move(row));
  if (added.rows.size() >= kRowsAtOnce) write(table, added);
  return id;
}

void AuditTrail::write(const AuditedTable& table, Added& added) {
  std::vector<std::string> columns{"id"};
  columns.insert(columns.end(), table.columns.begin(), table.columns.end());
  columns.push_back("digest");
  database_.insert(table.name, columns, added.rows);
  added.rows.clear();
}

void AuditTrail::flush() {
  for (auto& [name, added] : added_) write(table_of(name), added);
}

void AuditTrail::append_entry(const std::string& action, const Json& detail,
                              const std::map<std::string, Added>& added) {
  Json rows = Json::object();
  for (const auto& [name, range] : added)
    rows[name] = {{"first", range.first}, {"last", range.next - 1}, {"sha256", range.chain}};
  std::int64_t id = 1;
  std::string previous;
  const auto newest = database_.query("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
  if (!newest.empty()) {
    id = static_cast<std::int64_t>(number(newest[0][0])) + 1;
    previous = text(newest[0][1]);
  }
  const std::vector<std::string> columns{std::to_string(id), clock(),         by,      action,
                                         dump_json(detail),  dump_json(rows), previous};
  const std::vector<std::string_view> views(columns.begin(), columns.end());
  database_.insert(
      "audit", {"id", "recorded_at", "recorded_by", "action", "detail", "added", "previous", "hash"},
      {{id, columns[1], columns[2], columns[3], columns[4], columns[5], columns[6], hash_of_entry(views)}});
}

AuditReport AuditTrail::verify() const {
  AuditReport report;
  database_.snapshot([&] { report = Verifier(database_).verify(); });
  return report;
}

}  // namespace larc::store
