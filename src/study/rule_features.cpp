#include "study/rule_features.h"

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "core/number.h"
#include "extraction/case.h"
#include "extraction/robustness.h"
#include "preprocess/resample.h"
#include "radiomics/families.h"
#include "study/rule_regions.h"

namespace larc::study {

namespace {

using extraction::Plan;
using radiomics::FeatureValue;

/// The plan without shape: that of a ring repeats the mask's, that of a habitat is its noise.
Plan plan_of_regions(Plan plan) {
  const auto drop = [](radiomics::ExtractionSettings& settings) {
    std::erase_if(settings.families, [](const std::string& family) { return radiomics::find_family(family).is_shape; });
  };
  drop(plan.region);
  for (auto& kind : plan.images) drop(kind.features);
  return plan;
}

/// Adds features of one image and its regions to a rule's.
class Measuring {
 public:
  Measuring(const ExtractionRule& rule, Plan plan)
      : rule_(rule), plan_(std::move(plan)), region_plan_(plan_of_regions(plan_)) {}

  void whole(const image::Volume& volume, const image::Mask& mask, RuleFeatures& result) const {
    add(extraction::extract_case(plan_, volume, mask), rule_.prefix, result);
  }

  void region(const image::Volume& volume, const NamedRegion& region, RuleFeatures& result) const {
    const std::string prefix = rule_.prefix + "_" + region.name;
    if (!region.reason.empty()) {
      result.absent[prefix] = region.reason;
      return;
    }
    try {
      add(extraction::extract_case(region_plan_, volume, region.mask), prefix, result);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal || error.code() == ErrorCode::io) throw;
      result.absent[prefix] = error.what();
    }
  }

 private:
  void add(extraction::CaseResult extracted, const std::string& prefix, RuleFeatures& result) const {
    for (auto& feature : extracted.features)
      result.values.push_back({prefix + "_" + feature.name, feature.value, std::move(feature.reason)});
    for (const auto& note : extracted.notes) result.notes.push_back(prefix + ": " + note);
  }

  const ExtractionRule& rule_;
  Plan plan_, region_plan_;
};

void add_habitats(const ExtractionRule& rule, const Measuring& measuring, const image::Volume& volume,
                  const image::Mask& mask, const PatientImages& images, std::uint64_t seed, RuleFeatures& result) {
  const HabitatRule& wanted = *rule.habitats;
  HabitatRegions habitats;
  std::vector<image::Volume> volumes;
  for (const auto& role : wanted.images) {
    if (role == rule.image) {
      volumes.push_back(volume);
      continue;
    }
    if (const std::string why = images.missing(role); !why.empty()) habitats.reason = why;
    if (!habitats.reason.empty()) break;
    volumes.push_back(images.image(role));
  }
  if (habitats.reason.empty()) habitats = habitats_of(wanted, mask, volumes, seed);
  for (int h = 1; h <= wanted.count; ++h) {
    const auto at = static_cast<std::size_t>(h - 1);
    const std::string name = habitat_name(h), prefix = rule.prefix + "_" + name;
    if (!habitats.reason.empty()) {
      result.absent[prefix] = habitats.reason;
      continue;
    }
    result.values.push_back({prefix + "_fraction", habitats.fraction[at], ""});
    measuring.region(volume, habitats.regions[at], result);
  }
}

/// The values of `features` under the names of `result`, NaN where there are none.
std::vector<double> in_order_of(const RuleFeatures& result, const RuleFeatures& features) {
  std::unordered_map<std::string, double> values;
  for (const auto& feature : features.values) values[feature.name] = feature.value;
  std::vector<double> row;
  row.reserve(result.values.size());
  for (const auto& feature : result.values) {
    const auto found = values.find(feature.name);
    row.push_back(found == values.end() ? kNaN : found->second);
  }
  return row;
}

void add_perturbed(const ExtractionRule& rule, const Plan& plan, image::Volume volume, const image::Mask& mask,
                   const image::Mask* body, std::uint64_t seed, RuleFeatures& result) {
  const RobustnessRule& wanted = *rule.robustness;
  result.minimum_icc = wanted.minimum_icc;
  const auto perturbations = preprocess::perturbation_set(wanted.spec, wanted.perturbations, seed);
  const Measuring measuring(rule, extraction::plan_of_parts(plan, volume));
  preprocess::PerturbationSettings settings;
  if (!rule.rings.outside_mm.empty()) settings.margin_mm += rule.rings.outside_mm.back();
  const bool noise = perturbations.front().noise && !wanted.spec.noise_sd;
  const auto source = preprocess::prepare_perturbations(volume, mask, settings, noise);
  for (const auto& perturbation : perturbations) {
    RuleFeatures features;
    try {
      const auto [image, changed] = preprocess::perturb(source, perturbation);
      measuring.whole(image, changed, features);
      const image::Mask own_body =
          body == nullptr ? image::Mask{}
                          : preprocess::resample(*body, image.geometry, preprocess::Interpolation::nearest);
      for (const auto& region : rings_of(rule.rings, changed, body == nullptr ? nullptr : &own_body))
        measuring.region(image, region, features);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal || error.code() == ErrorCode::io) throw;
      result.notes.push_back(rule.prefix + ": a perturbation failed: " + error.what());
      features = {};
    }
    result.perturbed.push_back(in_order_of(result, features));
  }
}

}  // namespace

RuleFeatures compute_rule(const ExtractionRule& rule, WorkingImage& image, const image::Mask& mask,
                          const PatientImages& images, const RuleSeeds& seeds) {
  RuleFeatures result;
  result.id = rule.id;
  const image::Volume volume = normalised(image, rule, images);
  const Plan plan = extraction::make_feature_plan(rule.features, "features");
  const Measuring measuring(rule, plan);
  measuring.whole(volume, mask, result);
  const image::Mask* body = !rule.rings.outside_mm.empty() && rule.rings.within_body ? &image.body() : nullptr;
  for (const auto& region : rings_of(rule.rings, mask, body)) measuring.region(volume, region, result);
  if (rule.habitats) add_habitats(rule, measuring, volume, mask, images, seeds.habitats, result);
  if (rule.robustness && seeds.perturbed) add_perturbed(rule, plan, volume, mask, body, *seeds.perturbed, result);
  return result;
}

}  // namespace larc::study
