#pragma once
#include "extraction/plan.h"

namespace larc::extraction {

/// The four sections of a PyRadiomics parameter file; absent ones are empty objects.
struct PyRadiomicsSections {
  Json image_type = Json::object();
  Json feature_class = Json::object();
  Json setting = Json::object();
  Json voxel_setting = Json::object();
};

/// Fills a plan from them, all but what `larc` keys say: families, selected features, region settings, image kinds.
/// features  what image kinds start from: naming and what larc keys set
/// errors as make_plan
void apply_sections(const PyRadiomicsSections& sections, const std::string& name,
                    const radiomics::ExtractionSettings& features, Plan& plan);

/// PyRadiomics' feature classes in the order in which it computes them.
const std::vector<std::string>& feature_classes();

/// Families that this version computes of those that have features under the naming, in the order of results.
std::vector<std::string> all_families(radiomics::Naming naming, bool with_shape_2d);

}  // namespace larc::extraction
