#pragma once

#include <string_view>

/// The files of the report page, compiled into the program. A report is the template with its three markers replaced:
/// `<!--larc:css-->` by report_css(), `<!--larc:data-->` by the study document with every `<` written as `\u003c`,
/// `<!--larc:js-->` by report_js(). Neither script nor style sheet contains a marker or an end tag.
namespace larc::web {

/// Minified script, UTF-8.
std::string_view report_js();

/// Style sheet, UTF-8.
std::string_view report_css();

/// HTML page with the three markers, UTF-8.
std::string_view report_template();

}  // namespace larc::web
