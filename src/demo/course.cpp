#include "demo/course.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace larc::demo {

namespace {

using std::chrono::days;

constexpr Day kFirstSurgery{std::chrono::year{2013} / 1 / 15};
constexpr Day kLastSurgery{std::chrono::year{2021} / 6 / 30};
constexpr Day kDataCut{std::chrono::year{2024} / 6 / 30};

int whole(Random& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

Day draw_surgery(Random& random) {
  return kFirstSurgery + days(whole(random, 0, static_cast<int>((kLastSurgery - kFirstSurgery).count())));
}

int therapy_days(const std::string& regimen, Random& random) {
  if (regimen == "short_course_rt") return whole(random, 4, 6);
  if (regimen == "tnt_consolidation") return whole(random, 110, 150);
  if (regimen == "chemotherapy_only") return whole(random, 70, 110);
  return whole(random, 33, 42);
}

std::array<int, 3> parts(Day day) {
  const std::chrono::year_month_day date(day);
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::string two(int number) {
  return std::string(number < 10 ? 1 : 0, '0') + std::to_string(number);
}

const char* pick(Random& random, std::initializer_list<std::pair<const char*, double>> options) {
  double u = random.uniform();
  for (const auto& [name, share] : options) {
    if (u < share) return name;
    u -= share;
  }
  return (options.end() - 1)->first;
}

int positive_nodes(const std::string& ypn, Random& random) {
  if (ypn == "1a") return 1;
  if (ypn == "1b") return whole(random, 2, 3);
  if (ypn == "2a") return whole(random, 4, 6);
  if (ypn == "2b") return whole(random, 7, 10);
  return 0;
}

}  // namespace

std::string iso_date(Day day) {
  const auto p = parts(day);
  return std::to_string(p[0]) + "-" + two(p[1]) + "-" + two(p[2]);
}

std::string dicom_date(Day day) {
  const auto p = parts(day);
  return std::to_string(p[0]) + two(p[1]) + two(p[2]);
}

double draw_administrative_months(Random& random) {
  return static_cast<double>((kDataCut - draw_surgery(random)).count()) / kDaysPerMonth;
}

Course draw_course(const LatentPatient& patient, const LinearPredictor& os, Random& random) {
  Course course;
  course.surgery = draw_surgery(random);
  course.nat_end = course.surgery - days(whole(random, 42, 84));
  course.nat_start = course.nat_end - days(therapy_days(patient.clinical.planned_regimen, random));
  course.mri_1 = course.nat_start - days(whole(random, 5, 25));
  course.diagnosis = course.mri_1 - days(whole(random, 2, 20));
  const auto survival =
      draw_survival(os, static_cast<double>((kDataCut - course.surgery).count()) / kDaysPerMonth, random);
  const auto follow_up = static_cast<int>(std::floor(survival.months * kDaysPerMonth));
  course.last_contact = course.surgery + days(std::max(1, follow_up));
  course.died = survival.event;
  return course;
}

Pathology draw_pathology(double response, Random& random) {
  Pathology p;
  p.trg = response > 0 ? 0 : response > -1.5 ? 1 : response > -4.0 ? 2 : 3;
  p.nodes_examined = whole(random, 10, 26);
  if (p.trg == 0) {
    p.ypt = std::string(1, '0');
    p.ypn = p.ypt;
    p.crm_mm = std::round(random.uniform(20, 150)) / 10;
    return p;
  }
  if (p.trg == 1) {
    p.ypt = pick(random, {{"0", 0.08}, {"is", 0.04}, {"1", 0.23}, {"2", 0.40}, {"3", 0.25}});
    p.ypn = pick(random, {{"0", 0.75}, {"1a", 0.14}, {"1b", 0.08}, {"1c", 0.03}});
    p.crm_mm = std::round(random.uniform(8, 120)) / 10;
  } else {
    const bool poor = p.trg == 3;
    p.ypt = poor ? pick(random, {{"3", 0.45}, {"4a", 0.30}, {"4b", 0.25}})
                 : pick(random, {{"2", 0.22}, {"3", 0.55}, {"4a", 0.15}, {"4b", 0.08}});
    p.ypn = pick(random, {{"0", 0.48}, {"1a", 0.18}, {"1b", 0.15}, {"1c", 0.05}, {"2a", 0.10}, {"2b", 0.04}});
    p.crm_mm = std::round(random.uniform(0, poor ? 50 : 90)) / 10;
  }
  if (p.ypt == "0" && p.ypn == "0") p.ypn = "1a";
  p.nodes_positive = positive_nodes(p.ypn, random);
  const double deposit_chance = p.trg == 1 ? 0.05 : p.trg == 2 ? 0.20 : 0.40;
  if (p.ypn == "1c" || (p.ypn != "0" && random.uniform() < deposit_chance)) p.deposits = whole(random, 1, 4);
  return p;
}

bool is_pcr(const Pathology& pathology) {
  return pathology.ypt == "0" && pathology.ypn == "0" && pathology.deposits == 0;
}

}  // namespace larc::demo
