#pragma once
#include "study/study.h"

namespace larc::report {

/// Everything the study report shows, as one document (schema larc.study/1). Holds no wall-clock time: the same study
/// gives the same bytes.
Json study_document(const study::Study& study);

/// The closing document of `larc run --json`, as the contract asks.
Json run_document(const study::Study& study, const Json& study_document);

}  // namespace larc::report
