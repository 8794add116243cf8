#include "radiomics/directions.h"

namespace larc::radiomics {

namespace {

double length_mm(const std::array<int, 3>& step, const std::array<double, 3>& spacing_mm, WeightingNorm norm) {
  double sum = 0, square = 0, largest = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double along = std::abs(step[axis]) * spacing_mm[axis];
    sum += along;
    square += along * along;
    largest = std::max(largest, along);
  }
  return norm == WeightingNorm::manhattan ? sum : norm == WeightingNorm::infinity ? largest : std::sqrt(square);
}

}  // namespace

std::vector<std::array<int, 3>> half_neighbours(int distance, bool within_slices) {
  std::vector<std::array<int, 3>> steps;
  for (int z = 0; z <= (within_slices ? 0 : distance); ++z)
    for (int y = z == 0 ? 0 : -distance; y <= distance; ++y)
      for (int x = z == 0 && y == 0 ? 1 : -distance; x <= distance; ++x)
        if (std::max({std::abs(x), std::abs(y), z}) == distance) steps.push_back({x, y, z});
  return steps;
}

template <typename Level>
std::vector<Direction> make_directions(const LevelGrid<Level>& grid, const RegionView& region,
                                       const std::vector<int>& distances, bool within_slices) {
  std::array<double, 3> spacing_mm;
  for (std::size_t axis = 0; axis < 3; ++axis)
    spacing_mm[axis] = region.spacing_mm()[static_cast<std::size_t>(grid.image_axis[axis])];
  const WeightingNorm norm = region.settings->weighting_norm.value_or(WeightingNorm::euclidean);
  std::vector<Direction> directions;
  for (const int distance : distances)
    for (const auto& step : half_neighbours(distance, within_slices)) {
      std::array<int, 3> along{};
      std::ptrdiff_t offset = 0;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        along[static_cast<std::size_t>(grid.image_axis[axis])] = step[axis];
        offset += step[axis] * grid.stride[axis];
      }
      const int leading = along[2] != 0 ? along[2] : along[1] != 0 ? along[1] : along[0];
      directions.push_back({step, offset, leading < 0, length_mm(step, spacing_mm, norm)});
    }
  return directions;
}

template <typename Level>
std::vector<VoxelRange> voxel_ranges(const LevelGrid<Level>& grid, bool by_slice) {
  if (!by_slice) return {{0, grid.voxels.size()}};
  std::vector<VoxelRange> slices;
  const auto slice_cells = static_cast<std::uint32_t>(grid.stride[2]);
  for (std::size_t first = 0; first < grid.voxels.size();) {
    const std::uint32_t end = (grid.voxels[first] / slice_cells + 1) * slice_cells;
    const auto last =
        std::lower_bound(grid.voxels.begin() + static_cast<std::ptrdiff_t>(first), grid.voxels.end(), end);
    slices.push_back({first, static_cast<std::size_t>(last - grid.voxels.begin())});
    first = slices.back().last;
  }
  return slices;
}

template std::vector<Direction> make_directions(const LevelGrid<std::uint8_t>&, const RegionView&,
                                                const std::vector<int>&, bool);
template std::vector<Direction> make_directions(const LevelGrid<std::uint16_t>&, const RegionView&,
                                                const std::vector<int>&, bool);
template std::vector<VoxelRange> voxel_ranges(const LevelGrid<std::uint8_t>&, bool);
template std::vector<VoxelRange> voxel_ranges(const LevelGrid<std::uint16_t>&, bool);

}  // namespace larc::radiomics
