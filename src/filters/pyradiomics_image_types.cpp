#include "filters/pyradiomics_image_types.h"

#include "core/error.h"
#include "core/text.h"

namespace larc::filters {

namespace {

using Type = PyRadiomicsImageType;

struct TypeKeys {
  const char* type;
  std::vector<std::string> keys;
};

const std::vector<TypeKeys>& table() {
  static const std::vector<TypeKeys> kTable = {
      {"Original", {}},
      {"LoG", {"sigma", "log2D"}},
      {"Wavelet", {"wavelet", "level", "start_level"}},
      {"Square", {}},
      {"SquareRoot", {}},
      {"Logarithm", {}},
      {"Exponential", {}},
      {"Gradient", {"gradientUseSpacing"}},
      {"LBP2D", {"lbp2DRadius", "lbp2DSamples", "lbp2DMethod"}},
      {"LBP3D", {"lbp3DLevels", "lbp3DIcosphereRadius", "lbp3DIcosphereSubdivision"}},
  };
  return kTable;
}

Error bad(const std::string& key, const std::string& message) {
  return Error(ErrorCode::domain, "image type option '" + key + "' " + message);
}

/// The options of one type, read by key.
class Options {
 public:
  explicit Options(const Json& json) : json_(json) {}

  bool boolean(const char* key, bool otherwise) const {
    if (!json_.contains(key)) return otherwise;
    if (!json_[key].is_boolean()) throw bad(key, "must be true or false, it is " + dump_json(json_[key]));
    return json_[key].get<bool>();
  }
  int integer(const char* key, int otherwise, int least, int most) const {
    if (!json_.contains(key)) return otherwise;
    const Json& value = json_[key];
    const double number = value.is_number() ? value.get<double>() : 0.5;
    if (number != std::round(number) || number < least || number > most)
      throw bad(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                         ", it is " + dump_json(value));
    return static_cast<int>(number);
  }
  double positive(const char* key, double otherwise, double most) const {
    if (!json_.contains(key)) return otherwise;
    const Json& value = json_[key];
    if (!value.is_number() || !(value.get<double>() > 0) || value.get<double>() > most)
      throw bad(key, "must be a number above 0, at most " + dump_json(Json(most)) + ", it is " + dump_json(value));
    return value.get<double>();
  }
  std::string text(const char* key, const std::string& otherwise) const {
    if (!json_.contains(key)) return otherwise;
    if (!json_[key].is_string()) throw bad(key, "must be text, it is " + dump_json(json_[key]));
    return json_[key].get<std::string>();
  }

  Type::Log log() const {
    Type::Log log;
    log.slice_wise = boolean("log2D", false);
    if (!json_.contains("sigma")) return log;
    const Json& list = json_["sigma"];
    if (!list.is_array()) throw bad("sigma", "must be a list of numbers (mm), it is " + dump_json(list));
    for (const Json& sigma : list) {
      if (!sigma.is_number() || !(sigma.get<double>() > 0) || !std::isfinite(sigma.get<double>()))
        throw bad("sigma", "must be a list of numbers above 0 (mm), it holds " + dump_json(sigma));
      log.sigmas_mm.push_back(sigma.get<double>());
      std::string name = dump_json(sigma);
      std::replace(name.begin(), name.end(), '.', '-');
      log.sigma_names.push_back(name);
    }
    return log;
  }
  Type::Wavelet wavelet() const {
    Type::Wavelet wavelet;
    wavelet.wavelet = text("wavelet", "coif1");
    wavelet.filters = in_context("image type option 'wavelet'", [&] { return wavelet_filters(wavelet.wavelet); });
    wavelet.level = integer("level", 1, 1, 16);
    wavelet.start_level = integer("start_level", 0, 0, 16);
    return wavelet;
  }
  Lbp2dOptions lbp2d(int slice_axis) const {
    Lbp2dOptions lbp;
    lbp.radius = positive("lbp2DRadius", 1, 1000);
    lbp.samples = integer("lbp2DSamples", 8, 1, 31);
    lbp.method = parse_lbp_2d_method(text("lbp2DMethod", "uniform"));
    lbp.slice_axis = slice_axis;
    return lbp;
  }
  Lbp3dOptions lbp3d() const {
    Lbp3dOptions lbp;
    lbp.levels = integer("lbp3DLevels", 2, 1, 20);
    lbp.radius = positive("lbp3DIcosphereRadius", 1, 100);
    lbp.subdivision = integer("lbp3DIcosphereSubdivision", 1, 0, 5);
    return lbp;
  }

 private:
  const Json& json_;
};

}  // namespace

const std::vector<std::string>& image_types() {
  static const std::vector<std::string> kTypes = [] {
    std::vector<std::string> types;
    for (const TypeKeys& row : table()) types.push_back(row.type);
    return types;
  }();
  return kTypes;
}

std::vector<std::string> image_type_keys(const std::string& type) {
  for (const TypeKeys& row : table()) {
    if (type != row.type) continue;
    std::vector<std::string> keys = row.keys;
    keys.insert(keys.end(), {"force2D", "force2Ddimension"});
    return keys;
  }
  throw Error(ErrorCode::domain, "image type '" + type + "' is not known; choose one of " + join(image_types(), ", "));
}

PyRadiomicsImageType PyRadiomicsImageType::from_json(const std::string& type, const Json& options) {
  const std::vector<std::string> keys = image_type_keys(type);
  const Json object = options.is_null() ? Json::object() : options;
  if (!object.is_object())
    throw Error(ErrorCode::domain,
                "the options of image type '" + type + "' must be keys with values, they are " + dump_json(object));
  for (const auto& item : object.items())
    if (std::find(keys.begin(), keys.end(), item.key()) == keys.end())
      throw bad(item.key(), "does not belong to image type '" + type + "'; choose from " + join(keys, ", "));
  const Options read(object);
  PyRadiomicsImageType result;
  result.type = type;
  result.force_2d = read.boolean("force2D", false);
  result.slice_axis = 2 - read.integer("force2Ddimension", 0, 0, 2);
  if (type == "LoG") result.options = read.log();
  if (type == "Wavelet") result.options = read.wavelet();
  if (type == "Square") result.options = Point::square;
  if (type == "SquareRoot") result.options = Point::square_root;
  if (type == "Logarithm") result.options = Point::logarithm;
  if (type == "Exponential") result.options = Point::exponential;
  if (type == "Gradient") result.options = Gradient{read.boolean("gradientUseSpacing", true)};
  if (type == "LBP2D") result.options = read.lbp2d(result.slice_axis);
  if (type == "LBP3D") result.options = read.lbp3d();
  return result;
}

}  // namespace larc::filters
