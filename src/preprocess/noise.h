#pragma once
#include <cstdint>
#include <vector>

#include "image/volume.h"

namespace larc::preprocess {

/// Standard deviation of Gaussian noise, from the image itself: median of the absolute diagonal detail (Coiflet 1,
/// along the first and second axis of every slice, undecimated, mirrored about the edge) over 0.6745 (Chang 2000, as
/// Zwanenburg 2019 uses it). Places whose surroundings are flat (padding, masked background) take no part, or they
/// would make the noise of a masked image 0; noise without flat places is measured as by the original. errors domain:
/// NaN voxels, no contrast within the slices
double estimate_noise(const image::Volume& volume);

/// Adds sd times a standard normal number to every value. The number of a voxel depends on the seed and on its index in
/// the image alone, not on the box.
/// values (voxels of box,) i fastest; box in indices of the image
void add_noise(std::vector<double>& values, const image::Box& box, double sd, std::uint64_t seed);

}  // namespace larc::preprocess
