#pragma once
#include <string>

namespace larc::radiomics {

/// Which names, and with them which definitions, an extraction gives.
enum class Naming {
  pyradiomics,  // original_glcm_Contrast: the features PyRadiomics computes by default, as PyRadiomics defines them
  ibsi          // cm_contrast_3D_avg: tags and definitions of the IBSI 1 reference tables
};

std::string to_string(Naming naming);
/// errors domain (names the key and the choices)
Naming parse_naming(const std::string& text);

struct FeatureRow;

/// Whether the feature is given under this naming.
bool has_name(const FeatureRow& row, Naming naming);
/// `image_type` is the filter's name in PyRadiomics names; IBSI tags have none. Empty when the naming lacks the
/// feature.
std::string feature_name(const FeatureRow& row, Naming naming, const std::string& image_type = "original");

}  // namespace larc::radiomics
