#pragma once
#include <string>

#include "clinical/patient_view.h"
#include "core/error.h"
#include "core/file.h"
#include "support/test_data.h"

namespace larc::clinical::test_support {

/// The clinical half of the protocol that `larc init` writes, with pieces of its text replaced.
inline Rules rectal_rules(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
  std::string text = read_file(test::source_root() / "data" / "protocols" / "rectal.yaml");
  for (const auto& [from, to] : changes) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw Error(ErrorCode::internal, "the protocol has no '" + from + "'");
    text.replace(at, from.size(), to);
  }
  const Json document = parse_yaml(text, "rectal.yaml");
  Section root(document, "");
  Rules rules;
  parse_rules(root, rules);
  return rules;
}

/// The same as it stands, read once.
inline const Rules& rules() {
  static const Rules kRules = rectal_rules();
  return kRules;
}

/// A patient with all of surgery, pathology and follow-up, and no contradiction: pCR, operated 2020-01-01, last seen
/// alive 2022-01-01.
inline PatientValues complete_patient() {
  return {{"cT_1", "T4a"},
          {"cN_1", "N1"},
          {"cM_1", "M0"},
          {"biopsy_histology", "adenocarcinoma"},
          {"actual_regimen", "long_course_crt"},
          {"anal_verge_distance_cm_1", "6"},
          {"mri_quality_1", "good"},
          {"diagnosis_date", "2019-06-01"},
          {"mri_date_1", "2019-06-05"},
          {"nat_start", "2019-06-20"},
          {"nat_end", "2019-08-01"},
          {"mri_date_2", "2019-10-01"},
          {"surgery_date", "2020-01-01"},
          {"surgery_type", "LAR"},
          {"resection", "R0"},
          {"cM_2", "M0"},
          {"ypT", "0"},
          {"ypN", "0"},
          {"nodes_examined", "15"},
          {"nodes_positive", "0"},
          {"trg_value", "0"},
          {"trg_system", "AJCC"},
          {"crm_mm", "5"},
          {"tumour_deposit_count", "0"},
          {"last_contact_date", "2022-01-01"},
          {"vital_status", "alive"}};
}

/// The complete patient with values set anew; an empty one is taken away.
inline PatientValues with(const PatientValues& changes) {
  PatientValues values = complete_patient();
  for (const auto& [variable, value] : changes) {
    values.erase(variable);
    if (!value.empty()) values[variable] = value;
  }
  return values;
}

}  // namespace larc::clinical::test_support
