#include "study/screening.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace larc::study {

void waive_criterion(Study& study, const Waiver& waiver) {
  std::vector<std::string> ids;
  for (const auto& criterion : study.file.eligibility) ids.push_back(criterion.id);
  if (std::find(ids.begin(), ids.end(), waiver.criterion) == ids.end())
    throw Error(ErrorCode::not_found,
                "criterion '" + waiver.criterion + "' is not in study.yaml; its eligibility has: " + join(ids, ", "));
  const auto patients = study.registry.patients();
  if (!std::binary_search(patients.begin(), patients.end(), waiver.patient))
    throw Error(ErrorCode::not_found,
                "patient '" + waiver.patient + "' is not in the study; import the patient's data first");
  if (trim(waiver.reason).empty())
    throw Error(ErrorCode::usage, "a waiver needs its reason; give it with --reason TEXT");
  if (trim(waiver.by).empty()) throw Error(ErrorCode::usage, "a waiver must be signed; give the name with --by NAME");
  study.registry.waive(waiver);
}

}  // namespace larc::study
