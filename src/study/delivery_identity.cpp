#include "study/delivery_identity.h"

#include "core/error.h"
#include "io/dicom/clean_text.h"

namespace larc::study {

namespace {

constexpr const char* kStage = "pseudonyms";

/// Nothing: patients as delivered.
std::optional<Secret> secret_of(Study& study, const std::filesystem::path& file) {
  const auto known = study.ledger.find(kStage, "secret");
  if (file.empty()) {
    if (known)
      throw Error(ErrorCode::refused,
                  "this study keeps its patients under pseudonyms; give the centre's secret with --pseudonyms FILE");
    return std::nullopt;
  }
  Secret secret = Secret::read(file);
  if (known)
    secret.expect_fingerprint(known->result, "this study");
  else if (!study.registry.patients().empty())
    throw Error(ErrorCode::refused,
                "this study already has patients under their delivered names; begin a new study for pseudonyms");
  else
    study.ledger.record({kStage, "secret", "", true, "", secret.fingerprint(), 0});
  return secret;
}

}  // namespace

DeliveryIdentity::DeliveryIdentity(Study& study, const std::filesystem::path& file) {
  if (auto secret = secret_of(study, file)) pseudonyms_.emplace(std::move(*secret));
}

std::string DeliveryIdentity::patient(const std::string& id) {
  return pseudonyms_ && !normalised_patient_id(id).empty() ? pseudonyms_->of_patient(id) : id;
}

std::string DeliveryIdentity::uid(const std::string& original) const {
  return pseudonyms_ && !original.empty() ? pseudonyms_->uid(original) : original;
}

std::string DeliveryIdentity::file(const std::string& name) const {
  if (!pseudonyms_) return name;
  return "file " + pseudonyms_->code("file", name, 8) + std::filesystem::path(name).extension().string();
}

std::string DeliveryIdentity::text(const std::string& description) const {
  return pseudonyms_ ? io::dicom::harmless_part(description, {}) : description;
}

std::string DeliveryIdentity::message(std::string text, const std::string& id) {
  if (!pseudonyms_ || id.empty()) return text;
  const std::string name = patient(id);
  for (auto at = text.find(id); at != std::string::npos; at = text.find(id, at + name.size()))
    text.replace(at, id.size(), name);
  return text;
}

void DeliveryIdentity::hide(io::dicom::DicomInstance& instance) {
  if (!pseudonyms_) return;
  const int days = pseudonyms_->date_shift_days(instance.patient_id);
  for (std::string* date : {&instance.study_date, &instance.series_date, &instance.acquisition_date})
    *date = shifted_date(*date, days).value_or("");
  for (std::string* id :
       {&instance.sop_instance_uid, &instance.series_uid, &instance.study_uid, &instance.frame_of_reference_uid})
    *id = uid(*id);
  instance.patient_birth_date.clear();
  instance.institution_name.clear();
  instance.study_id.clear();
  instance.patient_id = patient(instance.patient_id);
}

void DeliveryIdentity::hide(clinical::SourceRecord& record, const clinical::Rules& rules) {
  if (!pseudonyms_) return;
  const int days = pseudonyms_->date_shift_days(record.patient);
  for (auto& observation : record.observations) {
    const clinical::Variable* variable = rules.find_variable(observation.variable);
    if (variable != nullptr && variable->type == clinical::VariableType::date && !observation.value.empty())
      observation.value = shifted_date(observation.value, days).value_or("");
    if (!observation.valid_at.empty()) observation.valid_at = shifted_date(observation.valid_at, days).value_or("");
  }
  record.patient = patient(record.patient);
}

void DeliveryIdentity::hide(clinical::Finding& finding) {
  if (!pseudonyms_) return;
  for (std::string* text : {&finding.text.en, &finding.text.zh, &finding.remedy.en, &finding.remedy.zh})
    *text = message(*text, finding.patient);
  finding.patient = patient(finding.patient);
}

}  // namespace larc::study
