#pragma once
#include "study/image_quality.h"
#include "study/patient_images.h"
#include "study/study.h"

namespace larc::study {

/// Features of one rule or delta of one patient.
struct ExtractedTable {
  std::string id;
  std::vector<std::string> names;              // in table order
  std::map<std::string, double> values;        // NaN where undefined
  std::map<std::string, std::string> reasons;  // of undefined values; and start of absent features -> why
  std::string perturbed_hash;                  // float64 (perturbations, names) in the content store; empty: none
  std::size_t perturbations = 0;
  double minimum_icc = 0;
};

/// What the extraction of one patient left behind.
struct ExtractedCase {
  std::vector<ExtractedTable> tables;  // of the rules and then of the deltas, in the order of the study file
  /// float32 (2, d, h, w) in the content store, by image role; and why one is absent.
  std::map<std::string, std::string> crops;
  std::map<std::string, std::string> absent_crops;
  Json thumbnail;
  double volume_ml = 0;
};

/// Prepares every patient whom no criterion excludes and writes features/<rule>.csv, one for each rule and delta, and
/// features/undefined.csv, which says why a value, or a view of the networks (table "crop"), is not there.
/// errors not_ready: no image was imported
void run_extract(Study& study, const RunOptions& options);

/// Done cases by patient.
std::map<std::string, ExtractedCase> extracted_cases(const Study& study);

/// Names of a table's features in any of the cases, in table order.
std::vector<std::string> feature_names(const std::vector<const ExtractedCase*>& cases, std::size_t table);

/// (perturbations, names) of a table that has any. errors not_found, format: the object is gone or was changed
std::vector<std::vector<double>> perturbed_values(const Study& study, const ExtractedTable& table);

/// Images and masks of a patient from the registry; study and images must outlive it.
PatientImages registry_images(const Study& study, const UsableImages& images, const std::string& patient);

}  // namespace larc::study
