#include "clinical/eligibility.h"

#include <algorithm>

#include "clinical/missing.h"
#include "core/error.h"
#include "core/hash.h"

namespace larc::clinical {

std::string to_string(Eligibility state) {
  static constexpr const char* kNames[] = {"eligible", "excluded", "unknown"};
  return kNames[static_cast<int>(state)];
}

std::string to_string(CriterionState state) {
  static constexpr const char* kNames[] = {"met", "not_met", "unknown", "waived"};
  return kNames[static_cast<int>(state)];
}

namespace {

CriterionAnswer ask(const Rules& rules, const Criterion& criterion, const PatientView& view) {
  Datum answer;
  try {
    answer = criterion.rule.evaluate(view);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::domain) throw;
    return {CriterionState::unknown, {}, error.what()};
  }
  if (is_unknown(answer)) return {CriterionState::unknown, missing_variables(rules, criterion.rule, view), ""};
  const bool* truth = std::get_if<bool>(&answer);
  if (truth == nullptr)
    throw Error(ErrorCode::format,
                "eligibility." + criterion.id + " must be true or false, it gives a number or a text");
  return {*truth == criterion.include ? CriterionState::met : CriterionState::not_met, {}, ""};
}

}  // namespace

PatientScreening screen_patient(const Rules& rules, const PatientValues& values, const std::set<std::string>& waived) {
  const PatientView view(rules, values, PredictionPoint::LABEL);
  PatientScreening screening;
  for (const auto& criterion : rules.eligibility) {
    CriterionAnswer answer = ask(rules, criterion, view);
    if (answer.state != CriterionState::met && waived.contains(criterion.id)) answer.state = CriterionState::waived;
    screening.answers.push_back(std::move(answer));
  }
  for (const auto& [decisive, state] : {std::pair{CriterionState::not_met, Eligibility::excluded},
                                        std::pair{CriterionState::unknown, Eligibility::unknown}})
    for (std::size_t c = 0; c < screening.answers.size(); ++c)
      if (screening.answers[c].state == decisive) {
        screening.state = state;
        screening.decided_by = rules.eligibility[c].id;
        return screening;
      }
  return screening;
}

std::size_t Screening::count(Eligibility state) const {
  return static_cast<std::size_t>(
      std::count_if(of_patient.begin(), of_patient.end(), [&](const auto& item) { return item.second == state; }));
}

Json criteria_json(const Screening& screening) {
  Json list = Json::array();
  for (const auto& item : screening.counts)
    list.push_back({{"id", item.criterion},
                    {"text", to_json(item.text)},
                    {"include", item.include},
                    {"rule", item.rule},
                    {"excluded", item.excluded},
                    {"unknown", item.unknown},
                    {"waived", item.waived}});
  return list;
}

Screening screen(const Rules& rules, const std::vector<std::string>& patients,
                 const std::map<std::string, PatientValues>& values, const WaivedCriteria& waived) {
  Screening screening;
  for (const auto& criterion : rules.eligibility)
    screening.counts.push_back({criterion.id, criterion.text, criterion.include, criterion.rule.text(), 0, 0, 0});
  static const PatientValues kNothing;
  static const std::set<std::string> kNone;
  for (const auto& patient : patients) {
    const auto found = values.find(patient);
    const auto set_aside = waived.find(patient);
    PatientScreening one = screen_patient(rules, found == values.end() ? kNothing : found->second,
                                          set_aside == waived.end() ? kNone : set_aside->second);
    for (std::size_t c = 0; c < one.answers.size(); ++c) {
      Screening::Count& count = screening.counts[c];
      if (one.answers[c].state == CriterionState::waived) ++count.waived;
      if (one.decided_by != count.criterion) continue;
      ++(one.state == Eligibility::excluded ? count.excluded : count.unknown);
    }
    screening.of_patient[patient] = one.state;
    screening.patients.emplace(patient, std::move(one));
  }
  return screening;
}

std::string criteria_version(const Rules& rules) {
  std::vector<std::string> parts;
  for (const auto& criterion : rules.eligibility)
    parts.insert(parts.end(), {criterion.id, criterion.include ? "include" : "exclude", criterion.rule.text()});
  return hash_of(parts).substr(0, 12);
}

}  // namespace larc::clinical
