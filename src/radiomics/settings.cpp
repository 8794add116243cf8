#include "radiomics/settings.h"

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "radiomics/families.h"

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
constexpr Choice<ResegmentMode> kResegmentModes[] = {{"absolute", ResegmentMode::absolute},
                                                     {"sigma", ResegmentMode::sigma}};
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
      {"glcm_distance", [](S& s, const K& k, const Json& j) { s.glcm_distance = integer_of(k, j); }},
      {"glcm_symmetric", [](S& s, const K& k, const Json& j) { s.glcm_symmetric = boolean_of(k, j); }},
      {"force_2d", [](S& s, const K& k, const Json& j) { s.force_2d = boolean_of(k, j); }},
      {"force_2d_axis", [](S& s, const K& k, const Json& j) { s.force_2d_axis = integer_of(k, j); }},
      {"voxel_array_shift", [](S& s, const K& k, const Json& j) { s.voxel_array_shift = number_of(k, j); }},
      {"resegment_range", [](S& s, const K& k, const Json& j) { s.resegment_range = numbers_of<2>(k, j); }},
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
  json["glcm_distance"] = glcm_distance;
  json["glcm_symmetric"] = glcm_symmetric;
  json["force_2d"] = force_2d;
  json["force_2d_axis"] = force_2d_axis;
  json["voxel_array_shift"] = voxel_array_shift;
  json["resegment_range"] = resegment_range ? Json(*resegment_range) : Json(nullptr);
  json["resegment_mode"] = name_of(kResegmentModes, resegment_mode);
  json["resample_spacing_mm"] = resample_spacing_mm ? Json(*resample_spacing_mm) : Json(nullptr);
  json["mesh"] = name_of(kMeshRules, mesh);
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
  if (glcm_distance < 1 || glcm_distance > 64)
    throw bad("glcm_distance", "is " + std::to_string(glcm_distance) + "; it must lie between 1 and 64");
  if (force_2d_axis < 0 || force_2d_axis > 2)
    throw bad("force_2d_axis", "is " + std::to_string(force_2d_axis) + "; it must be 0, 1 or 2");
  if (!std::isfinite(voxel_array_shift)) throw bad("voxel_array_shift", "must be a finite number");
  if (resegment_range && !((*resegment_range)[0] < (*resegment_range)[1]))
    throw bad("resegment_range", "must rise: lower end first");
  if (resample_spacing_mm)
    for (const double spacing : *resample_spacing_mm)
      if (!std::isfinite(spacing) || spacing < 0)
        throw bad("resample_spacing_mm", "must hold positive numbers, or 0 to keep an axis");
  if (naming == Naming::ibsi && (!glcm_symmetric || force_2d))
    throw Error(ErrorCode::conflict,
                "radiomics setting 'naming' is ibsi, whose cm_*_3D tags mean symmetric matrices in 13 directions; set "
                "'glcm_symmetric' to true and 'force_2d' to false, or 'naming' to pyradiomics");
}

}  // namespace larc::radiomics
