#include "clinical/registry.h"

#include "store/ledger.h"

namespace larc::clinical {

using store::text;

void Registry::add_patient(const std::string& patient) {
  database_.execute("INSERT INTO patient (id, recorded_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
                    {patient, store::utc_now()});
}

void Registry::add_value(const std::string& patient, const std::string& variable, const std::string& value,
                         const std::string& source, const std::string& source_hash) {
  const auto newest =
      database_.query("SELECT value FROM observation WHERE patient = $1 AND variable = $2 ORDER BY id DESC LIMIT 1",
                      {patient, variable});
  if (newest.empty() ? value.empty() : text(newest[0][0]) == value) return;
  database_.execute(
      "INSERT INTO observation (patient, variable, value, recorded_at, source, source_hash) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {patient, variable, value, store::utc_now(), source, source_hash});
}

void Registry::add_image(const ImageRecord& image) {
  add_patient(image.patient);
  const auto newest =
      database_.query("SELECT content_hash FROM image WHERE patient = $1 AND role = $2 ORDER BY id DESC LIMIT 1",
                      {image.patient, image.role});
  if (!newest.empty() && text(newest[0][0]) == image.content_hash) return;
  database_.execute(
      "INSERT INTO image (patient, role, content_hash, source, details, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)",
      {image.patient, image.role, image.content_hash, image.source, dump_json(image.details), store::utc_now()});
}

std::vector<std::string> Registry::patients() const {
  std::vector<std::string> ids;
  for (const auto& row : database_.query("SELECT id FROM patient ORDER BY id")) ids.push_back(text(row[0]));
  return ids;
}

std::map<std::string, PatientValues> Registry::values() const {
  std::map<std::string, PatientValues> all;
  for (const auto& row : database_.query("SELECT patient, variable, value FROM observation ORDER BY id")) {
    const std::string value = text(row[2]);
    if (value.empty())
      all[text(row[0])].erase(text(row[1]));
    else
      all[text(row[0])][text(row[1])] = value;
  }
  return all;
}

std::map<std::pair<std::string, std::string>, ImageRecord> Registry::images() const {
  std::map<std::pair<std::string, std::string>, ImageRecord> all;
  for (const auto& row : database_.query("SELECT patient, role, content_hash, source, details FROM image ORDER BY id"))
    all[{text(row[0]), text(row[1])}] = {text(row[0]), text(row[1]), text(row[2]), text(row[3]),
                                         parse_json(text(row[4]), "registry image details")};
  return all;
}

}  // namespace larc::clinical
