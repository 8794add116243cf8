#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "clinical/zip_file.h"

namespace larc::clinical {

/// Names are given without their namespace prefix.
struct XmlEvents {
  /// `attribute(name)` gives its value, empty when absent.
  using Attribute = std::function<std::string_view(std::string_view name)>;
  std::function<void(std::string_view name, const Attribute& attribute)> start;
  std::function<void(std::string_view name)> end;
  std::function<void(std::string_view text)> text;
  /// Asked after every element; true: nothing more is wanted.
  std::function<bool()> done;
};

/// Reads one XML part of a workbook.
/// errors format: not well-formed, a document type declaration (no workbook has one), deeper than 100 elements
void read_xml_part(const ZipFile& file, const std::string& part, const XmlEvents& events);

}  // namespace larc::clinical
