#include "radiomics/mesh.h"

namespace larc::radiomics {

namespace {

// Mesh vertices lie half way between neighbours of which one is inside: in half voxels, one coordinate is odd.

// The first and last vertex of every line of vertices along one axis. Lines are at (u, w), the half-voxel coordinates
// of the other two axes in ascending order, from -1 to 2 n - 1; stored with 1 added.
struct LineEnds {
  int lines_u, lines_w;
  std::vector<std::array<int, 2>> ends;  // first > last: no vertex

  const std::array<int, 2>& at(int u, int w) const {
    return ends[static_cast<std::size_t>(w) * static_cast<std::size_t>(lines_u) + static_cast<std::size_t>(u)];
  }
};

LineEnds find_line_ends(const image::Mask& mask, int axis) {
  const image::Index3& size = mask.geometry.size;
  const std::array<std::size_t, 3> stride{1, static_cast<std::size_t>(size[0]),
                                          static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1])};
  const std::size_t a = static_cast<std::size_t>(axis), u_axis = a == 0 ? 1 : 0, w_axis = a == 2 ? 1 : 2;
  const int length = size[a], nu = size[u_axis], nw = size[w_axis];
  LineEnds lines{2 * nu + 1, 2 * nw + 1, {}};
  lines.ends.assign(static_cast<std::size_t>(lines.lines_u) * static_cast<std::size_t>(lines.lines_w), {1, 0});

  const std::vector<std::uint8_t> nothing(static_cast<std::size_t>(length) * stride[a], 0);
  const auto row = [&](int u, int w) {
    return u < 0 || w < 0 || u >= nu || w >= nw ? nothing.data()
                                                : &mask.voxels[static_cast<std::size_t>(u) * stride[u_axis] +
                                                               static_cast<std::size_t>(w) * stride[w_axis]];
  };
  // Where two rows differ first and last.
  const auto differ = [&](const std::uint8_t* p, const std::uint8_t* q) -> std::array<int, 2> {
    int first = 0, last = length - 1;
    const auto same = [&](int i) {
      return p[static_cast<std::size_t>(i) * stride[a]] == q[static_cast<std::size_t>(i) * stride[a]];
    };
    while (first < length && same(first)) ++first;
    while (last > first && same(last)) --last;
    return {first, first == length ? -1 : last};
  };
  const auto store = [&](int u, int w, int first, int last) {
    lines.ends[static_cast<std::size_t>(w + 1) * static_cast<std::size_t>(lines.lines_u) +
               static_cast<std::size_t>(u + 1)] = {first, last};
  };
  for (int w = -1; w < nw; ++w)
    for (int u = -1; u < nu; ++u) {
      if (u >= 0 && w >= 0)
        if (const auto [first, last] = differ(row(u, w), nothing.data()); last >= 0)
          store(2 * u, 2 * w, 2 * first - 1, 2 * last + 1);
      if (w >= 0)
        if (const auto [first, last] = differ(row(u, w), row(u + 1, w)); last >= 0)
          store(2 * u + 1, 2 * w, 2 * first, 2 * last);
      if (u >= 0)
        if (const auto [first, last] = differ(row(u, w), row(u, w + 1)); last >= 0)
          store(2 * u, 2 * w + 1, 2 * first, 2 * last);
    }
  return lines;
}

struct PlanePoint {
  int s, t;
};

// Corners of the convex hull (Andrew 1979) of lines s = constant given by their ends, in ascending order of s.
std::vector<PlanePoint> hull_of(const std::vector<std::array<int, 3>>& lines) {
  std::vector<PlanePoint> hull;
  for (const int side : {1, 2}) {
    const std::size_t start = hull.size();
    for (const auto& line : lines) {
      const PlanePoint next{line[0], line[static_cast<std::size_t>(side)]};
      while (hull.size() >= start + 2) {
        const PlanePoint &p = hull[hull.size() - 2], &q = hull.back();
        const std::int64_t turn = std::int64_t{q.s - p.s} * (next.t - p.t) - std::int64_t{q.t - p.t} * (next.s - p.s);
        if (side == 1 ? turn > 0 : turn < 0) break;
        hull.pop_back();
      }
      hull.push_back(next);
    }
  }
  return hull;
}

using Vertex = std::array<int, 3>;

struct PlaneResult {
  double largest_mm = 0;
  std::vector<Vertex> corners;  // hull corners of all planes, sorted
};

// All planes across `normal`. The lines in them run along `along`.
PlaneResult search_planes(const LineEnds& lines, const image::Vec3& spacing, std::size_t normal, std::size_t along) {
  const std::size_t other = 3 - normal - along;
  const bool planes_are_w = normal > other;
  const int planes = planes_are_w ? lines.lines_w : lines.lines_u, rows = planes_are_w ? lines.lines_u : lines.lines_w;
  PlaneResult result;
  double largest = 0;
  for (int plane = 0; plane < planes; ++plane) {
    std::vector<std::array<int, 3>> in_plane;
    for (int row = 0; row < rows; ++row) {
      const auto& ends = planes_are_w ? lines.at(row, plane) : lines.at(plane, row);
      if (ends[0] <= ends[1]) in_plane.push_back({row - 1, ends[0], ends[1]});
    }
    const std::vector<PlanePoint> hull = hull_of(in_plane);
    for (std::size_t p = 0; p < hull.size(); ++p) {
      for (std::size_t q = 0; q < p; ++q) {
        const double s = (hull[p].s - hull[q].s) * spacing[other], t = (hull[p].t - hull[q].t) * spacing[along];
        largest = std::max(largest, s * s + t * t);
      }
      Vertex vertex;
      vertex[normal] = plane - 1;
      vertex[other] = hull[p].s;
      vertex[along] = hull[p].t;
      result.corners.push_back(vertex);
    }
  }
  result.largest_mm = std::sqrt(largest) / 2;
  std::sort(result.corners.begin(), result.corners.end());
  result.corners.erase(std::unique(result.corners.begin(), result.corners.end()), result.corners.end());
  return result;
}

// Largest distance of any two, farthest from the middle first: two points near it cannot beat a known distance.
double largest_distance(const std::vector<Vertex>& vertices, const image::Vec3& spacing, const image::Index3& size) {
  struct Far {
    double radius;
    std::array<double, 3> point;
  };
  std::vector<Far> points;
  for (const Vertex& vertex : vertices) {
    Far far{0, {}};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      far.point[axis] = (vertex[axis] - (size[axis] - 1)) * spacing[axis];
      far.radius += far.point[axis] * far.point[axis];
    }
    far.radius = std::sqrt(far.radius);
    points.push_back(far);
  }
  std::stable_sort(points.begin(), points.end(), [](const Far& a, const Far& b) { return a.radius > b.radius; });
  double best = 0, best_root = 0;
  for (std::size_t p = 0; p < points.size() && 2 * points[p].radius > best_root; ++p) {
    for (std::size_t q = p + 1; q < points.size() && points[p].radius + points[q].radius > best_root; ++q) {
      double square = 0;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const double d = points[p].point[axis] - points[q].point[axis];
        square += d * d;
      }
      if (square <= best) continue;
      best = square;
      best_root = std::sqrt(best) * (1 - 1e-12);
    }
  }
  return std::sqrt(best) / 2;
}

}  // namespace

MeshDiameters measure_diameters(const image::Mask& mask) {
  const image::Vec3& spacing = mask.geometry.spacing_mm;
  const LineEnds along_x = find_line_ends(mask, 0), along_y = find_line_ends(mask, 1);
  const PlaneResult across_z = search_planes(along_x, spacing, 2, 0), across_y = search_planes(along_x, spacing, 1, 0),
                    across_x = search_planes(along_y, spacing, 0, 1);
  // A corner of the hull in space is a corner in each of its three planes.
  std::vector<Vertex> two, corners;
  std::set_intersection(across_z.corners.begin(), across_z.corners.end(), across_y.corners.begin(),
                        across_y.corners.end(), std::back_inserter(two));
  std::set_intersection(two.begin(), two.end(), across_x.corners.begin(), across_x.corners.end(),
                        std::back_inserter(corners));
  return {largest_distance(corners, spacing, mask.geometry.size),
          {across_x.largest_mm, across_y.largest_mm, across_z.largest_mm}};
}

}  // namespace larc::radiomics
