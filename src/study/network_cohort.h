#pragma once
#include <map>
#include <string>
#include <vector>

#include "nn/api.h"
#include "study/dataset.h"

namespace larc::study {

/// What is known of one endpoint in the rows of a network; NaN where not known.
/// label (rows,) binary; time_months and cause (rows,) otherwise: 0 censored, 1 the event, 2 a competing one
struct CohortOutcome {
  std::string endpoint;
  bool answered = true;  // predicted at the network's point; otherwise learned beside
  learn::OutcomeKind kind = learn::OutcomeKind::binary;
  std::vector<double> label;
  std::vector<double> time_months;
  std::vector<int> cause;
};

/// What the network of one prediction point learns from: every patient with a crop that may be seen there and a known
/// outcome of any endpoint that gets models.
struct NetworkCohort {
  PredictionPoint at = PredictionPoint::P0;
  std::vector<std::string> patients;  // sorted
  std::vector<std::string> centres;
  std::vector<std::map<std::string, std::string>> crops;  // hashes by image role
  std::vector<CohortOutcome> outcomes;                    // those answered first, each in the order of the study file
  std::string hash;                                       // of everything above
};

/// datasets: of all endpoints that get models
NetworkCohort network_cohort(const StudyFile& file, const std::vector<Dataset>& datasets, PredictionPoint at);

/// The tasks of these rows, as far as the rows can teach them: four patients with and, where it is not a time, four
/// without the outcome; eight of either for what is only learned beside. Bins of survival tasks end at deciles of the
/// rows' own event times.
std::vector<nn::Task> tasks_of(const NetworkCohort& cohort, const std::vector<std::size_t>& rows);

}  // namespace larc::study
