#include "study/leak_guard.h"

#include <algorithm>

#include "clinical/endpoint.h"
#include "core/error.h"
#include "core/number.h"
#include "study/readable_value.h"
#include "study/recorded_variables.h"

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

bool is_late(PredictionPoint available_from, const Endpoint& endpoint) {
  return available_from > endpoint.at || available_from == PredictionPoint::LABEL;
}

/// Whether something derived from these sources could tell a predictor what it may not know.
bool may_leak(const StudyFile& file, const Endpoint& endpoint, const std::set<std::string>& sources,
              const std::set<std::string>& of_predictor) {
  return std::any_of(sources.begin(), sources.end(),
                     [&](const auto& id) { return is_late(file.find_variable(id)->available_from, endpoint); }) &&
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
    const PatientView view(file, *values, PredictionPoint::LABEL);
    // A value that means nothing tells nothing.
    append(column, readable_value(view, variable.id).value_or(Datum{}));
  }
  return column;
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

void LeakGuard::add_outcomes(const Patients& patients) {
  std::vector<std::vector<FailedCheck>> failed;
  for (const PatientValues* values : patients) failed.push_back(failed_checks(file_, *values));
  for (const auto& endpoint : file_.endpoints) {
    Later first{endpoint.id, true, PredictionPoint::LABEL, outcome_variables(file_, endpoint), true, {}};
    const bool timed = endpoint.type == EndpointType::survival || endpoint.type == EndpointType::competing;
    if (endpoint.type != EndpointType::ordinal) first.column.kind = PatientColumn::Kind::number;
    Later time = first;
    for (std::size_t i = 0; i < patients.size(); ++i) {
      const Outcome outcome = derive_outcome(file_, endpoint, *patients[i], failed[i]);
      const bool known = outcome.state == OutcomeState::known;
      if (endpoint.type == EndpointType::ordinal)
        first.column.levels.push_back(known ? outcome.level : "");
      else
        first.column.numbers.push_back(!known ? kNaN : timed ? static_cast<double>(outcome.event) : outcome.label);
      if (timed) time.column.numbers.push_back(known ? outcome.time_months : kNaN);
    }
    later_.push_back(std::move(first));
    if (timed) later_.push_back(std::move(time));
  }
}

LeakGuard::LeakGuard(const StudyFile& file, const std::map<std::string, PatientValues>& values) : file_(file) {
  if (values.empty() || file.clinical_predictors.empty()) return;
  const Patients patients = spread(values);
  for (const auto& id : file.clinical_predictors) predictors_[id] = column_of(file, *file.find_variable(id), patients);
  for (const auto& variable : file.variables)
    if (variable.available_from > PredictionPoint::P0)
      later_.push_back({variable.id, false, variable.available_from, recorded_variables(file, {variable.id}),
                        variable.formula.has_value(), column_of(file, variable, patients)});
  add_outcomes(patients);
}

std::vector<LaterTwin> LeakGuard::later_twins(const Endpoint& endpoint) const {
  std::vector<const Later*> later;
  for (const Later& other : later_)
    if (is_late(other.available_from, endpoint)) later.push_back(&other);
  if (later.empty()) return {};
  LikenessSettings settings;
  settings.pairs = static_cast<double>(file_.clinical_predictors.size() * later.size());
  std::vector<LaterTwin> twins;
  for (const auto& id : file_.clinical_predictors) {
    const PatientColumn& column = predictors_.at(id);
    const std::set<std::string> sources = recorded_variables(file_, {id});
    std::vector<LaterTwin> of_predictor;
    for (const Later* other : later) {
      if (other->id == id || (other->derived && !may_leak(file_, endpoint, other->sources, sources))) continue;
      settings.outcome = other->available_from == PredictionPoint::LABEL;
      Likeness likeness = compare_columns(column, other->column, settings);
      if (likeness.degree != Resemblance::none)
        of_predictor.push_back({id, other->id, other->outcome, other->available_from, std::move(likeness),
                                is_accepted(file_, id, other->id)});
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
