#include "radiomics/level_counts.h"

#include "core/number.h"

namespace larc::radiomics {

namespace {

// Cells of the table of LevelCounts: of all extents when they fit, else of the small ones, which occur most.
constexpr std::size_t kFullTable = 1 << 20, kSmallTable = 1 << 16;
constexpr std::size_t kMinWidth = 8, kMaxWidth = 256;

std::size_t table_width(std::size_t levels, std::uint32_t largest_extent) {
  const std::size_t full = std::size_t{largest_extent} + 1;
  if (full <= kFullTable / levels) return full;
  return std::clamp(kSmallTable / levels, kMinWidth, kMaxWidth);
}

// Counts of each extent over all levels, ascending by extent.
std::vector<LevelCell> extents_of(const std::vector<LevelCell>& cells) {
  constexpr std::uint32_t kSmall = 1024;
  std::uint32_t largest = 0;
  for (const LevelCell& cell : cells) largest = std::max(largest, cell.extent);
  std::vector<std::uint64_t> small(std::min(largest, kSmall) + 1, 0);
  std::vector<LevelCell> large, extents;
  for (const LevelCell& cell : cells) {
    if (cell.extent <= kSmall)
      small[cell.extent] += cell.count;
    else
      large.push_back({0, cell.extent, cell.count});
  }
  std::sort(large.begin(), large.end(), [](const LevelCell& a, const LevelCell& b) { return a.extent < b.extent; });
  for (std::uint32_t extent = 0; extent < small.size(); ++extent)
    if (small[extent] > 0) extents.push_back({0, extent, small[extent]});
  for (const LevelCell& cell : large) {
    if (!extents.empty() && extents.back().extent == cell.extent)
      extents.back().count += cell.count;
    else
      extents.push_back(cell);
  }
  return extents;
}

}  // namespace

LevelCounts::LevelCounts(const Levels& levels, std::uint32_t largest_extent)
    : numbers_(&levels.numbers),
      width_(table_width(static_cast<std::size_t>(levels.level_count) + 1, largest_extent)),
      table_((static_cast<std::size_t>(levels.level_count) + 1) * width_, 0) {}

std::vector<LevelCell> LevelCounts::take() {
  std::sort(others_.begin(), others_.end());
  std::vector<LevelCell> cells;
  auto other = others_.begin();
  for (const int level : *numbers_) {
    std::uint32_t* row = table_.data() + static_cast<std::size_t>(level) * width_;
    for (std::size_t extent = 1; extent < width_; ++extent) {
      if (row[extent] == 0) continue;
      cells.push_back({level, static_cast<std::uint32_t>(extent), row[extent]});
      row[extent] = 0;
    }
    for (; other != others_.end() && static_cast<int>(*other >> 32) == level; ++other) {
      const auto extent = static_cast<std::uint32_t>(*other);
      if (!cells.empty() && cells.back().level == level && cells.back().extent == extent)
        ++cells.back().count;
      else
        cells.push_back({level, extent, 1});
    }
  }
  others_.clear();
  return cells;
}

std::vector<LevelCell> merge_cells(const std::vector<const std::vector<LevelCell>*>& matrices) {
  std::vector<LevelCell> all, merged;
  for (const auto* cells : matrices) all.insert(all.end(), cells->begin(), cells->end());
  std::sort(all.begin(), all.end(), [](const LevelCell& a, const LevelCell& b) {
    return a.level != b.level ? a.level < b.level : a.extent < b.extent;
  });
  for (const LevelCell& cell : all) {
    if (!merged.empty() && merged.back().level == cell.level && merged.back().extent == cell.extent)
      merged.back().count += cell.count;
    else
      merged.push_back(cell);
  }
  return merged;
}

LevelQuantities quantities_of(const std::vector<LevelCell>& cells, double voxels) {
  LevelQuantities q{};
  if (cells.empty()) {
    q.fill(kNaN);
    return q;
  }
  std::uint64_t sum = 0;
  for (const LevelCell& cell : cells) sum += cell.count;
  const double total = static_cast<double>(sum);

  double level_mean = 0;
  for (std::size_t begin = 0, end = 0; begin < cells.size(); begin = end) {
    double in_level = 0, small = 0, large = 0;
    for (; end < cells.size() && cells[end].level == cells[begin].level; ++end) {
      const double count = static_cast<double>(cells[end].count), p = count / total;
      const double square = static_cast<double>(cells[end].extent) * cells[end].extent;
      in_level += count;
      small += count / square;
      large += count * square;
      q[energy] += p * p;
      q[entropy] -= p * std::log2(p);
    }
    const double level = cells[begin].level, square = level * level;
    level_mean += in_level * level;
    q[small_extent] += small;
    q[large_extent] += large;
    q[low_level] += in_level / square;
    q[high_level] += in_level * square;
    q[small_extent_low_level] += small / square;
    q[small_extent_high_level] += small * square;
    q[large_extent_low_level] += large / square;
    q[large_extent_high_level] += large * square;
    q[level_non_uniformity] += in_level * in_level;
  }
  level_mean /= total;
  for (const LevelCell& cell : cells) {
    const double d = cell.level - level_mean;
    q[level_variance] += static_cast<double>(cell.count) * d * d;
  }

  const std::vector<LevelCell> extents = extents_of(cells);
  double extent_mean = 0;
  for (const LevelCell& extent : extents) {
    const double count = static_cast<double>(extent.count);
    extent_mean += count * extent.extent;
    q[extent_non_uniformity] += count * count;
  }
  extent_mean /= total;
  for (const LevelCell& extent : extents) {
    const double d = extent.extent - extent_mean;
    q[extent_variance] += static_cast<double>(extent.count) * d * d;
  }

  for (const LevelQuantity quantity : {small_extent, large_extent, low_level, high_level, small_extent_low_level,
                                       small_extent_high_level, large_extent_low_level, large_extent_high_level,
                                       level_non_uniformity, extent_non_uniformity, level_variance, extent_variance})
    q[quantity] /= total;
  q[level_non_uniformity_normalised] = q[level_non_uniformity] / total;
  q[extent_non_uniformity_normalised] = q[extent_non_uniformity] / total;
  q[percentage] = total / voxels;
  q[entropy] = std::max(0.0, q[entropy]);
  return q;
}

LevelQuantities mean_quantities(const std::vector<LevelQuantities>& matrices) {
  LevelQuantities mean{};
  for (std::size_t q = 0; q < kLevelQuantities; ++q) {
    for (const LevelQuantities& matrix : matrices) mean[q] += matrix[q];
    mean[q] = matrices.empty() ? kNaN : mean[q] / static_cast<double>(matrices.size());
  }
  return mean;
}

}  // namespace larc::radiomics
