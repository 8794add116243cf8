#pragma once
#include <vector>

#include "radiomics/glcm_pairs.h"

namespace larc::radiomics {

/// What features need of one co-occurrence matrix: sums over its cells, not normalised.
struct PairSums {
  double total = 0;                // of all cells
  double energy = 0;               // of their squares
  double log_sum = 0;              // of c log2 c
  double maximum = 0;              // largest cell
  std::vector<double> x, y;        // margins by level index - 1: of rows and columns
  std::vector<double> sum;         // cells with level numbers i + j = s at [s - 2 * first]
  std::vector<double> difference;  // cells with |i - j| = d at [d]
};

/// Level numbers in use, and what is the same for all matrices of a region.
struct LevelScale {
  explicit LevelScale(const Levels& levels);

  std::vector<int> numbers;  // ascending
  int first = 1;             // lowest number in use
  std::size_t range = 0;     // highest - lowest + 1
  bool gapless = false;
  double level_count = 0;  // Ng: highest number
  // By the difference d of two level numbers, `range` entries.
  std::vector<double> inverse;            // 1 / (1 + d)
  std::vector<double> inverse_square;     // 1 / (1 + d^2)
  std::vector<double> normalised;         // 1 / (1 + d / Ng)
  std::vector<double> normalised_square;  // 1 / (1 + d^2 / Ng^2)
  std::vector<double> reciprocal_square;  // 1 / d^2, 0 at 0
};

/// Sums of a dense matrix as DensePairs holds it, of whole counts or weighted ones. `symmetric`: of the matrix plus its
/// transpose; otherwise `reversed` transposes it.
template <typename Count>
void sum_pairs(const Count* matrix, const LevelScale& scale, bool symmetric, bool reversed, PairSums& sums);

void sum_pairs(const SparsePairs& pairs, const LevelScale& scale, PairSums& sums);

}  // namespace larc::radiomics
