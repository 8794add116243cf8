#include "study/series_choice.h"

#include <set>

#include "core/number.h"

namespace larc::study {

using clinical::Label;
using clinical::PatientValues;

namespace {

/// The offers that are best by the role's preferences, one after the other.
std::vector<std::size_t> preferred(const ImageRole& role, const std::vector<SeriesOffer>& offers,
                                   std::vector<std::size_t> candidates) {
  for (const Preference& preference : role.prefer) {
    if (candidates.size() < 2) break;
    const auto& name = preference.attribute;
    const auto value = [&](std::size_t i) {
      const auto found = offers[i].attributes.find(name);
      return found == offers[i].attributes.end() ? std::string() : found->second;
    };
    // Numbers as numbers, dates and times as texts; what has no value is never preferred.
    const auto before = [&](std::size_t a, std::size_t b) {
      const auto x = parse_double(value(a)), y = parse_double(value(b));
      if (x && y) return preference.most ? *x > *y : *x < *y;
      return preference.most ? value(a) > value(b) : value(a) < value(b);
    };
    std::vector<std::size_t> known;
    for (const std::size_t i : candidates)
      if (!value(i).empty()) known.push_back(i);
    if (known.empty()) continue;
    const std::size_t best = *std::min_element(known.begin(), known.end(), before);
    std::erase_if(known, [&](std::size_t i) { return before(best, i); });
    candidates = std::move(known);
  }
  return candidates;
}

struct Fit {
  std::vector<std::size_t> yes, unknown, description_differs;
  Label why_unknown;
};

Fit fit_of(const ImageRole& role, const std::vector<TimeRule>& times, const TherapyDates& dates,
           const std::vector<SeriesOffer>& offers, const PatientValues& values) {
  Fit fit;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    if (!fits(role.dicom, offers[i].attributes)) continue;
    const TimeJudgement time = judge_time(role.time, dates, values, offers[i].attributes, times);
    if (time.answer == TimeAnswer::yes) fit.yes.push_back(i);
    if (time.answer == TimeAnswer::unknown) {
      fit.unknown.push_back(i);
      fit.why_unknown = time.why;
    }
    if (time.answer == TimeAnswer::yes && time.description_differs) fit.description_differs.push_back(i);
  }
  return fit;
}

}  // namespace

std::vector<RoleChoice> choose_series(const StudyFile& study, const std::vector<SeriesOffer>& offers,
                                      const PatientValues& values, const PersonsChoices& persons,
                                      const std::map<std::string, std::string>& present) {
  std::vector<TimeRule> times;
  for (const auto& role : study.images) times.push_back(role.time);
  const auto index_of = [&](const std::string& key) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < offers.size(); ++i)
      if (offers[i].key == key) return i;
    return std::nullopt;
  };
  std::vector<Fit> all_fits;
  std::set<std::size_t> taken;  // by a person, or certain of a role before
  for (const auto& [role, key] : persons)
    if (const auto index = index_of(key)) taken.insert(*index);
  for (const auto& role : study.images) {
    Fit fit = fit_of(role, times, study.therapy, offers, values);
    std::erase_if(fit.yes, [&](std::size_t i) { return taken.contains(i); });
    taken.insert(fit.yes.begin(), fit.yes.end());
    all_fits.push_back(std::move(fit));
  }
  std::vector<RoleChoice> choices;
  for (std::size_t r = 0; r < study.images.size(); ++r) {
    const ImageRole& role = study.images[r];
    Fit& fit = all_fits[r];
    RoleChoice choice;
    choice.role = role.id;
    choice.description_differs = fit.description_differs;
    const auto settle = [&](ChoiceState state, std::vector<std::size_t> candidates, Label why) {
      choice.state = state;
      choice.candidates = std::move(candidates);
      choice.why = std::move(why);
      if (state == ChoiceState::chosen) choice.chosen = choice.candidates.front();
    };
    const auto here = present.find(role.id);
    if (const auto person = persons.find(role.id); person != persons.end()) {
      choice.by_person = true;
      const auto index = index_of(person->second);
      if (index)
        settle(ChoiceState::chosen, {*index}, {"chosen by a person", "由人工选定"});
      else
        choice.why = person->second.empty()
                         ? Label{"a person said that no series fits", "人工判定没有合适的序列"}
                         : Label{"the chosen series is not in this delivery", "选定的序列不在本次交付中"};
      choices.push_back(std::move(choice));
      continue;
    }
    std::vector<std::size_t> best = preferred(role, offers, fit.yes);
    const bool new_beside_old =
        here != present.end() && !best.empty() &&
        std::none_of(best.begin(), best.end(), [&](std::size_t i) { return offers[i].key == here->second; });
    std::erase_if(fit.unknown, [&](std::size_t i) { return taken.contains(i); });
    if (new_beside_old)
      settle(ChoiceState::ambiguous, best,
             {"the study already has this image, from another series", "研究中已有来自另一序列的该图像"});
    else if (best.size() == 1)
      settle(ChoiceState::chosen, best, {"the only series that fits", "唯一符合的序列"});
    else if (best.size() > 1)
      settle(ChoiceState::ambiguous, best,
             {std::to_string(best.size()) + " series fit", std::to_string(best.size()) + " 个序列符合"});
    else if (!fit.unknown.empty() && here == present.end())
      settle(ChoiceState::time_unknown, fit.unknown, fit.why_unknown);
    if (choice.state == ChoiceState::chosen && fit.yes.size() > 1)
      choice.why = {"preferred among " + std::to_string(fit.yes.size()) + " that fit",
                    "从 " + std::to_string(fit.yes.size()) + " 个符合的序列中优先选取"};
    choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace larc::study
