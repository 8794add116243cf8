#pragma once
#include "study/study.h"

namespace larc::report {

/// One self-contained HTML file: style, script and data inside, nothing is fetched. The schema of the document says
/// which page it is: larc.study/1 the report, larc.flow/1 the screening.
std::string page_of(const Json& document);

/// The screen stage (study/flow.h) with its page: reports/flow.json, flow.html and queries.csv. Gives the document.
Json write_screening(study::Study& study);

/// Writes reports/study.json and reports/study.html if they changed, and gives the document.
Json write_study_report(study::Study& study);

}  // namespace larc::report
