#include "radiomics/settings.h"

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "radiomics/families.h"
#include "radiomics/feature_table.h"

namespace larc::radiomics {

namespace {

template <typename Value>
struct Choice {
  const char* name;
  Value value;
};

constexpr Choice<Binning> kBinnings[] = {{"fixed_width", Binning::fixed_width},
                                         {"fixed_width_from_minimum", Binning::fixed_width_from_minimum},
                                         {"fixed_count", Binning::fixed_count},
                                         {"identity", Binning::identity}};
constexpr Choice<ResegmentMode> kResegmentModes[] = {
    {"absolute", ResegmentMode::absolute}, {"relative", ResegmentMode::relative}, {"sigma", ResegmentMode::sigma}};
constexpr Choice<IvhBinning> kIvhBinnings[] = {
    {"none", IvhBinning::none}, {"fixed_width", IvhBinning::fixed_width}, {"fixed_count", IvhBinning::fixed_count}};
constexpr Choice<WeightingNorm> kWeightingNorms[] = {{"no_weighting", WeightingNorm::none},
                                                     {"manhattan", WeightingNorm::manhattan},
                                                     {"euclidean", WeightingNorm::euclidean},
                                                     {"infinity", WeightingNorm::infinity}};
constexpr Choice<MeshRule> kMeshRules[] = {{"pyradiomics", MeshRule::pyradiomics}, {"closed", MeshRule::closed}};

template <typename Value, std::size_t count>
const char* name_of(const Choice<Value> (&choices)[count], Value value) {
  for (const auto& choice : choices)
    if (choice.value == value) return choice.name;
  return "";
}

Error bad(const std::string& key, const std::string& message) {
  return Error(ErrorCode::domain, "radiomics setting '" + key + "' " + message);
}

std::string text_of(const std::string& key, const Json& json) {
  if (!json.is_string()) throw bad(key, "must be text, it is " + dump_json(json));
  return json.get<std::string>();
}

double number_of(const std::string& key, const Json& json) {
  if (!json.is_number()) throw bad(key, "must be a number, it is " + dump_json(json));
  return json.get<double>();
}

int integer_of(const std::string& key, const Json& json) {
  const double value = number_of(key, json);
  if (value != std::round(value) || std::abs(value) > 1e9)
    throw bad(key, "must be a whole number, it is " + dump_json(json));
  return static_cast<int>(value);
}

bool boolean_of(const std::string& key, const Json& json) {
  if (!json.is_boolean()) throw bad(key, "must be true or false, it is " + dump_json(json));
  return json.get<bool>();
}

template <typename Value, std::size_t count>
Value choice_of(const std::string& key, const Json& json, const Choice<Value> (&choices)[count]) {
  const std::string text = text_of(key, json);
  std::vector<std::string> names;
  for (const auto& choice : choices) {
    if (text == choice.name) return choice.value;
    names.push_back(choice.name);
  }
  throw bad(key, "is '" + text + "'; choose one of " + join(names, ", "));
}

template <std::size_t count>
std::array<double, count> numbers_of(const std::string& key, const Json& json) {
  if (!json.is_array() || json.size() != count)
    throw bad(key, "must be a list of " + std::to_string(count) + " numbers, it is " + dump_json(json));
  std::array<double, count> values;
  for (std::size_t i = 0; i < count; ++i) values[i] = number_of(key, json[i]);
  return values;
}

// Two ends; null leaves one open.
std::array<double, 2> range_of(const std::string& key, const Json& json) {
  if (!json.is_array() || json.size() != 2)
    throw bad(key, "must be a list of two ends, null for an open one; it is " + dump_json(json));
  const double infinity = std::numeric_limits<double>::infinity();
  return {json[0].is_null() ? -infinity : number_of(key, json[0]),
          json[1].is_null() ? infinity : number_of(key, json[1])};
}

Json range_json(const std::array<double, 2>& range) {
  return {number_or_null(range[0]), number_or_null(range[1])};
}

using Reader = void (*)(ExtractionSettings&, const std::string&, const Json&);

// One line a key; a null value keeps the default.
const std::map<std::string, Reader>& readers() {
  using S = ExtractionSettings;
  using K = std::string;
  static const std::map<std::string, Reader> map{
      {"families",
       [](S& s, const K& k, const Json& j) {
         if (!j.is_array()) throw bad(k, "must be a list of names, it is " + dump_json(j));
         s.families.clear();
         for (const Json& name : j) s.families.push_back(text_of(k, name));
       }},
      {"naming", [](S& s, const K& k, const Json& j) { s.naming = parse_naming(text_of(k, j)); }},
      {"binning", [](S& s, const K& k, const Json& j) { s.binning = choice_of(k, j, kBinnings); }},
      {"bin_width", [](S& s, const K& k, const Json& j) { s.bin_width = number_of(k, j); }},
      {"bin_count", [](S& s, const K& k, const Json& j) { s.bin_count = integer_of(k, j); }},
      {"selected",
       [](S& s, const K& k, const Json& j) {
         if (!j.is_object()) throw bad(k, "must map families to lists of feature ids, it is " + dump_json(j));
         for (const auto& [family, ids] : j.items()) {
           if (!ids.is_array()) throw bad(k, "must map '" + family + "' to a list, it is " + dump_json(ids));
           for (const Json& id : ids) s.selected[family].push_back(text_of(k, id));
         }
       }},
      {"aggregations",
       [](S& s, const K& k, const Json& j) {
         if (!j.is_array()) throw bad(k, "must be a list of names, it is " + dump_json(j));
         for (const Json& name : j) s.aggregations.push_back(parse_aggregation(text_of(k, name)));
       }},
      {"distances",
       [](S& s, const K& k, const Json& j) {
         if (!j.is_array()) throw bad(k, "must be a list of whole numbers, it is " + dump_json(j));
         s.distances.clear();
         for (const Json& distance : j) s.distances.push_back(integer_of(k, distance));
       }},
      {"weighting_norm", [](S& s, const K& k, const Json& j) { s.weighting_norm = choice_of(k, j, kWeightingNorms); }},
      {"dependence_difference", [](S& s, const K& k, const Json& j) { s.dependence_difference = number_of(k, j); }},
      {"resegment_sigma", [](S& s, const K& k, const Json& j) { s.resegment_sigma = number_of(k, j); }},
      {"ivh_binning", [](S& s, const K& k, const Json& j) { s.ivh_binning = choice_of(k, j, kIvhBinnings); }},
      {"ivh_bin_width", [](S& s, const K& k, const Json& j) { s.ivh_bin_width = number_of(k, j); }},
      {"ivh_bin_count", [](S& s, const K& k, const Json& j) { s.ivh_bin_count = integer_of(k, j); }},
      {"glcm_symmetric", [](S& s, const K& k, const Json& j) { s.glcm_symmetric = boolean_of(k, j); }},
      {"force_2d", [](S& s, const K& k, const Json& j) { s.force_2d = boolean_of(k, j); }},
      {"force_2d_axis", [](S& s, const K& k, const Json& j) { s.force_2d_axis = integer_of(k, j); }},
      {"voxel_array_shift", [](S& s, const K& k, const Json& j) { s.voxel_array_shift = number_of(k, j); }},
      {"resegment_range", [](S& s, const K& k, const Json& j) { s.resegment_range = range_of(k, j); }},
      {"resegment_mode", [](S& s, const K& k, const Json& j) { s.resegment_mode = choice_of(k, j, kResegmentModes); }},
      {"resample_spacing_mm", [](S& s, const K& k, const Json& j) { s.resample_spacing_mm = numbers_of<3>(k, j); }},
      {"mesh", [](S& s, const K& k, const Json& j) { s.mesh = choice_of(k, j, kMeshRules); }},
  };
  return map;
}

}  // namespace

ExtractionSettings ExtractionSettings::from_json(const Json& json) {
  ExtractionSettings settings;
  if (!json.is_null() && !json.is_object())
    throw Error(ErrorCode::domain, "radiomics settings must be a mapping of keys to values");
  for (const auto& [key, value] : json.items()) {
    const auto reader = readers().find(key);
    if (reader == readers().end()) {
      std::vector<std::string> known;
      for (const auto& entry : readers()) known.push_back(entry.first);
      throw bad(key, "is unknown; the keys are " + join(known, ", "));
    }
    if (!value.is_null()) reader->second(settings, key, value);
  }
  if (settings.bin_count && (!json.contains("binning") || json["binning"].is_null()))
    settings.binning = Binning::fixed_count;
  settings.check();
  return settings;
}

Json ExtractionSettings::to_json() const {
  Json json;
  json["families"] = families;
  json["naming"] = to_string(naming);
  json["binning"] = name_of(kBinnings, binning);
  json["bin_width"] = bin_width;
  json["bin_count"] = bin_count ? Json(*bin_count) : Json(nullptr);
  if (!selected.empty()) json["selected"] = selected;
  json["aggregations"] = Json::array();
  for (const Aggregation aggregation : aggregations) json["aggregations"].push_back(suffix(aggregation));
  json["distances"] = distances;
  json["glcm_symmetric"] = glcm_symmetric;
  json["weighting_norm"] = weighting_norm ? Json(name_of(kWeightingNorms, *weighting_norm)) : Json(nullptr);
  json["dependence_difference"] = dependence_difference;
  json["force_2d"] = force_2d;
  json["force_2d_axis"] = force_2d_axis;
  json["voxel_array_shift"] = voxel_array_shift;
  json["resegment_range"] = resegment_range ? range_json(*resegment_range) : Json(nullptr);
  json["resegment_sigma"] = resegment_sigma ? Json(*resegment_sigma) : Json(nullptr);
  json["resegment_mode"] = name_of(kResegmentModes, resegment_mode);
  json["resample_spacing_mm"] = resample_spacing_mm ? Json(*resample_spacing_mm) : Json(nullptr);
  json["mesh"] = name_of(kMeshRules, mesh);
  json["ivh_binning"] = name_of(kIvhBinnings, ivh_binning);
  json["ivh_bin_width"] = ivh_bin_width;
  json["ivh_bin_count"] = ivh_bin_count;
  return json;
}

void ExtractionSettings::check() const {
  if (families.empty()) throw bad("families", "is empty; name at least one");
  for (std::size_t f = 0; f < families.size(); ++f) {
    find_family(families[f]);
    if (std::find(families.begin(), families.begin() + static_cast<std::ptrdiff_t>(f), families[f]) !=
        families.begin() + static_cast<std::ptrdiff_t>(f))
      throw bad("families", "names '" + families[f] + "' twice");
  }
  if (!std::isfinite(bin_width) || bin_width <= 0)
    throw bad("bin_width", "is " + format_double(bin_width) + "; it must be positive");
  if (bin_count && (*bin_count < 2 || *bin_count > 10000))
    throw bad("bin_count", "is " + std::to_string(*bin_count) + "; it must lie between 2 and 10000");
  if (bin_count && binning != Binning::fixed_count)
    throw Error(ErrorCode::conflict,
                "radiomics setting 'bin_count' is given, but 'binning' is not fixed_count; drop one of the two");
  if (!bin_count && binning == Binning::fixed_count) throw bad("bin_count", "is missing; 'binning' is fixed_count");
  if (distances.empty()) throw bad("distances", "is empty; name at least one");
  for (const int distance : distances)
    if (distance < 1 || distance > 64)
      throw bad("distances", "holds " + std::to_string(distance) + "; distances lie between 1 and 64");
  if (!std::isfinite(dependence_difference) || dependence_difference < 0)
    throw bad("dependence_difference", "is " + format_double(dependence_difference) + "; it must be 0 or more");
  if (resegment_sigma && !(*resegment_sigma > 0 && std::isfinite(*resegment_sigma)))
    throw bad("resegment_sigma", "is " + format_double(*resegment_sigma) + "; it must be positive");
  if (!std::isfinite(ivh_bin_width) || ivh_bin_width <= 0)
    throw bad("ivh_bin_width", "is " + format_double(ivh_bin_width) + "; it must be positive");
  if (ivh_bin_count < 2 || ivh_bin_count > 1000000)
    throw bad("ivh_bin_count", "is " + std::to_string(ivh_bin_count) + "; it must lie between 2 and 1000000");
  for (const auto& [family, ids] : selected) {
    find_family(family);
    for (const std::string& id : ids) {
      const FeatureRow* row = feature_table().find(id);
      if (row == nullptr || row->id != id || row->family != family || !has_name(*row, naming))
        throw bad("selected", "names '" + id + "', which is not a feature of '" + family + "' under this naming");
    }
  }
  if (naming == Naming::pyradiomics && aggregations.size() > 1)
    throw Error(ErrorCode::conflict,
                "radiomics setting 'aggregations' lists several, but names of PyRadiomics cannot tell them apart; keep "
                "one, or set 'naming' to ibsi");
  if (!aggregations.empty() && force_2d)
    throw Error(ErrorCode::conflict,
                "radiomics settings 'aggregations' and 'force_2d' both choose slices or volume; drop one of the two");
  if (force_2d_axis < 0 || force_2d_axis > 2)
    throw bad("force_2d_axis", "is " + std::to_string(force_2d_axis) + "; it must be 0, 1 or 2");
  if (!std::isfinite(voxel_array_shift)) throw bad("voxel_array_shift", "must be a finite number");
  if (resegment_range && !((*resegment_range)[0] < (*resegment_range)[1]))
    throw bad("resegment_range", "must rise: lower end first");
  if (resample_spacing_mm)
    for (const double spacing : *resample_spacing_mm)
      if (!std::isfinite(spacing) || spacing < 0)
        throw bad("resample_spacing_mm", "must hold positive numbers, or 0 to keep an axis");
  if (naming == Naming::ibsi && !glcm_symmetric)
    throw Error(ErrorCode::conflict,
                "radiomics setting 'naming' is ibsi, whose cm_* tags mean symmetric matrices; set 'glcm_symmetric' to "
                "true, or 'naming' to pyradiomics");
}

std::vector<Aggregation> ExtractionSettings::aggregations_of(Aggregates kind) const {
  if (kind == Aggregates::none) return {Aggregation::none};
  std::vector<Aggregation> wanted = aggregations;
  if (wanted.empty()) {
    const Aggregation average = force_2d ? Aggregation::average_2_5d : Aggregation::average_3d;
    const Aggregation merged = force_2d ? Aggregation::merged_2_5d : Aggregation::merged_3d;
    if (naming == Naming::ibsi)
      wanted = {average, merged};
    else
      wanted = {weighting_norm ? merged : average};
  }
  if (kind == Aggregates::directions) return wanted;
  std::vector<Aggregation> folded;
  for (const Aggregation aggregation : wanted)
    if (std::find(folded.begin(), folded.end(), without_directions(aggregation)) == folded.end())
      folded.push_back(without_directions(aggregation));
  return folded;
}

}  // namespace larc::radiomics
