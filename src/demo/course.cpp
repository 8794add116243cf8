#include "demo/course.h"

#include "demo/choose.h"

namespace larc::demo {

namespace {

using std::chrono::days;

constexpr Day kFirstSurgery{std::chrono::year{2013} / 1 / 15};
constexpr Day kLastSurgery{std::chrono::year{2021} / 6 / 30};

int therapy_days(const std::string& regimen, Random& random) {
  if (regimen == "short_course_rt") return whole(random, 4, 6);
  if (regimen == "tnt_consolidation" || regimen == "tnt_induction") return whole(random, 110, 150);
  if (regimen == "chemotherapy_only" || regimen == "with_immunotherapy") return whole(random, 70, 110);
  return whole(random, 33, 42);
}

void draw_radiotherapy(Course& course, Random& random) {
  const auto set = [&](double gray, int fractions) {
    course.rt_dose_gy = gray;
    course.rt_fractions = fractions;
  };
  const double u = random.uniform();
  if (course.actual_regimen == "chemotherapy_only") return;
  if (course.actual_regimen == "short_course_rt" || (course.actual_regimen.starts_with("tnt_") && u < 0.35))
    set(25, 5);
  else if (u < 0.55)
    set(50.4, 28);
  else if (u < 0.85)
    set(50, 25);
  else
    set(45, 25);
}

std::string draw_surgery_type(const ClinicalBaseline& b, Random& random) {
  if (b.ct == "T4b" && random.uniform() < 0.25) return "exenteration";
  if (b.anal_verge_distance_cm < 4) return choose(random, {{"APR", 0.65}, {"ISR", 0.20}, {"LAR", 0.15}});
  if (b.anal_verge_distance_cm < 7)
    return choose(random, {{"LAR", 0.60}, {"APR", 0.20}, {"ISR", 0.10}, {"Hartmann", 0.10}});
  return choose(random, {{"LAR", 0.85}, {"Hartmann", 0.15}});
}

}  // namespace

Day draw_surgery_day(Random& random) {
  return kFirstSurgery + days(whole(random, 0, static_cast<int>((kLastSurgery - kFirstSurgery).count())));
}

Course draw_course(const ClinicalBaseline& baseline, Random& random) {
  Course course;
  course.actual_regimen = baseline.planned_regimen;
  if (random.uniform() < 0.06)
    course.actual_regimen = baseline.planned_regimen == "long_course_crt" ? "short_course_rt" : "long_course_crt";
  draw_radiotherapy(course, random);
  course.surgery_type = draw_surgery_type(baseline, random);

  course.surgery = draw_surgery_day(random);
  const int wait = whole(random, 42, 84);
  course.nat_end = course.surgery - days(wait);
  course.mri_2 = course.nat_end + days(whole(random, 25, wait - 7));
  course.nat_start = course.nat_end - days(therapy_days(course.actual_regimen, random));
  course.mri_1 = course.nat_start - days(whole(random, 5, 25));
  course.diagnosis = course.mri_1 - days(whole(random, 2, 20));
  // Some laboratory values are older than the 28 days that the protocol allows.
  course.laboratory = course.nat_start - days(random.uniform() < 0.96 ? whole(random, 0, 27) : whole(random, 30, 60));
  course.pathology_report = course.surgery + days(whole(random, 4, 14));
  return course;
}

}  // namespace larc::demo
