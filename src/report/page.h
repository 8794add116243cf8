#pragma once
#include "study/study.h"

namespace larc::report {

/// One self-contained HTML file: style, script and data inside, nothing is fetched. The schema of the document says
/// which page it is: larc.study/1 the report, larc.flow/1 the screening, larc.images/1 the images.
std::string page_of(const Json& document);

/// The screen stage (study/flow.h) with its pages: reports/flow.json, flow.html and queries.csv, images.json and
/// images.html. Gives the document of the screening.
Json write_screening(study::Study& study);

/// reports/images.json and images.html (study/images_document.h), for a study that has images.
void write_images_page(const study::Study& study);

/// Writes reports/study.json and reports/study.html if they changed, and gives the document.
Json write_study_report(study::Study& study);

}  // namespace larc::report
