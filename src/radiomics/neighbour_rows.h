#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "radiomics/number_grid.h"

namespace larc::radiomics {

/// Places of counts by level: level * kPlaces + dependence, or + voxels around a voxel, itself among them (1 .. 27).
inline constexpr std::size_t kPlaces = 32;

/// What a row of voxels has for neighbours at distance 1. The sums need a type wider than the levels'.
template <typename Level>
struct NeighbourRow {
  using Wide = std::conditional_t<sizeof(Level) == 1, std::uint16_t, std::uint32_t>;

  std::vector<Wide> dependence_place;  // of each voxel: level and dependence
  std::vector<Wide> around_place;      // level and number of voxels around, with the voxel itself
  std::vector<Wide> difference;        // |level * neighbours - sum of neighbours|; 1 for voxels without neighbours
  std::vector<Wide> column_sum;        // work: sums of levels over the rows around, from x - 1
  std::vector<std::uint8_t> column_count;

  explicit NeighbourRow(std::size_t row_size)
      : dependence_place(row_size + kGridMargin),
        around_place(row_size + kGridMargin),
        difference(row_size + kGridMargin),
        column_sum(row_size + 2 * kGridMargin),
        column_count(row_size + 2 * kGridMargin) {}

  /// row      first of `count` voxels in a grid with borders of at least 1; what stands at voxels outside the region
  ///          has no meaning
  /// steps    to the rows around, the row itself among them: 3 in a slice, 9 in the volume
  /// alpha    largest difference of dependent levels
  template <std::size_t rows>
  void fill(const Level* row, const std::array<std::ptrdiff_t, rows>& steps, std::size_t count, Level alpha) {
    constexpr auto each_row = std::make_index_sequence<rows>{};
    alpha == 0 ? run<true>(row, steps, count, alpha, each_row) : run<false>(row, steps, count, alpha, each_row);
  }

 private:
  // Plain loops over bytes, for the compiler to turn into vectors: those of AVX2 where the processor has them. Whole
  // numbers, so that the values are the same. Loops run to a multiple of 32.
  template <bool exact, std::size_t... r>
  [[gnu::always_inline]] static void loops(const Level* row, const std::array<std::ptrdiff_t, sizeof...(r)>& steps,
                                           std::size_t count, Level alpha, Wide* __restrict dependence,
                                           Wide* __restrict around, Wide* __restrict differences, Wide* __restrict sums,
                                           std::uint8_t* __restrict counts) {
    const std::array<const Level*, sizeof...(r)> near{(row + steps[r])...};
    const std::size_t columns = (count + 2 + 31) / 32 * 32, voxels = (count + 31) / 32 * 32;
    for (std::size_t x = 0; x < columns; ++x) {
      Wide sum = 0;
      std::uint8_t inside = 0;
      ((sum = static_cast<Wide>(sum + near[r][x - 1])), ...);
      ((inside = static_cast<std::uint8_t>(inside + (near[r][x - 1] != 0))), ...);
      sums[x] = sum;
      counts[x] = inside;
    }
    for (std::size_t x = 0; x < voxels; ++x) {
      const Level level = row[x];
      Level dependent = 0;
      const auto count_dependent = [&](Level other) {
        if constexpr (exact) {
          dependent = static_cast<Level>(dependent + (other == level));
        } else {
          const auto apart = static_cast<Level>(std::max(other, level) - std::min(other, level));
          dependent = static_cast<Level>(dependent + ((apart <= alpha) & (other != 0)));
        }
      };
      (count_dependent(near[r][x - 1]), ...);
      (count_dependent(near[r][x]), ...);
      (count_dependent(near[r][x + 1]), ...);
      const Wide inside = static_cast<Wide>(counts[x] + counts[x + 1] + counts[x + 2]);
      const Wide sum = static_cast<Wide>(sums[x] + sums[x + 1] + sums[x + 2]);
      const Wide own = static_cast<Wide>(level * inside);
      dependence[x] = static_cast<Wide>(level * kPlaces + dependent);
      around[x] = static_cast<Wide>(level * kPlaces + inside);
      differences[x] = static_cast<Wide>(std::max(own, sum) - std::min(own, sum) + (inside == 1));
    }
  }

#if defined(__x86_64__)
  template <bool exact, std::size_t... r>
  [[gnu::target("avx2")]] static void loops_avx2(const Level* row,
                                                 const std::array<std::ptrdiff_t, sizeof...(r)>& steps,
                                                 std::size_t count, Level alpha, Wide* dependence, Wide* around,
                                                 Wide* differences, Wide* sums, std::uint8_t* counts) {
    loops<exact, r...>(row, steps, count, alpha, dependence, around, differences, sums, counts);
  }
#endif

  template <bool exact, std::size_t... r>
  void run(const Level* row, const std::array<std::ptrdiff_t, sizeof...(r)>& steps, std::size_t count, Level alpha,
           std::index_sequence<r...>) {
    Wide *d = dependence_place.data(), *a = around_place.data(), *f = difference.data(), *s = column_sum.data();
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
      return loops_avx2<exact, r...>(row, steps, count, alpha, d, a, f, s, column_count.data());
#endif
    loops<exact, r...>(row, steps, count, alpha, d, a, f, s, column_count.data());
  }
};

}  // namespace larc::radiomics
