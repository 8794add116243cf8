#include <cctype>
#include <set>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "preprocess/perturb.h"

namespace larc::preprocess {

namespace {

constexpr std::uint64_t kSeedBits = (std::uint64_t{1} << 53) - 1;  // whole in JSON, whoever reads it

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::format, "perturbation: " + what);
}

void check_keys(const Json& json, const std::set<std::string>& known) {
  if (!json.is_object()) refuse("it must be a set of keys and values");
  for (const auto& [key, value] : json.items())
    if (!known.count(key)) {
      std::string message = "key '" + key + "' is not known; choose from";
      for (const auto& name : known) message += " " + name;
      refuse(message);
    }
}

template <typename Value>
void read(const Json& json, const char* key, Value& value) {
  if (!json.contains(key)) return;
  try {
    value = json.at(key).get<Value>();
  } catch (const nlohmann::json::exception&) {
    refuse(std::string(key) + " is of the wrong kind");
  }
}

void read_noise_sd(const Json& json, std::optional<double>& value) {
  if (!json.contains("noise_sd") || json.at("noise_sd").is_null()) return;
  double number = 0;
  read(json, "noise_sd", number);
  if (!(number >= 0)) refuse("noise_sd must not be negative");
  value = number;
}

/// The letters of a chain, each once.
std::set<char> links(const std::string& chain) {
  static const std::map<std::string, char> words{
      {"noise", 'N'}, {"translation", 'T'}, {"rotation", 'R'}, {"volume", 'V'}, {"contour", 'C'}};
  std::set<char> found;
  const auto add = [&](char link) {
    if (link == 'A') link = 'V';
    if (std::string("NTRVC").find(link) == std::string::npos)
      throw Error(ErrorCode::domain, "perturbation chain '" + chain + "' has an unknown part '" + link +
                                         "'; choose from N, T, R, V (or A), C or noise, translation, rotation, volume, "
                                         "contour");
    if (!found.insert(link).second)
      throw Error(ErrorCode::domain, "perturbation chain '" + chain + "' names " + link + " twice; once is enough");
  };
  std::string word;
  for (const char c : chain + ' ') {
    if (std::isalpha(static_cast<unsigned char>(c))) {
      word += c;
      continue;
    }
    std::string lower = word;
    for (char& l : lower) l = static_cast<char>(std::tolower(static_cast<unsigned char>(l)));
    const auto known = words.find(lower);
    if (known != words.end())
      add(known->second);
    else
      for (const char letter : word) add(static_cast<char>(std::toupper(static_cast<unsigned char>(letter))));
    word.clear();
  }
  if (found.empty()) throw Error(ErrorCode::domain, "perturbation chain is empty; name at least one of N, T, R, V, C");
  return found;
}

void check_range(const std::string& name, const std::array<double, 2>& range, double low, double high) {
  if (!(range[0] <= range[1] && range[0] >= low && range[1] <= high))
    throw Error(ErrorCode::domain, "perturbation: " + name + " is " + format_double(range[0]) + " to " +
                                       format_double(range[1]) + "; it must rise within " + format_double(low) +
                                       " to " + format_double(high));
}

}  // namespace

Json to_json(const Perturbation& p) {
  Json json = Json::object();
  json["noise"] = p.noise;
  json["noise_sd"] = p.noise_sd ? Json(*p.noise_sd) : Json(nullptr);
  json["rotation_degrees"] = p.rotation_degrees;
  json["translation"] = p.translation;
  json["volume_fraction"] = p.volume_fraction;
  json["contour"] = p.contour;
  json["seed"] = p.seed;
  return json;
}

Perturbation perturbation_from_json(const Json& json) {
  check_keys(json, {"noise", "noise_sd", "rotation_degrees", "translation", "volume_fraction", "contour", "seed"});
  Perturbation p;
  read(json, "noise", p.noise);
  read_noise_sd(json, p.noise_sd);
  read(json, "rotation_degrees", p.rotation_degrees);
  read(json, "translation", p.translation);
  read(json, "volume_fraction", p.volume_fraction);
  read(json, "contour", p.contour);
  read(json, "seed", p.seed);
  return p;
}

PerturbationSpec perturbation_spec_from_json(const Json& json) {
  check_keys(json, {"chain", "noise_sd", "rotation_degrees", "translation", "volume_fraction"});
  PerturbationSpec spec;
  read(json, "chain", spec.chain);
  read_noise_sd(json, spec.noise_sd);
  read(json, "rotation_degrees", spec.rotation_degrees);
  read(json, "translation", spec.translation);
  read(json, "volume_fraction", spec.volume_fraction);
  return spec;
}

std::vector<Perturbation> perturbation_set(const PerturbationSpec& spec, int count, std::uint64_t seed) {
  const std::set<char> chain = links(spec.chain);
  check_range("rotation_degrees", spec.rotation_degrees, -180, 180);
  check_range("translation", spec.translation, -1, 1);
  check_range("volume_fraction", spec.volume_fraction, -0.9, 9);
  if (spec.noise_sd && !(*spec.noise_sd >= 0 && std::isfinite(*spec.noise_sd)))
    throw Error(ErrorCode::domain,
                "perturbation: noise_sd is " + format_double(*spec.noise_sd) + "; it must not be negative");
  if (count < 0) throw Error(ErrorCode::domain, "the number of perturbations must not be negative");
  std::vector<Perturbation> set;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t own = derive_seed(seed, "perturbation", static_cast<std::uint64_t>(i)) & kSeedBits;
    Random random(derive_seed(own, "draw"));
    Perturbation p;
    p.seed = own;
    // Every number is drawn whether it is used or not, so that chains can be compared link by link.
    const double angle = random.uniform(spec.rotation_degrees[0], spec.rotation_degrees[1]);
    image::Vec3 move{};
    for (double& axis : move) axis = random.uniform(spec.translation[0], spec.translation[1]);
    const double fraction = random.uniform(spec.volume_fraction[0], spec.volume_fraction[1]);
    p.noise = chain.count('N') > 0;
    if (p.noise) p.noise_sd = spec.noise_sd;
    if (chain.count('R')) p.rotation_degrees = angle;
    if (chain.count('T')) p.translation = move;
    if (chain.count('V')) p.volume_fraction = fraction;
    p.contour = chain.count('C') > 0;
    set.push_back(p);
  }
  return set;
}

}  // namespace larc::preprocess
