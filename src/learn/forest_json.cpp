#include "core/error.h"
#include "learn/forest.h"

namespace larc::learn {

namespace {

constexpr const char* kFormat = "larc-forest";
constexpr int kVersion = 1;

}  // namespace

Json to_json(const ForestSettings& settings) {
  return {{"split", settings.split == SplitRule::best ? "best" : "random"},
          {"trees", settings.trees},
          {"features_per_split", settings.features_per_split},
          {"min_leaf", settings.min_leaf},
          {"min_split", settings.min_split},
          {"max_depth", settings.max_depth},
          {"bootstrap", settings.bootstrap},
          {"balanced", settings.balanced}};
}

ForestSettings forest_settings_from_json(const Json& json) {
  ForestSettings settings;
  const std::string split = json.at("split").get<std::string>();
  if (split != "best" && split != "random")
    throw Error(ErrorCode::domain, "forest: unknown split rule '" + split + "'");
  settings.split = split == "best" ? SplitRule::best : SplitRule::random;
  settings.trees = json.at("trees").get<int>();
  settings.features_per_split = json.at("features_per_split").get<int>();
  settings.min_leaf = json.at("min_leaf").get<int>();
  settings.min_split = json.at("min_split").get<int>();
  settings.max_depth = json.at("max_depth").get<int>();
  settings.bootstrap = json.at("bootstrap").get<bool>();
  settings.balanced = json.at("balanced").get<bool>();
  return settings;
}

Json to_json(const Forest& forest) {
  return {{"format", kFormat},           {"version", kVersion}, {"settings", to_json(forest.settings)},
          {"features", forest.features}, {"seed", forest.seed}, {"trees", trees_to_json(forest.trees)}};
}

Forest forest_from_json(const Json& json) {
  if (json.value("format", "") != kFormat || json.value("version", 0) != kVersion)
    throw Error(ErrorCode::format, "this is no forest that larc can read");
  Forest forest;
  forest.settings = forest_settings_from_json(json.at("settings"));
  forest.features = json.at("features").get<std::int32_t>();
  forest.seed = json.at("seed").get<std::uint64_t>();
  forest.trees = trees_from_json(json.at("trees"), forest.features);
  if (forest.trees.empty()) throw Error(ErrorCode::format, "the forest has no trees");
  return forest;
}

}  // namespace larc::learn
