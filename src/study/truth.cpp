#include "study/truth.h"

namespace larc::study {

std::filesystem::path truth_path(const std::filesystem::path& study_folder) {
  return study_folder / "demo_truth.json";
}

Json read_truth(const Study& study) {
  const auto path = truth_path(study.folder);
  return study.file.synthetic && std::filesystem::exists(path) ? read_json(path) : Json(nullptr);
}

Json best_possible(const Json& truth, const Endpoint& endpoint, const Json& models) {
  if (!truth.contains("endpoints") || !truth["endpoints"].contains(endpoint.id)) return nullptr;
  const Json& entry = truth.at("endpoints").at(endpoint.id);
  const double best = number_or_nan(entry.value("best_possible", Json(nullptr)));
  Json reached = Json::array();
  for (const auto& model : models) {
    if (model.at("internal").is_null()) continue;
    const double value = number_or_nan(model["internal"]["value"]);
    // Where nothing can be predicted there is no way to go and no fraction of it.
    reached.push_back({{"kind", model["kind"]},
                       {"fraction", best > 0.505 ? number_or_null((value - 0.5) / (best - 0.5)) : Json(nullptr)}});
  }
  return {{"metric", entry.value("metric", "")}, {"value", number_or_null(best)}, {"reached", reached}};
}

}  // namespace larc::study
