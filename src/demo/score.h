#pragma once
#include <map>
#include <string>
#include <vector>

#include "demo/cohort.h"

namespace larc::demo {

/// What ranks the patients for one endpoint as well as anything known before therapy can.
struct Score {
  double all = 0, clinical = 0, image = 0, radiomics_and_clinical = 0, centre = 0;
};

/// An endpoint whose best possible prediction is known.
struct ScoredEndpoint {
  const char* id;
  bool survival;
  Score (*score)(const Predictors& predictors, Scenario scenario, int centre);
};
const std::vector<ScoredEndpoint>& scored_endpoints();

/// Outcomes and scores of one endpoint in many patients.
struct ScoredOutcomes {
  std::vector<double> outcome;  // binary: 0 or 1
  std::vector<double> months;   // survival
  std::vector<int> event;
  std::vector<double> all, clinical, image, radiomics_and_clinical, centre;
  void add(const Score& score, double label_or_months, int happened, bool survival);
};

}  // namespace larc::demo
