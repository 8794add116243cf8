#include "study/snapshot.h"

namespace larc::study {

namespace {

WaivedCriteria waived_in(const Registry& registry) {
  WaivedCriteria waived;
  for (const auto& waiver : registry.waivers()) waived[waiver.patient].insert(waiver.criterion);
  return waived;
}

}  // namespace

const PatientValues& values_of(const ValuesByPatient& values, const std::string& patient) {
  static const PatientValues kNothing;
  const auto found = values.find(patient);
  return found == values.end() ? kNothing : found->second;
}

Snapshot::Snapshot(const Study& of_study)
    : study(of_study),
      patients(study.registry.patients()),
      values(study.registry.values(study.file)),
      waived(waived_in(study.registry)),
      screening(screen(study.file, patients, values, waived)) {}

const ValuesByPatient& Snapshot::values_at(PredictionPoint point) const {
  if (point == PredictionPoint::LABEL) return values;
  const auto found = at_point_.find(point);
  if (found != at_point_.end()) return found->second;
  return at_point_.emplace(point, study.registry.values(study.file, {point})).first->second;
}

std::string Snapshot::centre_of(const std::string& patient) const {
  const PatientValues& known = of(patient);
  const auto found = known.find(kCentreVariable);
  return found == known.end() ? "" : found->second;
}

const Assessment& Snapshot::assessment_of(const std::string& patient) const {
  const auto found = assessments_.find(patient);
  if (found != assessments_.end()) return found->second;
  return assessments_.emplace(patient, assess(study.file, of(patient), screening.patients.at(patient))).first->second;
}

const Outcome& Snapshot::outcome_of(const std::string& patient, const Endpoint& endpoint) const {
  const auto& endpoints = study.file.endpoints;
  const auto place =
      std::find_if(endpoints.begin(), endpoints.end(), [&](const auto& other) { return other.id == endpoint.id; });
  return assessment_of(patient).outcomes.at(static_cast<std::size_t>(place - endpoints.begin()));
}

std::map<std::string, PatientScreening> screening_at(const Snapshot& snapshot, PredictionPoint point) {
  const StudyFile& file = snapshot.study.file;
  const auto is_later = [&](const Criterion& criterion) {
    const auto& ids = criterion.rule.variables();
    return std::any_of(ids.begin(), ids.end(),
                       [&](const auto& id) { return file.find_variable(id)->available_from > point; });
  };
  const auto first_later = std::find_if(file.eligibility.begin(), file.eligibility.end(), is_later);
  Rules judged = file;
  std::erase_if(judged.eligibility, is_later);
  auto patients = screen(judged, snapshot.patients, snapshot.values_at(point), snapshot.waived).patients;
  if (first_later == file.eligibility.end()) return patients;
  for (auto& [patient, one] : patients) {
    if (one.state == Eligibility::excluded) continue;
    const bool decided_before = std::any_of(file.eligibility.begin(), first_later,
                                            [&](const auto& criterion) { return criterion.id == one.decided_by; });
    if (!decided_before) one.decided_by = first_later->id;
    one.state = Eligibility::unknown;
  }
  return patients;
}

}  // namespace larc::study
