#include "extraction/pyradiomics_keys.h"

#include <functional>

#include "core/text.h"
#include "extraction/keys.h"
#include "filters/pyradiomics_image_types.h"
#include "radiomics/families.h"
#include "radiomics/feature_table.h"

namespace larc::extraction {

using radiomics::ExtractionSettings;

namespace {

// Features that PyRadiomics lists but no longer computes: naming one gives no column.
const std::vector<std::string> kWithoutValue{"glcm_Dissimilarity",
                                             "glcm_Homogeneity1",
                                             "glcm_Homogeneity2",
                                             "glcm_SumVariance",
                                             "gldm_GrayLevelNonUniformityNormalized",
                                             "gldm_DependencePercentage"};

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool exists(const std::string& family) {
  const auto& all = radiomics::families();
  return std::any_of(all.begin(), all.end(), [&](const auto& f) { return f.name == family; });
}

preprocess::Interpolation interpolator_of(const Key& key) {
  using preprocess::Interpolation;
  static const std::vector<std::string> kNames{"sitkNearestNeighbor",
                                               "sitkLinear",
                                               "sitkBSpline",
                                               "sitkGaussian",
                                               "sitkLabelGaussian",
                                               "sitkHammingWindowedSinc",
                                               "sitkCosineWindowedSinc",
                                               "sitkWelchWindowedSinc",
                                               "sitkLanczosWindowedSinc",
                                               "sitkBlackmanWindowedSinc"};
  const std::string name = key.json().is_number()
                               ? kNames[static_cast<std::size_t>(key.integer(1, static_cast<int>(kNames.size())) - 1)]
                               : key.choice(kNames);
  if (name == "sitkNearestNeighbor") return Interpolation::nearest;
  if (name == "sitkLinear") return Interpolation::linear;
  if (name == "sitkBSpline") return Interpolation::bspline;
  throw key.bad("is '" + name + "', which is not computed; use sitkBSpline, sitkLinear or sitkNearestNeighbor",
                ErrorCode::unsupported);
}

std::array<double, 3> spacing_of(const Key& key) {
  const std::vector<double> values = key.numbers();
  if (values.size() != 3) throw key.bad("must hold 3 numbers (0 keeps an axis), it is " + dump_json(key.json()));
  for (const double value : values)
    if (!(value >= 0) || !std::isfinite(value))
      throw key.bad("must hold positive numbers, or 0 to keep an axis; it is " + dump_json(key.json()));
  return {values[0], values[1], values[2]};
}

std::array<double, 2> range_of(const Key& key) {
  std::vector<double> values = key.numbers();
  if (values.empty() || values.size() > 2)
    throw key.bad("must hold one or two thresholds, it is " + dump_json(key.json()));
  std::sort(values.begin(), values.end());
  return {values[0], values.size() == 2 ? values[1] : std::numeric_limits<double>::infinity()};
}

std::vector<int> distances_of(const Key& key) {
  if (!key.json().is_array() || key.json().empty()) throw key.bad("must be a list of whole numbers, at least one");
  std::vector<int> distances;
  for (const Json& item : key.json()) distances.push_back(Key(key.place(), item).integer(1, 64));
  return distances;
}

radiomics::WeightingNorm norm_of(const Key& key) {
  using radiomics::WeightingNorm;
  const std::string name = key.choice({"euclidean", "manhattan", "infinity", "no_weighting"});
  if (name == "euclidean") return WeightingNorm::euclidean;
  if (name == "manhattan") return WeightingNorm::manhattan;
  return name == "infinity" ? WeightingNorm::infinity : WeightingNorm::none;
}

void check_sigma(const Key& key) {
  for (const double sigma : key.numbers())
    if (!(sigma > 0) || !std::isfinite(sigma)) throw key.bad("must hold positive numbers (mm)");
}

/// What a value that is not null does. Keys of the whole case have no effect within an image type.
struct Setting {
  enum class Of { whole_case, features, filter };
  Of of;
  std::function<void(Plan&, ExtractionSettings&, const Key&)> read;
};

const std::vector<std::pair<std::string, Setting>>& settings() {
  using Of = Setting::Of;
  using P = Plan;
  using S = ExtractionSettings;
  using K = Key;
  static const std::vector<std::pair<std::string, Setting>> list{
      {"minimumROIDimensions",
       {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.minimum_dimensions = k.integer(1, 3); }}},
      {"minimumROISize", {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.minimum_size = k.integer(1); }}},
      {"geometryTolerance",
       {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.geometry_tolerance = k.positive(); }}},
      {"correctMask", {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.correct_mask = k.boolean(); }}},
      {"additionalInfo", {Of::whole_case, [](P& p, S&, const K& k) { p.additional_info = k.boolean(); }}},
      {"label", {Of::whole_case, [](P& p, S&, const K& k) { p.label = k.integer(1); }}},
      {"label_channel",
       {Of::whole_case,
        [](P&, S&, const K& k) {
          if (k.integer(0) != 0)
            throw k.bad("is " + dump_json(k.json()) + "; larc reads masks of one channel, so it must be 0",
                        ErrorCode::unsupported);
        }}},
      {"normalize", {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.normalize = k.boolean(); }}},
      {"normalizeScale", {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.normalize_scale = k.positive(); }}},
      {"removeOutliers", {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.remove_outliers = k.positive(); }}},
      {"resampledPixelSpacing",
       {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.resampled_spacing_mm = spacing_of(k); }}},
      {"interpolator",
       {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.interpolation = interpolator_of(k); }}},
      {"padDistance",
       {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.pad_distance = k.integer(0, 100000); }}},
      {"preCrop", {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.pre_crop = k.boolean(); }}},
      {"resegmentRange", {Of::whole_case, [](P& p, S&, const K& k) { p.region.resegment_range = range_of(k); }}},
      {"resegmentMode",
       {Of::whole_case,
        [](P& p, S&, const K& k) {
          const std::string mode = k.choice({"absolute", "relative", "sigma"});
          p.region.resegment_mode = mode == "absolute"   ? radiomics::ResegmentMode::absolute
                                    : mode == "relative" ? radiomics::ResegmentMode::relative
                                                         : radiomics::ResegmentMode::sigma;
        }}},
      {"resegmentShape", {Of::whole_case, [](P& p, S&, const K& k) { p.pyradiomics.resegment_shape = k.boolean(); }}},
      {"enableCExtensions", {Of::whole_case, [](P&, S&, const K& k) { k.boolean(); }}},  // values are the same
      {"distances", {Of::features, [](P&, S& s, const K& k) { s.distances = distances_of(k); }}},
      {"force2D", {Of::features, [](P&, S& s, const K& k) { s.force_2d = k.boolean(); }}},
      {"force2Ddimension", {Of::features, [](P&, S& s, const K& k) { s.force_2d_axis = 2 - k.integer(0, 2); }}},
      {"binWidth", {Of::features, [](P&, S& s, const K& k) { s.bin_width = k.positive(); }}},
      {"binCount",
       {Of::features,
        [](P&, S& s, const K& k) {
          s.bin_count = k.integer(2, 10000);
          s.binning = radiomics::Binning::fixed_count;
        }}},
      {"voxelArrayShift", {Of::features, [](P&, S& s, const K& k) { s.voxel_array_shift = k.number(); }}},
      {"symmetricalGLCM", {Of::features, [](P&, S& s, const K& k) { s.glcm_symmetric = k.boolean(); }}},
      {"weightingNorm", {Of::features, [](P&, S& s, const K& k) { s.weighting_norm = norm_of(k); }}},
      {"gldm_a", {Of::features, [](P&, S& s, const K& k) { s.dependence_difference = k.integer(0); }}},
      {"sigma", {Of::filter, [](P&, S&, const K& k) { check_sigma(k); }}},
      {"log2D", {Of::filter, [](P&, S&, const K& k) { k.boolean(); }}},  // larc's own
      {"start_level", {Of::filter, [](P&, S&, const K& k) { k.integer(0, 30); }}},
      {"level", {Of::filter, [](P&, S&, const K& k) { k.integer(1, 30); }}},
      {"wavelet", {Of::filter, [](P&, S&, const K& k) { k.text(); }}},
      {"gradientUseSpacing", {Of::filter, [](P&, S&, const K& k) { k.boolean(); }}},
      {"lbp2DRadius", {Of::filter, [](P&, S&, const K& k) { k.positive(); }}},
      {"lbp2DSamples", {Of::filter, [](P&, S&, const K& k) { k.integer(1, 10000); }}},
      {"lbp2DMethod",
       {Of::filter,
        [](P&, S&, const K& k) {
          k.choice({"default", "ror", "uniform", "var"});
        }}},
      {"lbp3DLevels", {Of::filter, [](P&, S&, const K& k) { k.integer(1, 100); }}},
      {"lbp3DIcosphereRadius", {Of::filter, [](P&, S&, const K& k) { k.positive(); }}},
      {"lbp3DIcosphereSubdivision", {Of::filter, [](P&, S&, const K& k) { k.integer(0, 6); }}},
  };
  return list;
}

const Setting& find_setting(const std::string& place, const std::string& key) {
  std::vector<std::string> known;
  for (const auto& [name, setting] : settings()) {
    if (name == key) return setting;
    known.push_back(name);
  }
  refuse_unknown(place, key, known);
}

const Json& section(const Json& json, const std::string& place) {
  static const Json empty = Json::object();
  if (json.is_null()) return empty;
  if (!json.is_object()) throw Error(ErrorCode::domain, place + " must be a mapping, it is " + dump_json(json));
  return json;
}

void read_voxel_settings(const Json& json, const std::string& place, VoxelSteps& voxel) {
  for (const auto& [name, value] : json.items()) {
    const Key key(place + "." + name, value);
    if (!contains({"kernelRadius", "maskedKernel", "initValue", "voxelBatch"}, name))
      refuse_unknown(place, name, {"kernelRadius", "maskedKernel", "initValue", "voxelBatch"});
    if (key.is_null()) continue;
    if (name == "kernelRadius") voxel.kernel_radius = key.integer(1, 1000);
    if (name == "maskedKernel") voxel.masked_kernel = key.boolean();
    if (name == "initValue")
      voxel.initial_value = value.is_string() && to_lower(value.get<std::string>()).ends_with("nan")
                                ? std::numeric_limits<double>::quiet_NaN()
                                : key.number();
    if (name == "voxelBatch") voxel.batch = key.integer(1);
  }
}

// The families of the section in its order, and the features it names.
void read_feature_classes(const PyRadiomicsSections& sections, const std::string& name, ExtractionSettings& features) {
  const std::string place = name + ": featureClass";
  features.families.clear();
  for (const auto& [family, list] : sections.feature_class.items()) {
    if (!contains(feature_classes(), family)) refuse_unknown(place, family, feature_classes());
    if (!exists(family))
      throw Error(ErrorCode::unsupported, place + ": this version does not compute '" + family + "'; leave it out");
    features.families.push_back(family);
    if (list.is_null() || (list.is_array() && list.empty())) continue;
    const Key key(place + "." + family, list);
    if (!list.is_array()) throw key.bad("must be a list of features, it is " + dump_json(list));
    std::vector<std::string>& ids = features.selected[family];
    for (const Json& item : list) {
      const std::string feature = Key(key.place(), item).text(), id = family + "_" + feature;
      if (contains(kWithoutValue, id)) continue;
      const radiomics::FeatureRow* row = radiomics::feature_table().find(id);
      if (row == nullptr || row->id != id || row->pyradiomics == radiomics::InPyRadiomics::no) {
        std::vector<std::string> known;
        for (const auto& other : radiomics::feature_table().rows())
          if (other.family == family && other.pyradiomics != radiomics::InPyRadiomics::no)
            known.push_back(other.id.substr(family.size() + 1));
        throw key.bad("names the feature '" + feature + "', which is unknown; did you mean '" +
                      nearest(feature, known) + "'?");
      }
      if (!contains(ids, id)) ids.push_back(id);
    }
  }
}

// What PyRadiomics' extractor starts from and reports.
Json default_settings() {
  return {{"minimumROIDimensions", 2},
          {"minimumROISize", nullptr},
          {"normalize", false},
          {"normalizeScale", 1},
          {"removeOutliers", nullptr},
          {"resampledPixelSpacing", nullptr},
          {"interpolator", "sitkBSpline"},
          {"preCrop", false},
          {"padDistance", 5},
          {"distances", Json::array({1})},
          {"force2D", false},
          {"force2Ddimension", 0},
          {"resegmentRange", nullptr},
          {"label", 1},
          {"additionalInfo", true}};
}

}  // namespace

const std::vector<std::string>& feature_classes() {
  static const std::vector<std::string> list{"firstorder", "glcm",  "gldm",  "glrlm",
                                             "glszm",      "ngtdm", "shape", "shape2D"};
  return list;
}

std::vector<std::string> all_families(radiomics::Naming naming, bool with_shape_2d) {
  std::vector<std::string> names;
  if (naming == radiomics::Naming::pyradiomics) {
    for (const std::string& name : feature_classes())
      if (exists(name) && (with_shape_2d || name != "shape2D")) names.push_back(name);
    return names;
  }
  for (const auto& family : radiomics::families()) {
    const auto& rows = radiomics::feature_table().rows();
    if (std::any_of(rows.begin(), rows.end(),
                    [&](const auto& row) { return row.family == family.name && has_name(row, naming); }))
      names.push_back(family.name);
  }
  return names;
}

void apply_sections(const PyRadiomicsSections& sections, const std::string& name, const ExtractionSettings& features,
                    Plan& plan) {
  plan.order = Order::pyradiomics;
  ExtractionSettings base = features;
  if (!sections.feature_class.empty())
    read_feature_classes(sections, name, base);
  else if (base.families.empty())
    base.families = all_families(plan.naming, sections.setting.value("force2D", Json(false)) == Json(true));

  Json filter_settings = Json::object();
  plan.reported_settings = default_settings();
  plan.region = base;
  for (const auto& [key_name, value] : sections.setting.items()) {
    const std::string place = name + ": setting";
    const Setting& setting = find_setting(place, key_name);
    plan.reported_settings[key_name] = value;
    const Key key(place + "." + key_name, value);
    if (key.is_null()) continue;
    setting.read(plan, base, key);
    if (setting.of == Setting::Of::filter) filter_settings[key_name] = value;
  }
  if (sections.setting.contains("interpolator") && sections.setting["interpolator"].is_null())
    plan.pyradiomics.resampled_spacing_mm.reset();
  for (const auto& [key_name, value] : sections.voxel_setting.items()) plan.reported_settings[key_name] = value;
  read_voxel_settings(sections.voxel_setting, name + ": voxelSetting", plan.voxel);

  if (contains(base.families, "shape2D") && !base.force_2d) {
    std::erase(base.families, "shape2D");
    plan.notes.push_back("shape2D needs 'force2D: true' under 'setting'; its features are left out");
  }
  // Resegmentation belongs to the region, the rest to each image kind.
  const auto range = plan.region.resegment_range;
  const auto mode = plan.region.resegment_mode;
  plan.region = base;
  plan.region.resegment_range = range;
  plan.region.resegment_mode = mode;

  Json types = sections.image_type;
  if (types.empty()) types["Original"] = Json::object();
  plan.reported_image_types = Json::object();
  for (const auto& [type, value] : types.items()) {
    const std::string place = name + ": imageType";
    if (!contains(filters::image_types(), type)) refuse_unknown(place, type, filters::image_types());
    ImageKind kind{type, filter_settings, base};
    const Json& custom = section(value, place + "." + type);
    plan.reported_image_types[type] = custom;
    for (const auto& [key_name, custom_value] : custom.items()) {
      const Setting& setting = find_setting(place + "." + type, key_name);
      const Key key(place + "." + type + "." + key_name, custom_value);
      if (setting.of == Setting::Of::whole_case)
        throw key.bad("belongs to the whole case; move it to 'setting'", ErrorCode::unsupported);
      if (key.is_null()) continue;
      setting.read(plan, kind.features, key);
      if (setting.of != Setting::Of::filter) continue;
      if (!contains(filters::image_type_keys(type), key_name))
        plan.notes.push_back("'" + key_name + "' means nothing to imageType " + type);
      kind.settings[key_name] = custom_value;
    }
    plan.images.push_back(std::move(kind));
  }
}

}  // namespace larc::extraction
