#include "core/hash.h"
#include "image/box.h"
#include "quality/near_duplicate.h"

namespace larc::quality {

namespace {

constexpr double kFilled = 0.9;  // share of a cell that the image has to fill, along every axis
constexpr double kRounding = 1e-9;
constexpr int kAround = 2;  // cells to either side whose mean is taken away

/// Which index axis of the image, and in which direction, is the nearest to each axis of LPS.
struct Turn {
  std::array<std::size_t, 3> axis;
  std::array<bool, 3> reversed;
};

Turn turn_of(const image::Geometry& g) {
  Turn turn{};
  std::array<bool, 3> row_taken{}, column_taken{};
  for (int round = 0; round < 3; ++round) {
    std::size_t row = 0, column = 0;
    double best = -1;
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t c = 0; c < 3; ++c)
        if (!row_taken[r] && !column_taken[c] && std::abs(g.direction[r][c]) > best) {
          best = std::abs(g.direction[r][c]);
          row = r;
          column = c;
        }
    row_taken[row] = column_taken[column] = true;
    turn.axis[row] = column;
    turn.reversed[row] = g.direction[row][column] < 0;
  }
  return turn;
}

/// How much of each voxel along an axis falls into each cell.
struct CellShare {
  int cell;
  double share;
};

/// Shares of `size` voxels in cells; `start` is the outer edge of the first voxel, counted in cells from the first one.
std::vector<std::vector<CellShare>> shares(int size, double spacing, bool reversed, int cells, double cell_mm,
                                           double start, std::vector<double>& filled) {
  std::vector<std::vector<CellShare>> result(static_cast<std::size_t>(size));
  filled.assign(static_cast<std::size_t>(cells), 0);
  for (int n = 0; n < size; ++n) {
    const double from = start + (reversed ? size - 1 - n : n) * spacing / cell_mm, to = from + spacing / cell_mm;
    const int last = static_cast<int>(std::min<double>(cells, std::ceil(to)));
    for (int cell = std::max(0, static_cast<int>(std::floor(from))); cell < last; ++cell) {
      const double share = std::min(to, cell + 1.0) - std::max(from, static_cast<double>(cell));
      if (share <= 1e-9) continue;
      result[static_cast<std::size_t>(n)].push_back({cell, share});
      filled[static_cast<std::size_t>(cell)] += share;
    }
  }
  return result;
}

/// Where cells begin along one axis of LPS.
struct Start {
  double cells;  // outer edge of the first voxel, counted from the first cell
  int place;     // of the first cell on the lattice through the origin of the patient
};

/// The image's middle in the middle of the cells; on the lattice as near to that as it goes.
Start start_of(const image::Geometry& g, std::size_t axis, bool reversed, int cells, double cell_mm, bool lattice) {
  const double half = 0.5 * g.size[axis] * g.spacing_mm[axis] / cell_mm;
  if (!lattice) return {0.5 * cells - half, 0};
  const auto middle = g.point_lps({0.5 * (g.size[0] - 1), 0.5 * (g.size[1] - 1), 0.5 * (g.size[2] - 1)});
  double along = 0;
  for (std::size_t r = 0; r < 3; ++r) along += middle[r] * g.direction[r][axis];
  if (reversed) along = -along;
  const double centre = along / cell_mm;
  const int place = static_cast<int>(std::lround(centre - 0.5 * cells));
  return {centre - half - place, place};
}

struct Cells {
  std::array<int, 3> size;
  std::vector<double> values;
  std::array<int, 3> lower, upper;  // filled ones, both inside; empty where lower exceeds upper
  std::array<int, 3> place;

  std::size_t at(int i, int j, int k) const { return static_cast<std::size_t>((k * size[1] + j) * size[0] + i); }
  template <typename Visit>
  void each(Visit&& visit) const {
    for (int k = lower[2]; k <= upper[2]; ++k)
      for (int j = lower[1]; j <= upper[1]; ++j)
        for (int i = lower[0]; i <= upper[0]; ++i) visit(i, j, k, at(i, j, k));
  }
};

/// Mean of the image in every cell, axis by axis.
Cells cells_of(const image::Volume& volume, const std::array<int, 3>& size, double cell_mm, bool lattice) {
  const auto& g = volume.geometry;
  const auto turn = turn_of(g);
  Cells cells{size, {}, {}, {}, {}};
  std::array<std::vector<std::vector<CellShare>>, 3> share;  // by axis of the image
  std::array<std::vector<double>, 3> filled;
  std::array<std::size_t, 3> axis_of{};  // of the cells, by axis of the image
  for (std::size_t a = 0; a < 3; ++a) {
    axis_of[turn.axis[a]] = a;
    const std::size_t own = turn.axis[a];
    const auto start = start_of(g, own, turn.reversed[a], size[a], cell_mm, lattice);
    cells.place[a] = start.place;
    share[own] = shares(g.size[own], g.spacing_mm[own], turn.reversed[a], size[a], cell_mm, start.cells, filled[a]);
    cells.lower[a] = 0;
    cells.upper[a] = size[a] - 1;
    while (cells.lower[a] <= cells.upper[a] && filled[a][static_cast<std::size_t>(cells.lower[a])] < kFilled)
      ++cells.lower[a];
    while (cells.upper[a] >= cells.lower[a] && filled[a][static_cast<std::size_t>(cells.upper[a])] < kFilled)
      --cells.upper[a];
  }
  cells.values.assign(static_cast<std::size_t>(size[0] * size[1] * size[2]), 0);
  const std::size_t steps[3] = {1, static_cast<std::size_t>(size[0]), static_cast<std::size_t>(size[0] * size[1])};
  const std::size_t step_i = steps[axis_of[0]], step_j = steps[axis_of[1]], step_k = steps[axis_of[2]];
  std::vector<double> line(static_cast<std::size_t>(size[axis_of[0]]));
  for (int k = 0; k < g.size[2]; ++k) {
    const auto& of_k = share[2][static_cast<std::size_t>(k)];
    if (of_k.empty()) continue;
    for (int j = 0; j < g.size[1]; ++j) {
      const auto& of_j = share[1][static_cast<std::size_t>(j)];
      if (of_j.empty()) continue;
      std::fill(line.begin(), line.end(), 0.0);
      const double* x = volume.voxels.data() + g.offset(0, j, k);
      for (int i = 0; i < g.size[0]; ++i)
        for (const auto& part : share[0][static_cast<std::size_t>(i)])
          line[static_cast<std::size_t>(part.cell)] += part.share * x[i];
      for (const auto& at_k : of_k)
        for (const auto& at_j : of_j) {
          double* to = cells.values.data() + static_cast<std::size_t>(at_k.cell) * step_k +
                       static_cast<std::size_t>(at_j.cell) * step_j;
          for (std::size_t i = 0; i < line.size(); ++i) to[i * step_i] += at_k.share * at_j.share * line[i];
        }
    }
  }
  cells.each([&](int i, int j, int k, std::size_t at) {
    cells.values[at] /= filled[0][static_cast<std::size_t>(i)] * filled[1][static_cast<std::size_t>(j)] *
                        filled[2][static_cast<std::size_t>(k)];
  });
  return cells;
}

/// Values of filled cells by their ranks, 0 .. 1, equal ones in the middle of theirs.
void to_ranks(Cells& cells) {
  std::vector<std::size_t> order;
  cells.each([&](int, int, int, std::size_t at) { order.push_back(at); });
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return cells.values[a] != cells.values[b] ? cells.values[a] < cells.values[b] : a < b;
  });
  std::vector<double> ranks(order.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && cells.values[order[to]] == cells.values[order[from]]) ++to;
    for (std::size_t r = from; r < to; ++r)
      ranks[r] = 0.5 * static_cast<double>(from + to - 1) / static_cast<double>(order.size());
    from = to;
  }
  for (std::size_t r = 0; r < order.size(); ++r) cells.values[order[r]] = ranks[r];
}

/// Less the mean of the filled cells around, within the plane and along the third axis; 0 in cells that are not filled.
std::vector<double> own_detail(const Cells& cells) {
  std::vector<double> detail(cells.values.size(), 0);
  cells.each([&](int i, int j, int k, std::size_t at) {
    double sum = 0, count = 0;
    for (int c = std::max(cells.lower[2], k - 1); c <= std::min(cells.upper[2], k + 1); ++c)
      for (int b = std::max(cells.lower[1], j - kAround); b <= std::min(cells.upper[1], j + kAround); ++b)
        for (int a = std::max(cells.lower[0], i - kAround); a <= std::min(cells.upper[0], i + kAround); ++a) {
          sum += cells.values[cells.at(a, b, c)];
          count += 1;
        }
    const double apart = cells.values[at] - sum / count;
    detail[at] = std::abs(apart) > kRounding ? apart : 0;
  });
  return detail;
}

std::string pixel_hash_of(const image::Volume& volume) {
  std::string bytes(reinterpret_cast<const char*>(volume.geometry.size.data()), sizeof volume.geometry.size);
  bytes.reserve(bytes.size() + volume.voxels.size() * sizeof(double));
  bytes.append(reinterpret_cast<const char*>(volume.voxels.data()), volume.voxels.size() * sizeof(double));
  return sha256(bytes);
}

void set_coarse(ImageSignature& signature, const std::vector<double>& detail) {
  double squares = 0;
  for (const double x : detail) squares += x * x;
  const double unit = squares > 0 ? 1 / std::sqrt(squares) : 0;
  for (const double x : detail) signature.coarse.push_back(static_cast<float>(x * unit));
}

void set_fine(ImageSignature& signature, const Cells& cells, const std::vector<double>& detail) {
  double squares = 0, count = 0;
  cells.each([&](int, int, int, std::size_t at) {
    squares += detail[at] * detail[at];
    count += 1;
  });
  // Steps of a 32nd of the standard deviation; beyond four of them values are cut.
  const double unit = squares > 0 ? 32 / std::sqrt(squares / count) : 0;
  signature.fine.assign(detail.size(), 0);
  cells.each([&](int, int, int, std::size_t at) {
    signature.fine[at] = static_cast<std::int8_t>(std::clamp(std::round(detail[at] * unit), -127.0, 127.0));
  });
  signature.place = cells.place;
  signature.lower = cells.lower;
  signature.upper = cells.upper;
}

}  // namespace

ImageSignature signature_of(const image::Volume& volume) {
  image::check_finite(volume, "image");
  image::check_geometry(volume.geometry, "image");
  ImageSignature signature;
  signature.pixel_hash = pixel_hash_of(volume);
  auto coarse = cells_of(volume, ImageSignature::kCoarse, ImageSignature::kCoarseMm, false);
  to_ranks(coarse);
  set_coarse(signature, own_detail(coarse));
  auto fine = cells_of(volume, ImageSignature::kFine, ImageSignature::kFineMm, true);
  to_ranks(fine);
  set_fine(signature, fine, own_detail(fine));
  return signature;
}

}  // namespace larc::quality
