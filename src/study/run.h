#pragma once
#include <functional>
#include <string>
#include <vector>

#include "study/study.h"

namespace larc::study {

/// The stages before the report, in order.
const std::vector<std::string>& stage_names();  // import, screen, extract, train, validate

/// Runs all stages that are not up to date, `until` the named one (empty: all). The import stage reads STUDY/incoming
/// where it exists. A study whose models are all refused (too few events) still goes on to its report, which says so.
/// errors usage (unknown stage), and those of the stages
/// write_screening: the screen stage with its page, which this module cannot write
void run_stages(Study& study, const RunOptions& options, const std::string& until,
                const std::function<void(Study&)>& write_screening);

/// Per stage: cases done, failed with reasons, what is next.
Json status_document(const Study& study);

}  // namespace larc::study
