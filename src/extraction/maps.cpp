#include "extraction/case_orders.h"
#include "image/box.h"

namespace larc::extraction {

void response_maps(const Plan& plan, const ImageSource& source, const MapSink& sink) {
  if (!plan.ibsi.response_maps) return;
  const image::Volume image =
      plan.order == Order::ibsi ? whole_image_as_ibsi(plan, source) : whole_image_as_pyradiomics(plan, source);
  const FilterInput input{image, image::all_of(image.geometry.size)};
  std::vector<std::string> notes;
  for (const ImageKind& kind : plan.images)
    if (!is_original(kind)) for_each_derived_image(plan, kind, input, sink, notes);
}

}  // namespace larc::extraction
