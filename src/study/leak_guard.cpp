#include "study/leak_guard.h"

#include <algorithm>
#include <set>

#include "clinical/endpoint.h"
#include "core/error.h"
#include "core/number.h"

namespace larc::study {

namespace {

constexpr std::size_t kMostPatients = 2000;

using Patients = std::vector<const PatientValues*>;

Patients spread(const std::map<std::string, PatientValues>& values) {
  const std::size_t step = (values.size() + kMostPatients - 1) / kMostPatients;
  Patients patients;
  std::size_t position = 0;
  for (const auto& [id, of_patient] : values)
    if (position++ % step == 0) patients.push_back(&of_patient);
  return patients;
}

/// The variables that were typed in and on which the given ones rest.
std::set<std::string> sources_of(const StudyFile& file, const std::set<std::string>& ids) {
  std::set<std::string> sources;
  for (const auto& id : ids) {
    const Variable* variable = file.find_variable(id);
    if (variable == nullptr || !variable->formula)
      sources.insert(id);
    else
      sources.merge(sources_of(file, variable->formula->variables()));
  }
  return sources;
}

bool is_late(const Variable& variable, const Endpoint& endpoint) {
  return variable.available_from > endpoint.at || variable.available_from == PredictionPoint::LABEL;
}

/// Whether something derived from these sources could tell a predictor what it may not know.
bool may_leak(const StudyFile& file, const Endpoint& endpoint, const std::set<std::string>& sources,
              const std::set<std::string>& of_predictor) {
  return std::any_of(sources.begin(), sources.end(),
                     [&](const auto& id) { return is_late(*file.find_variable(id), endpoint); }) &&
         std::none_of(sources.begin(), sources.end(), [&](const auto& id) { return of_predictor.contains(id); });
}

void append(PatientColumn& column, const Datum& datum) {
  if (column.kind == PatientColumn::Kind::category) {
    const std::string* text = std::get_if<std::string>(&datum);
    column.levels.push_back(text == nullptr ? "" : *text);
    return;
  }
  double value = kNaN;
  if (const double* number = std::get_if<double>(&datum)) value = *number;
  if (const bool* truth = std::get_if<bool>(&datum)) value = *truth ? 1 : 0;
  if (const std::string* text = std::get_if<std::string>(&datum))
    if (const auto day = parse_date(*text)) value = static_cast<double>(*day);
  column.numbers.push_back(value);
}

PatientColumn column_of(const StudyFile& file, const Variable& variable, const Patients& patients) {
  PatientColumn column;
  if (variable.type == VariableType::number) column.kind = PatientColumn::Kind::number;
  if (variable.type == VariableType::date) column.kind = PatientColumn::Kind::date;
  for (const PatientValues* values : patients) {
    Datum datum;
    try {
      datum = PatientView(file, *values, PredictionPoint::LABEL)(variable.id);
    } catch (const Error&) {  // a value that means nothing tells nothing; import and checks name it
    }
    append(column, datum);
  }
  return column;
}

/// What the guard compares predictors with.
struct Later {
  std::string id;
  bool outcome = false;
  PredictionPoint available_from = PredictionPoint::LABEL;
  std::set<std::string> sources;
  bool derived = false;
  PatientColumn column;
};

void add_outcomes(const StudyFile& file, const Endpoint& endpoint, const Patients& patients, std::vector<Later>& list) {
  std::set<std::string> ids;
  for (const auto* expression : endpoint.expressions())
    ids.insert(expression->variables().begin(), expression->variables().end());
  Later first{endpoint.id, true, PredictionPoint::LABEL, sources_of(file, ids), true, {}};
  const bool timed = endpoint.type == EndpointType::survival || endpoint.type == EndpointType::competing;
  if (endpoint.type != EndpointType::ordinal) first.column.kind = PatientColumn::Kind::number;
  Later time = first;
  for (const PatientValues* values : patients) {
    Outcome outcome;
    try {
      outcome = derive_outcome(file, endpoint, *values);
    } catch (const Error&) {  // as in column_of
    }
    const bool known = outcome.state == OutcomeState::known;
    if (endpoint.type == EndpointType::ordinal)
      first.column.levels.push_back(known ? outcome.level : "");
    else
      first.column.numbers.push_back(!known ? kNaN : timed ? static_cast<double>(outcome.event) : outcome.label);
    if (timed) time.column.numbers.push_back(known ? outcome.time_months : kNaN);
  }
  list.push_back(std::move(first));
  if (timed) list.push_back(std::move(time));
}

bool is_accepted(const StudyFile& file, const std::string& predictor, const std::string& later) {
  const auto found = file.accepted_likeness.find(predictor);
  return found != file.accepted_likeness.end() &&
         std::find(found->second.begin(), found->second.end(), later) != found->second.end();
}

std::string what(const LaterTwin& twin) {
  return twin.outcome ? "the outcome of '" + twin.later + "', which is never available to a model"
                      : "'" + twin.later + "', which is available from " + to_string(twin.available_from);
}

}  // namespace

std::vector<LaterTwin> later_twins(const StudyFile& file, const Endpoint& endpoint,
                                   const std::map<std::string, PatientValues>& values) {
  if (values.empty() || file.clinical_predictors.empty()) return {};
  const Patients patients = spread(values);
  std::vector<Later> later;
  for (const auto& variable : file.variables)
    if (is_late(variable, endpoint))
      later.push_back({variable.id, false, variable.available_from, sources_of(file, {variable.id}),
                       variable.formula.has_value(), column_of(file, variable, patients)});
  for (const auto& other : file.endpoints) add_outcomes(file, other, patients, later);

  LikenessSettings settings;
  settings.pairs = static_cast<double>(file.clinical_predictors.size() * later.size());
  std::vector<LaterTwin> twins;
  for (const auto& id : file.clinical_predictors) {
    const PatientColumn column = column_of(file, *file.find_variable(id), patients);
    const std::set<std::string> sources = sources_of(file, {id});
    std::vector<LaterTwin> of_predictor;
    for (const Later& other : later) {
      if (other.id == id || (other.derived && !may_leak(file, endpoint, other.sources, sources))) continue;
      settings.outcome = other.available_from == PredictionPoint::LABEL;
      Likeness likeness = compare_columns(column, other.column, settings);
      if (likeness.degree != Resemblance::none)
        of_predictor.push_back(
            {id, other.id, other.outcome, other.available_from, std::move(likeness), is_accepted(file, id, other.id)});
    }
    std::stable_sort(of_predictor.begin(), of_predictor.end(), [](const auto& a, const auto& b) {
      return std::pair(a.likeness.degree, a.likeness.strength) > std::pair(b.likeness.degree, b.likeness.strength);
    });
    std::move(of_predictor.begin(), of_predictor.end(), std::back_inserter(twins));
  }
  return twins;
}

void refuse_copies(const Endpoint& endpoint, const std::vector<LaterTwin>& twins) {
  for (const LaterTwin& twin : twins)
    if (twin.likeness.degree == Resemblance::copy && !twin.accepted)
      throw Error(ErrorCode::refused,
                  "predictor '" + twin.predictor + "' repeats " + what(twin) + " (" + twin.likeness.how.en +
                      "), and cannot predict '" + endpoint.id + "' at " + to_string(endpoint.at) +
                      "; take it out of models.clinical_predictors, or, if the later value follows from the earlier "
                      "one, say so in study.yaml: models: {accepted_likeness: {" +
                      twin.predictor + ": [" + twin.later + "]}}");
}

Label describe(const StudyFile& file, const LaterTwin& twin) {
  const Label name = twin.outcome ? file.endpoint(twin.later).label : file.find_variable(twin.later)->label;
  const std::string from = to_string(twin.available_from);
  Label label{"resembles " + name.en + (twin.outcome ? " (outcome): " : " (available from " + from + "): "),
              "与" + name.zh + (twin.outcome ? "（结局）相似：" : "（自 " + from + " 起可用）相似：")};
  label.en += twin.likeness.how.en;
  label.zh += twin.likeness.how.zh;
  if (twin.accepted) {
    label.en += "; accepted by the protocol";
    label.zh += "；研究方案已接受";
  }
  return label;
}

}  // namespace larc::study
