#include "radiomics/zones.h"

#include <bit>

#include "radiomics/number_grid.h"
#include "radiomics/texture_cache.h"

namespace larc::radiomics {

namespace {

// Steps to the neighbours that come before a voxel in the grid: the first four lie in its slice.
constexpr std::size_t kPredecessors = 13, kSlicePredecessors = 4;
constexpr std::array<std::array<int, 3>, kPredecessors> kSteps{{{-1, 0, 0},
                                                                {0, -1, 0},
                                                                {-1, -1, 0},
                                                                {1, -1, 0},
                                                                {0, 0, -1},
                                                                {0, -1, -1},
                                                                {-1, 0, -1},
                                                                {1, 0, -1},
                                                                {0, 1, -1},
                                                                {-1, -1, -1},
                                                                {1, -1, -1},
                                                                {-1, 1, -1},
                                                                {1, 1, -1}}};

// For each set of predecessors in the voxel's zone: one of each group of them that touch each other, which are joined
// already.
std::vector<std::uint16_t> make_representatives() {
  std::array<unsigned, kPredecessors> touching{};
  for (std::size_t a = 0; a < kPredecessors; ++a)
    for (std::size_t b = 0; b < kPredecessors; ++b) {
      int apart = 0;
      for (std::size_t axis = 0; axis < 3; ++axis) apart = std::max(apart, std::abs(kSteps[a][axis] - kSteps[b][axis]));
      if (apart <= 1) touching[a] |= 1u << b;
    }
  std::vector<std::uint16_t> representatives(1u << kPredecessors);
  for (unsigned set = 0; set < representatives.size(); ++set) {
    unsigned left = set, chosen = 0;
    while (left != 0) {
      unsigned group = left & (~left + 1), grown = 0;
      chosen |= group;
      while (grown != group) {
        grown = group;
        for (unsigned members = grown; members != 0; members &= members - 1)
          group |= touching[static_cast<std::size_t>(std::countr_zero(members))] & left;
      }
      left &= ~group;
    }
    representatives[set] = static_cast<std::uint16_t>(chosen);
  }
  return representatives;
}

struct Zone {
  std::uint32_t size;
  std::uint16_t level;
  std::uint16_t distance;
};

// Sets of equal predecessors of `count` voxels of a row: bits 0 to 7 and bits 8 to 12 of kSteps. Loops run to a
// multiple of 32.
template <typename Level, bool in_slices>
[[gnu::always_inline]] inline void find_equal_loops(const Level* row, const std::array<std::ptrdiff_t, 3>& stride,
                                                    std::size_t count, std::uint8_t* __restrict low,
                                                    std::uint8_t* __restrict high) {
  const Level* const north = row - stride[1];
  const Level* const below = row - stride[2];
  const Level* const below_north = below - stride[1];
  const Level* const below_south = below + stride[1];
  const auto bit = [](Level a, Level b, int place) { return static_cast<std::uint8_t>(a == b ? 1 << place : 0); };
  for (std::size_t block = 0; block < count; block += 32)
    for (std::size_t i = 0; i < 32; ++i) {
      const std::size_t x = block + i;
      const Level level = row[x];
      std::uint8_t bits = static_cast<std::uint8_t>(bit(row[x - 1], level, 0) | bit(north[x], level, 1) |
                                                    bit(north[x - 1], level, 2) | bit(north[x + 1], level, 3));
      if constexpr (!in_slices) {
        bits = static_cast<std::uint8_t>(bits | bit(below[x], level, 4) | bit(below_north[x], level, 5) |
                                         bit(below[x - 1], level, 6) | bit(below[x + 1], level, 7));
        high[x] = static_cast<std::uint8_t>(bit(below_south[x], level, 0) | bit(below_north[x - 1], level, 1) |
                                            bit(below_north[x + 1], level, 2) | bit(below_south[x - 1], level, 3) |
                                            bit(below_south[x + 1], level, 4));
      }
      low[x] = bits;
    }
}

#if defined(__x86_64__)
template <typename Level, bool in_slices>
[[gnu::target("avx2")]] void find_equal_avx2(const Level* row, const std::array<std::ptrdiff_t, 3>& stride,
                                             std::size_t count, std::uint8_t* low, std::uint8_t* high) {
  find_equal_loops<Level, in_slices>(row, stride, count, low, high);
}
#endif

template <typename Level, bool in_slices>
void find_equal(const Level* row, const std::array<std::ptrdiff_t, 3>& stride, std::size_t count, std::uint8_t* low,
                std::uint8_t* high) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return find_equal_avx2<Level, in_slices>(row, stride, count, low, high);
#endif
  find_equal_loops<Level, in_slices>(row, stride, count, low, high);
}

// Labels zones slice by slice in one pass; labels that meet are joined, the smaller one leads (union-find).
template <typename Level, bool in_slices, bool with_distances>
class ZoneLabeller {
 public:
  ZoneLabeller(const NumberGrid<Level>& grid, const std::uint16_t* distance, std::size_t max_zones)
      : grid_(grid),
        distance_(distance),
        parent_(std::make_unique_for_overwrite<std::uint32_t[]>(max_zones)),
        zones_(std::make_unique_for_overwrite<Zone[]>(max_zones)),
        labels_(std::make_unique_for_overwrite<std::uint32_t[]>(2 * plane())),
        low_(grid.size[0] + kGridMargin),
        high_(grid.size[0] + kGridMargin) {}

  void label(const typename NumberGrid<Level>::Row& row) {
    static const std::vector<std::uint16_t> representatives = make_representatives();
    const std::size_t offset = grid_.offset(row);
    const Level* numbers = grid_.number.data() + offset;
    find_equal<Level, in_slices>(numbers, grid_.stride, row.count, low_.data(), high_.data());

    const auto plane_size = static_cast<std::ptrdiff_t>(plane());
    const bool odd = row.z % 2 != 0;
    std::uint32_t* labels = labels_.get() + (odd ? plane_size : 0) + row.y * grid_.stride[1] + row.begin;
    std::array<std::ptrdiff_t, kPredecessors> step{};
    for (std::size_t p = 0; p < kPredecessors; ++p)
      step[p] = kSteps[p][0] + kSteps[p][1] * grid_.stride[1] +
                (p < kSlicePredecessors ? 0
                 : odd                  ? -plane_size
                                        : plane_size);

    for (std::size_t x = 0; x < row.count; ++x) {
      const Level level = numbers[x];
      if (level == 0) continue;
      unsigned joined = low_[x];
      if constexpr (!in_slices) joined |= static_cast<unsigned>(high_[x]) << 8;
      joined = representatives[joined];
      std::uint32_t label;
      if (joined == 0) {
        label = count_++;
        parent_[label] = label;
        zones_[label] = {1, level, with_distances ? distance_[offset + x] : std::uint16_t{0}};
      } else {
        label = labels[static_cast<std::ptrdiff_t>(x) + step[static_cast<std::size_t>(std::countr_zero(joined))]];
        for (joined &= joined - 1; joined != 0; joined &= joined - 1)
          label = join(
              label, labels[static_cast<std::ptrdiff_t>(x) + step[static_cast<std::size_t>(std::countr_zero(joined))]]);
        ++zones_[label].size;
        if constexpr (with_distances) zones_[label].distance = std::min(zones_[label].distance, distance_[offset + x]);
      }
      labels[x] = label;
    }
  }

  /// Counts the zones found since the last call and forgets them.
  void count(LevelCounts& sizes, LevelCounts& distances) {
    for (std::uint32_t label = 0; label < count_; ++label) {
      const std::uint32_t leader = parent_[parent_[label]];
      parent_[label] = leader;
      if (leader == label) continue;
      zones_[leader].size += zones_[label].size;
      if constexpr (with_distances) zones_[leader].distance = std::min(zones_[leader].distance, zones_[label].distance);
    }
    for (std::uint32_t label = 0; label < count_; ++label) {
      if (parent_[label] != label) continue;
      sizes.add(zones_[label].level, zones_[label].size);
      if constexpr (with_distances) distances.add(zones_[label].level, zones_[label].distance);
    }
    count_ = 0;
  }

 private:
  std::size_t plane() const { return grid_.size[0] * grid_.size[1]; }

  std::uint32_t leader_of(std::uint32_t label) {
    while (parent_[label] != label) {
      parent_[label] = parent_[parent_[label]];
      label = parent_[label];
    }
    return label;
  }

  std::uint32_t join(std::uint32_t a, std::uint32_t b) {
    if (a == b) return a;
    a = leader_of(a);
    b = leader_of(b);
    if (a > b) std::swap(a, b);
    parent_[b] = a;
    return a;
  }

  const NumberGrid<Level>& grid_;
  const std::uint16_t* distance_;
  std::uint32_t count_ = 0;
  std::unique_ptr<std::uint32_t[]> parent_;
  std::unique_ptr<Zone[]> zones_;
  std::unique_ptr<std::uint32_t[]> labels_;  // of the slice and of the one before it, in turn
  std::vector<std::uint8_t> low_, high_;
};

template <typename Level, bool in_slices, bool with_distances>
void find_zones(const RegionView& region, const NumberGrid<Level>& grid, bool by_slice, bool merged,
                ZoneMatrices& out) {
  std::vector<std::uint16_t> distance;
  if (with_distances) distance = distance_map(region, in_slices);
  ZoneLabeller<Level, in_slices, with_distances> labeller(grid, distance.data(), region.offsets.size());
  const std::uint16_t largest = with_distances ? *std::max_element(distance.begin(), distance.end()) : std::uint16_t{0};
  LevelCounts sizes(region.levels), distances(region.levels, largest);
  const auto take = [&](double voxels) { return ZoneMatrix{sizes.take(), distances.take(), voxels}; };
  if (!in_slices) {
    for (const auto& row : grid.rows) labeller.label(row);
    labeller.count(sizes, distances);
    out.volume = take(static_cast<double>(region.offsets.size()));
    return;
  }
  for (std::size_t begin = 0, end = 0; begin < grid.rows.size(); begin = end) {
    std::size_t voxels = 0;
    for (; end < grid.rows.size() && grid.rows[end].z == grid.rows[begin].z; ++end) {
      labeller.label(grid.rows[end]);
      const Level* row = grid.number.data() + grid.offset(grid.rows[end]);
      voxels += grid.rows[end].count - static_cast<std::size_t>(std::count(row, row + grid.rows[end].count, Level{0}));
    }
    labeller.count(sizes, distances);
    if (by_slice) out.slices.push_back(take(static_cast<double>(voxels)));
  }
  if (!merged) return;
  if (!by_slice) {
    out.slices_merged = take(static_cast<double>(region.offsets.size()));
    return;
  }
  std::vector<const std::vector<LevelCell>*> all_sizes, all_distances;
  for (const ZoneMatrix& slice : out.slices) {
    all_sizes.push_back(&slice.sizes);
    all_distances.push_back(&slice.distances);
  }
  out.slices_merged = {merge_cells(all_sizes), merge_cells(all_distances), static_cast<double>(region.offsets.size())};
}

template <bool with_distances, typename Level>
void find_wanted(const RegionView& region, const NumberGrid<Level>& grid, ZoneMatrices& out) {
  const WantedAggregations wanted(*region.settings);
  if (wanted.by_slice || wanted.slices_merged)
    find_zones<Level, true, with_distances>(region, grid, wanted.by_slice, wanted.slices_merged, out);
  if (wanted.volume) find_zones<Level, false, with_distances>(region, grid, false, false, out);
}

}  // namespace

const ZoneMatrices& zones_of(const RegionView& region, bool with_distances) {
  auto& kept = texture_cache(region).zones;
  if (kept && (kept->with_distances || !with_distances)) return *kept;
  ZoneMatrices found;
  found.with_distances =
      with_distances || (region.settings->naming == Naming::ibsi && lists_family(*region.settings, "gldzm"));
  with_shared_grid(region, [&](const auto& grid) {
    if (found.with_distances)
      find_wanted<true>(region, grid, found);
    else
      find_wanted<false>(region, grid, found);
  });
  kept = std::move(found);
  return *kept;
}

}  // namespace larc::radiomics
