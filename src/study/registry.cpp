#include "study/registry.h"

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "store/ledger.h"

namespace larc::study {

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

Datum parse_value(const Variable& variable, const std::string& raw) {
  const std::string value(trim(raw));
  if (value.empty()) return {};
  switch (variable.type) {
    case VariableType::number: {
      const auto number = parse_double(value);
      if (!number || !std::isfinite(*number))
        throw Error(ErrorCode::domain,
                    "'" + value + "' is not a number; write it with a decimal point, or leave the cell empty");
      if (*number < variable.lower || *number > variable.upper)
        throw Error(ErrorCode::domain, value + " lies outside the plausible range " + format_double(variable.lower) +
                                           " to " + format_double(variable.upper) +
                                           (variable.unit.empty() ? "" : " " + variable.unit) +
                                           "; correct the value or its unit, or widen the range in study.yaml");
      return *number;
    }
    case VariableType::category:
      for (const auto& code : variable.codes)
        if (code == value) return value;
      throw Error(ErrorCode::domain, "'" + value + "' is not an allowed code; allowed: " + join(variable.codes, ", "));
    case VariableType::date:
      if (!parse_date(value)) throw Error(ErrorCode::domain, "'" + value + "' is not a date; write it as YYYY-MM-DD");
      return value;
    case VariableType::text:
      return value;
  }
  return {};
}

Datum PatientView::operator()(const std::string& id) const {
  const Variable* variable = study_.find_variable(id);
  if (variable == nullptr)
    throw Error(ErrorCode::not_found, "variable '" + id + "' is not declared under variables in study.yaml");
  if (variable->available_from > point_)
    throw Error(ErrorCode::refused, "variable '" + id + "' is available from " + to_string(variable->available_from) +
                                        " and may not be seen at " + to_string(point_));
  const auto found = values_.find(id);
  if (found == values_.end()) return {};
  return in_context("variable '" + id + "'", [&] { return parse_value(*variable, found->second); });
}

}  // namespace larc::study
