#include "demo/plan.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "demo/faults.h"

namespace larc::demo {

namespace {

struct Quota {
  ScreeningCase screening;
  int of_54;  // among the 54 patients of 240 who are not eligible
};
constexpr Quota kQuotas[] = {
    {ScreeningCase::ct3, 10},
    {ScreeningCase::high_tumour, 8},
    {ScreeningCase::no_therapy, 7},
    {ScreeningCase::other_histology, 6},
    {ScreeningCase::poor_images, 5},
    {ScreeningCase::no_surgery, 4},
    {ScreeningCase::local_excision, 4},
    {ScreeningCase::no_stage, 4},
    {ScreeningCase::unknown_height, 2},
    {ScreeningCase::unknown_surgery, 1},
    {ScreeningCase::unknown_histology, 1},
    {ScreeningCase::unknown_regimen, 1},
    {ScreeningCase::unknown_quality, 1},
};
constexpr int kQuotaSum = 54;

/// The order in which reasons are given out: at every length the shares are as near to the quotas as whole numbers are.
std::array<ScreeningCase, kQuotaSum> reasons_in_turn() {
  std::array<ScreeningCase, kQuotaSum> order{};
  std::array<int, std::size(kQuotas)> used{};
  for (int k = 0; k < kQuotaSum; ++k) {
    std::size_t best = 0;
    const auto deficit = [&](std::size_t q) { return kQuotas[q].of_54 * (k + 1) - used[q] * kQuotaSum; };
    for (std::size_t q = 1; q < used.size(); ++q)
      if (deficit(q) > deficit(best)) best = q;
    ++used[best];
    order[static_cast<std::size_t>(k)] = kQuotas[best].screening;
  }
  return order;
}

}  // namespace

CentrePlace centre_of(int patients, std::size_t index) {
  const auto at_a = static_cast<std::size_t>(std::lround(0.42 * patients));
  const auto at_b = static_cast<std::size_t>(std::lround(0.33 * patients));
  if (index < at_a) return {0, index + 1};
  if (index < at_a + at_b) return {1, index - at_a + 1};
  return {2, index - at_a - at_b + 1};
}

std::vector<PatientPlan> plan_cohort(const DemoSettings& settings) {
  if (settings.patients < kFewestPatients) {
    throw Error(ErrorCode::domain, "the demonstration needs at least " + std::to_string(kFewestPatients) +
                                       " patients for its three centres, not " + std::to_string(settings.patients));
  }
  const auto count = static_cast<std::size_t>(settings.patients);
  std::vector<PatientPlan> plan(count);
  Random random(derive_seed(settings.seed, "demo plan"));
  const auto order = random.permutation(count);

  const auto eligible = static_cast<std::size_t>(std::lround(settings.patients * (kEligiblePermille / 1000.0)));
  const auto reasons = reasons_in_turn();
  for (std::size_t k = eligible; k < count; ++k) plan[order[k]].screening = reasons[(k - eligible) % kQuotaSum];
  if (settings.patients < kFewestForPlanted) return plan;

  std::size_t next = 0;  // eligible patients without anything planted
  if (settings.patients >= kFewestForContradictions) {
    const std::size_t each = count / kFewestForContradictions;
    for (int check = 1; check <= kChecks; ++check)
      for (std::size_t k = 0; k < each; ++k) plan[order[next++]].broken_check = static_cast<std::int8_t>(check);
  }
  for (std::size_t k = 0; k < count / 20; ++k)
    plan[order[next++]].faulty_cell = static_cast<std::int8_t>(k % cell_faults().size());

  const auto pick = [&](int centre, std::size_t wanted, bool PatientPlan::*fault) {
    for (std::size_t k = eligible; k-- > 0 && wanted > 0;) {
      auto& patient = plan[order[k]];
      if (centre_of(settings.patients, order[k]).centre != centre || patient.truncated_slice || patient.missing_slice)
        continue;
      patient.*fault = true;
      --wanted;
    }
  };
  pick(0, std::max<std::size_t>(1, count / 200), &PatientPlan::truncated_slice);
  pick(1, std::max<std::size_t>(1, count / 200), &PatientPlan::missing_slice);
  pick(2, std::max<std::size_t>(1, count / 50), &PatientPlan::no_outline);
  return plan;
}

}  // namespace larc::demo
