#include "radiomics/glcm_pairs.h"

namespace larc::radiomics {

namespace {

template <std::size_t fixed_directions, typename Level>
void count_dense(const LevelGrid<Level>& grid, VoxelRange range, const std::ptrdiff_t* offsets, std::size_t directions,
                 std::size_t width, std::size_t stride, std::int32_t* counts) {
  if (fixed_directions > 0) directions = fixed_directions;
  for (std::size_t v = range.first; v < range.last; ++v) {
    const Level* centre = grid.index.data() + grid.voxels[v];
    std::int32_t* row = counts + *centre * width;
    for (std::size_t d = 0; d < directions; ++d, row += stride) ++row[centre[offsets[d]]];
  }
}

}  // namespace

template <typename Level>
void count_pairs(const LevelGrid<Level>& grid, VoxelRange range, const Direction* directions,
                 std::size_t direction_count, std::size_t levels, DensePairs& pairs) {
  pairs.width = levels + 1;
  // An odd number of cache lines: else the same cell of different matrices competes for the same place in the cache.
  constexpr std::size_t kLine = 16;
  pairs.stride = ((pairs.width * pairs.width + kLine - 1) / kLine | 1) * kLine;
  pairs.counts.assign(direction_count * pairs.stride, 0);
  std::vector<std::ptrdiff_t> offsets(direction_count);
  for (std::size_t d = 0; d < direction_count; ++d) offsets[d] = directions[d].offset;
  const auto count = direction_count == 13  ? count_dense<13, Level>
                     : direction_count == 4 ? count_dense<4, Level>
                                            : count_dense<0, Level>;
  count(grid, range, offsets.data(), direction_count, pairs.width, pairs.stride, pairs.counts.data());
}

template <typename Level>
SparsePairCounter<Level>::SparsePairCounter(const LevelGrid<Level>& grid, VoxelRange range, std::size_t levels)
    : grid_(grid), voxels_(range.last - range.first), row_start_(levels + 1, 0), row_(levels, 0) {
  for (std::size_t v = range.first; v < range.last; ++v) ++row_start_[grid.index[grid.voxels[v]]];
  for (std::size_t a = 0; a < levels; ++a) row_start_[a + 1] += row_start_[a];
  std::vector<std::size_t> next(row_start_.begin(), row_start_.end() - 1);
  for (std::size_t v = range.first; v < range.last; ++v)
    voxels_[next[grid.index[grid.voxels[v]] - 1u]++] = grid.voxels[v];
}

template <typename Level>
SparsePairs SparsePairCounter<Level>::count(const Direction* directions, const double* weights,
                                            std::size_t direction_count, bool symmetric) {
  // A row this full is read from end to end, an emptier one by its sorted columns.
  constexpr std::size_t kColumnsPerSort = 16;
  const std::size_t levels = row_.size();
  SparsePairs pairs;
  pairs.row_start.assign(1, 0);
  std::vector<std::uint32_t> touched;
  const auto add = [&](std::uint32_t voxel, std::ptrdiff_t offset, double weight) {
    const std::size_t index = grid_.index[static_cast<std::size_t>(static_cast<std::ptrdiff_t>(voxel) + offset)];
    if (index == 0 || weight == 0) return;
    if (row_[index - 1] == 0) touched.push_back(static_cast<std::uint32_t>(index - 1));
    row_[index - 1] += weight;
  };
  for (std::size_t a = 0; a < levels; ++a) {
    touched.clear();
    for (std::size_t d = 0; d < direction_count; ++d) {
      const bool forward = symmetric || !directions[d].reversed, backward = symmetric || directions[d].reversed;
      for (std::size_t v = row_start_[a]; v < row_start_[a + 1]; ++v) {
        if (forward) add(voxels_[v], directions[d].offset, weights[d]);
        if (backward) add(voxels_[v], -directions[d].offset, weights[d]);
      }
    }
    const auto take = [&](std::uint32_t b) {
      if (row_[b] == 0) return;
      pairs.column.push_back(b);
      pairs.count.push_back(row_[b]);
      row_[b] = 0;
    };
    if (touched.size() * kColumnsPerSort > levels) {
      for (std::uint32_t b = 0; b < levels; ++b) take(b);
    } else {
      std::sort(touched.begin(), touched.end());
      for (const std::uint32_t b : touched) take(b);
    }
    pairs.row_start.push_back(pairs.column.size());
  }
  return pairs;
}

template void count_pairs(const LevelGrid<std::uint8_t>&, VoxelRange, const Direction*, std::size_t, std::size_t,
                          DensePairs&);
template void count_pairs(const LevelGrid<std::uint16_t>&, VoxelRange, const Direction*, std::size_t, std::size_t,
                          DensePairs&);
template class SparsePairCounter<std::uint8_t>;
template class SparsePairCounter<std::uint16_t>;

}  // namespace larc::radiomics
