#include "report/page.h"

#include "core/error.h"
#include "core/file.h"
#include "report/study_document.h"
#include "study/flow.h"
#include "study/images_document.h"
#include "web_assets.h"

namespace larc::report {

namespace {

void replace_marker(std::string& page, const std::string& marker, const std::string& text) {
  const auto position = page.find(marker);
  if (position == std::string::npos) throw Error(ErrorCode::internal, "the report template has no " + marker);
  page.replace(position, marker.size(), text);
}

/// '<' in the data must not end the script element.
std::string script_safe(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json)
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  return text;
}

}  // namespace

std::string page_of(const Json& document) {
  std::string page(web::report_template());
  replace_marker(page, "<!--larc:css-->", std::string(web::report_css()));
  replace_marker(page, "<!--larc:data-->", script_safe(dump_json(document)));
  replace_marker(page, "<!--larc:js-->", std::string(web::report_js()));
  return page;
}

Json write_screening(study::Study& study) {
  const Json document = study::run_screen(study);
  write_file_if_changed(study.folder / "reports" / "flow.html", page_of(document));
  write_images_page(study);
  return document;
}

void write_images_page(const study::Study& study) {
  if (study.file.images.empty()) return;
  const Json document = study::images_document(study);
  write_file_if_changed(study.folder / "reports" / "images.json", dump_json(document, 1) + "\n");
  write_file_if_changed(study.folder / "reports" / "images.html", page_of(document));
}

Json write_study_report(study::Study& study) {
  Json document = study_document(study);
  write_file_if_changed(study.folder / "reports" / "study.json", dump_json(document, 1) + "\n");
  write_file_if_changed(study.folder / "reports" / "study.html", page_of(document));
  return document;
}

}  // namespace larc::report
