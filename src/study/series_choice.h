#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clinical/label.h"
#include "study/study_file.h"

namespace larc::study {

/// A stack of images that a delivery offers for a patient.
struct SeriesOffer {
  std::string key;              // names the stack within the study: UID of the series and what sets the stack apart
  SeriesAttributes attributes;  // with `sequence`
};

enum class ChoiceState {
  none,          // no series fits
  chosen,        // one series takes the role
  ambiguous,     // several fit and the protocol prefers none
  time_unknown,  // a series fits but for its time point, which nothing tells
};

/// What was decided for one role of one patient.
struct RoleChoice {
  std::string role;
  ChoiceState state = ChoiceState::none;
  std::optional<std::size_t> chosen;    // of the offers
  std::vector<std::size_t> candidates;  // that fit, or fit but for the time
  clinical::Label why;
  bool by_person = false;
  std::vector<std::size_t> description_differs;  // candidates whose description names another time point than the dates
};

/// Series a person chose: role -> key; an empty key: none of them.
using PersonsChoices = std::map<std::string, std::string>;

/// Which series takes which role. A role takes a series by its rule, its time point and its preferences; one series
/// takes one role, the first in the order of the study file. Nothing is guessed: what stays open is said.
/// values   of the patient, for the time points
/// persons  hold against every rule, also when the series is not among the offers
/// present  role -> key of the series the study already has; another one that fits as well needs a person
std::vector<RoleChoice> choose_series(const StudyFile& study, const std::vector<SeriesOffer>& offers,
                                      const clinical::PatientValues& values, const PersonsChoices& persons,
                                      const std::map<std::string, std::string>& present);

}  // namespace larc::study
