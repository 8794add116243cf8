#include "study/export_variables.h"

#include <algorithm>

#include "core/error.h"
#include "core/number.h"
#include "core/progress.h"
#include "study/readable_value.h"
#include "study/snapshot.h"

namespace larc::study {

namespace {

std::string text_of(const Datum& datum) {
  if (const double* number = std::get_if<double>(&datum)) return std::isfinite(*number) ? format_double(*number) : "";
  if (const bool* truth = std::get_if<bool>(&datum)) return *truth ? "1" : "0";
  if (const std::string* text = std::get_if<std::string>(&datum)) return *text;
  return "";
}

ExportColumn column_of(const Variable& variable) {
  ExportColumn column;
  column.id = variable.id;
  column.label = variable.label;
  column.type = to_string(variable.type);
  column.unit = variable.unit;
  if (std::isfinite(variable.lower) || std::isfinite(variable.upper))
    column.range = (std::isfinite(variable.lower) ? format_double(variable.lower) : "") + " to " +
                   (std::isfinite(variable.upper) ? format_double(variable.upper) : "");
  column.codes = variable.codes;
  column.code_labels = variable.code_labels;
  column.available_from = to_string(variable.available_from);
  if (variable.formula) column.formula = variable.formula->text();
  return column;
}

ExportColumn plain_column(const std::string& id, const Label& label, const std::string& type) {
  ExportColumn column;
  column.id = id;
  column.label = label;
  column.type = type;
  return column;
}

ExportColumn outcome_column(const Endpoint& endpoint, const std::string& suffix, const Label& part,
                            const std::string& type) {
  ExportColumn column = plain_column(endpoint.id + suffix, endpoint.label, type);
  if (!part.en.empty()) column.label = {endpoint.label.en + ": " + part.en, endpoint.label.zh + "：" + part.zh};
  column.available_from = to_string(PredictionPoint::LABEL);
  return column;
}

/// The columns of one endpoint, without cells.
std::vector<ExportColumn> outcome_columns(const Endpoint& endpoint) {
  std::vector<ExportColumn> columns;
  columns.push_back(outcome_column(endpoint, "_state", {"state of the outcome", "结局状态"}, "category"));
  for (const auto state :
       {OutcomeState::known, OutcomeState::unknown, OutcomeState::contradictory, OutcomeState::not_at_risk}) {
    columns[0].codes.push_back(to_string(state));
    columns[0].code_labels.push_back({to_string(state), to_string(state)});
  }
  if (endpoint.type == EndpointType::ordinal) {
    columns.push_back(outcome_column(endpoint, "_outcome", {}, "category"));
    columns[1].codes = endpoint.levels;
    for (const auto& level : endpoint.levels) columns[1].code_labels.push_back({level, level});
    return columns;
  }
  if (endpoint.type == EndpointType::binary) {
    columns.push_back(outcome_column(endpoint, "_outcome", {}, "number"));
    columns[1].codes = {"0", "1"};
    columns[1].code_labels = {{"no", "否"}, {"yes", "是"}};
    return columns;
  }
  columns.push_back(outcome_column(endpoint, "_time_months", {"time from the origin", "自起点的时间"}, "number"));
  columns.push_back(outcome_column(endpoint, "_entry_months", {"delayed entry", "延迟进入"}, "number"));
  for (std::size_t c : {1, 2}) columns[c].unit = "months of 30.4375 days";
  columns.push_back(outcome_column(endpoint, "_event", {"event", "事件"}, "number"));
  columns[3].codes = {"0", "1"};
  columns[3].code_labels = {{"censored", "删失"}, {"event", "事件"}};
  if (endpoint.type == EndpointType::competing) {
    columns[3].codes.push_back("2");
    columns[3].code_labels.push_back({"competing event", "竞争事件"});
  }
  return columns;
}

std::vector<std::string> outcome_cells(const Endpoint& endpoint, const Outcome& outcome) {
  std::vector<std::string> cells{to_string(outcome.state)};
  const bool known = outcome.state == OutcomeState::known;
  const auto add = [&](const std::string& text) { cells.push_back(known ? text : ""); };
  if (endpoint.type == EndpointType::ordinal) {
    add(outcome.level);
  } else if (endpoint.type == EndpointType::binary) {
    add(format_double(outcome.label));
  } else {
    add(format_double(outcome.time_months));
    add(format_double(outcome.entry_months));
    add(std::to_string(outcome.event));
  }
  return cells;
}

/// Days since the patient's earliest date. Sheets of other tools sort and subtract them as they are.
void make_relative(std::vector<ExportColumn>& columns, std::size_t patients) {
  for (std::size_t row = 0; row < patients; ++row) {
    std::optional<long> first;
    for (const auto& column : columns)
      if (column.type == "date")
        if (const auto day = parse_date(column.cells[row])) first = first ? std::min(*first, *day) : *day;
    for (auto& column : columns)
      if (column.type == "date") {
        const auto day = parse_date(column.cells[row]);
        column.cells[row] = day ? std::to_string(*day - *first) : "";
      }
  }
  for (auto& column : columns)
    if (column.type == "date") {
      column.type = "days";
      column.unit = "days since the patient's earliest date in this table";
    }
}

}  // namespace

std::size_t ExportColumn::known() const {
  return cells.size() - static_cast<std::size_t>(std::count(cells.begin(), cells.end(), ""));
}

ExportTable export_variables(const Study& study, const ExportTableSettings& settings) {
  const StudyFile& file = study.file;
  const Snapshot snapshot(study);
  ExportTable table;
  table.patients = snapshot.patients;
  if (table.patients.empty())
    throw Error(ErrorCode::not_ready,
                "the study has no patient yet; run 'larc import " + study.folder.string() + " FOLDER' first");
  const PredictionPoint point = settings.at.value_or(PredictionPoint::LABEL);
  const ValuesByPatient& known_at_point = snapshot.values_at(point);
  const auto screening = settings.at ? screening_at(snapshot, point) : snapshot.screening.patients;

  std::vector<ExportColumn> variables;
  for (const auto& variable : file.variables)
    if (variable.available_from <= point) variables.push_back(column_of(variable));
  std::map<std::string, std::size_t> unread;
  ExportColumn centre = plain_column(kCentreVariable, {"Centre", "中心"}, "category");
  ExportColumn state = plain_column("eligibility", {"Eligibility", "入组状态"}, "category");
  state.codes = {"eligible", "excluded", "unknown"};
  state.code_labels = {{"eligible", "符合"}, {"excluded", "排除"}, {"unknown", "未知"}};
  ExportColumn criterion = plain_column("eligibility_criterion", {"Criterion that decided", "决定性标准"}, "category");
  for (const auto& rule : file.eligibility) {
    criterion.codes.push_back(rule.id);
    criterion.code_labels.push_back(rule.text);
  }
  if (settings.at) state.available_from = criterion.available_from = to_string(point);
  std::vector<std::vector<ExportColumn>> of_endpoint;
  if (settings.outcomes)
    for (const auto& endpoint : file.endpoints) of_endpoint.push_back(outcome_columns(endpoint));

  Progress progress("Reading the registry", table.patients.size());
  for (const auto& patient : table.patients) {
    centre.cells.push_back(snapshot.centre_of(patient));
    state.cells.push_back(to_string(screening.at(patient).state));
    criterion.cells.push_back(screening.at(patient).decided_by);
    const PatientView view(file, values_of(known_at_point, patient), point);
    for (auto& column : variables) {
      const auto value = readable_value(view, column.id);
      if (!value) ++unread[column.id];
      column.cells.push_back(value ? text_of(*value) : "");
    }
    for (std::size_t e = 0; e < of_endpoint.size(); ++e) {
      const auto cells = outcome_cells(file.endpoints[e], snapshot.outcome_of(patient, file.endpoints[e]));
      for (std::size_t c = 0; c < cells.size(); ++c) of_endpoint[e][c].cells.push_back(cells[c]);
    }
    progress.advance();
  }
  for (const auto& [id, count] : unread)
    table.notes.push_back("variable '" + id + "': " + std::to_string(count) +
                          " values do not fit the dictionary and were left empty");
  if (!settings.calendar_dates) make_relative(variables, table.patients.size());
  table.columns = {std::move(centre), std::move(state), std::move(criterion)};
  std::move(variables.begin(), variables.end(), std::back_inserter(table.columns));
  for (auto& columns : of_endpoint)
    for (auto& column : columns) {
      // A variable may be called like a column of an endpoint.
      while (file.find_variable(column.id) != nullptr) column.id += "_derived";
      table.columns.push_back(std::move(column));
    }
  return table;
}

}  // namespace larc::study
