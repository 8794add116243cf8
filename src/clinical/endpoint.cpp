#include "clinical/endpoint.h"

#include <algorithm>

#include "clinical/missing.h"
#include "core/error.h"
#include "core/text.h"

namespace larc::clinical {

std::string to_string(OutcomeState state) {
  static constexpr const char* kNames[] = {"known", "unknown", "contradictory", "not_at_risk"};
  return kNames[static_cast<int>(state)];
}

namespace {

/// What the rules and values of one patient are asked.
struct Question {
  const Rules& rules;
  const Endpoint& endpoint;
  const PatientView& view;

  Outcome unknown(const std::string& reason, const std::vector<const Expression*>& needed) const {
    Outcome outcome;
    outcome.reason = reason;
    for (const auto* expression : needed)
      for (const auto& id : missing_variables(rules, *expression, view))
        if (std::find(outcome.missing.begin(), outcome.missing.end(), id) == outcome.missing.end())
          outcome.missing.push_back(id);
    return outcome;
  }
};

Outcome contradictory(const std::string& reason) {
  Outcome outcome;
  outcome.state = OutcomeState::contradictory;
  outcome.reason = reason;
  return outcome;
}

/// An outcome may be recorded as 0 or 1.
bool as_truth(const Datum& datum) {
  if (const double* value = std::get_if<double>(&datum); value != nullptr && (*value == 0 || *value == 1))
    return *value == 1;
  return truth_in(datum);
}

std::optional<long> as_day(const Datum& datum) {
  return is_unknown(datum) ? std::nullopt : std::optional(day_in(datum));
}

/// Dates that happened by `until` and the earliest of them; whether one is known at all.
struct FirstDate {
  std::optional<long> day;
  bool later = false;  // one is known, but after `until`
};

FirstDate first_of(const std::vector<Expression>& dates, const PatientView& view, std::optional<long> until) {
  FirstDate first;
  for (const auto& date : dates) {
    const auto day = as_day(date.evaluate(view));
    if (!day) continue;
    if (until && *day > *until)
      first.later = true;
    else if (!first.day || *day < *first.day)
      first.day = day;
  }
  return first;
}

Outcome from_dates(const Question& question) {
  const Endpoint& endpoint = question.endpoint;
  const DateRule& rule = *endpoint.dates;
  const PatientView& view = question.view;
  const auto cut = question.rules.data_cut.empty() ? std::nullopt : parse_date(question.rules.data_cut);
  const auto origin = as_day(rule.origin.evaluate(view));
  if (!origin) return question.unknown("the origin of the time is not known", {&rule.origin});
  if (cut && *origin > *cut) return question.unknown("the origin lies after the data cut", {});
  const FirstDate event = first_of(rule.events, view, cut), competing = first_of(rule.competing, view, cut);
  auto end = as_day(rule.last_seen.evaluate(view));
  if (end && cut) end = std::min(*end, *cut);
  // Whoever has an event after the data cut was free of it until then.
  if (!end && (event.later || competing.later)) end = cut;
  Outcome outcome;
  // A competing event on the day of the event hides nothing: the event counts.
  if (event.day && (!competing.day || *event.day <= *competing.day)) {
    outcome.event = 1;
    end = event.day;
  } else if (competing.day) {
    outcome.event = 2;
    end = competing.day;
  }
  if (!end) return question.unknown("neither an event nor a last contact is known", {&rule.last_seen});
  std::optional<long> entry = origin;
  if (rule.entry) {
    entry = as_day(rule.entry->evaluate(view));
    if (!entry) return question.unknown("the day of entry is not known", {&*rule.entry});
    entry = std::max(*entry, *origin);
    if (cut && *entry > *cut) return question.unknown("the patient came under observation after the data cut", {});
  }
  if (*end < *entry)
    return contradictory(rule.entry ? "the time ends before the patient came under observation"
                                    : "the time ends before its origin");
  if (*end == *entry) return question.unknown("the patient was under observation for less than a day", {});
  const auto months = [&](long day) { return static_cast<double>(day - *origin) / kDaysPerMonth; };
  outcome.entry_months = months(*entry);
  outcome.time_months = months(*end);
  if (outcome.time_months > endpoint.horizon_months) {
    outcome.time_months = endpoint.horizon_months;
    outcome.event = 0;
    if (outcome.entry_months >= outcome.time_months)
      return question.unknown("the patient came under observation after the horizon", {});
  }
  outcome.state = OutcomeState::known;
  return outcome;
}

Outcome from_expressions(const Question& question) {
  const Endpoint& endpoint = question.endpoint;
  const std::string missing = "a value that is needed is missing";
  Outcome outcome;
  if (endpoint.type == EndpointType::binary) {
    const Datum answer = endpoint.positive->evaluate(question.view);
    if (is_unknown(answer)) return question.unknown(missing, {&*endpoint.positive});
    outcome.label = as_truth(answer) ? 1 : 0;
  } else if (endpoint.type == EndpointType::ordinal) {
    const Datum answer = endpoint.level->evaluate(question.view);
    if (is_unknown(answer)) return question.unknown(missing, {&*endpoint.level});
    const std::string* level = std::get_if<std::string>(&answer);
    if (level == nullptr || std::find(endpoint.levels.begin(), endpoint.levels.end(), *level) == endpoint.levels.end())
      throw Error(ErrorCode::domain, "the expression must give one of the levels " + join(endpoint.levels, ", "));
    outcome.level = *level;
  } else {
    const Datum time = endpoint.time->evaluate(question.view), event = endpoint.event->evaluate(question.view);
    if (is_unknown(time) || is_unknown(event)) return question.unknown(missing, {&*endpoint.time, &*endpoint.event});
    const double* months = std::get_if<double>(&time);
    if (months == nullptr || !(*months > 0))
      throw Error(ErrorCode::domain, "the follow-up time must be a number above 0 months; check the dates");
    outcome.time_months = std::min(*months, endpoint.horizon_months);
    outcome.event = as_truth(event) && *months <= endpoint.horizon_months ? 1 : 0;
  }
  outcome.state = OutcomeState::known;
  return outcome;
}

Outcome derive(const Question& question, const std::vector<FailedCheck>& failed) {
  const Endpoint& endpoint = question.endpoint;
  const auto ids = checks_against(failed, endpoint.id);
  if (!ids.empty()) {
    Outcome outcome = contradictory(join(ids, ", "));
    outcome.checks = ids;
    return outcome;
  }
  if (endpoint.risk_set) {
    const Datum at_risk = endpoint.risk_set->evaluate(question.view);
    if (!is_unknown(at_risk) && !as_truth(at_risk)) {
      Outcome outcome;
      outcome.state = OutcomeState::not_at_risk;
      outcome.reason = "outside the risk set: " + endpoint.risk_set->text();
      return outcome;
    }
  }
  return endpoint.dates ? from_dates(question) : from_expressions(question);
}

}  // namespace

Outcome derive_outcome(const Rules& rules, const Endpoint& endpoint, const PatientValues& values,
                       const std::vector<FailedCheck>& failed) {
  const PatientView view(rules, values, PredictionPoint::LABEL);
  try {
    return in_context("endpoint '" + endpoint.id + "'", [&] { return derive({rules, endpoint, view}, failed); });
  } catch (const Error& error) {
    if (error.code() != ErrorCode::domain) throw;
    return contradictory(error.what());
  }
}

Outcome derive_outcome(const Rules& rules, const Endpoint& endpoint, const PatientValues& values) {
  return derive_outcome(rules, endpoint, values, failed_checks(rules, values));
}

}  // namespace larc::clinical
