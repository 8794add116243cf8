#pragma once
#include <map>
#include <string>

#include "core/json.h"
#include "demo/cohort.h"

namespace larc::demo {

/// How well an endpoint can be predicted: AUC for a binary one, Harrell's C for survival.
struct EndpointTruth {
  bool survival = false;
  double best_possible = 0.5;  // the true predictor, in 200,000 eligible patients of the model
  double cohort_best = 0.5;    // the same in the eligible patients of this cohort; luck moves it
  double clinical_only = 0.5;  // the predictor with its image part at the mean, in the 200,000
  double image_only = 0.5;     // with its clinical part at the mean
  // What a perfect reader of the clinical table and of T2w inside the outline could reach, in the 200,000: diffusion
  // and the fat around the tumour at the mean.
  double radiomics_and_clinical = 0.5;
  double centre_only = 0.5;  // the centre alone, in the 200,000: what a confounded model can reach at most
  double prevalence = 0;     // binary: share with it; survival: share with an event; in the 200,000
  double cohort_prevalence = 0;
};

struct DemoTruth {
  DemoSettings settings;
  std::size_t eligible = 0;
  std::map<std::string, EndpointTruth>
      endpoints;                   // pcr, good_response, t_downstage, crm_positive, deposits, os, dfs, dmfs
  double leaked_column_auc = 0.5;  // of followup_visits for pcr in this cohort; 0.5 but in scenario `leak`
};

/// The population values depend on the scenario alone, not on the seed; a process computes them once.
inline constexpr int kPopulation = 200000;

DemoTruth compute_truth(const Cohort& cohort);

/// truth.json without what it says of single patients, see docs/methods/demo.md.
Json to_json(const DemoTruth& truth);

}  // namespace larc::demo
