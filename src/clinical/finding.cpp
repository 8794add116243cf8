#include "clinical/finding.h"

namespace larc::clinical {

namespace {

Label label_of(const Json& json) {
  return {json.at("en").get<std::string>(), json.at("zh").get<std::string>()};
}

}  // namespace

Json to_json(const Finding& finding) {
  return {{"kind", finding.kind},
          {"patient", finding.patient.empty() ? Json(nullptr) : Json(finding.patient)},
          {"item", finding.item},
          {"text", to_json(finding.text)},
          {"remedy", to_json(finding.remedy)},
          {"source", finding.source},
          {"row", finding.row}};
}

Finding finding_of(const Json& json) {
  return {json.at("kind").get<std::string>(), json.at("patient").is_null() ? "" : json.at("patient").get<std::string>(),
          json.at("item").get<std::string>(), label_of(json.at("text")),
          label_of(json.at("remedy")),        json.at("source").get<std::string>(),
          json.at("row").get<std::size_t>()};
}

}  // namespace larc::clinical
