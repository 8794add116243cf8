#include <unordered_map>

#include "core/error.h"
#include "extraction/case_orders.h"
#include "image/box.h"
#include "radiomics/families.h"
#include "radiomics/feature_maps.h"
#include "radiomics/feature_table.h"

namespace larc::extraction {

using image::Box;
using radiomics::ExtractionSettings;
using radiomics::FeatureValue;

void sort_as_asked(const ExtractionSettings& settings, const std::string& image_type,
                   std::vector<FeatureValue>& features) {
  std::unordered_map<std::string, std::size_t> place;
  for (const std::string& name : settings.families) {
    const radiomics::FamilyDescriptor& family = radiomics::find_family(name);
    std::vector<const radiomics::FeatureRow*> rows = radiomics::wanted_rows(name, settings);
    if (const auto selected = settings.selected.find(name); selected != settings.selected.end()) {
      const auto rank = [&](const radiomics::FeatureRow* row) {
        return std::find(selected->second.begin(), selected->second.end(), row->id);
      };
      std::stable_sort(rows.begin(), rows.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
    }
    for (const radiomics::Aggregation aggregation : settings.aggregations_of(family.aggregates))
      for (const radiomics::FeatureRow* row : rows)
        place.emplace(feature_name(*row, settings.naming, aggregation, image_type), place.size());
  }
  std::stable_sort(features.begin(), features.end(), [&](const FeatureValue& a, const FeatureValue& b) {
    const auto p = place.find(a.name), q = place.find(b.name);
    return (p == place.end() ? place.size() : p->second) < (q == place.end() ? place.size() : q->second);
  });
}

bool is_shape(const std::string& family) {
  return radiomics::find_family(family).is_shape;
}

namespace {

/// Feature maps of one image over the map's box; `region` says which voxels.
void map_features(const Plan& plan, const radiomics::RegionView& region, const FilterInput& input, const Box& box,
                  const image::Volume& values, const std::string& name, ExtractionSettings settings,
                  const FeatureMapRequest& maps) {
  std::erase_if(settings.families,
                [](const std::string& family) { return is_shape(family) || family == "local_intensity"; });
  if (settings.families.empty()) return;
  // The region has been resegmented on the unfiltered image.
  settings.resegment_range.reset();
  settings.resegment_sigma.reset();
  image::Mask mask{values.geometry, std::vector<std::uint8_t>(values.voxels.size(), 0)};
  const image::Index3& size = region.size();
  for (const std::uint32_t offset : region.offsets) {
    const int i = static_cast<int>(offset);
    mask.voxels[values.geometry.offset(i % size[0] + input.box.lower[0] - box.lower[0],
                                       i / size[0] % size[1] + input.box.lower[1] - box.lower[1],
                                       i / size[0] / size[1] + input.box.lower[2] - box.lower[2])] = 1;
  }
  radiomics::feature_maps(values, mask, settings,
                          {plan.voxel.kernel_radius, plan.voxel.masked_kernel, plan.voxel.initial_value}, name,
                          maps.threads, maps.sink);
}

}  // namespace

void compute_kinds(const Plan& plan, const radiomics::RegionView& region, const FilterInput& input, bool with_shape,
                   const FeatureMapRequest& maps, CaseResult& result) {
  for (const ImageKind& kind : plan.images) {
    ExtractionSettings settings = kind.features;
    settings.resegment_range = plan.region.resegment_range;
    settings.resegment_mode = plan.region.resegment_mode;
    settings.resegment_sigma = plan.region.resegment_sigma;
    if (!with_shape || !is_original(kind)) std::erase_if(settings.families, is_shape);
    if (settings.families.empty()) continue;
    const auto compute = [&](radiomics::RegionView& view, const std::string& name) {
      view.settings = &settings;
      std::vector<FeatureValue> features = in_context(
          name.empty() ? "original" : name, [&] { return radiomics::compute_features(view, name, result.notes); });
      if (plan.order == Order::pyradiomics) sort_as_asked(settings, name, features);
      result.features.insert(result.features.end(), std::make_move_iterator(features.begin()),
                             std::make_move_iterator(features.end()));
    };
    // Maps may look beyond the region's box.
    const Box box = maps.sink ? map_box(plan, input.image.geometry, input.box) : input.box;
    const auto map = [&](const std::string& name, const image::Volume& values) {
      map_features(plan, region, input, box, values, name, settings, maps);
    };
    radiomics::RegionView view = region;
    if (is_original(kind)) {
      if (maps.sink) in_context("original", [&] { map("", image::crop(input.image, box)); });
      compute(view, "");
      result.diagnostics["intensity_voxels"] = view.intensities.size();
      result.diagnostics["grey_levels"] = view.levels.level_count;
      result.diagnostics["grey_levels_in_use"] = view.levels.numbers.size();
      result.diagnostics["settings"] = settings.to_json();
      continue;
    }
    // The only image of an extraction needs no name beside the IBSI tags.
    const bool bare = plan.naming == radiomics::Naming::ibsi && plan.images.size() == 1;
    const DerivedSink sink = [&](const std::string& name, const image::Volume& values) {
      in_context(name, [&] {
        if (maps.sink) map(name, values);
        if (size_of(box) == size_of(input.box))
          radiomics::replace_image(view, values);
        else
          radiomics::replace_image(view, image::crop(values, counted_from(input.box, box.lower)));
      });
      compute(view, bare ? "" : name);
    };
    for_each_derived_image(plan, kind, {input.image, box, input.largest_magnitude, input.whole_numbers}, sink,
                           result.notes);
  }
}

}  // namespace larc::extraction
