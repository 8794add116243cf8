#include "clinical/endpoint.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace larc::clinical {

std::string to_string(OutcomeState state) {
  static constexpr const char* kNames[] = {"known", "unknown", "contradictory", "not_at_risk"};
  return kNames[static_cast<int>(state)];
}

namespace {

constexpr double kDaysPerMonth = 30.4375;

bool as_truth(const Datum& datum) {
  if (const bool* value = std::get_if<bool>(&datum)) return *value;
  if (const double* value = std::get_if<double>(&datum); value != nullptr && (*value == 0 || *value == 1))
    return *value == 1;
  throw Error(ErrorCode::domain, "the expression must be true or false, or 0 or 1");
}

std::optional<long> as_day(const Datum& datum) {
  if (is_unknown(datum)) return std::nullopt;
  const std::string* text = std::get_if<std::string>(&datum);
  const auto day = text == nullptr ? std::nullopt : parse_date(*text);
  if (!day) throw Error(ErrorCode::domain, "the expression must give a date YYYY-MM-DD");
  return day;
}

Outcome unknown(const std::string& reason) {
  Outcome outcome;
  outcome.reason = reason;
  return outcome;
}

/// Earliest of the dates that are known and not after `until`.
std::optional<long> first_of(const std::vector<Expression>& dates, const PatientView& view, std::optional<long> until) {
  std::optional<long> first;
  for (const auto& date : dates) {
    const auto day = as_day(date.evaluate(view));
    if (day && (!until || *day <= *until) && (!first || *day < *first)) first = day;
  }
  return first;
}

Outcome from_dates(const Rules& rules, const Endpoint& endpoint, const PatientView& view) {
  const DateRule& rule = *endpoint.dates;
  const auto cut = rules.data_cut.empty() ? std::nullopt : parse_date(rules.data_cut);
  const auto origin = as_day(rule.origin.evaluate(view));
  if (!origin) return unknown("the origin of the time is not known");
  const auto event = first_of(rule.events, view, cut), competing = first_of(rule.competing, view, cut);
  auto end = as_day(rule.last_seen.evaluate(view));
  if (end && cut) end = std::min(*end, *cut);
  Outcome outcome;
  // A competing event on the day of the event hides nothing: the event counts.
  if (event && (!competing || *event <= *competing)) {
    outcome.event = 1;
    end = event;
  } else if (competing) {
    outcome.event = 2;
    end = competing;
  }
  if (!end) return unknown("neither an event nor a last contact is known");
  const auto months = [&](long day) { return static_cast<double>(day - *origin) / kDaysPerMonth; };
  if (rule.entry) {
    const auto entry = as_day(rule.entry->evaluate(view));
    if (!entry) return unknown("the day of entry is not known");
    outcome.entry_months = std::max(0.0, months(*entry));
  }
  outcome.time_months = months(*end);
  if (!(outcome.time_months > outcome.entry_months))
    return unknown("the time at risk is not above 0 months; check the dates");
  if (outcome.time_months > endpoint.horizon_months) {
    outcome.time_months = endpoint.horizon_months;
    outcome.event = 0;
  }
  outcome.state = OutcomeState::known;
  return outcome;
}

Outcome from_expressions(const Endpoint& endpoint, const PatientView& view) {
  Outcome outcome;
  if (endpoint.type == EndpointType::binary) {
    const Datum answer = endpoint.positive->evaluate(view);
    if (is_unknown(answer)) return unknown("a value that is needed is missing");
    outcome.label = as_truth(answer) ? 1 : 0;
  } else if (endpoint.type == EndpointType::ordinal) {
    const Datum answer = endpoint.level->evaluate(view);
    if (is_unknown(answer)) return unknown("a value that is needed is missing");
    const std::string* level = std::get_if<std::string>(&answer);
    if (level == nullptr || std::find(endpoint.levels.begin(), endpoint.levels.end(), *level) == endpoint.levels.end())
      throw Error(ErrorCode::domain, "the expression must give one of the levels " + join(endpoint.levels, ", "));
    outcome.level = *level;
  } else {
    const Datum time = endpoint.time->evaluate(view), event = endpoint.event->evaluate(view);
    if (is_unknown(time) || is_unknown(event)) return unknown("a value that is needed is missing");
    const double* months = std::get_if<double>(&time);
    if (months == nullptr || !(*months > 0))
      throw Error(ErrorCode::domain, "the follow-up time must be a number above 0 months; check the dates");
    outcome.time_months = std::min(*months, endpoint.horizon_months);
    outcome.event = as_truth(event) && *months <= endpoint.horizon_months ? 1 : 0;
  }
  outcome.state = OutcomeState::known;
  return outcome;
}

}  // namespace

Outcome derive_outcome(const Rules& rules, const Endpoint& endpoint, const PatientValues& values) {
  const PatientView view(rules, values, PredictionPoint::LABEL);
  return in_context("endpoint '" + endpoint.id + "'", [&] {
    if (endpoint.risk_set) {
      const Datum at_risk = endpoint.risk_set->evaluate(view);
      if (!is_unknown(at_risk) && !as_truth(at_risk)) {
        Outcome outcome = unknown("outside the risk set: " + endpoint.risk_set->text());
        outcome.state = OutcomeState::not_at_risk;
        return outcome;
      }
    }
    Outcome outcome = endpoint.dates ? from_dates(rules, endpoint, view) : from_expressions(endpoint, view);
    if (outcome.state == OutcomeState::unknown)
      for (const auto* expression : endpoint.expressions())
        for (const auto& id : expression->variables())
          if (is_unknown(view(id)) &&
              std::find(outcome.missing.begin(), outcome.missing.end(), id) == outcome.missing.end())
            outcome.missing.push_back(id);
    return outcome;
  });
}

}  // namespace larc::clinical
