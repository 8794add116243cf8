#include "extraction/plan.h"

#include "core/error.h"
#include "core/text.h"
#include "extraction/derived_images.h"
#include "extraction/keys.h"
#include "extraction/pyradiomics_keys.h"

namespace larc::extraction {

using radiomics::ExtractionSettings;
using radiomics::Naming;

namespace {

// Keys under `larc` that change image and mask.
const std::vector<std::string> kSteps{"resample_spacing_mm", "interpolation", "mask_interpolation",
                                      "mask_threshold",      "filters",       "round_intensities",
                                      "response_map"};
// Keys under `larc` that PyRadiomics' sections have no word for; all others have one there.
const std::vector<std::string> kBesideSections{"naming",          "families",    "aggregations",  "mesh",
                                               "resegment_sigma", "ivh_binning", "ivh_bin_width", "ivh_bin_count"};

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<std::string> larc_keys() {
  std::vector<std::string> keys = kSteps;
  const Json defaults = ExtractionSettings{}.to_json();
  for (const auto& [key, value] : defaults.items())
    if (!contains(keys, key)) keys.push_back(key);
  keys.push_back("selected");
  return keys;
}

Json mapping(const Json& document, const std::string& name, const std::string& key) {
  if (!document.contains(key) || document[key].is_null()) return Json::object();
  if (!document[key].is_object())
    throw Error(ErrorCode::domain, name + ": " + key + " must be a mapping, it is " + dump_json(document[key]));
  return document[key];
}

preprocess::Interpolation interpolation_of(const Key& key, const std::vector<std::string>& choices) {
  return preprocess::parse_interpolation(key.choice(choices));
}

/// Reads the processing keys of `larc` and leaves the others.
Json take_steps(const Json& larc, const std::string& place, Plan& plan) {
  Json rest = Json::object();
  plan.images.clear();
  for (const auto& [name, value] : larc.items()) {
    if (!contains(kSteps, name)) {
      rest[name] = value;
      continue;
    }
    const Key key(place + "." + name, value);
    if (key.is_null()) continue;
    if (name == "resample_spacing_mm") {
      const std::vector<double> values = key.numbers();
      if (values.size() != 3) throw key.bad("must hold 3 numbers (0 keeps an axis), it is " + dump_json(value));
      for (const double spacing : values)
        if (!(spacing >= 0) || !std::isfinite(spacing))
          throw key.bad("must hold positive numbers, or 0 to keep an axis; it is " + dump_json(value));
      plan.ibsi.spacing_mm = {values[0], values[1], values[2]};
    }
    if (name == "interpolation") plan.ibsi.interpolation = interpolation_of(key, {"bspline", "linear", "nearest"});
    if (name == "mask_interpolation") plan.ibsi.mask_interpolation = interpolation_of(key, {"linear", "nearest"});
    if (name == "mask_threshold") {
      plan.ibsi.mask_threshold = key.number();
      if (!(plan.ibsi.mask_threshold > 0 && plan.ibsi.mask_threshold <= 1))
        throw key.bad("must lie above 0 and at most at 1, it is " + dump_json(value));
    }
    if (name == "round_intensities") plan.ibsi.round_intensities = key.boolean();
    if (name == "response_map") plan.ibsi.response_maps = key.boolean();
    if (name == "filters") {
      if (!value.is_array() || value.empty()) throw key.bad("must be a list of filters, at least one");
      for (const Json& entry : value) {
        if (!entry.is_object() || !entry.contains("type") || !entry["type"].is_string())
          throw key.bad("must hold entries like {type: mean, ...}, not " + dump_json(entry));
        plan.images.push_back({entry["type"], entry, {}});
      }
    }
  }
  return rest;
}

void apply_larc(const Json& larc, const std::string& name, Plan& plan) {
  plan.order = Order::ibsi;
  Json rest = take_steps(larc, name + ": larc", plan);
  rest["naming"] = radiomics::to_string(plan.naming);
  if (!rest.contains("families") || rest["families"].is_null()) rest["families"] = all_families(plan.naming, false);
  plan.region = in_context(name + ": larc", [&] { return ExtractionSettings::from_json(rest); });
  if (plan.images.empty()) plan.images.push_back({"original", {{"type", "original"}}, {}});
  for (ImageKind& kind : plan.images) kind.features = plan.region;
}

void check_kinds(const Plan& plan, const std::string& name) {
  for (const ImageKind& kind : plan.images)
    in_context(name + (plan.order == Order::ibsi ? ": larc.filters" : ": imageType." + kind.type),
               [&] { check_kind(plan, kind); });
}

}  // namespace

Plan make_plan(const Json& document, const std::string& name, std::optional<Naming> naming) {
  if (!document.is_null() && !document.is_object())
    throw Error(ErrorCode::domain, name + " must hold a mapping: imageType, featureClass, setting, voxelSetting, larc");
  const std::vector<std::string> known{"imageType", "featureClass", "setting", "voxelSetting", "larc"};
  for (const auto& [key, value] : document.items())
    if (!contains(known, key)) refuse_unknown(name, key, known);
  const Json larc = mapping(document, name, "larc");
  for (const auto& [key, value] : larc.items())
    if (const auto keys = larc_keys(); !contains(keys, key)) refuse_unknown(name + ": larc", key, keys);

  Plan plan;
  if (larc.contains("naming") && !larc["naming"].is_null())
    plan.naming = radiomics::parse_naming(Key(name + ": larc.naming", larc["naming"]).choice({"pyradiomics", "ibsi"}));
  if (naming) plan.naming = *naming;

  const bool sections = document.contains("imageType") || document.contains("featureClass") ||
                        document.contains("setting") || document.contains("voxelSetting");
  if (!sections && document.contains("larc")) {
    apply_larc(larc, name, plan);
    check_kinds(plan, name);
    return plan;
  }
  for (const auto& [key, value] : larc.items())
    if (!contains(kBesideSections, key))
      throw Error(ErrorCode::conflict, name + ": larc." + key +
                                           " cannot stand beside PyRadiomics' own sections; say it under 'setting' or "
                                           "'imageType', or put all under 'larc'");
  const PyRadiomicsSections read{mapping(document, name, "imageType"), mapping(document, name, "featureClass"),
                                 mapping(document, name, "setting"), mapping(document, name, "voxelSetting")};
  if (larc.contains("families") && !read.feature_class.empty())
    throw Error(ErrorCode::conflict, name + ": featureClass and larc.families both choose families; keep one");
  Json features = larc;
  features["naming"] = radiomics::to_string(plan.naming);
  ExtractionSettings base = in_context(name + ": larc", [&] { return ExtractionSettings::from_json(features); });
  if (!larc.contains("families") || larc["families"].is_null()) base.families.clear();
  apply_sections(read, name, base, plan);
  in_context(name, [&] {
    plan.region.check();
    for (const ImageKind& kind : plan.images) kind.features.check();
  });
  check_kinds(plan, name);
  return plan;
}

Plan make_feature_plan(const Json& features, const std::string& name) {
  const std::vector<std::string> sections{"imageType", "featureClass", "setting", "voxelSetting", "larc"};
  Plan plan;
  if (features.is_object() &&
      std::any_of(sections.begin(), sections.end(), [&](const auto& section) { return features.contains(section); })) {
    plan = make_plan(features, name);
  } else {
    Json larc = features.is_null() ? Json::object() : features;
    if (larc.is_object() && (!larc.contains("families") || larc["families"].is_null()))
      larc["families"] = ExtractionSettings{}.families;
    plan = make_plan({{"larc", larc}}, name);
  }
  plan.image_diagnostics = false;
  return plan;
}

Plan read_parameters(const std::filesystem::path& path, std::optional<Naming> naming) {
  const bool json = to_lower(path.extension().string()) == ".json";
  return make_plan(json ? read_json(path) : read_yaml(path), path.string(), naming);
}

Plan default_plan(Naming naming) {
  if (naming == Naming::ibsi) return make_plan({{"larc", Json::object()}}, "defaults", naming);
  Plan plan = make_plan(Json::object(), "defaults", naming);
  plan.pyradiomics.minimum_dimensions = 0;
  return plan;
}

}  // namespace larc::extraction
