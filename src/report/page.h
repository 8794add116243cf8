#pragma once
#include "study/study.h"

namespace larc::report {

/// One self-contained HTML file: style, script and data inside, nothing is fetched.
std::string study_page(const Json& study_document);

/// Writes reports/study.json and reports/study.html if they changed, and gives the document.
Json write_study_report(study::Study& study);

}  // namespace larc::report
