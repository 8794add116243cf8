#pragma once
#include <optional>

#include "filters/separable.h"

namespace larc::filters {

/// Laws kernels of unit norm, the first name along index axis 0 (IBSI 2: JTXT).
struct LawsFilter {
  std::string kernels = "L5E5E5";  // two or three of L5 E5 S5 W5 R5 L3 E3 S3: slices or volume
  bool rotation_invariant = false;
  Pooling pooling = Pooling::max;   // of the 4 or 24 right-angle turns
  std::optional<int> energy_delta;  // texture energy: mean of absolute responses up to this many voxels away
  Boundary boundary = Boundary::mirror;

  int dimension() const { return static_cast<int>(kernels.size()) / 2; }
};

/// One of the named kernels, unit norm. errors domain (names the choices)
Kernel laws_kernel(const std::string& name);
/// errors domain: not two or three known names
std::vector<SeparableFilter> orientations(const LawsFilter& filter);
image::Volume apply(const image::Volume& volume, const LawsFilter& filter);

}  // namespace larc::filters
