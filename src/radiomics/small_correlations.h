#pragma once
#include <cstdint>
#include <vector>

namespace larc::radiomics {

/// Whether 1 or -1 is a second eigenvalue of p(i,j) / sqrt(px(i) py(j)) of a symmetric matrix, and the maximal
/// correlation with it 1: its levels fall into groups without pairs between them, or into two groups without pairs
/// within them.
/// meets   bits of the levels that each level has pairs with, at most 64
/// levels  bits of those that have any, not 0
bool has_second_one(const std::uint64_t* meets, std::uint64_t levels);

/// Maximal correlations of small symmetric matrices, several at a time in the lanes of vector registers.
class SmallCorrelations {
 public:
  /// counts   (size, size) symmetric, 2 <= size <= 64
  /// margins  (size) its row sums, all above 0
  void add(const double* counts, const double* margins, std::size_t size);
  /// The sum of the maximal correlations of what was added since the last call.
  double take_sum();

 private:
  struct Matrix {
    std::size_t size, first;  // first cell in cells_
    double trace, square;     // sum of the diagonal, of all squared cells
  };
  double sum_of(std::size_t first, std::size_t count);

  std::vector<Matrix> matrices_;
  std::vector<double> cells_, lanes_, factors_;
};

}  // namespace larc::radiomics
