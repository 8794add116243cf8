#pragma once
#include <vector>

#include "core/json.h"
#include "demo/cohort.h"

namespace larc::demo {

/// How well an endpoint can be predicted: AUC for pCR, Harrell's C for overall survival.
struct EndpointTruth {
  double best_possible = 0.5;  // the true linear predictor, in 200,000 patients of the model
  double cohort_best = 0.5;    // the same in this cohort; luck moves it
  double clinical_only = 0.5;  // its clinical part alone, in the 200,000
  double image_only = 0.5;     // its image part alone, in the 200,000
  double centre_only = 0.5;    // the centre alone, in the 200,000: what a confounded model can reach at most
  double prevalence = 0;       // pCR: share with it; OS: share of deaths; in the 200,000
  double cohort_prevalence = 0;
};

struct DemoTruth {
  DemoSettings settings;
  EndpointTruth pcr;
  EndpointTruth os;
  double leaked_column_auc = 0.5;  // of followup_visits for pCR in this cohort; 0.5 but in scenario `leak`
  std::vector<DemoPatient> patients;
};

/// The population values depend on the scenario alone, not on the seed.
inline constexpr int kPopulation = 200000;

DemoTruth compute_truth(const std::vector<DemoPatient>& cohort, const DemoSettings& settings);

/// truth.json, see docs/methods/demo.md.
Json to_json(const DemoTruth& truth);

}  // namespace larc::demo
