#include "filters/mean.h"

#include "filters/convolve.h"

namespace larc::filters {

std::vector<double> mean_of_box(std::vector<double> voxels, const image::Index3& size, int box_size, int dimension,
                                Boundary boundary) {
  const Kernel box = centred_kernel(std::vector<double>(static_cast<std::size_t>(box_size), 1.0 / box_size));
  std::vector<double> work;
  for (int axis = 0; axis < dimension; ++axis) convolve_chain(voxels, size, axis, {box}, boundary, work);
  return voxels;
}

image::Volume apply(const image::Volume& volume, const MeanFilter& filter) {
  return {volume.geometry,
          mean_of_box(volume.voxels, volume.geometry.size, filter.size, filter.dimension, filter.boundary)};
}

}  // namespace larc::filters
