#pragma once
#include <cstdint>
#include <vector>

#include "radiomics/neighbour_rows.h"
#include "radiomics/neighbours.h"

namespace larc::radiomics {

/// Counts voxels by level and dependence, and adds up differences by level and number of voxels around. Whole numbers
/// until `take`, so that the order of voxels does not matter.
class NeighbourCounts {
 public:
  /// levels  of the region, outlives the counts
  /// width   larger than any dependence and any number of voxels around; kPlaces for `add_row`
  NeighbourCounts(const Levels& levels, std::size_t width);

  template <typename Level>
  void add_row(const NeighbourRow<Level>& row, std::size_t count, bool with_tones) {
    std::uint32_t* dependences = dependences_.data();
    std::uint64_t* differences = differences_.data();
    const auto *dependence = row.dependence_place.data(), *around = row.around_place.data(),
               *difference = row.difference.data();
    for (std::size_t x = 0; x < count; ++x) ++dependences[dependence[x]];
    if (with_tones)
      for (std::size_t x = 0; x < count; ++x) differences[around[x]] += difference[x];
  }

  /// around      voxels around, with the voxel itself
  /// difference  |level * neighbours - sum of neighbours|
  void add(std::uint32_t level, std::uint32_t dependence, std::uint32_t around, std::uint64_t difference);

  /// Counts of an object of the same width and levels besides.
  void add(const NeighbourCounts& other);

  /// The matrix of what was counted; counts are empty again.
  NeighbourMatrix take(bool with_dependences, bool with_tones);

 private:
  struct Difference {
    std::uint64_t place;  // level << 32 | voxels around
    std::uint64_t sum;
  };

  NeighbourMatrix take_tables();
  NeighbourMatrix take_lists();

  const std::vector<int>* numbers_;
  std::size_t width_;
  bool is_table_;
  std::vector<std::uint32_t> dependences_;  // by level, then dependence
  // By level, then voxels around. Of a voxel without neighbours (1 around) the difference is nothing; its place holds
  // the number of such voxels.
  std::vector<std::uint64_t> differences_;
  // Instead of tables that would be too large:
  std::vector<std::uint64_t> dependence_list_;  // level << 32 | dependence
  std::vector<Difference> difference_list_;
};

}  // namespace larc::radiomics
