#pragma once
#include "radiomics/glcm_features.h"
#include "radiomics/settings.h"
#include "radiomics/small_correlations.h"

namespace larc::radiomics {

/// Co-occurrence features of many small cubes of one grid of level numbers, as compute_glcm gives them for each cube as
/// a region of its own, but much faster: pairs are listed, not tabulated. Holds memory it uses again: one object a
/// thread.
class CubePairs {
 public:
  /// Whether it can stand in for compute_glcm: cubes of at most 5 voxels a side, symmetric matrices, distance 1, no
  /// weights, slices merged or volume.
  static bool can(const image::Index3& reach, const ExtractionSettings& settings,
                  const std::vector<Aggregation>& aggregations);

  /// numbers      level number of each voxel of a grid, 0 outside; outlives the object
  /// size         of the grid
  /// level_count  highest number
  /// reach        of a cube from its middle along each axis
  CubePairs(const std::vector<int>& numbers, const image::Index3& size, int level_count, const image::Index3& reach,
            const ExtractionSettings& settings, const std::vector<Aggregation>& aggregations, bool maximal_correlation);

  /// Features of the cube around a voxel, one entry an aggregation; NaN where undefined.
  /// Returns false and nothing for a cube of more than 64 levels.
  bool compute(const image::Index3& centre, std::vector<PairValues>& values);

 private:
  struct Pair {
    std::uint8_t a, b;    // level indices, a <= b
    int sum, difference;  // of the level numbers, from the lowest number of the cube
  };
  bool load(const image::Index3& centre);
  void list_pairs(std::ptrdiff_t offset);
  PairValues features_of_list();
  // 0 where it is left to correlations_.
  double maximal_correlation_of_list();

  const std::vector<int>& numbers_;
  image::Index3 size_, reach_;
  bool maximal_correlation_;
  std::vector<Aggregation> aggregations_;
  std::vector<std::array<int, 3>> steps_;  // within slices first
  std::size_t steps_within_slices_ = 0;
  LevelScale scale_;                        // tables by difference for all numbers
  std::vector<std::uint8_t> index_of_;      // level index from 1 by number, 0 unless in the cube
  std::vector<int> levels_;                 // numbers in the cube
  std::array<std::ptrdiff_t, 3> stride_{};  // of the cube with a border
  std::vector<std::uint8_t> cube_;          // level indices
  std::vector<std::uint32_t> voxels_;       // offsets in cube_
  int lowest_ = 0;
  std::vector<Pair> pairs_;
  std::vector<std::uint16_t> joint_, by_level_, by_sum_, by_difference_;  // counts, all zero between lists
  std::vector<double> cells_, margins_;
  SmallCorrelations correlations_;
};

}  // namespace larc::radiomics
