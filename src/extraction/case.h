#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/json.h"
#include "extraction/image_source.h"
#include "extraction/label_map.h"
#include "extraction/plan.h"
#include "radiomics/extractor.h"

namespace larc::extraction {

/// An image made from an image, and its name without extension.
using MapSink = std::function<void(const std::string& name, const image::Volume& map)>;

/// Receives the maps of features; `threads` compute them. Without a sink none are computed.
struct FeatureMapRequest {
  MapSink sink;
  int threads = 1;
};

struct CaseResult {
  Json diagnostics = Json::object();  // diagnostics_*, the IBSI tags of the diagnostics families, and larc's own
  std::vector<radiomics::FeatureValue> features;
  std::vector<std::string> notes;
};

/// Image, mask and one of its labels to features, as the plan says. One thread, no state.
/// maps  of each feature but shape and local intensity, of every image kind, over the box of the region (grown by the
///       kernel's radius without `maskedKernel`), as the plan's `voxel` says
/// errors as make_region, compute_features and feature_maps; domain (label absent, region too small), geometry_mismatch
CaseResult extract_case(const Plan& plan, const ImageSource& image, const LabelMap& mask, std::int64_t label,
                        const FeatureMapRequest& maps = {});

/// The same from memory.
CaseResult extract_case(const Plan& plan, const image::Volume& image, const image::Mask& mask);

/// Response maps of the plan's filters on the whole image, interpolated as the plan says; PyRadiomics image types too.
/// errors as extract_case
void response_maps(const Plan& plan, const ImageSource& image, const MapSink& sink);

}  // namespace larc::extraction
