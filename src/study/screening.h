#pragma once
#include "study/study.h"

namespace larc::study {

/// Sets a criterion aside for one patient; the registry keeps who, when and why.
/// errors not_found: no such patient or criterion; usage: no reason or no name
void waive_criterion(Study& study, const Waiver& waiver);

}  // namespace larc::study
