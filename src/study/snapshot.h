#pragma once
#include <map>
#include <string>
#include <vector>

#include "clinical/queries.h"
#include "study/study.h"

namespace larc::study {

using ValuesByPatient = std::map<std::string, PatientValues>;

/// Nothing where the map has no such patient.
const PatientValues& values_of(const ValuesByPatient& values, const std::string& patient);

/// The registry as it is now, read once for all that is made of it. For one thread; the study must outlive it.
/// errors those of Registry::values and of the criteria
class Snapshot {
 public:
  explicit Snapshot(const Study& of_study);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const Study& study;
  const std::vector<std::string> patients;  // sorted
  const ValuesByPatient values;             // all that is known; only patients of whom anything is
  const WaivedCriteria waived;
  const Screening screening;  // signed waivers taken into account

  const PatientValues& of(const std::string& patient) const { return values_of(values, patient); }
  /// What could be known at the point; read when first asked for.
  const ValuesByPatient& values_at(PredictionPoint point) const;
  /// Empty where it is not known.
  std::string centre_of(const std::string& patient) const;
  Eligibility eligibility_of(const std::string& patient) const { return screening.of_patient.at(patient); }
  /// Failed checks and outcomes; derived when first asked for.
  const Assessment& assessment_of(const std::string& patient) const;
  const Outcome& outcome_of(const std::string& patient, const Endpoint& endpoint) const;

 private:
  mutable std::map<PredictionPoint, ValuesByPatient> at_point_;
  mutable std::map<std::string, Assessment> assessments_;
};

/// Eligibility as it could be judged at a prediction point: by what was known then, and without the criteria that rest
/// on something known later. Who is not excluded is unknown where there are such criteria.
std::map<std::string, PatientScreening> screening_at(const Snapshot& snapshot, PredictionPoint point);

}  // namespace larc::study
