#include "study/validation_unit.h"

namespace larc::study {

std::string unit_id(const Endpoint& endpoint, const std::string& kind, const std::string& part) {
  return endpoint.id + "/" + to_string(endpoint.at) + "/" + kind + "/" + part;
}

std::string fold_part(int repeat, int fold) {
  return "repeat " + std::to_string(repeat) + " fold " + std::to_string(fold);
}

std::string centre_part(const std::string& centre) {
  return "centre " + centre;
}

std::optional<Json> finished_unit(const Units& units, const std::string& id, const std::string& input,
                                  std::string& reason) {
  const auto job = units.find(id);
  const bool current = job != units.end() && job->second.input_hash == input;
  if (current && job->second.done) return parse_json(job->second.result, id);
  reason = id + ": " +
           (job == units.end() ? "not run yet"
            : current          ? job->second.reason
                               : "out of date; run larc validate");
  return std::nullopt;
}

learn::FoldScores unit_scores(const Json& unit, int repeat) {
  return {repeat, unit.at("rows").get<std::vector<std::size_t>>(), unit.at("linear").get<std::vector<double>>(),
          unit.at("training").get<std::size_t>()};
}

}  // namespace larc::study
