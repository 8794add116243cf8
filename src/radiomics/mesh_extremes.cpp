#include "radiomics/mesh.h"

namespace larc::radiomics {

namespace {

// First and last vertex of a line of vertices; first > last: none.
struct Ends {
  int first = 1, last = 0;
};

// The lines of vertices along one axis, at half-voxel coordinates -1 .. 2 n - 1 of the other two.
struct Lines {
  int count_u, count_w;
  std::vector<Ends> ends;

  Lines(int size_u, int size_w)
      : count_u(2 * size_u + 1),
        count_w(2 * size_w + 1),
        ends(static_cast<std::size_t>(count_u) * static_cast<std::size_t>(count_w)) {}
  std::size_t index(int u, int w) const {
    return static_cast<std::size_t>(w + 1) * static_cast<std::size_t>(count_u) + static_cast<std::size_t>(u + 1);
  }
};

// First and last bit of a row of words; -1, -1: none.
template <typename Word>
std::array<int, 2> end_bits(int words, const Word& word) {
  for (int w = 0; w < words; ++w) {
    const std::uint64_t low = word(w);
    if (low == 0) continue;
    for (int v = words - 1;; --v)
      if (const std::uint64_t high = word(v); high != 0)
        return {64 * w + std::countr_zero(low), 64 * v + 63 - std::countl_zero(high)};
  }
  return {-1, -1};
}

// Lines along x at (y, z).
Lines lines_along_x(const BitRows& rows) {
  const int ny = rows.size()[1], nz = rows.size()[2], words = rows.words();
  Lines lines(ny, nz);
  const auto across = [&](int u, int w, const std::uint64_t* p, const std::uint64_t* q) {
    const auto [first, last] = end_bits(words, [&](int v) { return p[v] ^ q[v]; });
    if (first >= 0) lines.ends[lines.index(u, w)] = {2 * (first - 1), 2 * (last - 1)};
  };
  for (int k = -1; k < nz; ++k)
    for (int j = -1; j < ny; ++j) {
      const std::uint64_t* here = rows.row(j, k);
      if (j >= 0 && k >= 0) {
        const auto [first, last] = end_bits(words, [&](int v) { return here[v]; });
        if (first >= 0) lines.ends[lines.index(2 * j, 2 * k)] = {2 * (first - 1) - 1, 2 * (last - 1) + 1};
      }
      if (k >= 0) across(2 * j + 1, 2 * k, here, rows.row(j + 1, k));
      if (j >= 0) across(2 * j, 2 * k + 1, here, rows.row(j, k + 1));
    }
  return lines;
}

// Lines along y at (x, z).
Lines lines_along_y(const BitRows& rows) {
  const int ny = rows.size()[1], nz = rows.size()[2], words = rows.words();
  Lines lines(rows.size()[0], nz);
  std::vector<std::uint64_t> seen;
  // Bit b of word(j, v) stands for a vertex at x = 2 (b - 1) + shift; the first and last j that have it.
  const auto sweep = [&](int w, int shift, int margin, const auto& word) {
    for (const bool forward : {true, false}) {
      seen.assign(static_cast<std::size_t>(words), 0);
      for (int step = 0; step < ny; ++step) {
        const int j = forward ? step : ny - 1 - step;
        for (int v = 0; v < words; ++v) {
          std::uint64_t fresh = word(j, v) & ~seen[static_cast<std::size_t>(v)];
          if (fresh == 0) continue;
          seen[static_cast<std::size_t>(v)] |= fresh;
          for (; fresh != 0; fresh &= fresh - 1) {
            Ends& ends = lines.ends[lines.index(2 * (64 * v + std::countr_zero(fresh) - 1) + shift, w)];
            (forward ? ends.first : ends.last) = forward ? 2 * j - margin : 2 * j + margin;
          }
        }
      }
    }
  };
  for (int k = -1; k < nz; ++k) {
    if (k >= 0) {
      sweep(2 * k, 0, 1, [&](int j, int v) { return rows.row(j, k)[v]; });
      sweep(2 * k, 1, 0, [&](int j, int v) {
        const std::uint64_t* row = rows.row(j, k);
        return row[v] ^ (row[v] >> 1 | row[v + 1] << 63);
      });
    }
    sweep(2 * k + 1, 0, 0, [&](int j, int v) { return rows.row(j, k)[v] ^ rows.row(j, k + 1)[v]; });
  }
  return lines;
}

// A vertex in a plane: s across the lines, t along them.
struct PlanePoint {
  int s, t;
  std::size_t line;
};

std::int64_t turn(const PlanePoint& p, const PlanePoint& q, const PlanePoint& r) {
  return std::int64_t{q.s - p.s} * (r.t - p.t) - std::int64_t{q.t - p.t} * (r.s - p.s);
}

struct PlaneLine {
  int s;
  Ends ends;
  std::size_t line;
};

// The corners of the convex hull of lines in ascending order of s (Andrew 1979), counter-clockwise, each once.
void hull_of(const std::vector<PlaneLine>& lines, std::vector<PlanePoint>& hull) {
  hull.clear();
  for (const PlaneLine& line : lines) {
    const PlanePoint next{line.s, line.ends.first, line.line};
    while (hull.size() >= 2 && turn(hull[hull.size() - 2], hull.back(), next) <= 0) hull.pop_back();
    hull.push_back(next);
  }
  const std::size_t lower = hull.size();
  for (std::size_t n = lines.size(); n-- > 0;) {
    const PlanePoint next{lines[n].s, lines[n].ends.last, lines[n].line};
    if (hull.back().s == next.s && hull.back().t == next.t) continue;
    while (hull.size() > lower && turn(hull[hull.size() - 2], hull.back(), next) <= 0) hull.pop_back();
    hull.push_back(next);
  }
  if (hull.size() > 1 && hull.back().s == hull[0].s && hull.back().t == hull[0].t) hull.pop_back();
}

// Square of the largest distance of a convex polygon's corners: only corners with parallel lines of support can have it
// (rotating calipers, Shamos 1978). Which these are does not depend on the spacing.
double largest_square(const std::vector<PlanePoint>& hull, double spacing_s, double spacing_t) {
  double largest = 0;
  const auto consider = [&](const PlanePoint& p, const PlanePoint& q) {
    const double s = (p.s - q.s) * spacing_s, t = (p.t - q.t) * spacing_t;
    largest = std::max(largest, s * s + t * t);
  };
  const std::size_t count = hull.size();
  const auto next = [&](std::size_t n) { return n + 1 == count ? 0 : n + 1; };
  if (count < 4) {
    for (std::size_t p = 0; p < count; ++p)
      for (std::size_t q = 0; q < p; ++q) consider(hull[p], hull[q]);
    return largest;
  }
  std::size_t opposite = 1;
  for (std::size_t p = 0; p < count; ++p) {
    const PlanePoint &from = hull[p], &to = hull[next(p)];
    std::int64_t further;
    while ((further = std::int64_t{to.s - from.s} * (hull[next(opposite)].t - hull[opposite].t) -
                      std::int64_t{to.t - from.t} * (hull[next(opposite)].s - hull[opposite].s)) > 0)
      opposite = next(opposite);
    consider(from, hull[opposite]);
    consider(to, hull[opposite]);
    if (further == 0) {
      consider(from, hull[next(opposite)]);
      consider(to, hull[next(opposite)]);
    }
  }
  return largest;
}

// Hulls of all planes w = constant (planes_are_w) or u = constant; work gets the plane's coordinate and its corners.
// Returns the largest distance in a plane.
template <typename Work>
double search_planes(const Lines& lines, bool planes_are_w, double spacing_across, double spacing_along,
                     const Work& work) {
  const int planes = planes_are_w ? lines.count_w : lines.count_u, count = planes_are_w ? lines.count_u : lines.count_w;
  std::vector<PlaneLine> in_plane;
  std::vector<PlanePoint> hull;
  double largest = 0;
  for (int plane = -1; plane < planes - 1; ++plane) {
    in_plane.clear();
    for (int s = -1; s < count - 1; ++s) {
      const std::size_t line = planes_are_w ? lines.index(s, plane) : lines.index(plane, s);
      if (lines.ends[line].first <= lines.ends[line].last) in_plane.push_back({s, lines.ends[line], line});
    }
    if (in_plane.empty()) continue;
    hull_of(in_plane, hull);
    largest = std::max(largest, largest_square(hull, spacing_across, spacing_along));
    work(plane, hull);
  }
  return std::sqrt(largest) / 2;
}

}  // namespace

MeshExtremes find_extremes(const BitRows& rows, const image::Vec3& spacing_mm) {
  MeshExtremes extremes;
  const auto& [dx, dy, dz] = spacing_mm;
  const Lines along_x = lines_along_x(rows), along_y = lines_along_y(rows);
  // Which end of which line is a corner in its planes across z (1 first, 2 last) and across y (4, 8).
  std::vector<std::uint8_t> marks(along_x.ends.size(), 0);
  const auto mark = [&](int first) {
    return [&marks, &along_x, first](int, const std::vector<PlanePoint>& hull) {
      for (const PlanePoint& corner : hull) {
        if (corner.t == along_x.ends[corner.line].first)
          marks[corner.line] = static_cast<std::uint8_t>(marks[corner.line] | first);
        if (corner.t == along_x.ends[corner.line].last)
          marks[corner.line] = static_cast<std::uint8_t>(marks[corner.line] | first << 1);
      }
    };
  };
  extremes.diameter_across_axis_mm[2] = search_planes(along_x, true, dy, dx, mark(1));
  extremes.diameter_across_axis_mm[1] = search_planes(along_x, false, dz, dx, mark(4));
  extremes.diameter_across_axis_mm[0] =
      search_planes(along_y, false, dz, dy, [&](int x, const std::vector<PlanePoint>& hull) {
        for (const PlanePoint& corner : hull) {
          const int y = corner.t, z = corner.s;
          const std::size_t line = along_x.index(y, z);
          if ((x == along_x.ends[line].first && (marks[line] & 5) == 5) ||
              (x == along_x.ends[line].last && (marks[line] & 10) == 10))
            extremes.corners.push_back({x, y, z});
        }
      });
  return extremes;
}

double largest_distance_mm(const std::vector<MeshVertex>& vertices, const image::Vec3& spacing_mm) {
  // Points by cells of a grid; two cells are compared only where their boxes leave room for a larger distance.
  constexpr int kCells = 8;
  using Point = std::array<double, 3>;
  struct Cell {
    Point lower, upper;
    std::vector<Point> points;
  };
  MeshVertex lower = vertices[0], upper = vertices[0];
  for (const MeshVertex& vertex : vertices)
    for (std::size_t axis = 0; axis < 3; ++axis) {
      lower[axis] = std::min(lower[axis], vertex[axis]);
      upper[axis] = std::max(upper[axis], vertex[axis]);
    }
  std::vector<Cell> cells(kCells * kCells * kCells);
  for (const MeshVertex& vertex : vertices) {
    std::size_t number = 0;
    Point point;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::int64_t from = vertex[axis] - lower[axis], extent = upper[axis] - lower[axis] + 1;
      number = number * kCells + static_cast<std::size_t>(from * kCells / extent);
      point[axis] = static_cast<double>(from) * spacing_mm[axis];
    }
    Cell& cell = cells[number];
    if (cell.points.empty()) cell.lower = cell.upper = point;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      cell.lower[axis] = std::min(cell.lower[axis], point[axis]);
      cell.upper[axis] = std::max(cell.upper[axis], point[axis]);
    }
    cell.points.push_back(point);
  }
  cells.erase(std::remove_if(cells.begin(), cells.end(), [](const Cell& cell) { return cell.points.empty(); }),
              cells.end());

  double best = 0;
  const auto compare = [&](const Cell& a, const Cell& b) {
    double bound = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double d = std::max(a.upper[axis] - b.lower[axis], b.upper[axis] - a.lower[axis]);
      bound += d * d;
    }
    if (bound <= best) return;
    for (const Point& p : a.points)
      for (const Point& q : b.points) {
        const double x = p[0] - q[0], y = p[1] - q[1], z = p[2] - q[2];
        best = std::max(best, x * x + y * y + z * z);
      }
  };
  // Opposite cells first: they give a large distance early.
  for (std::size_t c = 0; 2 * c < cells.size(); ++c) compare(cells[c], cells[cells.size() - 1 - c]);
  for (std::size_t a = 0; a < cells.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b) compare(cells[a], cells[b]);
  return std::sqrt(best) / 2;
}

}  // namespace larc::radiomics
