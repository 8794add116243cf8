#include "demo/follow_up.h"

#include <algorithm>
#include <cmath>

#include "demo/choose.h"

namespace larc::demo {

namespace {

using std::chrono::days;

/// Chance that a death is of the disease: the earlier, the likelier.
double disease_share(double death_months) {
  return 0.80 * std::exp(-death_months / 150.0);
}

Day day_after(Day surgery, double months) {
  // Nobody is followed for longer than to the export; the bound only keeps the number of days small.
  return surgery + days(std::max(1, static_cast<int>(std::floor(std::min(months, 1200.0) * kDaysPerMonth))));
}

double exponential(Random& random, double per_month) {
  return -std::log(1.0 - random.uniform()) / per_month;
}

struct Recurrences {
  double local = INFINITY, regional = INFINITY, distant = INFINITY;
};

Recurrences draw_recurrences(bool of_disease, double death_months, bool margin_involved, Random& random) {
  Recurrences sites;
  const double first = of_disease ? death_months * random.uniform(0.30, 0.85)
                                  : 6.0 * std::exp(std::log(10.0) * random.uniform());  // 6 to 60 months
  const double later = first + (death_months - first) * random.uniform(0.0, 0.6);
  const bool distant = random.uniform() < (of_disease ? 0.85 : 0.60);
  const bool local = random.uniform() < (distant ? (margin_involved ? 0.40 : 0.12) : (margin_involved ? 0.85 : 0.65));
  const bool local_first = random.uniform() < 0.5;
  const bool regional = random.uniform() < 0.10 || (!distant && !local);
  if (!of_disease && (first >= death_months || random.uniform() >= 0.12)) return sites;
  if (distant) sites.distant = local && local_first ? later : first;
  if (local) sites.local = distant && !local_first ? later : first;
  if (regional) sites.regional = distant || local ? later : first;
  return sites;
}

}  // namespace

FollowUp draw_follow_up(const LinearPredictor& os, bool margin_involved, Day surgery, Random& random) {
  const double death_months = draw_death_months(os, random);
  FollowUp result;
  result.of_disease = random.uniform() < disease_share(death_months);
  const auto sites = draw_recurrences(result.of_disease, death_months, margin_involved, random);
  const double dropout_months = exponential(random, kDropoutPerMonth);
  const double second_crc = exponential(random, 0.0035 / 12.0);
  const double second_other = exponential(random, 0.008 / 12.0);
  const int unseen_days = whole(random, 0, 60);

  const Day death = day_after(surgery, death_months);
  const Day last = std::min(kExport, day_after(surgery, dropout_months));
  result.lost = last < kDataCut && death > last;
  result.dead = death <= last;
  if (result.dead) result.death = death;
  const Day end = result.dead ? death : last;
  Day seen = surgery + days(1);
  const auto record = [&](double months) -> std::optional<Day> {
    if (!std::isfinite(months)) return std::nullopt;
    const Day day = day_after(surgery, months);
    if (day > end) return std::nullopt;
    seen = std::max(seen, day);
    return day;
  };
  result.local = record(sites.local);
  result.regional = record(sites.regional);
  result.distant = record(sites.distant);
  result.second_crc = record(second_crc);
  result.second_other = record(second_other);
  result.last_contact = result.dead ? std::max(seen, death - days(unseen_days)) : std::max(seen, last);
  result.last_contact = std::min(result.last_contact, end);
  return result;
}

Survival observed(const FollowUp& follow_up, Day surgery, std::initializer_list<std::optional<Day>> events) {
  std::optional<Day> first;
  for (const auto& day : events)
    if (day && *day <= kDataCut && (!first || *day < *first)) first = day;
  const Day end = first ? *first : std::min(follow_up.last_contact, kDataCut);
  const double months = static_cast<double>((end - surgery).count()) / kDaysPerMonth;
  return months > kHorizonMonths ? Survival{kHorizonMonths, false} : Survival{months, first.has_value()};
}

}  // namespace larc::demo
