#include "clinical/mapping_proposal.h"

#include <algorithm>
#include <set>

#include "clinical/column_name.h"
#include "clinical/date_text.h"
#include "clinical/encoding.h"
#include "clinical/name_match.h"
#include "clinical/number_text.h"
#include "clinical/units.h"
#include "clinical/yaml_text.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

/// One line of the columns section.
struct Line {
  std::vector<std::string> keys;
  std::vector<std::string> questions;
};

class Proposal {
 public:
  Proposal(const Rules& rules, const TableFile& table, const std::vector<RedcapField>& dictionary)
      : rules_(rules), table_(table), dictionary_(dictionary) {}

  std::string text() {
    find_patient();
    std::string columns;
    for (std::size_t c = 0; c < table_.header.size(); ++c)
      if (!is_structure(table_.header[c]) && table_.header[c] != patient_ && table_.header[c] != centre_)
        columns += "  " + yaml_text(table_.header[c]) + ": " + column(c) + "\n";
    std::string head = "# How larc reads " + table_.name +
                       ". Look through it, decide the lines with a \"?\", then name it under table in study.yaml\n"
                       "# (mapping: FILE) or import with --mapping FILE.\n"
                       "format: larc.mapping/1\n";
    head += "patient: " + (patient_.empty() ? "null   # ? which column names the patient" : yaml_text(patient_)) + "\n";
    if (!centre_.empty()) head += "centre: " + yaml_text(centre_) + "\n";
    if (const auto event = table_.find_column("redcap_event_name"); event && !table_.rows.empty())
      head += "base_event: " + yaml_text(std::string(trim(table_.rows.front()[*event]))) +
              "   # rows of this event carry no instance\n";
    return head + "columns:\n" + columns;
  }

 private:
  static bool is_structure(const std::string& name) {
    return name == "redcap_event_name" || name == "redcap_repeat_instrument" || name == "redcap_repeat_instance";
  }

  void find_patient() {
    if (table_.find_column(rules_.table.patient_column)) patient_ = rules_.table.patient_column;
    static const std::set<std::string> kPatient{"patientid", "patient",  "recordid", "studyid", "subjectid",
                                                "caseid",    "id",       "患者编号", "病例号",  "编号",
                                                "病历号",    "研究编号", "住院号"};
    static const std::set<std::string> kCentre{"centre", "center", "site", "hospital", "redcapdataaccessgroup",
                                               "中心",   "医院"};
    for (const auto& name : table_.header) {
      if (patient_.empty() && kPatient.contains(bare_name(name))) patient_ = name;
      if (centre_.empty() && (name == rules_.table.centre_column || kCentre.contains(bare_name(name)))) centre_ = name;
    }
    if (patient_.empty() && !dictionary_.empty() && table_.find_column(dictionary_.front().name))
      patient_ = dictionary_.front().name;
  }

  const RedcapField* field_of(const std::string& column) const {
    for (const auto& field : dictionary_)
      if (field.name == column || (!field.label.empty() && field.label == column)) return &field;
    return nullptr;
  }

  std::string column(std::size_t c) {
    const std::string& name = table_.header[c];
    const auto [stem, box, reader] = parse_column_name(name);
    const RedcapField* field = field_of(stem);
    const Variable* variable = match_variable(rules_, stem);
    if (variable == nullptr && field != nullptr) variable = match_variable(rules_, field->label);
    if (variable == nullptr) return unmatched(stem, field);
    if (variable->formula) return "null   # " + variable->id + " is derived by larc, never typed in";
    Line line;
    line.keys.emplace_back("variable: " + yaml_text(variable->id));
    if (!reader.empty()) line.keys.emplace_back("reader: " + reader);
    if (!box.empty())
      add_box(line, *variable, field, box);
    else if (variable->type == VariableType::number)
      add_unit(line, *variable, name, field);
    else if (variable->type == VariableType::date)
      add_dates(line, c);
    else if (variable->type == VariableType::category)
      add_codes(line, *variable, field, c);
    std::string text = "{";
    text += join(line.keys, ", ");
    text += "}";
    return line.questions.empty() ? text : text + "   # ? " + join(line.questions, "; ");
  }

  std::string unmatched(const std::string& stem, const RedcapField* field) const {
    if (field != nullptr && field->identifier) return "null   # names a person";
    const Variable* near = nearest_variable(rules_, stem);
    if (near == nullptr && field != nullptr) near = nearest_variable(rules_, field->label);
    return near == nullptr ? "null" : "null   # ? nearest: " + near->id;
  }

  void add_box(Line& line, const Variable& variable, const RedcapField* field, const std::string& box) const {
    std::string code = match_code(variable, box);
    for (const auto& own : variable.codes)
      if (code.empty() && is_box_of(box, own)) code = own;
    if (code.empty() && field != nullptr)
      for (const auto& [raw, label] : field->choices)
        if (is_box_of(box, raw)) code = match_code(variable, label);
    if (variable.type != VariableType::codes || code.empty()) {
      line.keys = {"variable: null"};
      line.questions.emplace_back("which code of " + variable.id + " is " + box);
      return;
    }
    line.keys.emplace_back("code: " + yaml_text(code));
  }

  void add_unit(Line& line, const Variable& variable, const std::string& name, const RedcapField* field) const {
    std::string unit = bracketed(name);
    if (unit.empty() && field != nullptr) unit = bracketed(field->label);
    if (unit.empty() && field != nullptr && unit_factor(variable, field->note)) unit = field->note;
    if (unit.empty() || unit == variable.unit) return;
    const auto factor = unit_factor(variable, unit);
    if (factor && *factor == 1.0) return;
    line.keys.emplace_back("unit: " + yaml_text(unit));
    if (!factor) line.questions.emplace_back("the unit is not known; known: " + known_units(variable));
  }

  void add_dates(Line& line, std::size_t c) const {
    DateOrderEvidence evidence;
    bool open = false, serial = false;
    for (const auto& row : table_.rows) {
      const std::string cell(trim(row[c]));
      if (is_missing(cell)) continue;
      evidence.see(cell);
      open |= !std::holds_alternative<std::string>(read_date(cell, {})) &&
              std::holds_alternative<std::string>(read_date(cell, {DateOrder::day_first}));
      serial |= !std::holds_alternative<std::string>(read_date(cell, {})) &&
                std::holds_alternative<std::string>(read_date(cell, {DateOrder::undecided, table_.days}));
    }
    if (evidence.order() == DateOrder::day_first) line.keys.emplace_back("date_format: DMY");
    if (evidence.order() == DateOrder::month_first) line.keys.emplace_back("date_format: MDY");
    if (evidence.order() == DateOrder::undecided && open)
      line.questions.emplace_back("date_format: DMY or MDY, day or month first");
    if (evidence.order() == DateOrder::contradictory)
      line.questions.emplace_back("day first in some rows, month first in others");
    if (serial) line.questions.emplace_back("day numbers of a spreadsheet; date_format: excel");
  }

  void add_codes(Line& line, const Variable& variable, const RedcapField* field, std::size_t c) const {
    std::vector<std::pair<std::string, std::string>> meanings;  // what may stand in the cell, and what to match
    if (field != nullptr) meanings = field->choices;
    std::set<std::string> known, seen;
    for (const auto& [raw, label] : meanings) known.insert(raw);
    for (const auto& row : table_.rows) {
      const std::string cell(trim(row[c]));
      if (is_missing(cell) || seen.size() > 30) continue;
      if (seen.insert(cell).second && !known.contains(cell)) meanings.emplace_back(cell, cell);
    }
    std::vector<std::string> translations;
    for (const auto& [raw, label] : meanings) {
      // The raw value 1 means what its label says, not the code 1 of another list.
      std::string code = match_code(variable, label);
      if (code.empty()) code = match_code(variable, raw);
      if (code == raw) continue;
      translations.push_back(yaml_text(raw) + ": " + (code.empty() ? "null" : yaml_text(code)));
      if (code.empty()) line.questions.emplace_back("which code is " + shown(label, 30));
    }
    if (translations.empty()) return;
    line.keys.emplace_back("codes: {" + join(translations, ", ") + "}");
    if (!line.questions.empty()) line.questions.emplace_back("codes: " + join(variable.codes, ", "));
  }

  bool is_missing(const std::string& cell) const {
    const auto& missing = rules_.table.missing;
    return cell.empty() || std::find(missing.begin(), missing.end(), cell) != missing.end();
  }

  const Rules& rules_;
  const TableFile& table_;
  const std::vector<RedcapField>& dictionary_;
  std::string patient_, centre_;
};

}  // namespace

std::string propose_mapping(const Rules& rules, const TableFile& table, const std::vector<RedcapField>& dictionary) {
  return Proposal(rules, table, dictionary).text();
}

}  // namespace larc::clinical
