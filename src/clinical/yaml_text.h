#pragma once
#include <string>

namespace larc::clinical {

/// A text as YAML reads it back: bare where that is safe, otherwise in double quotes.
std::string yaml_text(const std::string& text);

}  // namespace larc::clinical
