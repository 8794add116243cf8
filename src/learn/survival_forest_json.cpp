#include "core/base64.h"
#include "core/error.h"
#include "learn/survival_forest.h"

namespace larc::learn {

namespace {

constexpr const char* kFormat = "larc-survival-forest";
constexpr int kVersion = 1;

}  // namespace

std::string to_string(SurvivalSplit split) {
  return split == SurvivalSplit::logrank ? "logrank" : "logrank_score";
}

SurvivalSplit survival_split_from_string(const std::string& text) {
  for (const SurvivalSplit split : {SurvivalSplit::logrank, SurvivalSplit::logrank_score})
    if (to_string(split) == text) return split;
  throw Error(ErrorCode::domain, "survival forest: unknown split rule '" + text + "'");
}

std::string to_string(MortalityTimes times) {
  return times == MortalityTimes::events ? "events" : "observed";
}

MortalityTimes mortality_times_from_string(const std::string& text) {
  for (const MortalityTimes times : {MortalityTimes::events, MortalityTimes::observed})
    if (to_string(times) == text) return times;
  throw Error(ErrorCode::domain, "survival forest: unknown mortality times '" + text + "'");
}

Json to_json(const SurvivalForestSettings& settings) {
  return {{"split", to_string(settings.split)},
          {"trees", settings.trees},
          {"features_per_split", settings.features_per_split},
          {"min_leaf", settings.min_leaf},
          {"max_depth", settings.max_depth},
          {"time_bins", settings.time_bins},
          {"bootstrap", settings.bootstrap},
          {"mortality_times", to_string(settings.mortality_times)}};
}

SurvivalForestSettings survival_forest_settings_from_json(const Json& json) {
  SurvivalForestSettings settings;
  settings.split = survival_split_from_string(json.at("split").get<std::string>());
  settings.trees = json.at("trees").get<int>();
  settings.features_per_split = json.at("features_per_split").get<int>();
  settings.min_leaf = json.at("min_leaf").get<int>();
  settings.max_depth = json.at("max_depth").get<int>();
  settings.time_bins = json.at("time_bins").get<int>();
  settings.bootstrap = json.at("bootstrap").get<bool>();
  // Forests written before the setting existed sum over event times.
  settings.mortality_times = mortality_times_from_string(json.value("mortality_times", "events"));
  return settings;
}

Json to_json(const SurvivalForest& forest) {
  return {{"format", kFormat},
          {"version", kVersion},
          {"settings", to_json(forest.settings)},
          {"features", forest.features},
          {"seed", forest.seed},
          {"time", pack_numbers(forest.time)},
          {"trees", trees_to_json(forest.trees)},
          {"leaf_begin", pack_numbers(forest.leaf_begin)},
          {"step_time", pack_numbers(forest.step_time)},
          {"step", pack_numbers(forest.step)}};
}

SurvivalForest survival_forest_from_json(const Json& json) {
  if (json.value("format", "") != kFormat || json.value("version", 0) != kVersion)
    throw Error(ErrorCode::format, "this is no survival forest that larc can read");
  SurvivalForest forest;
  forest.settings = survival_forest_settings_from_json(json.at("settings"));
  forest.features = json.at("features").get<std::int32_t>();
  forest.seed = json.at("seed").get<std::uint64_t>();
  forest.time = unpack_numbers<double>(json.at("time").get<std::string>());
  forest.trees = trees_from_json(json.at("trees"), forest.features);
  forest.leaf_begin = unpack_numbers<std::uint32_t>(json.at("leaf_begin").get<std::string>());
  forest.step_time = unpack_numbers<std::uint16_t>(json.at("step_time").get<std::string>());
  forest.step = unpack_numbers<double>(json.at("step").get<std::string>());
  std::size_t leaves = 0;
  for (Tree& tree : forest.trees)
    for (TreeNode& node : tree)
      if (node.feature < 0) node.child = static_cast<std::int32_t>(leaves++);
  const bool whole =
      leaves > 0 && forest.leaf_begin.size() == leaves + 1 && forest.leaf_begin.front() == 0 &&
      std::is_sorted(forest.leaf_begin.begin(), forest.leaf_begin.end()) &&
      forest.leaf_begin.back() == forest.step.size() && forest.step_time.size() == forest.step.size() &&
      std::all_of(forest.step_time.begin(), forest.step_time.end(), [&](auto k) { return k < forest.time.size(); });
  if (!whole) throw Error(ErrorCode::format, "the leaves of the survival forest are damaged");
  return forest;
}

}  // namespace larc::learn
