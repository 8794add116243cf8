#include "radiomics/glcm_sums.h"

#include "core/simd.h"
#include "radiomics/count_log.h"

namespace larc::radiomics {

namespace {

// Sums of a matrix of `size` levels without gaps over rows, columns, antidiagonals and diagonals (2 size - 1 each, the
// diagonal of column - row at [column - row + size - 1]).
LARC_SIMD void add_lines(const std::int32_t* matrix, std::size_t size, std::int32_t* row, std::int32_t* column,
                         std::int32_t* anti, std::int32_t* diagonal) {
  for (std::size_t a = 0; a < size; ++a) {
    const std::int32_t* __restrict__ cells = matrix + (a + 1) * (size + 1) + 1;
    std::int32_t* __restrict__ anti_row = anti + a;
    std::int32_t* __restrict__ diagonal_row = diagonal + size - 1 - a;
    std::int32_t sum = 0;
    for (std::size_t b = 0; b < size; ++b) sum += cells[b];
    row[a] += sum;
    for (std::size_t b = 0; b < size; ++b) column[b] += cells[b];
    for (std::size_t b = 0; b < size; ++b) anti_row[b] += cells[b];
    for (std::size_t b = 0; b < size; ++b) diagonal_row[b] += cells[b];
  }
}

void add_lines(const double* matrix, std::size_t size, double* row, double* column, double* anti, double* diagonal) {
  for (std::size_t a = 0; a < size; ++a) {
    const double* cells = matrix + (a + 1) * (size + 1) + 1;
    for (std::size_t b = 0; b < size; ++b) {
      row[a] += cells[b];
      column[b] += cells[b];
      anti[a + b] += cells[b];
      diagonal[b + size - 1 - a] += cells[b];
    }
  }
}

// The same for level numbers with gaps, whose antidiagonals and diagonals are those of the numbers.
template <typename Count>
void add_lines_with_gaps(const Count* matrix, const LevelScale& scale, Count* row, Count* column, Count* anti,
                         Count* diagonal) {
  const std::size_t size = scale.numbers.size();
  for (std::size_t a = 0; a < size; ++a) {
    const Count* cells = matrix + (a + 1) * (size + 1) + 1;
    const auto i = static_cast<std::size_t>(scale.numbers[a] - scale.first);
    for (std::size_t b = 0; b < size; ++b) {
      const auto j = static_cast<std::size_t>(scale.numbers[b] - scale.first);
      row[a] += cells[b];
      column[b] += cells[b];
      anti[i + j] += cells[b];
      diagonal[j + scale.range - 1 - i] += cells[b];
    }
  }
}

void reset(const LevelScale& scale, PairSums& sums) {
  sums.total = sums.energy = sums.log_sum = sums.maximum = 0;
  sums.x.assign(scale.numbers.size(), 0);
  sums.y.assign(scale.numbers.size(), 0);
  sums.sum.assign(2 * scale.range - 1, 0);
  sums.difference.assign(scale.range, 0);
}

// Adds `times` equal cells.
void add_cell(double count, double times, const double* log_table, PairSums& sums) {
  sums.energy += times * (count * count);
  sums.log_sum += times * x_log2_x(count, log_table);
  sums.maximum = std::max(sums.maximum, count);
}

template <typename Count>
void add_cells(const Count* matrix, std::size_t size, bool symmetric, PairSums& sums) {
  const double* log_table = count_log_table();
  const std::size_t width = size + 1;
  for (std::size_t a = 1; a <= size; ++a) {
    if (symmetric) {
      for (std::size_t b = 1; b < a; ++b) {
        const Count count = matrix[a * width + b] + matrix[b * width + a];
        if (count != 0) add_cell(static_cast<double>(count), 2, log_table, sums);
      }
      if (matrix[a * width + a] != 0) add_cell(2 * static_cast<double>(matrix[a * width + a]), 1, log_table, sums);
    } else {
      for (std::size_t b = 1; b <= size; ++b)
        if (matrix[a * width + b] != 0) add_cell(static_cast<double>(matrix[a * width + b]), 1, log_table, sums);
    }
  }
}

}  // namespace

LevelScale::LevelScale(const Levels& levels) : numbers(levels.numbers) {
  if (numbers.empty()) return;
  first = numbers.front();
  range = static_cast<std::size_t>(numbers.back() - first) + 1;
  gapless = range == numbers.size();
  level_count = levels.level_count;
  for (std::size_t difference = 0; difference < range; ++difference) {
    const double d = static_cast<double>(difference);
    inverse.push_back(1 / (1 + d));
    inverse_square.push_back(1 / (1 + d * d));
    normalised.push_back(1 / (1 + d / level_count));
    normalised_square.push_back(1 / (1 + d * d / (level_count * level_count)));
    reciprocal_square.push_back(difference == 0 ? 0 : 1 / (d * d));
  }
}

template <typename Count>
void sum_pairs(const Count* matrix, const LevelScale& scale, bool symmetric, bool reversed, PairSums& sums) {
  const std::size_t size = scale.numbers.size(), lines = 2 * scale.range - 1;
  reset(scale, sums);
  std::vector<Count> all(2 * size + 2 * lines, 0);
  Count *row = all.data(), *column = row + size, *anti = column + size, *diagonal = anti + lines;
  if (scale.gapless)
    add_lines(matrix, size, row, column, anti, diagonal);
  else
    add_lines_with_gaps(matrix, scale, row, column, anti, diagonal);
  const double times = symmetric ? 2 : 1;
  for (std::size_t a = 0; a < size; ++a) {
    sums.x[a] = static_cast<double>(row[a]);
    sums.y[a] = static_cast<double>(column[a]);
    if (symmetric) sums.x[a] = sums.y[a] = sums.x[a] + sums.y[a];
  }
  if (!symmetric && reversed) std::swap(sums.x, sums.y);
  for (std::size_t s = 0; s < lines; ++s) sums.sum[s] = times * static_cast<double>(anti[s]);
  for (std::size_t d = 0; d < scale.range; ++d) {
    const double below = d == 0 ? 0 : static_cast<double>(diagonal[scale.range - 1 - d]);
    sums.difference[d] = times * (static_cast<double>(diagonal[scale.range - 1 + d]) + below);
    sums.total += sums.difference[d];
  }
  if (sums.total > 0) add_cells(matrix, size, symmetric, sums);
}

template void sum_pairs(const std::int32_t*, const LevelScale&, bool, bool, PairSums&);
template void sum_pairs(const double*, const LevelScale&, bool, bool, PairSums&);

void sum_pairs(const SparsePairs& pairs, const LevelScale& scale, PairSums& sums) {
  reset(scale, sums);
  const double* log_table = count_log_table();
  for (std::size_t a = 0; a + 1 < pairs.row_start.size(); ++a)
    for (std::size_t cell = pairs.row_start[a]; cell < pairs.row_start[a + 1]; ++cell) {
      const double count = pairs.count[cell];
      const std::size_t b = pairs.column[cell];
      sums.total += count;
      sums.x[a] += count;
      sums.y[b] += count;
      sums.sum[static_cast<std::size_t>(scale.numbers[a] + scale.numbers[b] - 2 * scale.first)] += count;
      sums.difference[static_cast<std::size_t>(std::abs(scale.numbers[a] - scale.numbers[b]))] += count;
      add_cell(count, 1, log_table, sums);
    }
}

}  // namespace larc::radiomics
