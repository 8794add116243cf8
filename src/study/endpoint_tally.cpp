#include "study/endpoint_tally.h"

#include <algorithm>

#include "core/number.h"
#include "stats/kaplan_meier.h"
#include "study/refusal.h"

namespace larc::study {

void EndpointTally::add(const Outcome& outcome, const std::string& centre) {
  ++states_[static_cast<std::size_t>(outcome.state)];
  for (const auto& id : outcome.missing) ++missing_[id];
  if (outcome.state != OutcomeState::known) return;
  bool positive = outcome.label == 1;
  if (endpoint_.type == EndpointType::ordinal) {
    ++levels_[outcome.level];
  } else if (endpoint_.type != EndpointType::binary) {
    positive = outcome.event == 1;
    competing_ += outcome.event == 2 ? 1 : 0;
    time_.push_back(outcome.time_months);
    entry_.push_back(outcome.entry_months);
    event_.push_back(outcome.event == 0 ? 0 : 1);
  }
  positive_ += positive ? 1 : 0;
  OfCentre& of_centre = centres_[centre];
  ++of_centre.known;
  of_centre.positive += positive ? 1 : 0;
}

Json EndpointTally::median_follow_up() const {
  if (time_.empty()) return nullptr;
  stats::SurvivalOutcome outcome;
  outcome.time = time_;
  outcome.event = event_;
  if (std::any_of(entry_.begin(), entry_.end(), [](double months) { return months > 0; })) outcome.entry = entry_;
  const auto curve = stats::reverse_kaplan_meier(outcome);
  return {{"value", number_or_null(curve.median)},
          {"lower", number_or_null(curve.median_lower)},
          {"upper", number_or_null(curve.median_upper)},
          {"reason", curve.reason.empty() ? Json(nullptr) : Json(curve.reason)}};
}

Json EndpointTally::missing_json(const StudyFile& file) const {
  std::vector<std::pair<std::string, std::size_t>> order(missing_.begin(), missing_.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  Json list = Json::array();
  for (const auto& [id, patients] : order)
    list.push_back({{"variable", id}, {"label", to_json(file.find_variable(id)->label)}, {"patients", patients}});
  return list;
}

Json EndpointTally::json(const StudyFile& file) const {
  const auto state = [&](OutcomeState which) { return states_[static_cast<std::size_t>(which)]; };
  const std::size_t known = state(OutcomeState::known);
  const bool ordinal = endpoint_.type == EndpointType::ordinal;
  const bool timed = endpoint_.type == EndpointType::survival || endpoint_.type == EndpointType::competing;
  Json levels = Json::array(), centres = Json::array();
  for (const auto& level : endpoint_.levels) {
    const auto found = levels_.find(level);
    levels.push_back({{"level", level}, {"n", found == levels_.end() ? 0 : found->second}});
  }
  for (const auto& [centre, count] : centres_)
    centres.push_back(
        {{"id", centre}, {"known", count.known}, {"positive", ordinal ? Json(nullptr) : Json(count.positive)}});
  const Label refused = refusal_of(endpoint_, positive_, known, file.validation.minimum_per_class);
  const bool modelled = std::find(file.modelled.begin(), file.modelled.end(), endpoint_.id) != file.modelled.end();
  return {{"id", endpoint_.id},
          {"label", to_json(endpoint_.label)},
          {"type", to_string(endpoint_.type)},
          {"at", to_string(endpoint_.at)},
          {"primary", endpoint_.primary},
          {"modelled", modelled},
          {"eligible", known + state(OutcomeState::unknown) + state(OutcomeState::contradictory) +
                           state(OutcomeState::not_at_risk)},
          {"known", known},
          {"unknown", state(OutcomeState::unknown)},
          {"contradictory", state(OutcomeState::contradictory)},
          {"not_at_risk", state(OutcomeState::not_at_risk)},
          {"positive", ordinal ? Json(nullptr) : Json(positive_)},
          {"negative", endpoint_.type == EndpointType::binary ? Json(known - positive_) : Json(nullptr)},
          {"censored", timed ? Json(known - positive_ - competing_) : Json(nullptr)},
          {"competing", endpoint_.type == EndpointType::competing ? Json(competing_) : Json(nullptr)},
          {"prevalence", endpoint_.type == EndpointType::binary && known > 0
                             ? Json(static_cast<double>(positive_) / static_cast<double>(known))
                             : Json(nullptr)},
          {"levels", levels},
          {"median_follow_up", timed ? median_follow_up() : Json(nullptr)},
          {"missing", missing_json(file)},
          {"refused", refused.en.empty() ? Json(nullptr) : to_json(refused)},
          {"centres", centres}};
}

}  // namespace larc::study
