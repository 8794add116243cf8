#pragma once
#include "study/study.h"

namespace larc::study {

/// A person's word about an image of a patient, kept with reason and name; every later import and screening holds to
/// it. decision  kind "series": value is the key of a series that was delivered for the patient, empty for none of
/// them;
///           kind "quality": keep or exclude
/// errors not_found: no such patient, image role or series (names those there are); usage: no reason, no name, or an
/// unknown value
void decide(Study& study, const clinical::Decision& decision);

}  // namespace larc::study
