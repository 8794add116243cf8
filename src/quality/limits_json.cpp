#include "core/error.h"
#include "quality/limits.h"

namespace larc::quality {

namespace {

constexpr int kVersion = 1;

Json limit_json(const MeasureLimit& limit) {
  return {{"id", limit.id},           {"centre", limit.centre},
          {"spread", limit.spread},   {"doubtful", limit.doubtful},
          {"exclude", limit.exclude}, {"by_readers", limit.by_readers},
          {"images", limit.images}};
}

RoleLimits role_of(const Json& json) {
  RoleLimits role;
  role.role = json.at("role").get<std::string>();
  role.images = json.at("images").get<std::size_t>();
  role.accepted = json.at("accepted").get<std::size_t>();
  role.refused = json.at("refused").get<std::size_t>();
  role.sensitivity = number_or_nan(json.at("sensitivity"));
  role.specificity = number_or_nan(json.at("specificity"));
  for (const auto& limit : json.at("measures")) {
    MeasureLimit own;
    own.id = measure_info(limit.at("id").get<std::string>()).id;
    own.centre = limit.at("centre").get<double>();
    own.spread = limit.at("spread").get<double>();
    own.doubtful = limit.at("doubtful").get<double>();
    own.exclude = limit.at("exclude").get<double>();
    own.by_readers = limit.at("by_readers").get<bool>();
    own.images = limit.at("images").get<std::size_t>();
    if (!(own.spread > 0 && own.exclude > 0)) throw Error(ErrorCode::format, "a spread or a cut that is not above 0");
    role.measures.push_back(std::move(own));
  }
  return role;
}

}  // namespace

Json to_json(const Limits& limits) {
  Json roles = Json::array();
  for (const auto& role : limits.roles) {
    Json measures = Json::array();
    for (const auto& limit : role.measures) measures.push_back(limit_json(limit));
    roles.push_back({{"role", role.role},
                     {"images", role.images},
                     {"accepted", role.accepted},
                     {"refused", role.refused},
                     {"sensitivity", number_or_null(role.sensitivity)},
                     {"specificity", number_or_null(role.specificity)},
                     {"measures", measures}});
  }
  return {{"quality_limits", kVersion}, {"roles", roles}};
}

Limits limits_of(const Json& json) {
  const std::string remedy = "; learn them again from the development images";
  try {
    if (json.at("quality_limits").get<int>() != kVersion)
      throw Error(ErrorCode::format, "limits of quality of another version of larc" + remedy);
    Limits limits;
    for (const auto& role : json.at("roles")) limits.roles.push_back(role_of(role));
    return limits;
  } catch (const Json::exception&) {
    throw Error(ErrorCode::format, "not the limits of quality that larc writes" + remedy);
  }
}

std::string to_string(Decision decision) {
  switch (decision) {
    case Decision::ok:
      return "ok";
    case Decision::doubtful:
      return "doubtful";
    case Decision::exclude:
      break;
  }
  return "exclude";
}

Json to_json(const Verdict& verdict) {
  Json reasons = Json::array();
  for (const auto& reason : verdict.reasons)
    reasons.push_back({{"measure", reason.measure},
                       {"value", reason.value},
                       {"limit", reason.limit},
                       {"severity", reason.severity},
                       {"decision", to_string(reason.decision)},
                       {"text", to_json(reason.text)}});
  Json json{{"decision", to_string(verdict.decision)}, {"severity", verdict.severity}, {"reasons", reasons}};
  if (!verdict.note.en.empty()) json["note"] = to_json(verdict.note);
  return json;
}

}  // namespace larc::quality
