#pragma once
#include <initializer_list>
#include <vector>

#include "filters/boundary.h"
#include "image/geometry.h"

namespace larc::filters {

/// A one-dimensional kernel g: the response at x is the sum over t of weights[t] * image(x - (t - origin)), so
/// weights[t] stands at position t - origin.
struct Kernel {
  std::vector<double> weights;
  int origin;

  /// How far from a voxel the kernel looks, to either side; zero weights at the ends do not count.
  int radius() const;
  friend bool operator==(const Kernel&, const Kernel&) = default;
};

/// Odd size: origin in the middle. Even size: origin at size / 2, as if a zero followed (IBSI 2, section on separable
/// wavelets).
Kernel centred_kernel(std::vector<double> weights);
/// g(-x)
Kernel flipped(const Kernel& kernel);
/// `step` - 1 zeros between neighbours ("a trous").
Kernel dilated(const Kernel& kernel, int step);

/// An image to convolve and the kernel for it.
struct Term {
  const std::vector<double>& voxels;  // size[0] * size[1] * size[2], i fastest
  const Kernel& kernel;
};

/// Sum of the convolutions of the terms along one index axis, into `out` (not one of the terms' images). Every response
/// is summed in the order of terms and weights, whatever lies around: a crop that holds the kernels' support gives the
/// same bits.
void convolve(std::initializer_list<Term> terms, const image::Index3& size, int axis, Boundary boundary,
              std::vector<double>& out);

/// The kernels one after another along one axis, in place; `work` is scratch space.
void convolve_chain(std::vector<double>& voxels, const image::Index3& size, int axis,
                    const std::vector<Kernel>& kernels, Boundary boundary, std::vector<double>& work);

}  // namespace larc::filters
