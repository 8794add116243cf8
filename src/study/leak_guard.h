#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "clinical/patient_view.h"
#include "study/likeness.h"
#include "study/study_file.h"

namespace larc::study {

/// A clinical predictor that looks like something that is known only later.
struct LaterTwin {
  std::string predictor;
  std::string later;  // variable, or endpoint whose outcome it is
  bool outcome = false;
  PredictionPoint available_from = PredictionPoint::LABEL;
  Likeness likeness;
  bool accepted = false;  // by models.accepted_likeness
};

/// Every clinical predictor against every variable that is not available at an endpoint's point and against the
/// outcomes of all endpoints, over the patients given (beyond 2,000 every second, third, ...). What is derived from the
/// predictor itself, or from nothing that comes later, is no leak and is passed over.
class LeakGuard {
 public:
  /// file  must outlive the guard
  LeakGuard(const StudyFile& file, const std::map<std::string, PatientValues>& values);
  /// Sorted by predictor as in the study file; of several later variables the likest first.
  std::vector<LaterTwin> later_twins(const Endpoint& endpoint) const;

 private:
  /// What predictors are compared with.
  struct Later {
    std::string id;
    bool outcome = false;
    PredictionPoint available_from = PredictionPoint::LABEL;
    std::set<std::string> sources;
    bool derived = false;
    PatientColumn column;
  };
  void add_outcomes(const std::vector<const PatientValues*>& patients);

  const StudyFile& file_;
  std::map<std::string, PatientColumn> predictors_;
  std::vector<Later> later_;  // of variables known after P0, then of outcomes
};

/// errors refused: a predictor is a copy of something later (names both), and the study file does not accept it
void refuse_copies(const Endpoint& endpoint, const std::vector<LaterTwin>& twins);

/// What a person should know of a twin: "resembles Follow-up visits (available from LABEL): ..."
Label describe(const StudyFile& file, const LaterTwin& twin);

}  // namespace larc::study
