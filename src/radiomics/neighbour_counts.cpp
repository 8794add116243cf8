#include "radiomics/neighbour_counts.h"

namespace larc::radiomics {

namespace {

// Tables of up to this many cells; beyond, lists.
constexpr std::size_t kMaxTable = 1 << 20;

void add_difference(ToneLevel& tone, std::uint64_t around, std::uint64_t sum) {
  if (around == 1)
    tone.alone = sum;
  else
    tone.difference += static_cast<double>(sum) / static_cast<double>(around - 1);
}

}  // namespace

NeighbourCounts::NeighbourCounts(const Levels& levels, std::size_t width) : numbers_(&levels.numbers), width_(width) {
  const std::size_t cells = (static_cast<std::size_t>(levels.level_count) + 1) * width;
  is_table_ = width <= kPlaces || cells <= kMaxTable;
  if (!is_table_) return;
  dependences_.assign(cells, 0);
  differences_.assign(cells, 0);
}

void NeighbourCounts::add(std::uint32_t level, std::uint32_t dependence, std::uint32_t around,
                          std::uint64_t difference) {
  if (around == 1) difference = 1;
  if (is_table_) {
    ++dependences_[level * width_ + dependence];
    differences_[level * width_ + around] += difference;
  } else {
    const std::uint64_t place = static_cast<std::uint64_t>(level) << 32;
    dependence_list_.push_back(place | dependence);
    difference_list_.push_back({place | around, difference});
  }
}

void NeighbourCounts::add(const NeighbourCounts& other) {
  for (std::size_t i = 0; i < dependences_.size(); ++i) dependences_[i] += other.dependences_[i];
  for (std::size_t i = 0; i < differences_.size(); ++i) differences_[i] += other.differences_[i];
  dependence_list_.insert(dependence_list_.end(), other.dependence_list_.begin(), other.dependence_list_.end());
  difference_list_.insert(difference_list_.end(), other.difference_list_.begin(), other.difference_list_.end());
}

NeighbourMatrix NeighbourCounts::take(bool with_dependences, bool with_tones) {
  NeighbourMatrix matrix = is_table_ ? take_tables() : take_lists();
  for (const ToneLevel& tone : matrix.tones) matrix.voxels += static_cast<double>(tone.voxels);
  if (!with_dependences) matrix.dependences.clear();
  if (!with_tones) matrix.tones.clear();
  return matrix;
}

NeighbourMatrix NeighbourCounts::take_tables() {
  NeighbourMatrix matrix;
  for (const int level : *numbers_) {
    std::uint32_t* counts = dependences_.data() + static_cast<std::size_t>(level) * width_;
    std::uint64_t* sums = differences_.data() + static_cast<std::size_t>(level) * width_;
    ToneLevel tone{level, 0, 0, 0};
    for (std::size_t dependence = 1; dependence < width_; ++dependence) {
      if (counts[dependence] == 0) continue;
      matrix.dependences.push_back({level, static_cast<std::uint32_t>(dependence), counts[dependence]});
      tone.voxels += counts[dependence];
      counts[dependence] = 0;
    }
    if (tone.voxels == 0) continue;
    for (std::size_t around = 1; around < width_; ++around)
      if (sums[around] > 0) add_difference(tone, around, sums[around]);
    std::fill_n(sums, width_, 0);
    matrix.tones.push_back(tone);
  }
  return matrix;
}

NeighbourMatrix NeighbourCounts::take_lists() {
  NeighbourMatrix matrix;
  std::sort(dependence_list_.begin(), dependence_list_.end());
  for (const std::uint64_t place : dependence_list_) {
    const int level = static_cast<int>(place >> 32);
    const auto dependence = static_cast<std::uint32_t>(place);
    auto& cells = matrix.dependences;
    if (!cells.empty() && cells.back().level == level && cells.back().extent == dependence)
      ++cells.back().count;
    else
      cells.push_back({level, dependence, 1});
    if (matrix.tones.empty() || matrix.tones.back().level != level) matrix.tones.push_back({level, 0, 0, 0});
    ++matrix.tones.back().voxels;
  }
  dependence_list_.clear();

  std::sort(difference_list_.begin(), difference_list_.end(),
            [](const Difference& a, const Difference& b) { return a.place < b.place; });
  auto tone = matrix.tones.begin();
  for (std::size_t begin = 0, end = 0; begin < difference_list_.size(); begin = end) {
    const std::uint64_t place = difference_list_[begin].place;
    std::uint64_t sum = 0;
    for (; end < difference_list_.size() && difference_list_[end].place == place; ++end)
      sum += difference_list_[end].sum;
    while (tone->level != static_cast<int>(place >> 32)) ++tone;
    add_difference(*tone, place & 0xffffffff, sum);
  }
  difference_list_.clear();
  return matrix;
}

}  // namespace larc::radiomics
