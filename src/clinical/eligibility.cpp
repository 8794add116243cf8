#include "clinical/eligibility.h"

#include "core/error.h"

namespace larc::clinical {

Json criteria_json(const Screening& screening) {
  Json list = Json::array();
  for (const auto& item : screening.counts)
    list.push_back(
        {{"id", item.criterion}, {"text", to_json(item.text)}, {"excluded", item.excluded}, {"unknown", item.unknown}});
  return list;
}

Screening screen(const Rules& rules, const std::vector<std::string>& patients,
                 const std::map<std::string, PatientValues>& values) {
  Screening screening;
  for (const auto& criterion : rules.eligibility) screening.counts.push_back({criterion.id, criterion.text, 0, 0});
  static const PatientValues kNothing;
  for (const auto& patient : patients) {
    const auto found = values.find(patient);
    const PatientView view(rules, found == values.end() ? kNothing : found->second, PredictionPoint::LABEL);
    Eligibility state = Eligibility::eligible;
    std::size_t first_unknown = 0;
    for (std::size_t c = 0; c < rules.eligibility.size(); ++c) {
      const Criterion& criterion = rules.eligibility[c];
      const Datum answer = criterion.rule.evaluate(view);
      if (is_unknown(answer)) {
        if (state == Eligibility::eligible) first_unknown = c;
        state = Eligibility::unknown;
        continue;
      }
      const bool* truth = std::get_if<bool>(&answer);
      if (truth == nullptr)
        throw Error(ErrorCode::format,
                    "eligibility." + criterion.id + " must be true or false, it gives a number or a text");
      if (*truth == criterion.include) continue;
      state = Eligibility::excluded;
      ++screening.counts[c].excluded;
      screening.decided_by[patient] = criterion.id;
      break;
    }
    if (state == Eligibility::unknown) {
      ++screening.counts[first_unknown].unknown;
      screening.decided_by[patient] = rules.eligibility[first_unknown].id;
    }
    screening.of_patient[patient] = state;
  }
  return screening;
}

}  // namespace larc::clinical
