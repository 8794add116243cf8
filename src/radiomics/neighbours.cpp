#include "radiomics/neighbours.h"

#include "radiomics/neighbour_counts.h"
#include "radiomics/neighbour_rows.h"
#include "radiomics/texture_cache.h"

namespace larc::radiomics {

namespace {

// Steps to all neighbours at the distances, within slices or not; a step that leaves the region's box from everywhere
// is left out.
template <typename Level>
std::vector<std::ptrdiff_t> steps_of(const NumberGrid<Level>& grid, const std::vector<int>& distances, bool in_slices) {
  const std::set<int> wanted(distances.begin(), distances.end());
  std::array<int, 3> reach{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    reach[axis] = std::min(*wanted.rbegin(), static_cast<int>(grid.size[axis]) - 2 * grid.border[axis] - 1);
  if (in_slices) reach[2] = 0;
  std::vector<std::ptrdiff_t> steps;
  for (int z = -reach[2]; z <= reach[2]; ++z)
    for (int y = -reach[1]; y <= reach[1]; ++y)
      for (int x = -reach[0]; x <= reach[0]; ++x)
        if (wanted.count(std::max({std::abs(x), std::abs(y), std::abs(z)})))
          steps.push_back(x * grid.stride[0] + y * grid.stride[1] + z * grid.stride[2]);
  return steps;
}

// A row of voxels and its neighbours at any distances.
template <typename Level, typename Sum>
class FarRow {
 public:
  FarRow(std::vector<std::ptrdiff_t> steps, std::size_t row_size)
      : steps_(std::move(steps)), dependence_(row_size), around_(row_size), sum_(row_size) {}

  std::size_t neighbours() const { return steps_.size(); }

  void add_to(NeighbourCounts& counts, const Level* row, std::size_t count, int alpha) {
    std::fill_n(dependence_.begin(), count, 1);
    std::fill_n(around_.begin(), count, 1);
    std::fill_n(sum_.begin(), count, 0);
    for (const std::ptrdiff_t step : steps_)
      add_step(row, row + step, count, alpha, dependence_.data(), around_.data(), sum_.data());
    for (std::size_t x = 0; x < count; ++x) {
      if (row[x] == 0) continue;
      const std::uint64_t own = static_cast<std::uint64_t>(row[x]) * (around_[x] - 1), sum = sum_[x];
      counts.add(row[x], dependence_[x], around_[x], own > sum ? own - sum : sum - own);
    }
  }

 private:
  [[gnu::always_inline]] static void loop(const Level* row, const Level* other, std::size_t count, int alpha,
                                          std::uint32_t* __restrict dependence, std::uint32_t* __restrict around,
                                          Sum* __restrict sum) {
    for (std::size_t x = 0; x < count; ++x) {
      const int level = other[x], apart = std::abs(level - row[x]);
      dependence[x] += (level != 0) & (apart <= alpha);
      around[x] += level != 0;
      sum[x] += static_cast<Sum>(level);
    }
  }

#if defined(__x86_64__)
  [[gnu::target("avx2")]] static void loop_avx2(const Level* row, const Level* other, std::size_t count, int alpha,
                                                std::uint32_t* dependence, std::uint32_t* around, Sum* sum) {
    loop(row, other, count, alpha, dependence, around, sum);
  }
#endif

  static void add_step(const Level* row, const Level* other, std::size_t count, int alpha, std::uint32_t* dependence,
                       std::uint32_t* around, Sum* sum) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return loop_avx2(row, other, count, alpha, dependence, around, sum);
#endif
    loop(row, other, count, alpha, dependence, around, sum);
  }

  std::vector<std::ptrdiff_t> steps_;
  std::vector<std::uint32_t> dependence_, around_;
  std::vector<Sum> sum_;
};

// Calls add(counts, row) for every row and puts the matrices where they are wanted.
template <typename Level, typename AddRow>
void count_rows(const NumberGrid<Level>& grid, NeighbourCounts& counts, const AddRow& add, bool in_slices,
                const WantedAggregations& wanted, NeighbourMatrices& out) {
  const auto take = [&](NeighbourCounts& from) { return from.take(out.with_dependences, out.with_tones); };
  if (!in_slices) {
    for (const auto& row : grid.rows) add(counts, row);
    out.volume = take(counts);
    return;
  }
  if (!wanted.by_slice) {
    for (const auto& row : grid.rows) add(counts, row);
    out.slices_merged = take(counts);
    return;
  }
  std::optional<NeighbourCounts> all;
  if (wanted.slices_merged) all = counts;
  for (std::size_t begin = 0, end = 0; begin < grid.rows.size(); begin = end) {
    for (; end < grid.rows.size() && grid.rows[end].z == grid.rows[begin].z; ++end) add(counts, grid.rows[end]);
    if (all) all->add(counts);
    out.slices.push_back(take(counts));
  }
  if (all) out.slices_merged = take(*all);
}

template <bool in_slices, typename Level>
void count_near(const RegionView& region, const NumberGrid<Level>& grid, const WantedAggregations& wanted,
                NeighbourMatrices& out) {
  constexpr std::size_t rows = in_slices ? 3 : 9;
  std::array<std::ptrdiff_t, rows> steps{};
  for (std::size_t r = 0; r < rows; ++r)
    steps[r] = (static_cast<std::ptrdiff_t>(r % 3) - 1) * grid.stride[1] +
               (in_slices ? 0 : (static_cast<std::ptrdiff_t>(r / 3) - 1) * grid.stride[2]);
  const auto alpha =
      static_cast<Level>(std::min(region.settings->dependence_difference, double{std::numeric_limits<Level>::max()}));
  NeighbourRow<Level> found(grid.size[0]);
  NeighbourCounts counts(region.levels, kPlaces);
  const auto add = [&](NeighbourCounts& to, const typename NumberGrid<Level>::Row& row) {
    found.fill(grid.number.data() + grid.offset(row), steps, row.count, alpha);
    to.add_row(found, row.count, out.with_tones);
  };
  count_rows(grid, counts, add, in_slices, wanted, out);
}

template <typename Sum, typename Level>
void count_far(const RegionView& region, const NumberGrid<Level>& grid, bool in_slices,
               const WantedAggregations& wanted, NeighbourMatrices& out) {
  FarRow<Level, Sum> far(steps_of(grid, region.settings->distances, in_slices), grid.size[0]);
  const int alpha = static_cast<int>(std::min(region.settings->dependence_difference, double{kMaxLevels}));
  NeighbourCounts counts(region.levels, far.neighbours() + 2);
  const auto add = [&](NeighbourCounts& to, const typename NumberGrid<Level>::Row& row) {
    far.add_to(to, grid.number.data() + grid.offset(row), row.count, alpha);
  };
  count_rows(grid, counts, add, in_slices, wanted, out);
}

NeighbourMatrices count_neighbours(const RegionView& region, bool with_dependences, bool with_tones) {
  const WantedAggregations wanted(*region.settings);
  const std::vector<int>& distances = region.settings->distances;
  const int reach = *std::max_element(distances.begin(), distances.end());
  NeighbourMatrices out;
  out.with_dependences = with_dependences;
  out.with_tones = with_tones;
  const bool slices = wanted.by_slice || wanted.slices_merged;
  if (reach == 1) {
    with_shared_grid(region, [&](const auto& grid) {
      if (slices) count_near<true>(region, grid, wanted, out);
      if (wanted.volume) count_near<false>(region, grid, wanted, out);
    });
    return out;
  }
  std::array<int, 3> border{};
  for (std::size_t axis = 0; axis < 3; ++axis) border[axis] = std::min(reach, region.size()[axis]);
  with_number_grid(region, border, [&](const auto& grid) {
    const double largest_sum = std::pow(2 * reach + 1, 3) * region.levels.level_count;
    const auto count = [&](bool in_slices) {
      if (largest_sum < 4e9)
        count_far<std::uint32_t>(region, grid, in_slices, wanted, out);
      else
        count_far<std::uint64_t>(region, grid, in_slices, wanted, out);
    };
    if (slices) count(true);
    if (wanted.volume) count(false);
  });
  return out;
}

}  // namespace

const NeighbourMatrices& neighbours_of(const RegionView& region, bool with_dependences, bool with_tones) {
  auto& kept = texture_cache(region).neighbours;
  if (!kept || (with_dependences && !kept->with_dependences) || (with_tones && !kept->with_tones))
    kept = count_neighbours(region, with_dependences || lists_family(*region.settings, "gldm"),
                            with_tones || lists_family(*region.settings, "ngtdm"));
  return *kept;
}

}  // namespace larc::radiomics
