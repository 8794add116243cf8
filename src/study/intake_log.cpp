#include "study/intake_log.h"

namespace larc::study {

namespace {

/// Rewrites only what changed, so that a repeated import writes nothing.
void put(store::Database& database, const std::string& table, const std::string& column, const std::string& patient,
         const std::string& name, const Json& document) {
  database.execute("INSERT INTO " + table + " (patient, " + column +
                       ", document) VALUES ($1, $2, $3) ON CONFLICT (patient, " + column +
                       ") DO UPDATE SET document = excluded.document WHERE " + table + ".document <> excluded.document",
                   {patient, name, dump_json(document)});
}

std::map<std::pair<std::string, std::string>, Json> all(store::Database& database, const std::string& table,
                                                        const std::string& column) {
  std::map<std::pair<std::string, std::string>, Json> rows;
  for (const auto& row : database.query("SELECT patient, " + column + ", document FROM " + table))
    rows[{store::text(row[0]), store::text(row[1])}] = parse_json(store::text(row[2]), table);
  return rows;
}

}  // namespace

void IntakeLog::put_series(const std::string& patient, const std::string& series, const Json& document) {
  put(database_, "delivered_series", "series", patient, series, document);
}

void IntakeLog::put_choice(const std::string& patient, const std::string& role, const Json& document) {
  put(database_, "role_choice", "role", patient, role, document);
}

std::map<std::pair<std::string, std::string>, Json> IntakeLog::series() const {
  return all(database_, "delivered_series", "series");
}

std::map<std::pair<std::string, std::string>, Json> IntakeLog::choices() const {
  return all(database_, "role_choice", "role");
}

}  // namespace larc::study
