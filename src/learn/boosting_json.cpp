#include "core/base64.h"
#include "core/error.h"
#include "learn/boosting.h"

namespace larc::learn {

namespace {

constexpr const char* kFormat = "larc-boosted";
constexpr int kVersion = 1;
const std::vector<std::string> kObjectives{"logistic", "cox", "aft"};
const std::vector<std::string> kNoises{"normal", "logistic", "extreme"};

int position(const std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) throw Error(ErrorCode::domain, "boosting: unknown choice '" + name + "'");
  return static_cast<int>(at - names.begin());
}

}  // namespace

Json to_json(const BoostSettings& s) {
  return {{"objective", kObjectives[static_cast<std::size_t>(s.objective)]},
          {"rounds", s.rounds},
          {"max_depth", s.max_depth},
          {"learning_rate", s.learning_rate},
          {"min_child_weight", s.min_child_weight},
          {"l2", s.l2},
          {"l1", s.l1},
          {"row_share", s.row_share},
          {"column_share", s.column_share},
          {"bins", s.bins},
          {"aft_noise", kNoises[static_cast<std::size_t>(s.aft_noise)]},
          {"aft_scale", s.aft_scale}};
}

BoostSettings boost_settings_from_json(const Json& json) {
  BoostSettings s;
  s.objective = static_cast<BoostObjective>(position(kObjectives, json.at("objective").get<std::string>()));
  s.rounds = json.at("rounds").get<int>();
  s.max_depth = json.at("max_depth").get<int>();
  s.learning_rate = json.at("learning_rate").get<double>();
  s.min_child_weight = json.at("min_child_weight").get<double>();
  s.l2 = json.at("l2").get<double>();
  s.l1 = json.at("l1").get<double>();
  s.row_share = json.at("row_share").get<double>();
  s.column_share = json.at("column_share").get<double>();
  s.bins = json.at("bins").get<int>();
  s.aft_noise = static_cast<AftNoise>(position(kNoises, json.at("aft_noise").get<std::string>()));
  s.aft_scale = json.at("aft_scale").get<double>();
  return s;
}

Json to_json(const BoostedModel& model) {
  return {{"format", kFormat},
          {"version", kVersion},
          {"settings", to_json(model.settings)},
          {"features", model.features},
          {"model", encode_base64(model.bytes)},
          {"gain", model.gain},
          {"baseline", {{"time_months", model.baseline.time}, {"cumulative", model.baseline.cumulative}}}};
}

BoostedModel boosted_model_from_json(const Json& json) {
  if (json.value("format", "") != kFormat || json.value("version", 0) != kVersion)
    throw Error(ErrorCode::format, "this is no boosted model that larc can read");
  BoostedModel model;
  model.settings = boost_settings_from_json(json.at("settings"));
  model.features = json.at("features").get<std::int32_t>();
  model.bytes = decode_base64(json.at("model").get<std::string>());
  model.gain = json.at("gain").get<std::vector<double>>();
  model.baseline.time = json.at("baseline").at("time_months").get<std::vector<double>>();
  model.baseline.cumulative = json.at("baseline").at("cumulative").get<std::vector<double>>();
  if (model.bytes.empty() || model.gain.size() != static_cast<std::size_t>(model.features) ||
      model.baseline.time.size() != model.baseline.cumulative.size())
    throw Error(ErrorCode::format, "the boosted model is damaged");
  return model;
}

}  // namespace larc::learn
