#pragma once
#include <gtest/gtest.h>

#include <string>

#include "clinical/clinical_table.h"
#include "clinical/section.h"
#include "core/error.h"
#include "core/json.h"

namespace larc::clinical {

/// A dictionary with one variable of every kind.
inline Rules small_rules(const std::string& table = "") {
  static const std::string kVariables = R"(
variables:
  age: {type: number, unit: years, range: [18, 100], available_from: P0, label: {en: Age, zh: 年龄}}
  sex: {type: category, codes: {M: {en: Male, zh: 男}, F: {en: Female, zh: 女}}, available_from: P0, aliases: [gender]}
  cea: {type: number, unit: ng/mL, range: [0, 10000], units: {ug/L: 1, ng/L: 0.001}, dated_by: lab_date, available_from: P0}
  hb: {type: number, unit: g/L, range: [30, 220], units: {g/dL: 10}, available_from: P0, label: {en: Haemoglobin, zh: 血红蛋白}}
  ecog: {type: number, range: [0, 4], available_from: P0}
  lab_date: {type: date, available_from: P0, label: {en: Date of blood sample, zh: 采血日期}}
  visit: {type: date, available_from: P0}
  mrf: {type: number, unit: mm, range: [0, 100], readers: true, available_from: P0}
  cT: {type: category, codes: [T1, T2, T3a, T4b], readers: true, available_from: P0}
  organs: {type: codes, codes: [bladder, seminal_vesicle, pelvic-wall], available_from: P0}
  note: {type: text, available_from: LABEL}
  involved: {type: category, codes: ["true", "false"], formula: mrf <= 1, available_from: P0}
endpoints:
  old: {type: binary, positive: age > 60}
)";
  const Json document =
      parse_yaml("table: {patient: id, centre: site, missing: [\"\", NA], " + table + "}\n" + kVariables, "study.yaml");
  Section root(document, "");
  Rules rules;
  parse_rules(root, rules);
  return rules;
}

inline Mapping mapping_of(const std::string& yaml) {
  return parse_mapping(parse_yaml("format: larc.mapping/1\n" + yaml, "m.yaml"), "m.yaml");
}

inline ClinicalTable read_text(const Rules& rules, const std::string& text, const std::string& mapping = "") {
  return check_clinical_table(rules, parse_table_file(text, "t.csv"),
                              {mapping.empty() ? Mapping{} : mapping_of(mapping)});
}

/// The values of a record, "variable=value" or "variable@reader/instance=value" each, in order.
inline std::string values_of(const SourceRecord& record) {
  std::string text;
  for (const auto& observation : record.observations)
    text += (text.empty() ? "" : " ") + observation.variable +
            (observation.reader.empty() ? "" : "@" + observation.reader) +
            (observation.instance.empty() ? "" : "/" + observation.instance) + "=" + observation.value;
  return text;
}

/// The message of the error that `work` throws.
template <typename Work>
std::string message_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

inline void expect_in(const std::string& text, const std::vector<std::string>& parts) {
  for (const auto& part : parts) EXPECT_NE(text.find(part), std::string::npos) << "no '" << part << "' in:\n" << text;
}

}  // namespace larc::clinical
