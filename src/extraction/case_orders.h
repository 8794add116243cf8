#pragma once
#include "extraction/case.h"
#include "extraction/derived_images.h"
#include "extraction/mask_grid.h"

namespace larc::extraction {

CaseResult extract_as_pyradiomics(const Plan& plan, const ImageSource& image, const LabelMap& map, std::int64_t label,
                                  const FeatureMapRequest& maps);
CaseResult extract_as_ibsi(const Plan& plan, const ImageSource& image, const LabelMap& map, std::int64_t label,
                           const FeatureMapRequest& maps);

/// The image that filters see under the plan's order, whole: for response maps.
image::Volume whole_image_as_pyradiomics(const Plan& plan, const ImageSource& image);
image::Volume whole_image_as_ibsi(const Plan& plan, const ImageSource& image);

/// Features of every image kind of the plan into `result`, and what larc says of the original's grey levels.
/// region  of the unfiltered image `input.image`
void compute_kinds(const Plan& plan, const radiomics::RegionView& region, const FilterInput& input, bool with_shape,
                   const FeatureMapRequest& maps, CaseResult& result);

/// PyRadiomics' order of columns: its classes in the order of the file, and their features as the file lists them, or
/// by name.
void sort_as_asked(const radiomics::ExtractionSettings& settings, const std::string& image_type,
                   std::vector<radiomics::FeatureValue>& features);

bool is_shape(const std::string& family);

}  // namespace larc::extraction
