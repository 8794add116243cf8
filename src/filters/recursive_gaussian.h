#pragma once
#include <array>
#include <vector>

namespace larc::filters {

/// A Gaussian and its second derivative as the sum of a causal and an anticausal recursive filter of order 4, with
/// poles in common. With k = 1 .. 4,
///   u[n] = x[n] - sum of poles[k - 1] u[n - k],   v[n] = x[n] - sum of poles[k - 1] v[n + k],
///   smoothed[n] = sum of smooth[k - 1] u[n - k + 1] + sum of smooth_back[k - 1] v[n + k],
/// and likewise for the second derivative. Beyond its ends the signal continues with its end values.
struct RecursiveGaussian {
  std::array<double, 4> poles;
  std::array<double, 4> smooth, smooth_back;
  std::array<double, 4> second, second_back;
  /// Response of u to a unit impulse, until it is below 1e-19 of its peak, and the sums of it from each element on.
  std::vector<double> impulse, impulse_sum_from;
};

/// sigma_voxels   > 0, standard deviation in voxels
/// second_scale   the second derivative (per voxel squared) is multiplied by this
/// Smoothing has sum 1; the second derivative answers 0 to a constant and 2 * second_scale to n^2.
/// source Farneback, Westin 2006, Improving Deriche-style recursive Gaussian filters (coefficients and form);
///        the same filter as ITK's RecursiveGaussianImageFilter
RecursiveGaussian recursive_gaussian(double sigma_voxels, double second_scale);

/// Smallest distance m for which the coefficients of the convolution beyond m voxels have an absolute sum of at most
/// `share` of the absolute sum of all, for the smoothing and for the second derivative. About 20 sigma for 1e-12: the
/// recursive form has exponential tails, exp(-1.37 n / sigma), not Gaussian ones.
int recursive_reach(const RecursiveGaussian& gaussian, double share);

}  // namespace larc::filters
