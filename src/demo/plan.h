#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "demo/settings.h"

namespace larc::demo {

/// What decides whether a patient enters the study.
enum class ScreeningCase : std::uint8_t {
  eligible,
  other_histology,
  ct3,
  no_therapy,
  high_tumour,
  no_surgery,
  local_excision,
  no_stage,
  poor_images,
  unknown_histology,
  unknown_regimen,
  unknown_height,
  unknown_surgery,
  unknown_quality
};

/// What is planted in one patient, over and above what is drawn.
struct PatientPlan {
  ScreeningCase screening = ScreeningCase::eligible;
  std::int8_t broken_check = 0;  // 1 .. kChecks: C01 .. C22; 0 none
  std::int8_t faulty_cell = -1;  // index of a kind of fault, see faults.h; -1 none
  bool truncated_slice = false;
  bool missing_slice = false;
  bool no_outline = false;
};

/// Checks of the rectal protocol, C01 to C22.
inline constexpr int kChecks = 22;

/// 0 A (42% of the patients), 1 B (33%), 2 C; patients lie in this order.
struct CentrePlace {
  int centre;
  std::size_t number;  // within the centre, from 1
};
CentrePlace centre_of(int patients, std::size_t index);

/// Quotas, filled in an order that depends on the seed: who is not eligible and why, whose values contradict one
/// another, whose cells and images are faulty. A few bytes a patient.
/// errors domain: fewer than kFewestPatients patients
std::vector<PatientPlan> plan_cohort(const DemoSettings& settings);

}  // namespace larc::demo
