#include "stats/icc.h"

#include "core/error.h"
#include "stats/check.h"

namespace larc::stats {

namespace {

/// Mean squares of the two-way layout without replication.
struct MeanSquares {
  double n = 0;  // subjects
  double k = 0;  // raters
  double between = 0;
  double within = 0;  // one-way error
  double raters = 0;
  double error = 0;
};

Eigen::MatrixXd complete_rows(const Eigen::MatrixXd& ratings) {
  Eigen::MatrixXd complete(ratings.rows(), ratings.cols());
  Eigen::Index kept = 0;
  for (Eigen::Index i = 0; i < ratings.rows(); ++i) {
    if (ratings.row(i).array().isInf().any())
      throw Error(ErrorCode::domain, "ratings have an infinite value in row " + std::to_string(i + 1) +
                                         "; mark undefined ratings as missing (NaN)");
    if (!ratings.row(i).array().isNaN().any()) complete.row(kept++) = ratings.row(i);
  }
  complete.conservativeResize(kept, Eigen::NoChange);
  return complete;
}

/// Sums of squares as sums of squared residuals: no difference of large numbers.
MeanSquares mean_squares(const Eigen::MatrixXd& x) {
  MeanSquares ms;
  ms.n = static_cast<double>(x.rows());
  ms.k = static_cast<double>(x.cols());
  const double grand = x.mean();
  const Eigen::VectorXd subject = x.rowwise().mean();
  const Eigen::RowVectorXd rater = x.colwise().mean();
  ms.between = ms.k * (subject.array() - grand).square().sum() / (ms.n - 1);
  ms.raters = ms.n * (rater.array() - grand).square().sum() / (ms.k - 1);
  const Eigen::ArrayXXd apart = (x.colwise() - subject).array();
  ms.within = apart.square().sum() / (ms.n * (ms.k - 1));
  ms.error =
      (apart.matrix().rowwise() - (rater.array() - grand).matrix()).array().square().sum() / ((ms.n - 1) * (ms.k - 1));
  // What rounding leaves of an error that is exactly zero.
  const double rounding = 1e-28 * x.array().square().maxCoeff();
  for (double* square : {&ms.between, &ms.raters, &ms.within, &ms.error})
    if (*square <= rounding) *square = 0;
  return ms;
}

double average(double single, double k) {
  return k * single / (1 + (k - 1) * single);
}

/// Forms 1 and 3, which differ only in the mean square of the error and its degrees of freedom.
void ratio_form(const MeanSquares& ms, double error, double df2, double level, Icc& single, Icc& mean) {
  single.df1 = ms.n - 1;
  single.df2 = df2;
  single.f = error > 0 ? ms.between / error : (ms.between > 0 ? std::numeric_limits<double>::infinity() : kNaN);
  single.p = f_survival(single.f, single.df1, single.df2);
  mean = single;
  if (std::isnan(single.f)) return;
  const double k = ms.k, tail = 0.5 * (1 + level);
  single.value = (ms.between - error) / (ms.between + (k - 1) * error);
  if (ms.between > 0) mean.value = (ms.between - error) / ms.between;
  if (error == 0) {
    single.interval = mean.interval = {1, 1};
    return;
  }
  const double lower = single.f / f_quantile(tail, single.df1, single.df2);
  const double upper = single.f * f_quantile(tail, single.df2, single.df1);
  single.interval = {(lower - 1) / (lower + k - 1), (upper - 1) / (upper + k - 1)};
  if (ms.between > 0) mean.interval = {1 - 1 / lower, 1 - 1 / upper};
}

void agreement_form(const MeanSquares& ms, double level, Icc& single, Icc& mean) {
  const double n = ms.n, k = ms.k, tail = 0.5 * (1 + level);
  const double spread = ms.between + (k - 1) * ms.error + k * (ms.raters - ms.error) / n;
  if (spread > 0) single.value = (ms.between - ms.error) / spread;
  const double mean_spread = ms.between + (ms.raters - ms.error) / n;
  if (mean_spread > 0) mean.value = (ms.between - ms.error) / mean_spread;
  if (std::isnan(single.value)) return;
  if (ms.error == 0 && ms.raters == 0) {
    single.interval = mean.interval = {1, 1};
    return;
  }
  // Satterthwaite's degrees of freedom of a * raters + b * error, both terms divided by the mean square of the error.
  const double icc = single.value;
  const double b = n * (1 + (k - 1) * icc) - k * icc;
  const double a = k * icc * ms.raters;
  const double b_error = b * ms.error;
  const double df = (k - 1) * (n - 1) * (a + b_error) * (a + b_error) / ((n - 1) * a * a + b_error * b_error);
  if (!(df > 0)) return;
  const double upper = f_quantile(tail, n - 1, df), lower = f_quantile(tail, df, n - 1);
  const double common = k * ms.raters + (k * n - k - n) * ms.error;
  single.interval = {n * (ms.between - upper * ms.error) / (upper * common + n * ms.between),
                     n * (lower * ms.between - ms.error) / (common + n * lower * ms.between)};
  mean.interval = {average(single.interval.lower, k), average(single.interval.upper, k)};
}

}  // namespace

IntraclassCorrelation intraclass_correlation(const Eigen::MatrixXd& ratings, double level) {
  check_level(level);
  if (ratings.cols() < 2)
    throw Error(ErrorCode::shape_mismatch, "ratings have " + std::to_string(ratings.cols()) +
                                               " columns; an intraclass correlation needs at least two raters");
  const Eigen::MatrixXd complete = complete_rows(ratings);
  IntraclassCorrelation result;
  result.subjects = static_cast<std::size_t>(complete.rows());
  result.raters = static_cast<std::size_t>(complete.cols());
  result.dropped = static_cast<std::size_t>(ratings.rows() - complete.rows());
  if (result.subjects < 2) {
    result.reason = "fewer than two subjects with all ratings";
    return result;
  }
  const MeanSquares ms = mean_squares(complete);
  if (ms.between == 0 && ms.within == 0) {
    result.reason = "all ratings are equal";
    return result;
  }
  ratio_form(ms, ms.within, ms.n * (ms.k - 1), level, result.single_1, result.average_1);
  ratio_form(ms, ms.error, (ms.n - 1) * (ms.k - 1), level, result.single_3, result.average_3);
  for (Icc* form : {&result.single_2, &result.average_2}) {
    form->f = result.single_3.f;
    form->df1 = result.single_3.df1;
    form->df2 = result.single_3.df2;
    form->p = result.single_3.p;
  }
  agreement_form(ms, level, result.single_2, result.average_2);
  if (ms.between == 0 && ms.error == 0) result.reason = "the subjects do not differ, and the raters only by a shift";
  return result;
}

OneWayIcc one_way_icc(const std::vector<double>& mean, const std::vector<double>& within, int raters) {
  check_same_size("mean", mean.size(), "within", within.size());
  if (raters < 2)
    throw Error(ErrorCode::shape_mismatch,
                std::to_string(raters) + " ratings a subject; an intraclass correlation needs at least two");
  OneWayIcc result;
  double sum = 0, inside = 0, largest = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (std::isnan(mean[i])) continue;
    if (std::isinf(mean[i]) || !(within[i] >= 0) || std::isinf(within[i]))
      throw Error(ErrorCode::domain, "ratings have an infinite mean, or a spread that is no number from 0 on, in row " +
                                         std::to_string(i + 1) + "; mark undefined ratings as missing (NaN)");
    ++result.subjects;
    sum += mean[i];
    inside += within[i];
    largest = std::max(largest, std::abs(mean[i]));
  }
  if (result.subjects < 2) {
    result.reason = "fewer than two subjects with all ratings";
    return result;
  }
  const auto n = static_cast<double>(result.subjects), k = static_cast<double>(raters);
  double squares = 0;
  for (const double value : mean)
    if (!std::isnan(value)) squares += (value - sum / n) * (value - sum / n);
  double between_square = k * squares / (n - 1), within_square = inside / (n * (k - 1));
  // What rounding leaves of an error that is exactly zero.
  const double rounding = 1e-28 * largest * largest;
  for (double* square : {&between_square, &within_square})
    if (*square <= rounding) *square = 0;
  if (between_square == 0 && within_square == 0)
    result.reason = "all ratings are equal";
  else
    result.value = (between_square - within_square) / (between_square + (k - 1) * within_square);
  return result;
}

}  // namespace larc::stats
