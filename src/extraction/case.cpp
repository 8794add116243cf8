#include "extraction/case.h"

#include "extraction/case_orders.h"

namespace larc::extraction {

CaseResult extract_case(const Plan& plan, const ImageSource& image, const LabelMap& mask, std::int64_t label,
                        const FeatureMapRequest& maps) {
  CaseResult result = plan.order == Order::pyradiomics ? extract_as_pyradiomics(plan, image, mask, label, maps)
                                                       : extract_as_ibsi(plan, image, mask, label, maps);
  result.notes.insert(result.notes.begin(), plan.notes.begin(), plan.notes.end());
  return result;
}

CaseResult extract_case(const Plan& plan, const image::Volume& image, const image::Mask& mask) {
  return extract_case(plan, *image_in_memory(image), label_map_of(mask), 1);
}

}  // namespace larc::extraction
