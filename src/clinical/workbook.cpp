#include "clinical/workbook.h"

#include <map>

#include "clinical/xml_part.h"
#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

/// Target of a relation, seen from the part that holds it.
std::string resolved(const std::string& folder, std::string target) {
  if (target.starts_with('/')) return target.substr(1);
  std::string base = folder;
  while (target.starts_with("../")) {
    target = target.substr(3);
    base = base.substr(0, base.rfind('/') == std::string::npos ? 0 : base.rfind('/'));
  }
  return base.empty() ? target : base + "/" + target;
}

struct Relations {
  std::map<std::string, std::string> part_of_id;
  std::map<std::string, std::string> part_of_type;  // last word of the type
};

Relations read_relations(const ZipFile& file, const std::string& folder, const std::string& part) {
  Relations relations;
  if (!file.has(part)) return relations;
  XmlEvents events;
  events.start = [&](std::string_view name, const XmlEvents::Attribute& attribute) {
    if (name != "Relationship" || attribute("TargetMode") == "External") return;
    const std::string target = resolved(folder, std::string(attribute("Target")));
    const std::string_view type = attribute("Type");
    relations.part_of_id[std::string(attribute("Id"))] = target;
    relations.part_of_type.emplace(type.substr(type.rfind('/') + 1), target);
  };
  read_xml_part(file, part, events);
  return relations;
}

void read_shared_strings(const ZipFile& file, const std::string& part, Workbook& workbook) {
  bool in_text = false;
  int phonetic = 0;  // readings of East Asian words, not part of the text
  XmlEvents events;
  events.start = [&](std::string_view name, const XmlEvents::Attribute&) {
    if (name == "si") workbook.shared_strings.emplace_back();
    phonetic += name == "rPh";
    in_text = name == "t" && phonetic == 0 && !workbook.shared_strings.empty();
  };
  events.end = [&](std::string_view name) {
    phonetic -= name == "rPh";
    in_text = false;
  };
  events.text = [&](std::string_view text) {
    if (in_text) workbook.shared_strings.back() += text;
  };
  read_xml_part(file, part, events);
}

bool is_built_in_date(long id) {
  return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58);
}

void read_styles(const ZipFile& file, const std::string& part, Workbook& workbook) {
  std::map<long, bool> is_date;
  bool in_formats = false;
  const auto number = [](std::string_view text) { return static_cast<long>(parse_integer(text).value_or(0)); };
  XmlEvents events;
  events.start = [&](std::string_view name, const XmlEvents::Attribute& attribute) {
    if (name == "numFmt") is_date[number(attribute("numFmtId"))] = is_date_format(attribute("formatCode"));
    if (name == "cellXfs") in_formats = true;
    if (name != "xf" || !in_formats) return;
    const long id = number(attribute("numFmtId"));
    const auto own = is_date.find(id);
    workbook.is_date.push_back(own == is_date.end() ? is_built_in_date(id) : own->second);
  };
  events.end = [&](std::string_view name) { in_formats &= name != "cellXfs"; };
  read_xml_part(file, part, events);
}

}  // namespace

bool is_date_format(std::string_view format) {
  const std::string text = to_lower(format.substr(0, format.find(';')));
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '[') {
      const auto close = text.find(c == '"' ? '"' : ']', i + 1);
      if (close == std::string::npos) return false;
      i = close;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == 'y' || c == 'd') {
      return true;
    }
  }
  return false;
}

const SheetEntry& Workbook::sheet(const std::string& name, const std::string& file) const {
  if (name.empty() && !sheets.empty()) return sheets.front();
  std::vector<std::string> names;
  for (const auto& entry : sheets) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw Error(ErrorCode::not_found, file + " has no sheet '" + name + "'; it has: " + join(names, ", "));
}

Workbook read_workbook(const ZipFile& file) {
  const Relations root = read_relations(file, "", "_rels/.rels");
  const auto document = root.part_of_type.find("officeDocument");
  const std::string part = document == root.part_of_type.end() ? "xl/workbook.xml" : document->second;
  if (!file.has(part))
    throw Error(ErrorCode::format, file.name() + " is a zip file and no XLSX workbook; save the table as XLSX or CSV");
  const auto slash = part.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : part.substr(0, slash);
  const std::string base = slash == std::string::npos ? part : part.substr(slash + 1);
  const Relations relations =
      read_relations(file, folder, (folder.empty() ? "" : folder + "/") + "_rels/" + base + ".rels");
  Workbook workbook;
  XmlEvents events;
  events.start = [&](std::string_view name, const XmlEvents::Attribute& attribute) {
    if (name == "workbookPr" && (attribute("date1904") == "1" || attribute("date1904") == "true"))
      workbook.days = SpreadsheetDays::from_1904;
    if (name != "sheet") return;
    const auto target = relations.part_of_id.find(std::string(attribute("id")));
    if (target != relations.part_of_id.end())
      workbook.sheets.push_back({std::string(attribute("name")), target->second});
  };
  read_xml_part(file, part, events);
  if (workbook.sheets.empty()) throw Error(ErrorCode::format, file.name() + " has no sheet; save the workbook again");
  if (const auto strings = relations.part_of_type.find("sharedStrings"); strings != relations.part_of_type.end())
    read_shared_strings(file, strings->second, workbook);
  if (const auto styles = relations.part_of_type.find("styles"); styles != relations.part_of_type.end())
    read_styles(file, styles->second, workbook);
  return workbook;
}

}  // namespace larc::clinical
