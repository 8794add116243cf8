#pragma once
#include "clinical/eligibility.h"
#include "study/study.h"

namespace larc::study {

/// The criteria applied to every patient of the registry, signed waivers taken into account.
Screening screen_study(const Study& study, const std::map<std::string, PatientValues>& values);

/// Sets a criterion aside for one patient; the registry keeps who, when and why.
/// errors not_found: no such patient or criterion; usage: no reason or no name
void waive_criterion(Study& study, const Waiver& waiver);

}  // namespace larc::study
