#include "study/decide.h"

#include "core/error.h"
#include "core/text.h"

namespace larc::study {

void decide(Study& study, const clinical::Decision& decision) {
  if (decision.by.empty() || decision.reason.empty())
    throw Error(ErrorCode::usage, "a decision needs who made it and why; give --by and --reason");
  const auto patients = study.registry.patients();
  if (!std::binary_search(patients.begin(), patients.end(), decision.patient))
    throw Error(ErrorCode::not_found,
                "patient '" + decision.patient + "' is not in the study; 'larc show' needs the same name");
  const auto& roles = study.file.images;
  if (std::none_of(roles.begin(), roles.end(), [&](const auto& role) { return role.id == decision.role; })) {
    std::vector<std::string> known;
    for (const auto& role : roles) known.push_back(role.id);
    throw Error(ErrorCode::not_found, "no image '" + decision.role + "' in study.yaml; there are " + join(known, ", "));
  }
  if (decision.kind == "quality" && decision.value != "keep" && decision.value != "exclude")
    throw Error(ErrorCode::usage, "quality is '" + decision.value + "'; say keep or exclude");
  if (decision.kind == "series" && !decision.value.empty()) {
    std::vector<std::string> known;
    for (const auto& [place, document] : study.intake.series())
      if (place.first == decision.patient) known.push_back(place.second);
    if (std::find(known.begin(), known.end(), decision.value) == known.end())
      throw Error(ErrorCode::not_found,
                  "patient '" + decision.patient + "' has no series '" + decision.value + "'" +
                      (known.empty() ? "; import the images first" : "; delivered were: " + join(known, "; ")));
  }
  study.registry.decide(decision);
}

}  // namespace larc::study
