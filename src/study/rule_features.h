#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "radiomics/extractor.h"
#include "study/working_image.h"

namespace larc::study {

/// The features that one entry under `extraction` gives of one patient.
struct RuleFeatures {
  std::string id;                               // of the rule
  std::vector<radiomics::FeatureValue> values;  // under their full names, in table order
  std::map<std::string, std::string> absent;    // start of feature names that the patient has not -> why
  std::vector<std::string> notes;
  std::vector<std::vector<double>>
      perturbed;           // (perturbations, values) NaN where one failed; empty: none were asked for
  double minimum_icc = 0;  // of the rule, where there are any
};

struct RuleSeeds {
  std::uint64_t habitats = 0;              // the same for every patient, so that a new one is treated alike
  std::optional<std::uint64_t> perturbed;  // of rule and patient; absent: no perturbations
};

/// Features of the mask, of the rings around it and of its habitats, and the same on perturbed images.
/// errors as normalised and extraction::extract_case for the mask itself; a ring or a habitat that cannot be measured
/// is absent with its reason
RuleFeatures compute_rule(const ExtractionRule& rule, WorkingImage& image, const image::Mask& mask,
                          const PatientImages& images, const RuleSeeds& seeds);

}  // namespace larc::study
