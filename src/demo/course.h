#pragma once
#include <string>

#include "demo/date.h"
#include "demo/outcome.h"

namespace larc::demo {

/// The last day of which the study knows anything, and the day the hospitals wrote their tables: what happened between
/// the two stands in the tables and has to be cut off.
inline constexpr Day kDataCut{std::chrono::year{2024} / 6 / 30};
inline constexpr Day kExport{std::chrono::year{2024} / 9 / 30};

/// Treatment up to surgery; diagnosis < mri_1 < nat_start < nat_end < mri_2 < surgery < pathology_report.
struct Course {
  Day diagnosis, laboratory, mri_1, nat_start, nat_end, mri_2, surgery, pathology_report;
  std::string actual_regimen;
  double rt_dose_gy = 0;
  int rt_fractions = 0;
  std::string surgery_type;
};

/// Surgery 2013 to mid 2021. Length and dose of therapy follow the regimen given, which in 6% is not the planned one;
/// the kind of operation follows the height of the tumour and what it has grown into.
Course draw_course(const ClinicalBaseline& baseline, Random& random);
/// As draw_course draws it.
Day draw_surgery_day(Random& random);

}  // namespace larc::demo
