#include "radiomics/glcm.h"

#include <Eigen/Eigenvalues>

#include "core/number.h"

namespace larc::radiomics {

namespace {

// Up to this many levels in use matrices are dense; beyond, pairs are sorted.
constexpr std::size_t kDenseLevels = 512;

// One cell of a matrix: level indices from 0 and how often the pair occurs.
struct Cell {
  std::uint32_t row, column;
  double count;
};

enum Quantity {
  autocorrelation,
  cluster_prominence,
  cluster_shade,
  cluster_tendency,
  contrast,
  correlation,
  difference_average,
  difference_entropy,
  difference_variance,
  inverse_difference,
  inverse_difference_moment,
  inverse_difference_moment_normalised,
  inverse_difference_normalised,
  information_correlation_1,
  information_correlation_2,
  inverse_variance,
  joint_average,
  joint_energy,
  joint_entropy,
  maximal_correlation,
  joint_maximum,
  sum_average,
  sum_entropy,
  joint_variance,
  kQuantities
};

using Values = std::array<double, kQuantities>;

struct Name {
  Quantity quantity;
  const char* id;
};

constexpr Name kNames[] = {
    {autocorrelation, "glcm_Autocorrelation"},
    {cluster_prominence, "glcm_ClusterProminence"},
    {cluster_shade, "glcm_ClusterShade"},
    {cluster_tendency, "glcm_ClusterTendency"},
    {cluster_tendency, "glcm_SumVariance"},
    {contrast, "glcm_Contrast"},
    {correlation, "glcm_Correlation"},
    {difference_average, "glcm_DifferenceAverage"},
    {difference_average, "glcm_Dissimilarity"},
    {difference_entropy, "glcm_DifferenceEntropy"},
    {difference_variance, "glcm_DifferenceVariance"},
    {inverse_difference, "glcm_Id"},
    {inverse_difference_moment, "glcm_Idm"},
    {inverse_difference_moment_normalised, "glcm_Idmn"},
    {inverse_difference_normalised, "glcm_Idn"},
    {information_correlation_1, "glcm_Imc1"},
    {information_correlation_2, "glcm_Imc2"},
    {inverse_variance, "glcm_InverseVariance"},
    {joint_average, "glcm_JointAverage"},
    {joint_energy, "glcm_JointEnergy"},
    {joint_entropy, "glcm_JointEntropy"},
    {maximal_correlation, "glcm_MCC"},
    {joint_maximum, "glcm_MaximumProbability"},
    {sum_average, "glcm_SumAverage"},
    {sum_entropy, "glcm_SumEntropy"},
    {joint_variance, "glcm_SumSquares"},
};

double entropy_term(double p) {
  return p > 0 ? -p * std::log2(p) : 0;
}

double entropy_of(const std::vector<double>& distribution) {
  double entropy = 0;
  for (const double p : distribution) entropy += entropy_term(p);
  return entropy;
}

// The region's level indices on a grid with a border of zeros as wide as the distance, so that no neighbour needs a
// test. Steps lead forward only, and a row's border is also the margin before the next row: no border at the lower
// ends.
struct PaddedLevels {
  std::vector<std::uint16_t> index;      // 0 outside
  std::vector<std::uint32_t> region;     // offsets of the region's voxels
  std::array<std::ptrdiff_t, 3> stride;  // of a step along each axis

  PaddedLevels(const RegionView& view, int border) {
    const auto nx = static_cast<std::size_t>(view.size()[0]), ny = static_cast<std::size_t>(view.size()[1]);
    const auto pad = static_cast<std::size_t>(border);
    const std::size_t px = nx + pad, py = ny + pad, pz = static_cast<std::size_t>(view.size()[2]) + pad;
    stride = {1, static_cast<std::ptrdiff_t>(px), static_cast<std::ptrdiff_t>(px * py)};
    index.assign(px * py * pz, 0);
    region.reserve(view.offsets.size());
    std::size_t row_start = 0, padded_start = 0;
    for (std::size_t r = 0; r < view.offsets.size(); ++r) {
      const std::size_t offset = view.offsets[r];
      if (offset >= row_start + nx || r == 0) {
        const std::size_t row = offset / nx;
        row_start = row * nx;
        padded_start = row / ny * px * py + (row % ny) * px;
      }
      const std::size_t target = padded_start + (offset - row_start);
      index[target] = view.levels.index_of_voxel[r];
      region.push_back(static_cast<std::uint32_t>(target));
    }
  }
};

// Pairs of every direction in one pass over the region; matrices of (levels + 1)^2, row and column 0 mean outside.
template <std::size_t fixed_directions>
std::vector<std::uint32_t> count_dense(const PaddedLevels& grid, const std::vector<std::ptrdiff_t>& steps,
                                       std::size_t levels) {
  const std::size_t directions = fixed_directions > 0 ? fixed_directions : steps.size();
  const std::size_t width = levels + 1, matrix = width * width;
  std::vector<std::uint32_t> counts(directions * matrix, 0);
  for (const std::uint32_t voxel : grid.region) {
    const std::uint16_t* centre = grid.index.data() + voxel;
    std::uint32_t* row = counts.data() + *centre * width;
    for (std::size_t d = 0; d < directions; ++d, row += matrix) ++row[centre[steps[d]]];
  }
  return counts;
}

std::vector<Cell> cells_of_dense(const std::uint32_t* counts, std::size_t levels, bool symmetric) {
  const std::size_t width = levels + 1;
  std::vector<Cell> cells;
  for (std::size_t a = 1; a < width; ++a)
    for (std::size_t b = 1; b < width; ++b) {
      const std::uint64_t count =
          counts[a * width + b] + (symmetric ? std::uint64_t{counts[b * width + a]} : std::uint64_t{0});
      if (count > 0)
        cells.push_back(
            {static_cast<std::uint32_t>(a - 1), static_cast<std::uint32_t>(b - 1), static_cast<double>(count)});
    }
  return cells;
}

std::vector<Cell> cells_by_sorting(const PaddedLevels& grid, std::ptrdiff_t step, bool symmetric) {
  std::vector<std::uint32_t> pairs;
  for (const std::uint32_t voxel : grid.region) {
    const std::uint32_t a = grid.index[voxel];
    const std::uint32_t b = grid.index[static_cast<std::size_t>(static_cast<std::ptrdiff_t>(voxel) + step)];
    if (b == 0) continue;
    pairs.push_back((a - 1) << 16 | (b - 1));
    if (symmetric) pairs.push_back((b - 1) << 16 | (a - 1));
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<Cell> cells;
  for (const std::uint32_t pair : pairs) {
    if (!cells.empty() && (cells.back().row << 16 | cells.back().column) == pair)
      cells.back().count += 1;
    else
      cells.push_back({pair >> 16, pair & 0xffff, 1.0});
  }
  return cells;
}

std::vector<Cell> merge(const std::vector<std::vector<Cell>>& directions) {
  std::vector<Cell> all, merged;
  for (const auto& cells : directions) all.insert(all.end(), cells.begin(), cells.end());
  std::sort(all.begin(), all.end(),
            [](const Cell& a, const Cell& b) { return a.row != b.row ? a.row < b.row : a.column < b.column; });
  for (const Cell& cell : all) {
    if (!merged.empty() && merged.back().row == cell.row && merged.back().column == cell.column)
      merged.back().count += cell.count;
    else
      merged.push_back(cell);
  }
  return merged;
}

// Second singular value of p(i,j) / sqrt(px(i) py(j)), the maximal correlation of the two levels (Sarmanov 1958).
double second_singular_value(const std::vector<Cell>& cells, double total, const std::vector<double>& px,
                             const std::vector<double>& py, bool symmetric) {
  std::vector<int> place(px.size(), -1);
  int occupied = 0;
  for (std::size_t level = 0; level < px.size(); ++level)
    if (px[level] > 0 || py[level] > 0) place[level] = occupied++;
  if (occupied < 2) return 0;
  Eigen::MatrixXd scaled = Eigen::MatrixXd::Zero(occupied, occupied);
  for (const Cell& cell : cells)
    scaled(place[cell.row], place[cell.column]) = cell.count / total / std::sqrt(px[cell.row] * py[cell.column]);
  if (!symmetric) scaled = (scaled * scaled.transpose()).eval();
  const Eigen::VectorXd eigen =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(scaled, Eigen::EigenvaluesOnly).eigenvalues();
  std::vector<double> size(eigen.data(), eigen.data() + eigen.size());
  for (double& value : size) value = std::abs(value);
  std::nth_element(size.begin(), size.begin() + 1, size.end(), std::greater<>());
  return symmetric ? size[1] : std::sqrt(size[1]);
}

Values values_of(const std::vector<Cell>& cells, const Levels& levels, bool symmetric, bool with_maximal_correlation) {
  const std::size_t used = levels.numbers.size(), range = static_cast<std::size_t>(levels.level_count);
  double total = 0;
  for (const Cell& cell : cells) total += cell.count;
  std::vector<double> px(used, 0), py(used, 0), sum(2 * range + 1, 0), difference(range, 0);
  Values v{};
  double mean_x = 0, mean_y = 0;
  for (const Cell& cell : cells) {
    const double p = cell.count / total;
    const int i = levels.numbers[cell.row], j = levels.numbers[cell.column];
    px[cell.row] += p;
    py[cell.column] += p;
    sum[static_cast<std::size_t>(i + j)] += p;
    difference[static_cast<std::size_t>(std::abs(i - j))] += p;
    v[autocorrelation] += p * i * j;
    v[joint_energy] += p * p;
    v[joint_entropy] += entropy_term(p);
    v[joint_maximum] = std::max(v[joint_maximum], p);
    mean_x += p * i;
    mean_y += p * j;
  }
  v[joint_average] = mean_x;

  double variance_x = 0, variance_y = 0, covariance = 0;
  for (std::size_t level = 0; level < used; ++level) {
    const double dx = levels.numbers[level] - mean_x, dy = levels.numbers[level] - mean_y;
    variance_x += px[level] * dx * dx;
    variance_y += py[level] * dy * dy;
  }
  for (const Cell& cell : cells)
    covariance += cell.count / total * (levels.numbers[cell.row] - mean_x) * (levels.numbers[cell.column] - mean_y);
  v[joint_variance] = variance_x;
  const double spread = std::sqrt(variance_x * variance_y);
  v[correlation] = spread > 0 ? covariance / spread : 1;  // a single level in this direction: perfectly predictable

  for (std::size_t k = 2; k <= 2 * range; ++k) {
    const double p = sum[k], d = static_cast<double>(k) - mean_x - mean_y;
    if (p == 0) continue;
    v[sum_average] += p * static_cast<double>(k);
    v[sum_entropy] += entropy_term(p);
    v[cluster_tendency] += p * d * d;
    v[cluster_shade] += p * d * d * d;
    v[cluster_prominence] += p * d * d * d * d;
  }
  const double level_count = static_cast<double>(range);
  for (std::size_t n = 0; n < range; ++n) {
    const double p = difference[n], k = static_cast<double>(n);
    if (p == 0) continue;
    v[difference_average] += p * k;
    v[difference_entropy] += entropy_term(p);
    v[contrast] += p * k * k;
    v[inverse_difference] += p / (1 + k);
    v[inverse_difference_moment] += p / (1 + k * k);
    v[inverse_difference_normalised] += p / (1 + k / level_count);
    v[inverse_difference_moment_normalised] += p / (1 + k * k / (level_count * level_count));
    if (n > 0) v[inverse_variance] += p / (k * k);
  }
  for (std::size_t n = 0; n < range; ++n) {
    const double d = static_cast<double>(n) - v[difference_average];
    v[difference_variance] += difference[n] * d * d;
  }

  // Both cross entropies of the definition equal HX + HY, because the rows and columns of p add up to px and py.
  const double entropy_x = entropy_of(px), entropy_y = entropy_of(py);
  const double shared = std::max(0.0, entropy_x + entropy_y - v[joint_entropy]);
  const double larger = std::max(entropy_x, entropy_y);
  v[information_correlation_1] = larger > 0 ? 0.0 - shared / larger : 0;
  v[information_correlation_2] = std::sqrt(1 - std::exp(-2 * shared));
  v[maximal_correlation] = with_maximal_correlation ? second_singular_value(cells, total, px, py, symmetric) : kNaN;
  return v;
}

std::vector<std::vector<Cell>> matrices_of(const RegionView& region) {
  const ExtractionSettings& settings = *region.settings;
  const PaddedLevels grid(region, settings.distances.front());
  std::vector<std::ptrdiff_t> steps;
  for (const auto& step : half_neighbours(settings.distances.front(), settings.force_2d, settings.force_2d_axis))
    steps.push_back(step[0] * grid.stride[0] + step[1] * grid.stride[1] + step[2] * grid.stride[2]);
  const std::size_t used = region.levels.numbers.size(), matrix = (used + 1) * (used + 1);
  std::vector<std::vector<Cell>> matrices;
  if (used > kDenseLevels) {
    for (const std::ptrdiff_t step : steps) matrices.push_back(cells_by_sorting(grid, step, settings.glcm_symmetric));
  } else {
    const std::vector<std::uint32_t> counts =
        steps.size() == 13 ? count_dense<13>(grid, steps, used) : count_dense<0>(grid, steps, used);
    for (std::size_t d = 0; d < steps.size(); ++d)
      matrices.push_back(cells_of_dense(counts.data() + d * matrix, used, settings.glcm_symmetric));
  }
  std::erase_if(matrices, [](const std::vector<Cell>& cells) { return cells.empty(); });
  return matrices;
}

}  // namespace

std::vector<std::array<int, 3>> half_neighbours(int distance, bool force_2d, int axis) {
  std::vector<std::array<int, 3>> steps;
  for (int z = 0; z <= distance; ++z)
    for (int y = z == 0 ? 0 : -distance; y <= distance; ++y)
      for (int x = z == 0 && y == 0 ? 1 : -distance; x <= distance; ++x) {
        const std::array<int, 3> step{x, y, z};
        if (std::max({std::abs(x), std::abs(y), z}) != distance) continue;
        if (!force_2d || step[static_cast<std::size_t>(axis)] == 0) steps.push_back(step);
      }
  return steps;
}

void compute_glcm(const RegionView& region, FeatureCollector& out) {
  const bool symmetric = region.settings->glcm_symmetric;
  const std::size_t used = region.levels.numbers.size();
  std::vector<std::vector<Cell>> matrices;
  if (used >= 2) matrices = matrices_of(region);

  Values average{};
  const bool with_maximal_correlation = out.wants("glcm_MCC") && used <= kDenseLevels;
  for (const auto& cells : matrices) {
    const Values values = values_of(cells, region.levels, symmetric, with_maximal_correlation);
    for (std::size_t q = 0; q < kQuantities; ++q) average[q] += values[q] / static_cast<double>(matrices.size());
  }
  if (matrices.empty()) average.fill(kNaN);

  Values merged;
  merged.fill(kNaN);
  if (!matrices.empty() && out.wants(Aggregation::merged_3d))
    merged = values_of(merge(matrices), region.levels, symmetric, false);
  for (const Name& name : kNames) {
    out.add(name.id, average[name.quantity], Aggregation::average_3d);
    out.add(name.id, average[name.quantity], Aggregation::average_2_5d);
    out.add(name.id, merged[name.quantity], Aggregation::merged_3d);
  }
}

}  // namespace larc::radiomics
