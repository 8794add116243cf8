#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "filters/filter.h"

namespace larc::filters {
namespace {

const char* const kTypes = "original, mean, gaussian, log, laws, gabor, wavelet, simoncelli";

[[noreturn]] void refuse(const std::string& key, const Json& value, const std::string& wanted) {
  throw Error(ErrorCode::domain, key + " is " + dump_json(value) + "; it must be " + wanted);
}

/// Takes the keys of one entry; what nobody takes is unknown.
class Entry {
 public:
  explicit Entry(const Json& json) : json_(json) {
    if (!json.is_object()) throw Error(ErrorCode::domain, "a filter is " + dump_json(json) + "; write {type: ...}");
    take("type");
  }

  const Json* take(const std::string& key) {
    taken_.push_back(key);
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }
  const Json& need(const std::string& key) {
    const Json* value = take(key);
    if (value == nullptr)
      throw Error(ErrorCode::domain, "a filter of type " + json_["type"].get<std::string>() + " needs " + key);
    return *value;
  }

  static double positive(const std::string& key, const Json& value, double highest) {
    if (!value.is_number() || !(value.get<double>() > 0) || value.get<double>() > highest) {
      refuse(key, value, "a number above 0, at most " + format_double(highest));
    }
    return value.get<double>();
  }
  void positive(const std::string& key, double& target, double highest) {
    if (const Json* value = take(key)) target = positive(key, *value, highest);
  }
  static int whole(const std::string& key, const Json& value, int lowest, int highest) {
    if (!value.is_number_integer() || value.get<double>() < lowest || value.get<double>() > highest) {
      refuse(key, value, "a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    }
    return value.get<int>();
  }
  static std::string text(const std::string& key, const Json& value) {
    if (!value.is_string()) refuse(key, value, "text");
    return value.get<std::string>();
  }
  void truth(const std::string& key, bool& target) {
    const Json* value = take(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) refuse(key, *value, "true or false");
    target = value->get<bool>();
  }
  void boundary(Boundary& target) {
    if (const Json* value = take("boundary")) target = parse_boundary(text("boundary", *value));
  }
  void pooling(Pooling& target) {
    if (const Json* value = take("pooling")) target = parse_pooling(text("pooling", *value));
  }
  void dimension(int& target) {
    const Json* value = take("dimension");
    if (value == nullptr) return;
    if (*value != "2D" && *value != "3D") refuse("dimension", *value, "2D (slice by slice across index axis 2) or 3D");
    target = *value == "2D" ? 2 : 3;
  }
  /// For filters whose name says the dimension.
  void same_dimension(int said_by_name, const std::string& key) {
    int dimension = said_by_name;
    this->dimension(dimension);
    if (dimension != said_by_name) {
      throw Error(ErrorCode::conflict, "dimension is " + std::to_string(dimension) + "D, but " + key + " has " +
                                           std::to_string(said_by_name) + " parts, one an axis; leave dimension out");
    }
  }
  void riesz_order(std::vector<int>& target, int dimension) {
    const Json* value = take("riesz_order");
    if (value == nullptr) return;
    const std::string wanted =
        "a list of " + std::to_string(dimension) + " whole numbers from 0, one an index axis, with a sum from 1 to 10";
    if (!value->is_array() || value->size() != static_cast<std::size_t>(dimension))
      refuse("riesz_order", *value, wanted);
    int total = 0;
    for (const Json& order : *value) {
      if (!order.is_number_integer() || order.get<double>() < 0 || order.get<double>() > 10) {
        refuse("riesz_order", *value, wanted);
      }
      target.push_back(order.get<int>());
      total += target.back();
    }
    if (total < 1 || total > 10) refuse("riesz_order", *value, wanted);
  }

  void check_all_taken() const {
    for (const auto& item : json_.items()) {
      if (std::find(taken_.begin(), taken_.end(), item.key()) != taken_.end()) continue;
      throw Error(ErrorCode::domain, "unknown key '" + item.key() + "'; this filter knows " + join(taken_, ", "));
    }
  }

 private:
  const Json& json_;
  std::vector<std::string> taken_;
};

constexpr double kMaxSigmaMm = 1000;

MeanFilter read_mean(Entry& entry) {
  MeanFilter filter;
  if (const Json* size = entry.take("size")) {
    filter.size = Entry::whole("size", *size, 3, 999);
    if (filter.size % 2 == 0) refuse("size", *size, "odd: the kernel is centred on a voxel");
  }
  entry.dimension(filter.dimension);
  entry.boundary(filter.boundary);
  return filter;
}

GaussianFilter read_gaussian(Entry& entry) {
  GaussianFilter filter;
  filter.sigma_mm = Entry::positive("sigma_mm", entry.need("sigma_mm"), kMaxSigmaMm);
  entry.positive("cutoff_sigma", filter.cutoff_sigma, 20);
  entry.dimension(filter.dimension);
  entry.boundary(filter.boundary);
  return filter;
}

LogFilter read_log(Entry& entry) {
  LogFilter filter;
  filter.sigma_mm = Entry::positive("sigma_mm", entry.need("sigma_mm"), kMaxSigmaMm);
  entry.positive("cutoff_sigma", filter.cutoff_sigma, 20);
  entry.dimension(filter.dimension);
  entry.riesz_order(filter.riesz_order, filter.dimension);
  entry.boundary(filter.boundary);
  return filter;
}

LawsFilter read_laws(Entry& entry) {
  LawsFilter filter;
  filter.kernels = Entry::text("kernels", entry.need("kernels"));
  orientations(filter);
  entry.same_dimension(filter.dimension(), "kernels");
  entry.truth("rotation_invariant", filter.rotation_invariant);
  entry.pooling(filter.pooling);
  if (const Json* delta = entry.take("energy_delta"))
    filter.energy_delta = Entry::whole("energy_delta", *delta, 1, 200);
  entry.boundary(filter.boundary);
  return filter;
}

GaborFilter read_gabor(Entry& entry) {
  GaborFilter filter;
  filter.sigma_mm = Entry::positive("sigma_mm", entry.need("sigma_mm"), kMaxSigmaMm);
  filter.lambda_mm = Entry::positive("lambda_mm", entry.need("lambda_mm"), kMaxSigmaMm);
  entry.positive("gamma", filter.gamma, 100);
  const Json* theta = entry.take("theta_degrees");
  const Json* step = entry.take("theta_step_degrees");
  if (theta != nullptr) {
    if (!theta->is_number() || theta->get<double>() < 0 || theta->get<double>() >= 360) {
      refuse("theta_degrees", *theta, "a number from 0, below 360");
    }
    filter.theta_degrees = theta->get<double>();
  }
  if (step != nullptr) {
    if (theta != nullptr && filter.theta_degrees != 0) {
      throw Error(ErrorCode::conflict, "theta_degrees and theta_step_degrees are both given; leave one out");
    }
    const double turns = 360 / Entry::positive("theta_step_degrees", *step, 360);
    if (turns > 360 || std::abs(turns - std::round(turns)) > 1e-9) {
      refuse("theta_step_degrees", *step, "a whole part of 360, at least 1");
    }
    filter.theta_step_degrees = step->get<double>();
  }
  entry.pooling(filter.pooling);
  entry.positive("cutoff_sigma", filter.cutoff_sigma, 20);
  entry.dimension(filter.dimension);
  entry.boundary(filter.boundary);
  return filter;
}

WaveletFilter read_wavelet(Entry& entry) {
  WaveletFilter filter;
  filter.wavelet = Entry::text("wavelet", entry.need("wavelet"));
  filter.subband = Entry::text("subband", entry.need("subband"));
  if (const Json* level = entry.take("level")) filter.level = Entry::whole("level", *level, 1, 6);
  orientations(filter);
  entry.same_dimension(filter.dimension(), "subband");
  entry.truth("rotation_invariant", filter.rotation_invariant);
  entry.pooling(filter.pooling);
  entry.boundary(filter.boundary);
  return filter;
}

SimoncelliFilter read_simoncelli(Entry& entry) {
  SimoncelliFilter filter;
  if (const Json* level = entry.take("level")) filter.level = Entry::whole("level", *level, 1, 6);
  entry.dimension(filter.dimension);
  entry.riesz_order(filter.riesz_order, filter.dimension);
  entry.boundary(filter.boundary);
  return filter;
}

std::string dimension_text(int dimension) {
  return std::to_string(dimension) + "D";
}

Json order_or_null(const std::vector<int>& order) {
  return order.empty() ? Json(nullptr) : Json(order);
}

struct Write {
  Json operator()(const OriginalFilter&) const {
    Json json = Json::object();
    json["type"] = "original";
    return json;
  }
  Json operator()(const MeanFilter& f) const {
    return {{"type", "mean"},
            {"size", f.size},
            {"dimension", dimension_text(f.dimension)},
            {"boundary", to_string(f.boundary)}};
  }
  Json operator()(const GaussianFilter& f) const {
    return {{"type", "gaussian"},
            {"sigma_mm", f.sigma_mm},
            {"cutoff_sigma", f.cutoff_sigma},
            {"dimension", dimension_text(f.dimension)},
            {"boundary", to_string(f.boundary)}};
  }
  Json operator()(const LogFilter& f) const {
    return {{"type", "log"},
            {"sigma_mm", f.sigma_mm},
            {"cutoff_sigma", f.cutoff_sigma},
            {"dimension", dimension_text(f.dimension)},
            {"riesz_order", order_or_null(f.riesz_order)},
            {"boundary", to_string(f.boundary)}};
  }
  Json operator()(const LawsFilter& f) const {
    return {{"type", "laws"},
            {"kernels", f.kernels},
            {"rotation_invariant", f.rotation_invariant},
            {"pooling", to_string(f.pooling)},
            {"energy_delta", f.energy_delta ? Json(*f.energy_delta) : Json(nullptr)},
            {"boundary", to_string(f.boundary)}};
  }
  Json operator()(const GaborFilter& f) const {
    return {{"type", "gabor"},
            {"sigma_mm", f.sigma_mm},
            {"lambda_mm", f.lambda_mm},
            {"gamma", f.gamma},
            {"theta_degrees", f.theta_degrees},
            {"theta_step_degrees", f.theta_step_degrees ? Json(*f.theta_step_degrees) : Json(nullptr)},
            {"pooling", to_string(f.pooling)},
            {"cutoff_sigma", f.cutoff_sigma},
            {"dimension", dimension_text(f.dimension)},
            {"boundary", to_string(f.boundary)}};
  }
  Json operator()(const WaveletFilter& f) const {
    return {{"type", "wavelet"},
            {"wavelet", f.wavelet},
            {"subband", f.subband},
            {"level", f.level},
            {"rotation_invariant", f.rotation_invariant},
            {"pooling", to_string(f.pooling)},
            {"boundary", to_string(f.boundary)}};
  }
  Json operator()(const SimoncelliFilter& f) const {
    return {{"type", "simoncelli"},
            {"level", f.level},
            {"dimension", dimension_text(f.dimension)},
            {"riesz_order", order_or_null(f.riesz_order)},
            {"boundary", to_string(f.boundary)}};
  }
};

/// "1-5" for 1.5.
std::string number_text(double value) {
  std::string text = format_double(value);
  std::replace(text.begin(), text.end(), '.', '-');
  text.erase(std::remove(text.begin(), text.end(), '+'), text.end());
  return text;
}

/// Parts joined by '-', empty ones left out.
std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty() && !part.empty()) text.push_back('-');
    text.append(part);
  }
  return text;
}

std::string order_text(const std::vector<int>& order) {
  std::vector<std::string> parts;
  for (const int l : order) parts.push_back(std::to_string(l));
  return order.empty() ? "" : joined({"riesz", joined(parts)});
}

std::string boundary_text(Boundary boundary) {
  return boundary == Boundary::mirror ? "" : to_string(boundary);
}

std::string cutoff_text(double cutoff_sigma, double usual) {
  return cutoff_sigma == usual ? "" : joined({"cutoff", number_text(cutoff_sigma)});
}

std::string invariance_text(bool invariant, Pooling pooling) {
  return invariant ? joined({"invariant", to_string(pooling)}) : "";
}

struct Name {
  std::string operator()(const OriginalFilter&) const { return "original"; }
  std::string operator()(const MeanFilter& f) const {
    return joined({"mean", std::to_string(f.size), dimension_text(f.dimension), boundary_text(f.boundary)});
  }
  std::string operator()(const GaussianFilter& f) const {
    return joined({"gaussian-sigma", number_text(f.sigma_mm), "mm", dimension_text(f.dimension),
                   cutoff_text(f.cutoff_sigma, GaussianFilter{}.cutoff_sigma), boundary_text(f.boundary)});
  }
  std::string operator()(const LogFilter& f) const {
    return joined({"log-sigma", number_text(f.sigma_mm), "mm", dimension_text(f.dimension), order_text(f.riesz_order),
                   cutoff_text(f.cutoff_sigma, LogFilter{}.cutoff_sigma), boundary_text(f.boundary)});
  }
  std::string operator()(const LawsFilter& f) const {
    return joined({"laws", f.kernels, invariance_text(f.rotation_invariant, f.pooling),
                   f.energy_delta ? joined({"energy", std::to_string(*f.energy_delta)}) : "",
                   boundary_text(f.boundary)});
  }
  std::string operator()(const GaborFilter& f) const {
    const bool pooled = f.theta_step_degrees || f.dimension == 3;
    return joined({"gabor-sigma", number_text(f.sigma_mm), "mm-lambda", number_text(f.lambda_mm), "mm-gamma",
                   number_text(f.gamma), f.theta_step_degrees ? "step" : "theta",
                   number_text(f.theta_step_degrees.value_or(f.theta_degrees)), pooled ? to_string(f.pooling) : "",
                   dimension_text(f.dimension), cutoff_text(f.cutoff_sigma, GaborFilter{}.cutoff_sigma),
                   boundary_text(f.boundary)});
  }
  std::string operator()(const WaveletFilter& f) const {
    return joined({"wavelet", f.wavelet, f.subband, "level", std::to_string(f.level),
                   invariance_text(f.rotation_invariant, f.pooling), boundary_text(f.boundary)});
  }
  std::string operator()(const SimoncelliFilter& f) const {
    return joined({"simoncelli-level", std::to_string(f.level), dimension_text(f.dimension), order_text(f.riesz_order),
                   boundary_text(f.boundary)});
  }
};

}  // namespace

FilterSettings FilterSettings::from_json(const Json& json) {
  Entry entry(json);
  const auto found = json.find("type");
  if (found == json.end()) throw Error(ErrorCode::domain, std::string("a filter has no type; choose ") + kTypes);
  const std::string type = found->is_string() ? found->get<std::string>() : "";
  FilterSettings settings;
  if (type == "original") {
    settings.kind = OriginalFilter{};
  } else if (type == "mean") {
    settings.kind = read_mean(entry);
  } else if (type == "gaussian") {
    settings.kind = read_gaussian(entry);
  } else if (type == "log") {
    settings.kind = read_log(entry);
  } else if (type == "laws") {
    settings.kind = read_laws(entry);
  } else if (type == "gabor") {
    settings.kind = read_gabor(entry);
  } else if (type == "wavelet") {
    settings.kind = read_wavelet(entry);
  } else if (type == "simoncelli") {
    settings.kind = read_simoncelli(entry);
  } else {
    refuse("type", *found, std::string("one of ") + kTypes);
  }
  entry.check_all_taken();
  return settings;
}

Json FilterSettings::to_json() const {
  return std::visit(Write{}, kind);
}

std::string FilterSettings::name() const {
  return std::visit(Name{}, kind);
}

}  // namespace larc::filters
