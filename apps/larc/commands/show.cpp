#include "clinical/patient_record.h"
#include "command.h"
#include "core/error.h"
#include "core/number.h"

namespace larc::app {

namespace {

std::string text_of(const Json& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

/// To at least `width` characters, so that columns stand under each other.
std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

/// "clinical.csv row 12, true on 2024-01-31, recorded 2026-02-01T08:00:00Z by chen"
std::string origin_of(const Json& row) {
  if (!row.contains("source")) return "";
  std::string text = std::filesystem::path(row["source"].get<std::string>()).filename().string();
  if (row["row"] != 0) text += " row " + row["row"].dump();
  if (!row["true_on"].is_null()) text += ", true on " + row["true_on"].get<std::string>();
  return text + ", recorded " + row["recorded_at"].get<std::string>() + " by " + row["by"].get<std::string>();
}

std::string lines_from(const Json& from) {
  std::string text;
  for (const auto& item : from)
    if (!item["value"].is_null())
      text += "\n      " + padded(item["variable"].get<std::string>() + " = " + text_of(item["value"]), 38) + "  " +
              origin_of(item);
  return text;
}

std::string joined(const Json& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ", ") + item.get<std::string>();
  return text;
}

std::string eligibility_text(const Json& eligibility) {
  std::string text = "\n\nEligibility (criteria " + eligibility["criteria_version"].get<std::string>() +
                     "): " + eligibility["state"].get<std::string>();
  if (!eligibility["decided_by"].is_null()) text += " by " + eligibility["decided_by"].get<std::string>();
  for (const auto& criterion : eligibility["criteria"]) {
    text += "\n  " + padded(criterion["id"].get<std::string>(), 4) + padded(criterion["state"].get<std::string>(), 9) +
            criterion["text"]["en"].get<std::string>();
    if (!criterion["missing"].empty()) text += "; missing: " + joined(criterion["missing"]);
    if (!criterion["reason"].is_null()) text += "; " + criterion["reason"].get<std::string>();
    if (!criterion["waiver"].is_null())
      text += "; waived by " + criterion["waiver"]["by"].get<std::string>() + " on " +
              criterion["waiver"]["recorded_at"].get<std::string>().substr(0, 10) + ": " +
              criterion["waiver"]["reason"].get<std::string>();
  }
  return text;
}

std::string endpoints_text(const Json& endpoints) {
  std::string text = "\n\nEndpoints";
  for (const auto& endpoint : endpoints) {
    text += "\n  " + padded(endpoint["id"].get<std::string>(), 28) + endpoint["state"].get<std::string>();
    if (!endpoint["value"].is_null()) text += ": " + text_of(endpoint["value"]);
    if (endpoint.contains("time_months"))
      text += " at " + format_fixed(endpoint["time_months"].get<double>(), 2) + " months";
    if (!endpoint["reason"].is_null()) text += ": " + endpoint["reason"].get<std::string>();
    if (!endpoint["missing"].empty()) text += "; missing: " + joined(endpoint["missing"]);
    text += lines_from(endpoint["from"]);
  }
  return text;
}

std::string values_text(const Json& values) {
  std::string text = "\n\nValues";
  for (const auto& value : values) {
    std::string now = value["variable"].get<std::string>() + " = " + text_of(value["value"]);
    const std::string unit = value["unit"].get<std::string>();
    if (!unit.empty()) now += " " + unit;
    if (!value["upper_normal"].is_null()) now += " (normal to " + value["upper_normal"].dump() + ")";
    text += "\n  " + padded(now, 42) + "  " + origin_of(value["newest"]);
    for (const auto& row : value["earlier"]) {
      text += "\n    before: " + text_of(row["value"]);
      if (!row["reader"].is_null()) text += " (reader " + row["reader"].get<std::string>() + ")";
      text += "  " + origin_of(row);
    }
  }
  return text;
}

std::string record_text(const Json& record) {
  std::string text = "Patient " + record["patient"].get<std::string>();
  if (!record["centre"].is_null()) text += ", centre " + record["centre"].get<std::string>();
  text += eligibility_text(record["eligibility"]);
  text += record["checks"].empty() ? "\n\nNo check failed" : "\n\nChecks that failed";
  for (const auto& check : record["checks"]) {
    text += "\n  " + padded(check["id"].get<std::string>(), 4) + check["text"]["en"].get<std::string>();
    if (!check["error"].is_null()) text += " (" + check["error"].get<std::string>() + ")";
    if (!check["affects"].empty()) text += "; waiting: " + joined(check["affects"]);
    text += "\n      " + check["remedy"]["en"].get<std::string>() + lines_from(check["from"]);
  }
  text += endpoints_text(record["endpoints"]);
  text += "\n\nDerived";
  for (const auto& value : record["derived"])
    text += "\n  " +
            padded(value["variable"].get<std::string>() + " = " +
                       text_of(value.contains("error") ? value["error"] : value["value"]),
                   42) +
            "  " + value["formula"].get<std::string>();
  return text + values_text(record["values"]);
}

}  // namespace

void add_show(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    std::string patient;
    std::string on;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("show", "everything known and derived of one patient, each value traced to its rows");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_option("PATIENT", options->patient, "the patient's pseudonym")->required();
  command->add_option("--on", options->on, "only what was recorded and true by this day, YYYY-MM-DD (default: now)");
  command->callback([options, &context] {
    if (!options->on.empty() && !clinical::parse_date(options->on))
      throw Error(ErrorCode::usage, "--on " + options->on + " is not a date; write it as YYYY-MM-DD");
    const study::Study study(options->study, study::Access::read);
    const Json record = clinical::patient_record(study.registry, study.file, options->patient, options->on);
    context.answer(record, record_text(record));
  });
}

}  // namespace larc::app
