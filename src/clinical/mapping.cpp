#include "clinical/mapping.h"

#include "clinical/section.h"
#include "core/error.h"

namespace larc::clinical {

namespace {

void parse_date_format(Section& section, std::optional<DateOrder>& order, SpreadsheetDays& days) {
  if (!section.has("date_format")) return;
  const std::string format = section.choice("date_format", {"YMD", "DMY", "MDY", "excel", "excel1904"}, "YMD");
  if (format == "DMY") order = DateOrder::day_first;
  if (format == "MDY") order = DateOrder::month_first;
  if (format == "YMD") order = DateOrder::undecided;
  if (format == "excel") days = SpreadsheetDays::from_1900;
  if (format == "excel1904") days = SpreadsheetDays::from_1904;
}

ColumnMapping parse_column(Section section) {
  ColumnMapping column;
  column.variable = section.text("variable", "");
  column.unit = section.text("unit", "");
  column.unit_column = section.text("unit_column", "");
  column.reader = section.text("reader", "");
  column.code = section.text("code", "");
  const Json& codes = section.raw("codes");
  if (!codes.is_null() && !codes.is_object())
    section.fail("codes", "must be a map from what stands in the cells to codes");
  for (const auto& [cell, code] : codes.items())
    column.codes[cell] = code.is_null() ? "" : code.is_string() ? code.get<std::string>() : dump_json(code);
  if (section.has("labels")) column.labels = section.flag("labels", false);
  parse_date_format(section, column.date_order, column.days);
  section.finish();
  return column;
}

}  // namespace

Mapping parse_mapping(const Json& document, const std::string& name) {
  return in_context(name, [&] {
    Section root(document, "");
    Mapping mapping;
    const std::string format = root.text("format");
    if (format != "larc.mapping/1") root.fail("format", "is '" + format + "', this larc reads larc.mapping/1");
    mapping.patient = root.text("patient", "");
    mapping.centre = root.text("centre", "");
    mapping.sheet = root.text("sheet", "");
    mapping.decimal_comma = root.choice("decimal", {".", ","}, ".") == ",";
    mapping.labels = root.flag("labels", false);
    parse_date_format(root, mapping.date_order, mapping.days);
    mapping.missing = root.texts("missing");
    mapping.base_event = root.text("base_event", "");
    const Json& columns = root.raw("columns");
    if (!columns.is_null() && !columns.is_object()) root.fail("columns", "must be a map of columns");
    for (const auto& [column, rule] : columns.items()) {
      if (rule.is_null())
        mapping.columns[column] = {};
      else if (rule.is_string())
        mapping.columns[column].variable = rule.get<std::string>();
      else
        mapping.columns[column] = parse_column(Section(rule, "columns." + column));
    }
    root.finish();
    return mapping;
  });
}

Mapping read_mapping(const std::filesystem::path& path) {
  return parse_mapping(read_yaml(path), path.filename().string());
}

}  // namespace larc::clinical
