#pragma once
#include "filters/fft.h"
#include "filters/gaussian.h"

namespace larc::filters {

/// Riesz transform of order (l1, l2, l3) of the Laplacian-of-Gaussian response (IBSI 2: AYRS). Frequencies in cycles
/// per mm; the image is continued by twice the kernel's half width.
image::Volume apply_riesz(const image::Volume& volume, const LogFilter& filter);

/// Multiplies the spectrum by (-i)^L sqrt(L! / (l1! l2! l3!)) nu^l / |nu|^L, L = l1 + l2 + l3; 0 at frequency 0.
/// order    one number an axis of the transform
/// spacing  length of a voxel along each axis, any unit
void riesz_transform(Spectrum& spectrum, const std::vector<int>& order, const image::Vec3& spacing);

}  // namespace larc::filters
