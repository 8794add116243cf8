#include "clinical/cell.h"

#include <algorithm>
#include <cmath>

#include "clinical/encoding.h"
#include "clinical/units.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

CellReading read_quantity(const CellRule& rule, const std::string& cell, const std::string& cell_unit) {
  const Variable& variable = *rule.variable;
  const auto read = read_number(cell, rule.comma);
  if (const auto* fault = std::get_if<CellFault>(&read)) return *fault;
  NumberText number = std::get<NumberText>(read);
  if (number.below && variable.unit.empty())
    return CellFault{{in_quotes(cell) + " is not a number", in_quotes_zh(cell) + "不是数字"},
                     {"only measurements with a unit may be below a limit", "只有带单位的测量值才能低于检测限"}};
  const std::string& unit = cell_unit.empty() ? rule.unit : cell_unit;
  if (!unit.empty()) {
    const auto factor = unit_factor(variable, unit);
    if (!factor)
      return CellFault{
          {"the unit '" + shown(unit) + "' is not known for " + variable.id,
           "变量 " + variable.id + " 没有单位 " + in_quotes_zh(unit)},
          {"known: " + known_units(variable) + "; convert the value or add the unit under units in study.yaml",
           "已知单位：" + known_units(variable) + "；请换算或在 study.yaml 的 units 中添加"}};
    number.value = converted(number.value, *factor);
  }
  const double counted = number.below ? number.value / 2 : number.value;
  if (!(counted >= variable.lower && counted <= variable.upper)) {
    const std::string range = format_double(variable.lower) + " to " + format_double(variable.upper) +
                              (variable.unit.empty() ? "" : " " + variable.unit);
    return CellFault{{number_text(number) + " lies outside the plausible range " + range,
                      number_text(number) + " 超出合理范围 " + range},
                     {"correct the value or its unit, or widen the range in study.yaml",
                      "请更正数值或单位，或在 study.yaml 中放宽范围"}};
  }
  return number_text(number);
}

bool is_label(const Label& label, const std::string& text) {
  return to_lower(label.en) == text || to_lower(label.zh) == text;
}

CellReading read_code(const CellRule& rule, const std::string& cell, const char* separated) {
  const Variable& variable = *rule.variable;
  if (const auto known = rule.codes.find(cell); known != rule.codes.end()) {
    if (!known->second.empty()) return known->second;
    return CellFault{{"the mapping leaves open what " + in_quotes(cell) + " means",
                      "映射文件未说明 " + in_quotes_zh(cell) + " 的含义"},
                     {"name its code under codes in the mapping", "请在映射文件的 codes 中写明对应编码"}};
  }
  if (std::find(variable.codes.begin(), variable.codes.end(), cell) != variable.codes.end()) return cell;
  const std::string lower = to_lower(cell);
  std::vector<std::string> meant;
  for (std::size_t i = 0; i < variable.codes.size() && i < variable.code_labels.size(); ++i)
    if (is_label(variable.code_labels[i], lower)) meant.push_back(variable.codes[i]);
  const std::string code = meant.size() == 1 ? meant[0] : "";
  if (!code.empty() && rule.labels) return code;
  if (!code.empty() && to_lower(code) != lower)
    return CellFault{
        {in_quotes(cell) + " is the label of the code " + code, in_quotes_zh(cell) + "是编码 " + code + " 的标签"},
        {"export raw values instead of labels, or say labels: true in the mapping",
         "请导出原始编码而非标签，或在映射文件中写 labels: true"}};
  return CellFault{{in_quotes(cell) + " is not an allowed code", in_quotes_zh(cell) + "不是允许的编码"},
                   {std::string("allowed") + separated + ": " + join(variable.codes, ", "),
                    "允许的编码：" + join(variable.codes, ", ")}};
}

CellReading read_code_list(const CellRule& rule, const std::string& cell) {
  std::vector<std::string> found;
  for (const auto& part : split(cell, ';')) {
    if (trim(part).empty()) continue;
    CellReading code = read_code(rule, std::string(trim(part)), ", separated by ';'");
    if (std::holds_alternative<CellFault>(code)) return code;
    found.push_back(std::get<std::string>(code));
  }
  std::vector<std::string> ordered;  // as in the dictionary, each once
  for (const auto& code : rule.variable->codes)
    if (std::find(found.begin(), found.end(), code) != found.end()) ordered.push_back(code);
  return join(ordered, ";");
}

}  // namespace

CellReading read_cell(const CellRule& rule, const std::string& raw, const std::string& unit) {
  const std::string cell(trim(raw));
  if (cell.empty()) return std::string();
  switch (rule.variable->type) {
    case VariableType::number: {
      if (const auto known = rule.codes.find(cell); known != rule.codes.end() && !known->second.empty())
        return read_quantity(rule, known->second, unit);
      return read_quantity(rule, cell, unit);
    }
    case VariableType::category:
      return read_code(rule, cell, "");
    case VariableType::codes:
      return read_code_list(rule, cell);
    case VariableType::date:
      return read_date(cell, rule.dates);
    case VariableType::text:
      return cell;
  }
  return std::string();
}

}  // namespace larc::clinical
