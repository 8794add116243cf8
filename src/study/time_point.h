#pragma once
#include <string>
#include <vector>

#include "clinical/label.h"
#include "clinical/patient_view.h"
#include "study/series_attributes.h"

namespace larc::study {

/// When an image is taken, seen from the therapy.
enum class TimePoint { any, before_therapy, after_therapy };

/// The time point an image role asks for.
struct TimeRule {
  TimePoint point = TimePoint::any;
  std::string date;                    // variable: day of this examination; empty: none
  std::vector<std::string> described;  // globs on the study description, believed only where no date tells
};

/// Variables of the study that hold the dates of therapy; empty: the study has no such variable.
struct TherapyDates {
  std::string start, end, surgery;
};

enum class TimeAnswer { yes, no, unknown };

struct TimeJudgement {
  TimeAnswer answer = TimeAnswer::unknown;
  clinical::Label why;
  bool description_differs = false;  // the date tells although the description names another
};

/// Whether a series was taken at the role's time point. The dates of therapy decide: before therapy is up to the day it
/// starts; after therapy is from the day it ends to the day of surgery. Where they are not known, the day of the
/// examination in the tables; then the description.
/// values  of the patient, dates as ISO
/// others  the other time rules of the study: what they describe is not this one
TimeJudgement judge_time(const TimeRule& rule, const TherapyDates& dates, const clinical::PatientValues& values,
                         const SeriesAttributes& series, const std::vector<TimeRule>& others);

}  // namespace larc::study
