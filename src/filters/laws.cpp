#include "filters/laws.h"

#include "core/error.h"
#include "filters/mean.h"

namespace larc::filters {

Kernel laws_kernel(const std::string& name) {
  static const std::map<std::string, std::vector<double>> kernels{
      {"L5", {1, 4, 6, 4, 1}},   {"E5", {-1, -2, 0, 2, 1}}, {"S5", {-1, 0, 2, 0, -1}}, {"W5", {-1, 2, 0, -2, 1}},
      {"R5", {1, -4, 6, -4, 1}}, {"L3", {1, 2, 1}},         {"E3", {-1, 0, 1}},        {"S3", {-1, 2, -1}}};
  const auto found = kernels.find(name);
  if (found == kernels.end()) {
    throw Error(ErrorCode::domain, "kernels holds '" + name + "'; choose from L5, E5, S5, W5, R5, L3, E3, S3");
  }
  std::vector<double> weights = found->second;
  double squares = 0;
  for (const double weight : weights) squares += weight * weight;
  for (double& weight : weights) weight /= std::sqrt(squares);
  return centred_kernel(std::move(weights));
}

std::vector<SeparableFilter> orientations(const LawsFilter& filter) {
  if (filter.kernels.size() != 4 && filter.kernels.size() != 6) {
    throw Error(ErrorCode::domain, "kernels is '" + filter.kernels + "'; write two names (slices) or three (volume)," +
                                       " such as L5E5 or L5E5E5");
  }
  SeparableFilter separable;
  for (std::size_t a = 0; 2 * a < filter.kernels.size(); ++a) {
    separable.axes[a] = {laws_kernel(filter.kernels.substr(2 * a, 2))};
  }
  if (!filter.rotation_invariant) return {separable};
  return right_angle_rotations(separable, filter.dimension());
}

image::Volume apply(const image::Volume& volume, const LawsFilter& filter) {
  image::Volume response = respond(volume, orientations(filter), filter.pooling, filter.boundary);
  if (!filter.energy_delta) return response;
  for (double& value : response.voxels) value = std::abs(value);
  response.voxels = mean_of_box(std::move(response.voxels), volume.geometry.size, 2 * *filter.energy_delta + 1,
                                filter.dimension(), filter.boundary);
  return response;
}

}  // namespace larc::filters
