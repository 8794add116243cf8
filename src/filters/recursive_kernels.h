#pragma once
#include <cstddef>
#include <vector>

#include "filters/recursive_gaussian.h"

namespace larc::filters {

/// The filters below run along rows of one or two fields and treat all elements of a row (lanes) alike, side by side.
/// A field is given by its first row and the distance of its rows in elements.

/// What one row adds to the four values of the recursion that stand beside a window of rows.
struct RowWeights {
  int row;
  std::array<double, 4> weights;
};

/// The recursion's values beside the window `first` .. `last` of rows 0 .. count - 1, as weights of rows: on the side
/// below, u[first - 1], u[first - 2], u[first - 3], u[first - 4]; above, v[last + 1] .. v[last + 4]. The row at each
/// end stands for all rows beyond it, too.
std::vector<RowWeights> rows_below(const RecursiveGaussian& gaussian, int first);
std::vector<RowWeights> rows_above(const RecursiveGaussian& gaussian, int last, int count);

/// state[k * lanes + lane] += sum over `feeds` of weights[k] * row[lane], k = 0 .. 3.
void feed_rows(const double* field, std::ptrdiff_t stride, const std::vector<RowWeights>& feeds, double* state,
               int lanes);
void feed_row(const double* row, const std::array<double, 4>& weights, double* state, int lanes);

/// Rows of a window, and the four values of the recursion on either side of it ((4, lanes) each).
struct FieldWindow {
  const double* rows;
  std::ptrdiff_t stride;
  const double* below;
  const double* above;
};

/// For the rows of a window, S the smoothing and D the second derivative along the rows:
/// smooth_and_second   smoothed = S p,  second = D p
/// smooth_and_mix      smoothed = S p,  second = D p + S q
/// mix                                  second = D p + S q
/// The outputs have rows of `out_stride` elements. Along a line of n rows the rounding error is at most about
/// 2e-16 (1 + sigma^4) of the largest |value|.
void smooth_and_second(const RecursiveGaussian& gaussian, const FieldWindow& p, int rows, int lanes, double* smoothed,
                       double* second, std::ptrdiff_t out_stride);
void smooth_and_mix(const RecursiveGaussian& gaussian, const FieldWindow& p, const FieldWindow& q, int rows, int lanes,
                    double* smoothed, double* second, std::ptrdiff_t out_stride);
void mix(const RecursiveGaussian& gaussian, const FieldWindow& p, const FieldWindow& q, int rows, int lanes,
         double* second, std::ptrdiff_t out_stride);

/// to[column * to_stride + row] = from[row * from_stride + column].
void transpose(const double* from, std::ptrdiff_t from_stride, int rows, int columns, double* to,
               std::ptrdiff_t to_stride);

}  // namespace larc::filters
