#include "clinical/row_reader.h"

#include <algorithm>

#include "clinical/encoding.h"
#include "clinical/patient_id.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

std::string joined(const std::string& left, const std::string& right) {
  return left.empty() || right.empty() ? left + right : left + " " + right;
}

std::string cell_at(const std::vector<std::string>& cells, const std::optional<std::size_t>& column) {
  return column ? std::string(trim(cells[*column])) : std::string();
}

/// 1 or Checked, 0 or Unchecked, as REDCap exports a checkbox; nullopt: neither.
std::optional<bool> read_check(const std::string& cell) {
  const std::string text = to_lower(cell);
  for (const char* yes : {"1", "checked", "yes", "true", "是", "选中"})
    if (text == yes) return true;
  for (const char* no : {"0", "unchecked", "no", "false", "否", "未选中", ""})
    if (text == no) return false;
  return std::nullopt;
}

}  // namespace

RowReader::RowReader(const TableFile& file, const ColumnPlan& plan) : file_(file), plan_(plan) {
  for (const auto& fault : file.faults) file_faults_[fault.row].push_back(&fault);
  values_.resize(plan.values.size());
  if (!plan.repeats()) return;
  for (const auto& cells : file.rows) {
    auto& used = used_by_kind_[kind_of(cells)];
    used.resize(cells.size(), false);
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (!used[c] && !trim(cells[c]).empty()) used[c] = true;
  }
}

std::string RowReader::kind_of(const std::vector<std::string>& cells) const {
  return cell_at(cells, plan_.event) + "\n" + cell_at(cells, plan_.instrument);
}

std::string RowReader::instance_of(const std::vector<std::string>& cells) const {
  const std::string event = cell_at(cells, plan_.event);
  return joined(joined(event == plan_.base_event ? "" : event, cell_at(cells, plan_.instrument)),
                cell_at(cells, plan_.instance));
}

bool RowReader::is_missing(const std::string& cell) const {
  return cell.empty() || plan_.missing.contains(cell);
}

void RowReader::read_values(const std::vector<std::string>& cells, Row& row) {
  std::vector<bool> read(plan_.values.size(), false);
  for (std::size_t v = 0; v < plan_.values.size(); ++v) {
    const ValueColumn& column = plan_.values[v];
    const std::string cell(trim(cells[column.column]));
    values_[v].clear();
    if (is_missing(cell)) {
      read[v] = wants_empty(column.column);
      continue;
    }
    const std::string unit = cell_at(cells, column.unit_column);
    if (column.unit_column && is_missing(unit) && column.rule.unit.empty()) {
      row.faults.push_back(
          {column.unit_column,
           {{"the unit of " + column.rule.variable->id + " is missing", "缺少 " + column.rule.variable->id + " 的单位"},
            {"fill it in; known: " + column.rule.variable->unit, "请填写；已知单位：" + column.rule.variable->unit}}});
      continue;
    }
    CellReading reading = read_cell(column.rule, cell, is_missing(unit) ? "" : unit);
    if (auto* fault = std::get_if<CellFault>(&reading)) {
      row.faults.push_back({column.column, std::move(*fault)});
      continue;
    }
    values_[v] = std::move(std::get<std::string>(reading));
    read[v] = true;
  }
  for (std::size_t v = 0; v < plan_.values.size(); ++v) {
    if (!read[v]) continue;
    const ValueColumn& column = plan_.values[v];
    row.record.observations.push_back({column.rule.variable->id, std::move(values_[v]), "", column.reader, ""});
  }
}

void RowReader::read_checkboxes(const std::vector<std::string>& cells, Row& row) const {
  for (const auto& group : plan_.checkboxes) {
    std::vector<std::string> chosen;
    bool understood = true, wanted = false;
    for (const auto& code : group.variable->codes)
      for (const auto& [column, column_code] : group.columns) {
        if (column_code != code) continue;
        const std::string cell(trim(cells[column]));
        wanted |= wants_empty(column);
        const auto checked = is_missing(cell) ? std::optional(false) : read_check(cell);
        if (!checked) {
          row.faults.push_back(
              {column,
               {{in_quotes(cell) + " is not what a checkbox holds", in_quotes_zh(cell) + "不是复选框的值"},
                {"allowed: 0, 1, Unchecked, Checked", "允许：0、1、Unchecked、Checked"}}});
          understood = false;
        } else if (*checked) {
          chosen.push_back(code);
        }
      }
    if (!understood || (chosen.empty() && !wanted)) continue;
    row.record.observations.push_back({group.variable->id, join(chosen, ";"), "", "", ""});
  }
}

RowReader::Row RowReader::read(std::size_t index) {
  const auto& cells = file_.rows[index];
  Row row;
  row.record.row = index + 1;
  row.record.source = file_.name;
  row.record.patient = std::string(trim(cells[plan_.patient]));
  const std::string& patient = row.record.patient;
  if (const auto faults = file_faults_.find(index); faults != file_faults_.end())
    for (const auto* fault : faults->second) row.faults.push_back({fault->column, fault->fault, !fault->column});
  if (!row.faults.empty() && row.faults.front().whole_row) return row;
  if (auto fault = patient_id_fault(patient)) {
    row.faults.push_back({plan_.patient, std::move(*fault), true});
    return row;
  }
  const std::string instance = plan_.repeats() ? instance_of(cells) : "";
  const auto [first, fresh] = row_of_.emplace(patient + "\n" + instance, index);
  if (!fresh) {
    const std::string which = in_quotes(patient) + (instance.empty() ? std::string() : " (" + instance + ")");
    const std::string other = std::to_string(first->second + 1);
    row.faults.push_back(
        {plan_.patient,
         {{"patient " + which + " already stands in row " + other, "患者 " + which + " 已在第 " + other + " 行"},
          {plan_.repeats() ? "number the repetitions apart" : "keep one row per patient",
           plan_.repeats() ? "请为重复记录编不同序号" : "每位患者只保留一行"}},
         true});
    return row;
  }
  row.centre = cell_at(cells, plan_.centre);
  if (is_missing(row.centre)) row.centre.clear();
  kind_ = plan_.repeats() ? &used_by_kind_.at(kind_of(cells)) : nullptr;
  row.record.observations.reserve(plan_.values.size() + plan_.checkboxes.size());
  read_values(cells, row);
  read_checkboxes(cells, row);
  if (!instance.empty())
    for (auto& observation : row.record.observations) observation.instance = instance;
  // A cell at which the file itself stumbled says nothing, not "no value".
  const auto leave_out = [&](const std::string& variable, const std::string& reader) {
    std::erase_if(row.record.observations, [&](const auto& observation) {
      return observation.variable == variable && observation.reader == reader;
    });
  };
  for (const auto& fault : row.faults) {
    if (!fault.column) continue;
    for (const auto& value : plan_.values)
      if (value.column == *fault.column) leave_out(value.rule.variable->id, value.reader);
    for (const auto& group : plan_.checkboxes)
      for (const auto& [column, code] : group.columns)
        if (column == *fault.column) leave_out(group.variable->id, "");
  }
  return row;
}

}  // namespace larc::clinical
