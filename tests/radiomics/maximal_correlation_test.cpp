// Oracle: Eigen 3.4's full singular value decomposition of the same matrix. Tolerance 1e-11: both are exact but for
// rounding and the 1e-13 at which the iteration stops.
#include "radiomics/maximal_correlation.h"

#include <gtest/gtest.h>

#include <Eigen/SVD>

#include "core/random.h"
#include "radiomics/small_correlations.h"

namespace larc::radiomics {
namespace {

using Counts = Eigen::MatrixXi;

Levels levels_of(Eigen::Index size) {
  Levels levels;
  levels.level_count = static_cast<int>(size);
  for (int number = 1; number <= size; ++number) levels.numbers.push_back(number);
  return levels;
}

double expected_of(const Counts& counts, bool symmetric) {
  Eigen::MatrixXd m = counts.cast<double>();
  if (symmetric) m = (m + m.transpose()).eval();
  const Eigen::VectorXd rows = m.rowwise().sum(), columns = m.colwise().sum();
  for (Eigen::Index i = 0; i < m.rows(); ++i)
    for (Eigen::Index j = 0; j < m.cols(); ++j)
      if (m(i, j) > 0) m(i, j) /= std::sqrt(rows(i) * columns(j));
  return Eigen::JacobiSVD<Eigen::MatrixXd>(m).singularValues()(1);
}

/// What the list of pairs of a small symmetric matrix gives.
double small_correlation(const Counts& one_way) {
  const Counts counts = one_way + Counts(one_way.transpose());
  std::vector<Eigen::Index> used;
  for (Eigen::Index i = 0; i < counts.rows(); ++i)
    if (counts.row(i).sum() > 0) used.push_back(i);
  if (used.size() < 2) return 0;
  std::vector<std::uint64_t> meets(64, 0);
  std::uint64_t levels = 0;
  std::vector<double> cells, margins;
  for (const Eigen::Index i : used) {
    levels |= std::uint64_t{1} << i;
    margins.push_back(counts.row(i).sum());
    for (const Eigen::Index j : used) {
      meets[static_cast<std::size_t>(i)] |= std::uint64_t{counts(i, j) > 0} << j;
      cells.push_back(counts(i, j));
    }
  }
  if (has_second_one(meets.data(), levels)) return 1;
  SmallCorrelations small;
  small.add(cells.data(), margins.data(), used.size());
  return small.take_sum();
}

/// The dense way, the sparse one and the one for small matrices.
void compare(const Counts& counts, const std::string& what) {
  const LevelScale scale(levels_of(counts.rows()));
  const std::size_t size = scale.numbers.size(), width = size + 1;
  std::vector<std::int32_t> matrix(width * width, 7);  // the border must not matter
  for (std::size_t a = 0; a < size; ++a)
    for (std::size_t b = 0; b < size; ++b)
      matrix[(a + 1) * width + b + 1] = counts(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
  for (const bool symmetric : {true, false}) {
    SCOPED_TRACE(what + (symmetric ? " symmetric" : " one way"));
    const double expected = expected_of(counts, symmetric);
    PairSums sums;
    sum_pairs(matrix.data(), scale, symmetric, false, sums);
    EXPECT_NEAR(maximal_correlation_of(matrix.data(), sums, symmetric, false), expected, 1e-11);
    sum_pairs(matrix.data(), scale, symmetric, true, sums);
    EXPECT_NEAR(maximal_correlation_of(matrix.data(), sums, symmetric, true), expected, 1e-11) << "reversed";

    SparsePairs pairs;
    pairs.row_start.push_back(0);
    for (std::size_t a = 1; a <= size; ++a) {
      for (std::size_t b = 1; b <= size; ++b) {
        const int count = matrix[a * width + b] + (symmetric ? matrix[b * width + a] : 0);
        if (count == 0) continue;
        pairs.column.push_back(static_cast<std::uint32_t>(b - 1));
        pairs.count.push_back(count);
      }
      pairs.row_start.push_back(pairs.column.size());
    }
    sum_pairs(pairs, scale, sums);
    EXPECT_NEAR(maximal_correlation_of(pairs, sums, symmetric), expected, 1e-11) << "sparse";
    if (symmetric) {
      EXPECT_NEAR(small_correlation(counts), expected, 1e-11) << "small";
    }
  }
}

Counts random_counts(Random& random, int size, double filled, int most) {
  Counts counts = Counts::Zero(size, size);
  for (int i = 0; i < size; ++i)
    for (int j = 0; j < size; ++j)
      if (random.uniform() < filled) counts(i, j) = 1 + static_cast<int>(random.uniform() * most);
  counts(0, size - 1) += 1;
  counts(size - 1, 0) += 1;
  return counts;
}

TEST(MaximalCorrelation, EqualsTheFullDecompositionOfRandomMatrices) {
  Random random(3);
  for (const int size : {2, 3, 4, 7, 8, 9, 16, 31, 33, 64})
    for (const double filled : {0.05, 0.2, 0.6, 1.0})
      for (const int most : {1, 10, 100000})
        compare(random_counts(random, size, filled, most),
                std::to_string(size) + " levels, " + std::to_string(filled) + " filled");
}

TEST(MaximalCorrelation, EqualsTheFullDecompositionOfSmoothMatrices) {
  for (const int size : {5, 26, 32, 60})
    for (const double correlation : {0.01, 0.3, 0.9, 0.999, -0.8}) {
      Counts counts(size, size);
      for (int i = 0; i < size; ++i)
        for (int j = 0; j < size; ++j) {
          const double x = 6.0 * i / size - 3, y = 6.0 * j / size - 3;
          const double exponent = (x * x - 2 * correlation * x * y + y * y) / (1 - correlation * correlation) / 2;
          counts(i, j) = static_cast<int>(1e6 * std::exp(-exponent));
        }
      compare(counts, std::to_string(size) + " levels, correlation " + std::to_string(correlation));
    }
}

// Eigenvalues of size 1 more than once, of both signs, or nearly so.
TEST(MaximalCorrelation, EqualsTheFullDecompositionOfDividedMatrices) {
  Random random(4);
  for (const int weak : {0, 1, 1000}) {
    Counts blocks = Counts::Zero(24, 24), opposite = Counts::Zero(24, 24), chain = Counts::Zero(24, 24);
    for (int i = 0; i < 24; ++i)
      for (int j = 0; j < 24; ++j) {
        const int count = 1000 + static_cast<int>(1000 * random.uniform());
        if ((i < 9) == (j < 9)) blocks(i, j) = count;
        if ((i < 9) != (j < 9)) opposite(i, j) = count;
        if (std::abs(i - j) == 1) chain(i, j) = count;
      }
    blocks(3, 20) += weak;
    opposite(3, 4) += weak;
    chain(7, 7) += weak;
    compare(blocks, "two groups");
    compare(opposite, "two groups that meet only each other");
    compare(chain, "a chain");
  }
  Counts diagonal = Counts::Zero(6, 6), swapped = Counts::Zero(2, 2), unused = Counts::Zero(5, 5);
  for (int i = 0; i < 6; ++i) diagonal(i, i) = i + 1;
  swapped(0, 1) = 3;
  unused(1, 3) = 2, unused(3, 1) = 5, unused(1, 1) = 4;
  compare(diagonal, "diagonal");
  compare(swapped, "two levels");
  compare(unused, "levels without pairs");
}

// Small matrices of different sizes share the lanes of a register.
TEST(MaximalCorrelation, SmallMatricesAddUp) {
  Random random(5);
  SmallCorrelations small;
  double expected = 0;
  EXPECT_EQ(small.take_sum(), 0);
  for (const int size : {3, 9, 2, 17, 5, 5}) {
    const Counts counts = random_counts(random, size, 1, 9);
    expected += expected_of(counts, true);
    const Counts both = counts + Counts(counts.transpose());
    std::vector<double> cells, margins;
    for (int i = 0; i < size; ++i) {
      margins.push_back(both.row(i).sum());
      for (int j = 0; j < size; ++j) cells.push_back(both(i, j));
    }
    small.add(cells.data(), margins.data(), static_cast<std::size_t>(size));
  }
  EXPECT_NEAR(small.take_sum(), expected, 1e-11);
}

TEST(MaximalCorrelation, ASingleLevelHasNone) {
  Counts counts = Counts::Zero(3, 3);
  counts(1, 1) = 5;
  compare(counts, "one level");
}

}  // namespace
}  // namespace larc::radiomics
