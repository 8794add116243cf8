#include "clinical/column_plan.h"

#include <algorithm>

#include "clinical/column_name.h"
#include "clinical/encoding.h"
#include "core/error.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

class Planner {
 public:
  Planner(const Rules& rules, const TableFile& table, const Mapping& mapping)
      : rules_(rules), table_(table), mapping_(mapping) {}

  ColumnPlan plan() {
    const std::string patient = mapping_.patient.empty() ? rules_.table.patient_column : mapping_.patient;
    plan_.patient = required(patient);
    const std::string centre = mapping_.centre.empty() ? rules_.table.centre_column : mapping_.centre;
    plan_.centre = mapping_.centre.empty() ? table_.find_column(centre) : required(centre);
    plan_.event = table_.find_column("redcap_event_name");
    plan_.instrument = table_.find_column("redcap_repeat_instrument");
    plan_.instance = table_.find_column("redcap_repeat_instance");
    plan_.base_event = mapping_.base_event;
    if (plan_.event && plan_.base_event.empty() && !table_.rows.empty())
      plan_.base_event = std::string(trim(table_.rows.front()[*plan_.event]));
    plan_.missing.insert(rules_.table.missing.begin(), rules_.table.missing.end());
    plan_.missing.insert(mapping_.missing.begin(), mapping_.missing.end());
    for (std::size_t c = 0; c < table_.header.size(); ++c) place(c);
    for (const auto& [column, rule] : mapping_.columns)
      if (!table_.find_column(column)) plan_.unused.push_back(column + " (in the mapping, not in the file)");
    add_units();
    learn_from_cells();
    return std::move(plan_);
  }

 private:
  std::size_t required(const std::string& column) const {
    if (const auto index = table_.find_column(column)) return *index;
    std::vector<std::string> known;
    for (const auto& name : table_.header)
      if (known.size() < 20) known.push_back(shown(name));
    throw Error(ErrorCode::not_found, table_.name + " has no column '" + column + "'; it has: " + join(known, ", ") +
                                          (table_.header.size() > 20 ? ", ..." : "") +
                                          "; name the right one in a mapping (larc mapping)");
  }

  bool is_taken(std::size_t c) const {
    return c == plan_.patient || c == plan_.centre || c == plan_.event || c == plan_.instrument || c == plan_.instance;
  }

  void place(std::size_t c) {
    if (is_taken(c)) return;
    const std::string& name = table_.header[c];
    ColumnMapping rule;
    if (const auto mapped = mapping_.columns.find(name); mapped != mapping_.columns.end()) {
      rule = mapped->second;
      if (rule.variable.empty()) {
        plan_.unused.push_back(name);
        return;
      }
      if (rules_.find_variable(rule.variable) == nullptr)
        throw Error(ErrorCode::format, "the mapping of column '" + name + "' names the variable '" + rule.variable +
                                           "', which study.yaml does not declare; correct the name");
    } else if (const auto renamed = rules_.table.columns.find(name); renamed != rules_.table.columns.end()) {
      rule.variable = renamed->second;
    } else {
      read_name(name, rule);
    }
    const Variable* variable = rules_.find_variable(rule.variable);
    if (variable == nullptr) {
      if (!is_unit_column(name)) plan_.unused.push_back(name);
    } else if (variable->formula) {
      plan_.unused.push_back(name + " (derived by larc, never typed in)");
    } else if (!rule.code.empty()) {
      add_checkbox(c, *variable, rule.code);
    } else {
      add_value(c, *variable, rule);
    }
  }

  /// variable, variable___code or variable__r1.
  void read_name(const std::string& name, ColumnMapping& rule) const {
    rule.variable = name;
    if (rules_.find_variable(name) != nullptr) return;
    const ColumnName parts = parse_column_name(name);
    const Variable* variable = rules_.find_variable(parts.stem);
    if (!parts.reader.empty()) {
      rule.variable = parts.stem;
      rule.reader = parts.reader;
    } else if (!parts.box.empty() && variable != nullptr && variable->type == VariableType::codes) {
      for (const auto& code : variable->codes)
        if (is_box_of(parts.box, code)) {
          rule.variable = variable->id;
          rule.code = code;
        }
    }
  }

  bool is_unit_column(const std::string& name) const {
    if (name.ends_with("_unit") && rules_.find_variable(name.substr(0, name.size() - 5)) != nullptr) return true;
    return std::any_of(mapping_.columns.begin(), mapping_.columns.end(),
                       [&](const auto& item) { return item.second.unit_column == name; });
  }

  void add_checkbox(std::size_t c, const Variable& variable, const std::string& code) {
    if (variable.type != VariableType::codes ||
        std::find(variable.codes.begin(), variable.codes.end(), code) == variable.codes.end())
      refuse_code(c, variable, code);
    auto group = std::find_if(plan_.checkboxes.begin(), plan_.checkboxes.end(),
                              [&](const auto& known) { return known.variable == &variable; });
    if (group == plan_.checkboxes.end()) group = plan_.checkboxes.insert(group, {&variable, {}});
    group->columns.emplace_back(c, code);
  }

  /// A code that the mapping gives must be one of the dictionary's.
  void check_codes(std::size_t c, const Variable& variable, const ColumnMapping& mapped) const {
    if (variable.type != VariableType::category && variable.type != VariableType::codes) return;
    for (const auto& [cell, code] : mapped.codes)
      if (!code.empty() && std::find(variable.codes.begin(), variable.codes.end(), code) == variable.codes.end())
        refuse_code(c, variable, code);
  }

  [[noreturn]] void refuse_code(std::size_t c, const Variable& variable, const std::string& code) const {
    throw Error(ErrorCode::format, "the mapping of column '" + table_.header[c] + "' gives the code '" + code +
                                       "', which the variable '" + variable.id +
                                       "' has not; allowed: " + join(variable.codes, ", "));
  }

  void add_value(std::size_t c, const Variable& variable, const ColumnMapping& mapped) {
    if (!mapped.reader.empty() && !variable.readers) {
      plan_.faults.push_back({c,
                              {{"the variable '" + variable.id + "' has one value, not one a reader",
                                "变量“" + variable.id + "”不分阅片者"},
                               {"say readers: true of it in study.yaml, or rename the column",
                                "请在 study.yaml 中为其设置 readers: true，或更改列名"}}});
      return;
    }
    check_codes(c, variable, mapped);
    for (const auto& other : plan_.values)
      if (other.rule.variable == &variable && other.reader == mapped.reader)
        throw Error(ErrorCode::format, table_.name + ": the columns '" + table_.header[other.column] + "' and '" +
                                           table_.header[c] + "' both give " + variable.id +
                                           "; leave one out in a mapping (COLUMN: null)");
    ValueColumn value;
    value.column = c;
    value.reader = mapped.reader;
    value.rule.variable = &variable;
    value.rule.unit = mapped.unit;
    value.rule.codes = mapped.codes;
    value.rule.labels = mapped.labels.value_or(mapping_.labels);
    value.rule.dates.order = mapped.date_order.value_or(mapping_.date_order.value_or(DateOrder::undecided));
    value.rule.dates.days = mapped.days == SpreadsheetDays::none ? mapping_.days : mapped.days;
    value.rule.dates.likely_days = table_.days;
    if (!mapped.unit_column.empty()) value.unit_column = required(mapped.unit_column);
    plan_.values.push_back(std::move(value));
  }

  void add_units() {
    for (auto& value : plan_.values)
      if (!value.unit_column && rules_.find_variable(value.rule.variable->id + "_unit") == nullptr)
        value.unit_column = table_.find_column(value.rule.variable->id + "_unit");
  }

  /// How numbers and dates are written, as far as the cells decide it.
  void learn_from_cells() {
    DecimalEvidence whole;
    std::vector<DecimalEvidence> of_column(plan_.values.size());
    for (std::size_t v = 0; v < plan_.values.size(); ++v) {
      ValueColumn& value = plan_.values[v];
      const VariableType type = value.rule.variable->type;
      if (type == VariableType::number) {
        for (const auto& row : table_.rows) of_column[v].see(row[value.column]);
        whole.add(of_column[v]);
      } else if (type == VariableType::date && value.rule.dates.order == DateOrder::undecided) {
        DateOrderEvidence evidence;
        for (const auto& row : table_.rows) evidence.see(row[value.column]);
        value.rule.dates.order = evidence.order();
      }
    }
    for (std::size_t v = 0; v < plan_.values.size(); ++v) {
      DecimalComma verdict = of_column[v].verdict();
      if (verdict == DecimalComma::undecided) verdict = whole.verdict();
      if (verdict == DecimalComma::undecided && mapping_.decimal_comma) verdict = DecimalComma::accepted;
      plan_.values[v].rule.comma = verdict;
    }
  }

  const Rules& rules_;
  const TableFile& table_;
  const Mapping& mapping_;
  ColumnPlan plan_;
};

}  // namespace

ColumnPlan plan_columns(const Rules& rules, const TableFile& table, const Mapping& mapping) {
  return Planner(rules, table, mapping).plan();
}

}  // namespace larc::clinical
