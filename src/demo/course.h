#pragma once
#include <chrono>
#include <string>

#include "demo/outcome.h"

namespace larc::demo {

using Day = std::chrono::sys_days;
/// "2019-03-07"
std::string iso_date(Day day);
/// "20190307"
std::string dicom_date(Day day);

inline constexpr double kDaysPerMonth = 30.4375;

/// The dates of one patient; diagnosis < mri_1 < nat_start < nat_end < surgery < last_contact.
struct Course {
  Day diagnosis, mri_1, nat_start, nat_end, surgery, last_contact;
  bool died = false;  // on the day of last contact
};

/// Surgery 2013 to mid 2021, data cut on 30 June 2024. Length of therapy follows the planned regimen.
Course draw_course(const LatentPatient& patient, const LinearPredictor& os, Random& random);
/// Months from surgery to the data cut for a surgery date drawn as `draw_course` draws it.
double draw_administrative_months(Random& random);

/// What the pathologist finds. pCR (ypT0, ypN0, no deposit) exactly when `response` > 0, see `draw_response`.
struct Pathology {
  std::string ypt, ypn;
  int nodes_examined = 0;
  int nodes_positive = 0;
  int trg = 0;  // AJCC 0-3: 0 above 0, 1 down to -1.5, 2 down to -4, else 3
  double crm_mm = 0;
  int deposits = 0;
};
Pathology draw_pathology(double response, Random& random);

/// pCR as the endpoint defines it.
bool is_pcr(const Pathology& pathology);

}  // namespace larc::demo
