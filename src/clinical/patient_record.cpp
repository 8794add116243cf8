#include "clinical/patient_record.h"

#include <algorithm>
#include <set>

#include "clinical/queries.h"
#include "core/error.h"
#include "core/json.h"

namespace larc::clinical {

namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json datum_json(const Datum& datum) {
  if (const bool* truth = std::get_if<bool>(&datum)) return *truth;
  if (const double* number = std::get_if<double>(&datum)) return *number;
  if (const std::string* text = std::get_if<std::string>(&datum)) return *text;
  return nullptr;
}

Json row_json(const Fact& fact) {
  return {{"value", text_or_null(fact.observation.value)},
          {"true_on", text_or_null(fact.observation.valid_at)},
          {"recorded_at", fact.recorded_at},
          {"by", fact.by},
          {"source", fact.source},
          {"row", fact.row},
          {"reader", text_or_null(fact.observation.reader)},
          {"instance", text_or_null(fact.observation.instance)}};
}

/// The rows of one patient by variable, and the view on them as known now.
class Trace {
 public:
  Trace(const Registry& registry, const Rules& rules, const std::string& patient, const std::string& on)
      : rules_(rules),
        values_(registry.values_of(patient, rules, {PredictionPoint::LABEL, on})),
        places_(registry.places_of(patient, rules, {PredictionPoint::LABEL, on})),
        view_(rules, values_, PredictionPoint::LABEL) {
    for (auto& fact : registry.history(patient))
      if (is_recorded_by(fact.recorded_at, on)) rows_[fact.observation.variable].push_back(std::move(fact));
  }

  const PatientValues& values() const { return values_; }

  Json values_json() const {
    Json list = Json::array();
    for (const auto& variable : rules_.variables) {
      const auto rows = rows_.find(variable.id);
      if (rows == rows_.end()) continue;
      const auto value = values_.find(variable.id);
      Json earlier = Json::array();
      const std::size_t newest = newest_row(variable.id);
      for (std::size_t i = 0; i < rows->second.size(); ++i)
        if (i != newest) earlier.push_back(row_json(rows->second[i]));
      list.push_back({{"variable", variable.id},
                      {"label", to_json(variable.label)},
                      {"value", value == values_.end() ? Json(nullptr) : Json(value->second)},
                      {"unit", variable.unit},
                      {"upper_normal", number_or_null(variable.upper_normal)},
                      {"newest", row_json(rows->second[newest])},
                      {"earlier", earlier}});
    }
    return list;
  }

  Json derived_json() const {
    Json list = Json::array();
    for (const auto& variable : rules_.variables) {
      if (!variable.formula) continue;
      Json entry = {{"variable", variable.id}, {"label", to_json(variable.label)}, {"value", nullptr}};
      try {
        entry["value"] = datum_json(view_(variable.id));
      } catch (const Error& error) {
        entry["error"] = error.what();
      }
      entry["unit"] = variable.unit;
      entry["formula"] = variable.formula->text();
      entry["from"] = from({&*variable.formula});
      list.push_back(std::move(entry));
    }
    return list;
  }

  /// The recorded values that the expressions ask for, derived ones replaced by
  /// what they are made of.
  Json from(const std::vector<const Expression*>& expressions) const {
    std::vector<std::string> ids;
    for (const auto* expression : expressions) collect(*expression, ids);
    Json list = Json::array();
    for (const auto& id : ids) {
      const auto value = values_.find(id);
      Json entry = {{"variable", id}, {"value", value == values_.end() ? Json(nullptr) : Json(value->second)}};
      if (value != values_.end() && rows_.contains(id)) {
        const Json row = row_json(rows_.at(id)[newest_row(id)]);
        for (const char* key : {"true_on", "recorded_at", "by", "source", "row"}) entry[key] = row[key];
      }
      list.push_back(std::move(entry));
    }
    return list;
  }

 private:
  /// The row that the view takes the value from; the newest one where it gives none.
  std::size_t newest_row(const std::string& id) const {
    const auto& rows = rows_.at(id);
    const auto place = places_.find(id);
    for (std::size_t i = 0; place != places_.end() && i < rows.size(); ++i)
      if (rows[i].id == place->second.row && rows[i].observation.reader == place->second.reader &&
          rows[i].observation.instance == place->second.instance)
        return i;
    return rows.size() - 1;
  }

  void collect(const Expression& expression, std::vector<std::string>& ids) const {
    for (const auto& id : expression.variables()) {
      const Variable* variable = rules_.find_variable(id);
      if (variable->formula)
        collect(*variable->formula, ids);
      else if (std::find(ids.begin(), ids.end(), id) == ids.end())
        ids.push_back(id);
    }
  }

  const Rules& rules_;
  const PatientValues values_;
  const std::map<std::string, ValuePlace> places_;
  const PatientView view_;
  std::map<std::string, std::vector<Fact>> rows_;
};

Json answer_json(const Criterion& criterion, const CriterionAnswer& answer, const Waiver* waiver, const Json& from) {
  Json truth = nullptr;
  if (answer.state == CriterionState::met) truth = criterion.include;
  if (answer.state == CriterionState::not_met) truth = !criterion.include;
  return {{"id", criterion.id},
          {"text", to_json(criterion.text)},
          {"include", criterion.include},
          {"rule", criterion.rule.text()},
          {"answer", truth},
          {"state", to_string(answer.state)},
          {"missing", answer.missing},
          {"reason", text_or_null(answer.reason)},
          {"waiver", waiver == nullptr
                         ? Json(nullptr)
                         : Json{{"reason", waiver->reason}, {"by", waiver->by}, {"recorded_at", waiver->recorded_at}}},
          {"from", from}};
}

Json outcome_json(const Endpoint& endpoint, const Outcome& outcome) {
  Json json = {{"id", endpoint.id}, {"label", to_json(endpoint.label)}, {"state", to_string(outcome.state)}};
  if (outcome.state == OutcomeState::known) {
    if (endpoint.type == EndpointType::binary) {
      json["value"] = outcome.label == 1;
    } else if (endpoint.type == EndpointType::ordinal) {
      json["value"] = outcome.level;
    } else {
      static constexpr const char* kEvents[] = {"censored", "event", "competing event"};
      json["value"] = kEvents[outcome.event];
      json["time_months"] = outcome.time_months;
      json["entry_months"] = outcome.entry_months;
    }
  } else {
    json["value"] = nullptr;
  }
  json["reason"] = text_or_null(outcome.reason);
  json["missing"] = outcome.missing;
  json["checks"] = outcome.checks;
  return json;
}

}  // namespace

Json patient_record(const Registry& registry, const Rules& rules, const std::string& patient, const std::string& on) {
  if (!registry.has_patient(patient))
    throw Error(ErrorCode::not_found, "patient '" + patient +
                                          "' is not in the study; 'larc status' counts those that "
                                          "are, features and reports name them");
  const Trace trace(registry, rules, patient, on);
  std::map<std::string, Waiver> waivers;
  std::set<std::string> waived;
  for (auto& waiver : registry.waivers())
    if (waiver.patient == patient && is_recorded_by(waiver.recorded_at, on)) {
      waived.insert(waiver.criterion);
      waivers[waiver.criterion] = std::move(waiver);
    }
  const Assessment assessment = assess(rules, trace.values(), screen_patient(rules, trace.values(), waived));

  Json criteria = Json::array(), endpoints = Json::array(), checks = Json::array();
  for (std::size_t c = 0; c < rules.eligibility.size(); ++c) {
    const Criterion& criterion = rules.eligibility[c];
    const auto waiver = waivers.find(criterion.id);
    criteria.push_back(answer_json(criterion, assessment.screening.answers[c],
                                   waiver == waivers.end() ? nullptr : &waiver->second, trace.from({&criterion.rule})));
  }
  for (std::size_t e = 0; e < rules.endpoints.size(); ++e) {
    Json entry = outcome_json(rules.endpoints[e], assessment.outcomes[e]);
    entry["from"] = trace.from(rules.endpoints[e].expressions());
    endpoints.push_back(std::move(entry));
  }
  for (const auto& [check, error] : assessment.failed)
    checks.push_back({{"id", check->id},
                      {"text", to_json(check->text)},
                      {"remedy", to_json(check->remedy)},
                      {"rule", check->holds.text()},
                      {"affects", check->affects},
                      {"error", text_or_null(error)},
                      {"from", trace.from({&check->holds})}});
  const auto centre = trace.values().find(kCentreVariable);
  return {{"patient", patient},
          {"centre", centre == trace.values().end() ? Json(nullptr) : Json(centre->second)},
          {"eligibility",
           {{"state", to_string(assessment.screening.state)},
            {"decided_by", text_or_null(assessment.screening.decided_by)},
            {"criteria_version", criteria_version(rules)},
            {"criteria", criteria}}},
          {"values", trace.values_json()},
          {"derived", trace.derived_json()},
          {"endpoints", endpoints},
          {"checks", checks}};
}

}  // namespace larc::clinical
