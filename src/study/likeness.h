#pragma once
#include <string>
#include <vector>

#include "clinical/label.h"

namespace larc::study {

/// One variable of all patients, always in the same order of patients.
struct PatientColumn {
  enum class Kind { number, category, date };
  Kind kind = Kind::category;
  std::vector<double> numbers;      // number; date in days: NaN where unknown
  std::vector<std::string> levels;  // category: empty where unknown
};

/// suspicious: somebody should look. copy: one follows from the other, as honest measurements do not.
enum class Resemblance { none, suspicious, copy };

struct Likeness {
  Resemblance degree = Resemblance::none;
  double strength = 0;  // share of patients who follow the rule, or |Spearman|
  clinical::Label how;  // "the same value in 172 of 174 patients"
};

/// What is compared.
struct LikenessSettings {
  bool outcome = false;  // the later variable is an outcome, on which no early decision can depend
  double pairs = 1;      // comparisons made in all: what is suspicious must be beyond chance in all of them
};

/// Whether `earlier` repeats `later`, over the patients who have both (at least 10, and two values of each):
///   equal      the same number or text in 95% of them
///   line       numbers, or a number and a date: 95% lie on one straight line (shifted, scaled, another unit)
///   order      numbers: |Spearman| at least 0.98
///   recoded    categories, or numbers of few values: in 95% one value stands for one value of the other, both ways; or
///              `earlier` is a coarser form of `later` (not where a decision may have followed: two levels, no outcome)
///   ranges     a number and a category: ranges of the one are the levels of the other in 95%, likewise
/// Each also has to be what two honest variables that agree as far as kappa 0.8, or correlate as far as 0.8, show less
/// than once in a thousand: columns of few patients, of two values, or nearly constant are never copies by accident.
/// Dates are compared with dates for equal days alone: the calendar orders all of them alike.
/// Below that, |Spearman| or kappa from 0.9 on is suspicious.
/// errors shape_mismatch: columns of different length
Likeness compare_columns(const PatientColumn& earlier, const PatientColumn& later, const LikenessSettings& settings);

}  // namespace larc::study
