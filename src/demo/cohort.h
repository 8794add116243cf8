#pragma once
#include <string>
#include <vector>

#include "demo/course.h"

namespace larc::demo {

struct DemoPatient {
  std::string id;  // LARC-B-017
  LatentPatient latent;
  TumourAppearance appearance;
  Course course;
  Pathology pathology;
  LinearPredictor pcr;
  LinearPredictor os;
  int followup_visits = 0;
  std::string planted;  // "", "truncated_slice", "missing_slice", "no_mask"
};

/// All patients: 42% of them at centre A, 33% at B, 25% at C, in this order. Every patient has an own random stream.
/// errors domain: fewer than kFewestPatients patients
std::vector<DemoPatient> draw_cohort(const DemoSettings& settings);

/// clinical.csv: header and rows in the order of the cohort. 5-8% of the laboratory values are left empty at random.
/// Column `followup_visits` only in scenario `leak`.
std::string format_clinical_csv(const std::vector<DemoPatient>& cohort, const DemoSettings& settings);

}  // namespace larc::demo
