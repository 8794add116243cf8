#include "demo/disk_plan.h"

#include <algorithm>
#include <cmath>

namespace larc::demo {

namespace {

template <typename Fault>
struct Quota {
  Fault fault;
  int permille;  // of examinations
};
constexpr Quota<T2Fault> kT2Quotas[] = {
    {T2Fault::motion, 14},
    {T2Fault::noise, 12},
    {T2Fault::wrap, 12},
    {T2Fault::cut_field, 10},
    {T2Fault::missing_slice, 8},
    {T2Fault::uneven_gap, 8},
    {T2Fault::slight_motion, 20},
    {T2Fault::slight_noise, 15},
    {T2Fault::slight_wrap, 12},
    {T2Fault::repeated, 30},
    {T2Fault::duplicate_position, 8},
};
constexpr Quota<DiffusionFault> kDiffusionQuotas[] = {{DiffusionFault::noise, 12}, {DiffusionFault::slight_noise, 15}};
constexpr double kStrongGas = 0.42;  // share of the examinations with gas that it ruins
constexpr int kPatientsPerPair = 120;

/// Calls give(examination index, fault); from kFewestForPlanted patients on each fault occurs.
template <typename Fault, std::size_t n, typename Give>
void give_out(const Quota<Fault> (&quotas)[n], std::size_t patients, std::uint64_t seed, const Give& give) {
  Random random(seed);
  const auto order = random.permutation(2 * patients);
  std::size_t next = 0;
  for (const auto& [fault, permille] : quotas) {
    auto count = static_cast<std::size_t>(std::lround(permille * static_cast<double>(order.size()) / 1000));
    if (patients >= static_cast<std::size_t>(kFewestForPlanted)) count = std::max<std::size_t>(count, 1);
    for (; count > 0 && next < order.size(); --count) give(order[next++], fault);
  }
}

}  // namespace

std::string to_string(T2Fault fault) {
  switch (fault) {
    case T2Fault::none:
      return "";
    case T2Fault::motion:
      return "motion";
    case T2Fault::slight_motion:
      return "slight_motion";
    case T2Fault::noise:
      return "noise";
    case T2Fault::slight_noise:
      return "slight_noise";
    case T2Fault::wrap:
      return "wrap_around";
    case T2Fault::slight_wrap:
      return "slight_wrap_around";
    case T2Fault::cut_field:
      return "cut_field_of_view";
    case T2Fault::missing_slice:
      return "missing_slice";
    case T2Fault::uneven_gap:
      return "uneven_gap";
    case T2Fault::duplicate_position:
      return "duplicate_position";
    case T2Fault::truncated_file:
      return "truncated_file";
    case T2Fault::repeated:
      return "repeated";
  }
  return "";
}

std::string to_string(DiffusionFault fault) {
  switch (fault) {
    case DiffusionFault::none:
      return "";
    case DiffusionFault::gas:
      return "gas";
    case DiffusionFault::slight_gas:
      return "slight_gas";
    case DiffusionFault::noise:
      return "noise";
    case DiffusionFault::slight_noise:
      return "slight_noise";
  }
  return "";
}

bool is_excluding(T2Fault fault) {
  return fault != T2Fault::none && fault != T2Fault::slight_motion && fault != T2Fault::slight_noise &&
         fault != T2Fault::slight_wrap && fault != T2Fault::repeated;
}

bool is_excluding(DiffusionFault fault) {
  return fault == DiffusionFault::gas || fault == DiffusionFault::noise;
}

DiskPlan::DiskPlan(const Cohort& cohort) : seed_(cohort.settings().seed), entries_(cohort.size()) {
  give_out(kT2Quotas, cohort.size(), derive_seed(seed_, "demo T2w quality"),
           [&](std::size_t at, T2Fault fault) { entries_[at / 2].faults[at % 2].t2 = fault; });
  give_out(kDiffusionQuotas, cohort.size(), derive_seed(seed_, "demo diffusion quality"),
           [&](std::size_t at, DiffusionFault fault) { entries_[at / 2].faults[at % 2].diffusion = fault; });
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].source = i;
  if (cohort.settings().patients >= kFewestForPlanted) plant_duplicates(cohort);
}

/// Eligible patients about whom nothing else is special, one pair of each kind for so many patients.
void DiskPlan::plant_duplicates(const Cohort& cohort) {
  Random random(derive_seed(seed_, "demo duplicates"));
  std::vector<std::size_t> plain[3];
  for (const auto i : random.permutation(entries_.size())) {
    const auto patient = cohort.patient(i);
    const auto& plan = patient.plan;
    const auto& own = entries_[i].faults;
    const auto usable = [&](int examination) {
      const auto found = faults(patient, examination);
      return !is_excluding(found.t2) && found.t2 != T2Fault::repeated && !is_excluding(found.diffusion);
    };
    if (plan.screening == ScreeningCase::eligible && plan.broken_check == 0 && plan.faulty_cell < 0 &&
        !plan.no_outline && !patient.faults.no_diffusion && !patient.faults.no_second_examination && usable(0) &&
        usable(1) && own[0].t2 == T2Fault::none && own[1].t2 == T2Fault::none)
      plain[patient.latent.centre].push_back(i);
  }
  const auto take = [&](int centre) {
    const auto last = plain[centre].back();
    plain[centre].pop_back();
    return last;
  };
  const std::size_t pairs = std::max<std::size_t>(1, entries_.size() / kPatientsPerPair);
  for (std::size_t k = 0; k < pairs; ++k) {
    const int centre = static_cast<int>(k % 3);
    if (plain[centre].size() >= 2) {
      const auto original = take(centre);
      entries_[take(centre)].source = original;
    }
    const int from = static_cast<int>((k + 1) % 3), to = static_cast<int>((k + 2) % 3);
    if (plain[from].empty() || plain[to].empty()) continue;
    const auto original = take(from);
    auto& copy = entries_[take(to)];
    copy.source = original;
    copy.resampled = true;
  }
}

ExaminationFaults DiskPlan::faults(const DemoPatient& patient, int examination) const {
  ExaminationFaults result = entries_[patient.index].faults[examination];
  const bool first = examination == 0;
  if (first && patient.faults.motion_1) result.t2 = T2Fault::motion;
  if (first && patient.faults.missing_slice) result.t2 = T2Fault::missing_slice;
  if (first && patient.faults.truncated_slice) result.t2 = T2Fault::truncated_file;
  if (first ? patient.faults.gas_1 : patient.faults.gas_2) {
    Random random(derive_seed(seed_, "demo gas", patient.index, static_cast<std::uint64_t>(examination)));
    result.diffusion = random.uniform() < kStrongGas ? DiffusionFault::gas : DiffusionFault::slight_gas;
  }
  return result;
}

}  // namespace larc::demo
