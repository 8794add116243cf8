#pragma once
#include "study/study.h"

namespace larc::study {

/// What the extraction of one patient left behind.
struct ExtractedCase {
  std::map<std::string, double> features;  // "<image>_<feature>" over all rules; NaN where undefined
  std::vector<std::string> feature_names;  // in table order
  std::string crop_hash;                   // float32 (2, d, h, w) in the content store; empty without a crop rule
  Json thumbnail;
  double volume_ml = 0;
};

/// Runs every patient with an image through prepare_case and writes features/<image>_<mask>.csv.
/// errors not_ready: no image was imported
void run_extract(Study& study, const RunOptions& options);

/// Done cases by patient.
std::map<std::string, ExtractedCase> extracted_cases(const Study& study);

}  // namespace larc::study
