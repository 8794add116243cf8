#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"
#include "stats/interval.h"

namespace larc::stats {

/// One form of the intraclass correlation with its limits and the F test of "the correlation is 0".
struct Icc {
  double value = kNaN;
  Interval interval;
  double f = kNaN;
  double df1 = kNaN;
  double df2 = kNaN;
  double p = kNaN;  // one-sided, P(F >= f)
};

/// The six forms of Shrout and Fleiss; in brackets the names of McGraw and Wong. `single` is the reliability of one
/// rating, `average` that of the mean of the k ratings.
struct IntraclassCorrelation {
  Icc single_1, average_1;   // (1,1) (1,k) [ICC(1), ICC(k)]: one-way, each subject has its own raters
  Icc single_2, average_2;   // (2,1) (2,k) [ICC(A,1), ICC(A,k)]: two-way random, absolute agreement
  Icc single_3, average_3;   // (3,1) (3,k) [ICC(C,1), ICC(C,k)]: two-way mixed, consistency
  std::size_t subjects = 0;  // used
  std::size_t raters = 0;
  std::size_t dropped = 0;  // subjects with a missing rating
  std::string reason;       // why values are NaN
};

/// From the mean squares of a two-way analysis of variance, not from restricted likelihood: values may be negative. A
/// row with a missing (NaN) rating is dropped as a whole and counted. Without any error (all raters agree exactly, or
/// up to a shift for form 3) the correlation is 1 with limits 1 and 1. With fewer than two complete subjects, or all
/// ratings equal, everything is NaN with a reason; single values are NaN where their denominator is not positive.
/// ratings (n subjects, k raters), k >= 2
/// errors shape_mismatch: fewer than two raters; domain: infinite ratings (names the row), level outside (0, 1)
/// source Shrout, Fleiss 1979; McGraw, Wong 1996 (limits of forms 2, with Satterthwaite's degrees of freedom)
IntraclassCorrelation intraclass_correlation(const Eigen::MatrixXd& ratings, double level = kLevel95);

/// Form (1,1) alone, without limits: for thousands of features at a time.
struct OneWayIcc {
  double value = kNaN;
  std::size_t subjects = 0;  // used
  std::string reason;        // why the value is NaN
};

/// single_1 of intraclass_correlation from what the `raters` ratings of each subject come to.
/// mean    (subjects,) NaN: the subject has a missing rating and is left out
/// within  (subjects,) sum of squared deviations from the subject's mean
/// errors shape_mismatch: lengths differ, fewer than two raters; domain: infinite, or within negative (names the row)
OneWayIcc one_way_icc(const std::vector<double>& mean, const std::vector<double>& within, int raters);

}  // namespace larc::stats
