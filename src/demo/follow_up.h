#pragma once
#include <optional>

#include "demo/course.h"

namespace larc::demo {

/// What is known of a patient after surgery on the day of the export. Recurrences and second tumours lie after surgery
/// and not after the death or the last contact.
struct FollowUp {
  Day last_contact;
  bool dead = false;
  bool of_disease = false;
  bool lost = false;  // before the data cut
  std::optional<Day> death, local, regional, distant, second_crc, second_other;
};

/// Death follows the hazard of `os`; recurrences are placed before it, so that the hazard of death stays the documented
/// one. See docs/methods/demo.md.
FollowUp draw_follow_up(const LinearPredictor& os, bool margin_involved, Day surgery, Random& random);

/// Time to the first of some events as the protocol counts it: up to the data cut and 120 months.
struct Survival {
  double months = 0;  // from surgery
  bool event = false;
};
Survival observed(const FollowUp& follow_up, Day surgery, std::initializer_list<std::optional<Day>> events);

}  // namespace larc::demo
