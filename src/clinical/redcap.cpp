#include "clinical/redcap.h"

#include "clinical/table_file.h"
#include "clinical/yaml_text.h"
#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

/// The words of a label without its markup.
std::string plain_label(const std::string& html) {
  std::string text;
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag) text += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    if (c == '>') in_tag = false;
  }
  return std::string(trim(text));
}

std::string codes_text(const std::vector<std::pair<std::string, std::string>>& choices) {
  std::vector<std::string> parts;
  for (const auto& [code, label] : choices) parts.push_back(yaml_text(code) + ": " + yaml_text(label));
  return "codes: {" + join(parts, ", ") + "}";
}

std::string range_text(const RedcapField& field) {
  const auto lower = parse_double(field.lower), upper = parse_double(field.upper);
  if (!lower && !upper) return "";
  return ", range: [" + (lower ? format_double(*lower) : "null") + ", " + (upper ? format_double(*upper) : "null") +
         "]";
}

/// The type and its details; empty: a field without values.
std::string type_text(const RedcapField& field) {
  if (field.type == "checkbox") return "type: codes, " + codes_text(field.choices);
  if (field.type == "radio" || field.type == "dropdown") return "type: category, " + codes_text(field.choices);
  if (field.type == "yesno") return "type: category, codes: {\"1\": \"Yes\", \"0\": \"No\"}";
  if (field.type == "truefalse") return "type: category, codes: {\"1\": \"True\", \"0\": \"False\"}";
  if (field.type == "calc" || field.type == "slider") return "type: number" + range_text(field);
  if (field.type == "descriptive" || field.type == "file" || field.type == "signature" || field.type == "sql")
    return "";
  if (field.validation.starts_with("date")) return "type: date";
  if (field.validation.starts_with("number") || field.validation == "integer" || field.validation == "int" ||
      field.validation == "float")
    return "type: number" + range_text(field);
  return "type: text";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_choices(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> choices;
  for (const auto& part : split(text, '|')) {
    const auto comma = part.find(',');
    if (comma == std::string::npos) continue;
    choices.emplace_back(trim(std::string_view(part).substr(0, comma)), plain_label(part.substr(comma + 1)));
  }
  return choices;
}

std::vector<RedcapField> read_redcap_dictionary(const std::filesystem::path& path) {
  const TableFile table = read_table_file(path);
  const auto column = [&](std::initializer_list<const char*> names, bool wanted) -> std::optional<std::size_t> {
    for (const char* name : names)
      if (const auto found = table.find_column(name)) return found;
    if (!wanted) return std::nullopt;
    throw Error(ErrorCode::format, table.name + " is no REDCap data dictionary: it has no column '" + *names.begin() +
                                       "'; export it under Project Setup, Data Dictionary");
  };
  const auto name = column({"Variable / Field Name", "field_name"}, true);
  const auto type = column({"Field Type", "field_type"}, true);
  const auto label = column({"Field Label", "field_label"}, true);
  const auto choices = column(
      {"Choices, Calculations, OR Slider Labels", "Choices OR Calculations", "select_choices_or_calculations"}, true);
  const auto note = column({"Field Note", "field_note"}, false);
  const auto validation = column({"Text Validation Type OR Show Slider Number", "Text Validation Type",
                                  "text_validation_type_or_show_slider_number"},
                                 false);
  const auto lower = column({"Text Validation Min", "text_validation_min"}, false);
  const auto upper = column({"Text Validation Max", "text_validation_max"}, false);
  const auto identifier = column({"Identifier?", "identifier"}, false);
  std::vector<RedcapField> fields;
  for (const auto& row : table.rows) {
    const auto cell = [&](const std::optional<std::size_t>& index) {
      return index ? std::string(trim(row[*index])) : std::string();
    };
    RedcapField field;
    field.name = cell(name);
    field.type = cell(type);
    field.validation = cell(validation);
    field.label = plain_label(cell(label));
    field.note = plain_label(cell(note));
    if (field.name.empty()) continue;
    if (field.type == "radio" || field.type == "dropdown" || field.type == "checkbox")
      field.choices = parse_choices(cell(choices));
    if (field.type == "yesno") field.choices = {{"1", "Yes"}, {"0", "No"}};
    if (field.type == "truefalse") field.choices = {{"1", "True"}, {"0", "False"}};
    field.lower = cell(lower);
    field.upper = cell(upper);
    field.identifier = to_lower(cell(identifier)) == "y";
    fields.push_back(std::move(field));
  }
  return fields;
}

std::string variables_of_redcap(const std::vector<RedcapField>& fields) {
  std::string text =
      "# Made from a REDCap data dictionary. Say of each variable when it becomes known: P0, P1, P2; LABEL is never a\n"
      "# predictor. Add the units, and correct the ranges.\nvariables:\n";
  for (const auto& field : fields) {
    if (&field == &fields.front()) {
      text += "  # " + field.name + ": the record id; name it as patient under table\n";
      continue;
    }
    if (field.identifier) {
      text += "  # " + field.name + ": marked as naming a person, left out\n";
      continue;
    }
    const std::string type = type_text(field);
    if (type.empty()) continue;
    text += "  " + yaml_text(field.name) + ": {" + type +
            ", available_from: LABEL, label: " + yaml_text(field.label.empty() ? field.name : field.label) + "}" +
            (field.note.empty() ? "" : "   # " + field.note) + "\n";
  }
  return text;
}

}  // namespace larc::clinical
