#include "study/extraction_rule.h"

#include <algorithm>
#include <set>

#include "clinical/section.h"
#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "extraction/plan.h"
#include "radiomics/families.h"

namespace larc::study {

using clinical::Section;

namespace {

constexpr int kMostPerturbations = 1000;
constexpr int kMostHabitats = 20;
constexpr double kWidestRing = 100;  // mm; beyond, no tissue is peritumoral

constexpr const char* kLandmarks =
    "is 'landmarks', which learns a standard scale from several images; a study computes features once for each "
    "patient, so the scale would be learnt from test patients too. Use zscore or reference";
constexpr const char* kPopulation =
    "is 'population': centres learnt from several patients would have to be learnt anew in every training fold, and a "
    "study computes features once for each patient. Use by: patient";

NormaliseRule parse_reference(Section section) {
  NormaliseRule rule;
  rule.mask = section.text("mask", "");
  rule.upper_mask = section.text("upper_mask", "");
  const std::string tissue = section.choice("tissue", {"", "bright_fat"}, "");
  const bool percent = section.has("percentile");
  rule.percentile = section.number("percentile", 0);
  rule.target = section.number("target", rule.target);
  const bool lower = section.has("lower_target");
  rule.lower_target = section.number("lower_target", rule.lower_target);
  section.finish();
  if ((rule.mask.empty() ? 0 : 1) + (tissue.empty() ? 0 : 1) + (percent ? 1 : 0) != 1)
    section.fail("", "needs one of mask (a mask role), tissue: bright_fat, or percentile (of the body)");
  if (percent && !(rule.percentile > 0 && rule.percentile <= 100))
    section.fail("percentile", "must lie above 0 and at most at 100");
  if (rule.mask.empty() && !rule.upper_mask.empty()) section.fail("upper_mask", "needs 'mask', the darker tissue");
  if (rule.upper_mask.empty() && lower) section.fail("lower_target", "needs 'upper_mask', a second tissue");
  if (!(rule.target > 0)) section.fail("target", "must be above 0");
  if (rule.lower_target >= rule.target) section.fail("lower_target", "must be below 'target'");
  rule.method = percent                   ? Normalise::body_percent
                : !tissue.empty()         ? Normalise::bright_fat
                : rule.upper_mask.empty() ? Normalise::tissue
                                          : Normalise::two_tissues;
  return rule;
}

NormaliseRule parse_normalise(Section& section) {
  const Json& value = section.raw("normalise");
  if (value.is_object()) {
    Section inner = section.section("normalise");
    if (inner.has("landmarks")) section.fail("normalise", kLandmarks, ErrorCode::refused);
    inner.raw("reference");
    inner.finish();
    return parse_reference(inner.section("reference"));
  }
  NormaliseRule rule;
  if (value == "landmarks") section.fail("normalise", kLandmarks, ErrorCode::refused);
  const std::string name = section.text("normalise", "none");
  if (name == "zscore")
    rule.method = Normalise::zscore;
  else if (name == "robust")
    rule.method = Normalise::robust;
  else if (name != "none")
    section.fail("normalise", "is '" + name + "'; known: none, zscore, robust, {reference: {...}}");
  return rule;
}

std::vector<double> ring_limits(Section& section, const std::string& key) {
  const std::vector<double> limits = section.numbers(key);
  double last = 0;
  for (const double limit : limits) {
    if (!(limit > last && limit <= kWidestRing))
      section.fail(key, "must hold rising distances above 0 and up to " + format_double(kWidestRing) + " mm");
    last = limit;
  }
  return limits;
}

RingRule parse_rings(Section section) {
  RingRule rule;
  rule.outside_mm = ring_limits(section, "outside_mm");
  rule.inside_mm = ring_limits(section, "inside_mm");
  rule.within_body = section.choice("within", {"body", "image"}, "body") == "body";
  section.finish();
  if (rule.outside_mm.empty() && rule.inside_mm.empty())
    section.fail("", "needs distances in mm under outside_mm or inside_mm");
  return rule;
}

HabitatRule parse_habitats(Section section) {
  HabitatRule rule;
  rule.images = section.texts("images");
  rule.count = section.integer("count", rule.count, 2);
  rule.starts = section.integer("starts", rule.starts, 1);
  const std::string by = section.choice("by", {"patient", "population"}, "patient");
  section.finish();
  if (by == "population") section.fail("by", kPopulation, ErrorCode::refused);
  if (rule.count > kMostHabitats) section.fail("count", "must be at most " + std::to_string(kMostHabitats));
  if (rule.starts > kMostPerturbations) section.fail("starts", "must be at most 1000");
  return rule;
}

RobustnessRule parse_robustness(Section section) {
  RobustnessRule rule;
  Json spec = Json::object();
  spec["chain"] = section.text("perturb", rule.spec.chain);
  for (const char* key : {"noise_sd", "rotation_degrees", "translation", "volume_fraction"})
    if (const Json& value = section.raw(key); !value.is_null()) spec[key] = value;
  rule.perturbations = section.integer("perturbations", rule.perturbations, 2);
  rule.minimum_icc = section.number("minimum_icc", rule.minimum_icc);
  section.finish();
  if (rule.perturbations > kMostPerturbations) section.fail("perturbations", "must be at most 1000");
  if (!(rule.minimum_icc >= 0 && rule.minimum_icc < 1)) section.fail("minimum_icc", "must lie from 0 to below 1");
  in_context(section.where(), [&] {
    rule.spec = preprocess::perturbation_spec_from_json(spec);
    preprocess::perturbation_set(rule.spec, 1, 0);
  });
  return rule;
}

DeltaRule parse_delta(Section section) {
  DeltaRule rule;
  rule.of = section.text("of");
  rule.from = section.text("from");
  rule.kind = stats::parse_delta(section.choice("kind", {"difference", "relative", "ratio", "per_week"}, "difference"));
  rule.id = section.text("id", "");
  rule.prefix = rule.id;
  if (section.has("dates")) {
    Section dates = section.section("dates");
    rule.of_date = dates.text("of");
    rule.from_date = dates.text("from");
    dates.finish();
  }
  section.raw("dates");
  section.finish();
  const bool needs_dates = rule.kind == stats::DeltaKind::per_week;
  if (needs_dates == rule.of_date.empty())
    section.fail("dates", needs_dates ? "is missing: per_week needs {of: VARIABLE, from: VARIABLE}, two dates"
                                      : "has a meaning with kind: per_week alone");
  if (rule.of == rule.from) section.fail("from", "must be another rule than 'of'");
  return rule;
}

/// The whole region of a rule has shape; a part of it, or what is around it, does not.
bool has_part_features(const Json& features, const std::string& name) {
  const extraction::Plan plan = extraction::make_feature_plan(features, name);
  return std::any_of(plan.images.begin(), plan.images.end(), [](const extraction::ImageKind& kind) {
    return std::any_of(kind.features.families.begin(), kind.features.families.end(),
                       [](const std::string& family) { return !radiomics::find_family(family).is_shape; });
  });
}

ExtractionRule parse_rule(Section& section) {
  ExtractionRule rule;
  rule.image = section.text("image");
  rule.mask = section.text("mask");
  rule.id = section.text("id", rule.image + "_" + rule.mask);
  rule.prefix = section.has("id") ? rule.id : rule.image;
  rule.bias_field = section.choice("bias_field", {"none", "n4"}, "none") == "n4";
  rule.normalise = parse_normalise(section);
  if (section.has("ring")) rule.rings = parse_rings(section.section("ring"));
  if (section.has("habitats")) rule.habitats = parse_habitats(section.section("habitats"));
  if (section.has("robustness")) rule.robustness = parse_robustness(section.section("robustness"));
  for (const char* key : {"ring", "habitats", "robustness"}) section.raw(key);
  rule.features = section.raw("features");
  if (rule.features.is_null()) rule.features = Json::object();
  section.finish();
  if (rule.habitats && rule.habitats->images.empty()) rule.habitats->images = {rule.image};
  const std::string name = "extraction of " + rule.id + ": features";
  extraction::make_feature_plan(rule.features, name);
  const bool parts = !rule.rings.outside_mm.empty() || !rule.rings.inside_mm.empty() || rule.habitats;
  if (parts && !has_part_features(rule.features, name))
    section.fail("features", "asks for shape alone, which rings and habitats do not have; add a family");
  if (rule.habitats && rule.robustness)
    section.fail(
        "habitats",
        "cannot stand beside 'robustness', because the other images are not perturbed with the first; give the "
        "habitats a rule of their own, with an 'id'");
  return rule;
}

/// All that stands before the name of a feature.
std::vector<std::string> prefixes_of(const ExtractionRule& rule) {
  std::vector<std::string> prefixes{rule.prefix};
  for (const double limit : rule.rings.outside_mm) prefixes.push_back(rule.prefix + "_" + ring_name(limit));
  for (const double limit : rule.rings.inside_mm) prefixes.push_back(rule.prefix + "_" + rim_name(limit));
  for (int h = 1; rule.habitats && h <= rule.habitats->count; ++h)
    prefixes.push_back(rule.prefix + "_" + habitat_name(h));
  return prefixes;
}

void check_names(const ExtractionRules& all) {
  std::set<std::string> ids, prefixes;
  const auto add = [](std::set<std::string>& known, const std::string& name, const char* what) {
    if (!known.insert(name).second)
      throw Error(ErrorCode::format, std::string("extraction: ") + what + " '" + name +
                                         "' is that of two entries; give one of them an 'id', which then stands before "
                                         "its features");
  };
  for (const auto& rule : all.rules) {
    add(ids, rule.id, "the name");
    for (const auto& prefix : prefixes_of(rule)) add(prefixes, prefix, "the start of feature names");
  }
  for (const auto& delta : all.deltas) {
    add(ids, delta.id, "the name");
    add(prefixes, delta.prefix, "the start of feature names");
  }
}

std::string with_number(const char* word, double number) {
  std::string text = format_double(number);
  std::replace(text.begin(), text.end(), '.', '-');
  return word + text;
}

}  // namespace

std::string ring_name(double outer_mm) {
  return with_number("ring", outer_mm);
}

std::string rim_name(double inner_mm) {
  return with_number("rim", inner_mm);
}

std::string habitat_name(int number) {
  return "habitat" + std::to_string(number);
}

std::vector<std::string> ExtractionRule::roles() const {
  std::vector<std::string> roles{image, mask};
  for (const auto* role : {&normalise.mask, &normalise.upper_mask})
    if (!role->empty()) roles.push_back(*role);
  return roles;
}

ExtractionRules parse_extraction(const Json& list) {
  ExtractionRules all;
  if (list.is_null()) return all;
  if (!list.is_array()) throw Error(ErrorCode::format, "key 'extraction' must be a list");
  for (const Json& item : list) {
    Section section(item, "extraction");
    if (section.has("delta")) {
      all.deltas.push_back(parse_delta(section.section("delta")));
      section.finish();
    } else {
      all.rules.push_back(parse_rule(section));
    }
  }
  for (auto& delta : all.deltas) {
    const ExtractionRule* later = nullptr;
    for (const auto* name : {&delta.of, &delta.from}) {
      const auto found = std::find_if(all.rules.begin(), all.rules.end(),
                                      [&](const ExtractionRule& rule) { return rule.id == *name; });
      if (found == all.rules.end()) {
        std::vector<std::string> ids;
        for (const auto& rule : all.rules) ids.push_back(rule.id);
        throw Error(ErrorCode::format, "key 'extraction.delta' names the rule '" + *name +
                                           "', which is not declared; declared: " + join(ids, ", "));
      }
      if (name == &delta.of) later = &*found;
    }
    if (delta.id.empty()) delta.id = delta.prefix = later->prefix + "_delta_" + stats::to_string(delta.kind);
  }
  check_names(all);
  return all;
}

}  // namespace larc::study
