#include "radiomics/glrlm_runs.h"

#include <bit>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace larc::radiomics {

namespace {

constexpr std::size_t kBlock = 64;
static_assert(kBlock <= kGridTail);

// Bit v: a[v] == b[v], of kBlock cells.
#ifdef __SSE2__
std::uint64_t equal_cells(const std::uint8_t* a, const std::uint8_t* b) {
  std::uint64_t mask = 0;
  for (std::size_t v = 0; v < kBlock; v += 16) {
    const __m128i left = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + v));
    const __m128i right = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + v));
    mask |= static_cast<std::uint64_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(left, right))) << v;
  }
  return mask;
}
std::uint64_t equal_cells(const std::uint16_t* a, const std::uint16_t* b) {
  std::uint64_t mask = 0;
  for (std::size_t v = 0; v < kBlock; v += 16) {
    const auto load = [v](const std::uint16_t* cells, std::size_t next) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(cells + v + next));
    };
    const __m128i lower = _mm_cmpeq_epi16(load(a, 0), load(b, 0)), upper = _mm_cmpeq_epi16(load(a, 8), load(b, 8));
    mask |= static_cast<std::uint64_t>(_mm_movemask_epi8(_mm_packs_epi16(lower, upper))) << v;
  }
  return mask;
}
#else
template <typename Level>
std::uint64_t equal_cells(const Level* a, const Level* b) {
  std::uint64_t mask = 0;
  for (std::size_t v = 0; v < kBlock; ++v) mask |= std::uint64_t{a[v] == b[v]} << v;
  return mask;
}
#endif

// Adds to the matrix all runs of two voxels and more that begin in a block. Bits are voxels of the block; a run begins
// where the voxel behind differs, and goes on while those ahead are equal.
// region  which cells of the block count
template <typename Level>
void add_runs(const Level* block, std::uint64_t region, std::ptrdiff_t step, RunMatrix<std::int32_t>& matrix) {
  std::uint64_t going_on = equal_cells(block, block + step) & region;
  if (going_on == 0) return;
  going_on &= ~equal_cells(block, block - step);
  const Level* ahead = block + step;
  std::size_t length = 2;
  for (; going_on != 0; ++length) {
    ahead += step;
    const std::uint64_t longer = going_on & equal_cells(block, ahead);
    std::uint64_t ended = going_on ^ longer;
    if (length < matrix.width) {
      std::int32_t* counts = matrix.counts.data();
      for (; ended != 0; ended &= ended - 1) ++counts[(block[std::countr_zero(ended)] - 1u) * matrix.width + length];
    } else {
      for (; ended != 0; ended &= ended - 1)
        matrix.longer.push_back({block[std::countr_zero(ended)] - 1u, static_cast<std::uint32_t>(length), 1});
    }
    going_on = longer;
  }
  matrix.longest = std::max(matrix.longest, std::min(length, matrix.width) - 1);
}

// Lengths a matrix has a place for: all that the grid allows, unless there are very many levels.
std::size_t table_width(std::size_t longest_side, std::size_t levels) {
  constexpr std::size_t kTableCells = std::size_t{1} << 17, kLeastWidth = 16;
  return std::min(longest_side + 1, std::max(kLeastWidth, kTableCells / levels));
}

}  // namespace

void gather(std::vector<LongRuns>& runs) {
  std::sort(runs.begin(), runs.end(), [](const LongRuns& a, const LongRuns& b) {
    return a.level != b.level ? a.level < b.level : a.length < b.length;
  });
  std::size_t kept = 0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (kept > 0 && runs[kept - 1].level == runs[r].level && runs[kept - 1].length == runs[r].length)
      runs[kept - 1].count += runs[r].count;
    else
      runs[kept++] = runs[r];
  }
  runs.resize(kept);
}

template <typename Level>
void count_runs(const LevelGrid<Level>& grid, VoxelRange range, const std::vector<Direction>& directions,
                std::size_t levels, std::vector<RunMatrix<std::int32_t>>& matrices) {
  const int longest_side = *std::max_element(grid.size.begin(), grid.size.end());
  const std::size_t width = table_width(static_cast<std::size_t>(longest_side), levels);
  matrices.resize(directions.size());
  for (RunMatrix<std::int32_t>& matrix : matrices) {
    matrix.width = width;
    matrix.longest = 1;
    matrix.counts.assign(levels * width, 0);
    matrix.longer.clear();
  }
  if (range.first == range.last) return;
  const std::size_t first = grid.voxels[range.first], last = grid.voxels[range.last - 1];
  const std::array<Level, kBlock> outside{};
  for (std::size_t cell = first; cell <= last; cell += kBlock) {
    const Level* block = grid.index.data() + cell;
    std::uint64_t region = ~equal_cells(block, outside.data());
    if (last - cell < kBlock - 1) region &= ~std::uint64_t{0} >> (kBlock - 1 - (last - cell));
    if (region == 0) continue;
    for (std::size_t d = 0; d < directions.size(); ++d) add_runs(block, region, directions[d].offset, matrices[d]);
  }

  // A voxel in no longer run is a run of one.
  std::vector<std::int32_t> voxels(levels, 0);
  for (std::size_t v = range.first; v < range.last; ++v) ++voxels[grid.index[grid.voxels[v]] - 1u];
  for (RunMatrix<std::int32_t>& matrix : matrices) {
    for (std::size_t a = 0; a < levels; ++a) {
      std::int32_t* counts = matrix.counts.data() + a * width;
      counts[1] = voxels[a];
      for (std::size_t length = 2; length <= matrix.longest; ++length)
        counts[1] -= counts[length] * static_cast<std::int32_t>(length);
    }
    for (const LongRuns& run : matrix.longer)
      matrix.counts[run.level * width + 1] -= static_cast<std::int32_t>(run.length);
    gather(matrix.longer);
  }
}

template <typename Level>
bool any_line_of_two(const LevelGrid<Level>& grid, VoxelRange range, const Direction& direction) {
  for (std::size_t v = range.first; v < range.last; ++v) {
    const std::size_t ahead = grid.voxels[v] + static_cast<std::size_t>(direction.offset);
    if (grid.index[ahead] != 0) return true;
  }
  // Where each line meets the plane 0 of an axis along which it moves.
  const std::size_t moving = direction.step[0] != 0 ? 0 : direction.step[1] != 0 ? 1 : 2;
  std::vector<std::array<int, 3>> lines;
  for (std::size_t v = range.first; v < range.last; ++v) {
    const auto cell = static_cast<std::ptrdiff_t>(grid.voxels[v]);
    std::array<int, 3> at{static_cast<int>(cell % grid.stride[1]),
                          static_cast<int>(cell % grid.stride[2] / grid.stride[1]),
                          static_cast<int>(cell / grid.stride[2])};
    const int steps = at[moving] * direction.step[moving];
    for (std::size_t axis = 0; axis < 3; ++axis) at[axis] -= steps * direction.step[axis];
    lines.push_back(at);
  }
  std::sort(lines.begin(), lines.end());
  return std::adjacent_find(lines.begin(), lines.end()) != lines.end();
}

template void count_runs(const LevelGrid<std::uint8_t>&, VoxelRange, const std::vector<Direction>&, std::size_t,
                         std::vector<RunMatrix<std::int32_t>>&);
template void count_runs(const LevelGrid<std::uint16_t>&, VoxelRange, const std::vector<Direction>&, std::size_t,
                         std::vector<RunMatrix<std::int32_t>>&);
template bool any_line_of_two(const LevelGrid<std::uint8_t>&, VoxelRange, const Direction&);
template bool any_line_of_two(const LevelGrid<std::uint16_t>&, VoxelRange, const Direction&);

}  // namespace larc::radiomics
