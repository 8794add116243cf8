#include "radiomics/minimum_box.h"

#include <numbers>
#include <numeric>

namespace larc::radiomics {

namespace {

using Point = std::array<double, 3>;

double dot(const Point& a, const Point& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
Point normalised(const Point& a) {
  const double length = std::sqrt(dot(a, a));
  return {a[0] / length, a[1] / length, a[2] / length};
}
Point cross(const Point& a, const Point& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

// An edge between two faces that are not in one plane.
struct Edge {
  int from, to;              // vertices
  std::array<int, 2> faces;  // numbers of their normals
};

struct Box {
  double volume = std::numeric_limits<double>::infinity();
  std::array<Point, 3> axes{};
  std::array<double, 3> extent{};
};

class BoxSearch {
 public:
  BoxSearch(const ConvexHull& hull, const image::Vec3& unit) : hull_(hull), unit_(unit) {
    for (const GridPoint& vertex : hull.vertices) {
      Point point;
      for (std::size_t axis = 0; axis < 3; ++axis) point[axis] = (vertex[axis] - hull.vertices[0][axis]) * unit[axis];
      vertices_.push_back(point);
    }
    stamp_.assign(vertices_.size(), 0);
    merge_faces(hull, unit);
    for (const Edge& edge : edges_) edge_faces_.push_back(edge.faces);
  }

  Box run() {
    // Normals to try: of faces, one of two that are parallel, and between those of the two faces of an edge.
    std::vector<Candidate> candidates;
    for (const int face : distinct_) candidates.push_back({0, normal(face), kNoEdge, 0, 0});
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      const double angle = arc_angle(edges_[e]);
      const int parts = static_cast<int>(std::ceil(angle / kStep));
      for (int part = 1; part < parts; ++part) {
        const double at = angle * part / parts;
        candidates.push_back({0, on_arc(edges_[e], at), e, at, angle / parts});
      }
    }
    bound_by_few_vertices(candidates);
    Box best;
    std::vector<Candidate> tried;
    for (Candidate& candidate : candidates) {
      if (candidate.volume >= best.volume) break;
      const Box box = smallest_along(candidate.normal);
      candidate.volume = box.volume;
      if (box.volume < best.volume) best = box;
      if (candidate.edge != kNoEdge) tried.push_back(candidate);
    }
    refine(tried, best);
    turn_about_own_axes(best);
    return best;
  }

 private:
  static constexpr double kStep = 4 * std::numbers::pi / 180;
  static constexpr std::size_t kRefined = 16, kFewVertices = 160;
  static constexpr std::size_t kNoEdge = std::numeric_limits<std::size_t>::max();

  struct Candidate {
    double volume;  // of the smallest box, or less
    Point normal;
    std::size_t edge;
    double at, reach;  // angle from the normal of the edge's first face, distance to the next sample
  };

  // Puts the candidates in ascending order of a bound: no box is smaller than that around some of the vertices.
  void bound_by_few_vertices(std::vector<Candidate>& candidates) {
    if (hull_.vertices.size() < 2 * kFewVertices) return;
    std::vector<GridPoint> few;
    for (std::size_t n = 0; n < kFewVertices; ++n) {
      // Directions spread evenly over the sphere along a spiral.
      const double z = 1 - (2 * static_cast<double>(n) + 1) / kFewVertices, r = std::sqrt(1 - z * z),
                   turn = static_cast<double>(n) * 2.399963229728653;
      const Point direction{r * std::cos(turn), r * std::sin(turn), z};
      std::size_t farthest = 0;
      for (std::size_t v = 1; v < vertices_.size(); ++v)
        if (dot(direction, vertices_[v]) > dot(direction, vertices_[farthest])) farthest = v;
      few.push_back(hull_.vertices[farthest]);
    }
    const ConvexHull inner = convex_hull(few);
    if (inner.triangles.empty()) return;
    BoxSearch search(inner, unit_);
    for (Candidate& candidate : candidates)
      candidate.volume = search.smallest_along(candidate.normal).volume * (1 - 1e-12);
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.volume < b.volume; });
  }

  void merge_faces(const ConvexHull& hull, const image::Vec3& unit) {
    std::map<std::array<std::int64_t, 3>, int> numbers;
    std::map<std::array<int, 2>, int> face_of_edge;  // by directed edge
    for (const auto& triangle : hull.triangles) {
      const GridPoint &a = hull.vertices[static_cast<std::size_t>(triangle[0])],
                      &b = hull.vertices[static_cast<std::size_t>(triangle[1])],
                      &c = hull.vertices[static_cast<std::size_t>(triangle[2])];
      std::array<std::int64_t, 3> p, q, n;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        p[axis] = std::int64_t{b[axis]} - a[axis];
        q[axis] = std::int64_t{c[axis]} - a[axis];
      }
      for (std::size_t axis = 0; axis < 3; ++axis)
        n[axis] = p[(axis + 1) % 3] * q[(axis + 2) % 3] - p[(axis + 2) % 3] * q[(axis + 1) % 3];
      const std::int64_t divisor = std::gcd(std::gcd(n[0], n[1]), n[2]);
      for (std::int64_t& part : n) part /= divisor;
      const auto [entry, is_new] = numbers.emplace(n, static_cast<int>(normals_.size()));
      if (is_new) {
        Point normal;
        for (std::size_t axis = 0; axis < 3; ++axis) normal[axis] = static_cast<double>(n[axis]) / unit[axis];
        normals_.push_back(normalised(normal));
        if (numbers.count({-n[0], -n[1], -n[2]}) == 0) distinct_.push_back(entry->second);
      }
      for (std::size_t k = 0; k < 3; ++k) face_of_edge[{triangle[k], triangle[(k + 1) % 3]}] = entry->second;
    }
    for (const auto& [edge, face] : face_of_edge) {
      if (edge[0] > edge[1]) continue;
      const int other = face_of_edge.at({edge[1], edge[0]});
      if (other != face) edges_.push_back({edge[0], edge[1], {face, other}});
    }
  }

  const Point& normal(int face) const { return normals_[static_cast<std::size_t>(face)]; }
  double arc_angle(const Edge& edge) const {
    const Point &a = normal(edge.faces[0]), &b = normal(edge.faces[1]), c = cross(a, b);
    return std::atan2(std::sqrt(dot(c, c)), dot(a, b));
  }
  Point on_arc(const Edge& edge, double at) const {
    const Point &a = normal(edge.faces[0]), &b = normal(edge.faces[1]);
    const Point side = normalised(cross(cross(a, b), a));
    const double c = std::cos(at), s = std::sin(at);
    return normalised({c * a[0] + s * side[0], c * a[1] + s * side[1], c * a[2] + s * side[2]});
  }

  double width(const Point& axis) const {
    double low = dot(axis, vertices_[0]), high = low;
    for (const Point& vertex : vertices_) {
      const double at = dot(axis, vertex);
      low = std::min(low, at);
      high = std::max(high, at);
    }
    return high - low;
  }

  // The smallest box with one axis along n.
  Box smallest_along(const Point& n) {
    // A frame of the plane across n.
    const std::size_t small = std::abs(n[0]) < std::abs(n[1]) ? (std::abs(n[0]) < std::abs(n[2]) ? 0 : 2)
                                                              : (std::abs(n[1]) < std::abs(n[2]) ? 1 : 2);
    Point pole{0, 0, 0};
    pole[small] = 1;
    const Point u = normalised(cross(n, pole)), v = cross(n, u);
    shadow_hull(n, u, v);

    const std::size_t count = shadow_.size();
    const auto next = [&](std::size_t i) { return i + 1 == count ? 0 : i + 1; };
    double size = 0;
    for (const auto& point : shadow_) size = std::max({size, std::abs(point[0]), std::abs(point[1])});
    const double rounding = 1e-12 * size, shortest = 1e-8 * size;
    // Farthest corners along the edge, across it and against it go round with the edge. Corners that differ by rounding
    // only must not stop them, and have no edge between them.
    std::size_t ahead = 0, across = 0, behind = 0;
    bool started = false;
    double area = std::numeric_limits<double>::infinity();
    std::array<double, 2> direction{1, 0};
    for (std::size_t p = 0; p < count; ++p) {
      const std::size_t q = next(p);
      double x = shadow_[q][0] - shadow_[p][0], y = shadow_[q][1] - shadow_[p][1];
      const double length = std::sqrt(x * x + y * y);
      if (length <= shortest) continue;
      x /= length;
      y /= length;
      const auto along = [&](std::size_t i) { return x * shadow_[i][0] + y * shadow_[i][1]; };
      const auto away = [&](std::size_t i) { return x * shadow_[i][1] - y * shadow_[i][0]; };
      const auto advance = [&](std::size_t& corner, const auto& height) {
        for (std::size_t step = 0; step < count && height(next(corner)) > height(corner) - rounding; ++step)
          corner = next(corner);
      };
      if (!started) ahead = q;
      advance(ahead, along);
      if (!started) across = ahead;
      advance(across, away);
      if (!started) behind = across;
      advance(behind, [&](std::size_t i) { return -along(i); });
      started = true;
      const double rectangle = (along(ahead) - along(behind)) * (away(across) - away(p));
      if (rectangle >= area) continue;
      area = rectangle;
      direction = {x, y};
    }
    Box box;
    box.axes[0] = n;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.axes[1][axis] = direction[0] * u[axis] + direction[1] * v[axis];
      box.axes[2][axis] = direction[0] * v[axis] - direction[1] * u[axis];
    }
    std::array<double, 2> low, high;
    low.fill(std::numeric_limits<double>::infinity());
    high.fill(-std::numeric_limits<double>::infinity());
    for (const auto& [a, b] : shadow_) {
      const std::array<double, 2> at{direction[0] * a + direction[1] * b, direction[0] * b - direction[1] * a};
      for (std::size_t side = 0; side < 2; ++side) {
        low[side] = std::min(low[side], at[side]);
        high[side] = std::max(high[side], at[side]);
      }
    }
    box.extent = {width(n), high[0] - low[0], high[1] - low[1]};
    box.volume = box.extent[0] * box.extent[1] * box.extent[2];
    return box;
  }

  // Corners of the projection onto u, v, counter-clockwise. Only vertices between faces turned to n and away from it
  // can be corners.
  void shadow_hull(const Point& n, const Point& u, const Point& v) {
    side_.resize(normals_.size());
    for (std::size_t f = 0; f < normals_.size(); ++f) side_[f] = dot(n, normals_[f]) >= 0;
    ++round_;
    points_.clear();
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      if (side_[static_cast<std::size_t>(edge_faces_[e][0])] == side_[static_cast<std::size_t>(edge_faces_[e][1])])
        continue;
      for (const int end : {edges_[e].from, edges_[e].to}) {
        const auto index = static_cast<std::size_t>(end);
        if (stamp_[index] == round_) continue;
        stamp_[index] = round_;
        points_.push_back({dot(u, vertices_[index]), dot(v, vertices_[index])});
      }
    }
    std::sort(points_.begin(), points_.end());
    shadow_.clear();
    const auto add = [&](const std::array<double, 2>& point, std::size_t keep) {
      while (shadow_.size() > keep) {
        const auto &a = shadow_[shadow_.size() - 2], &b = shadow_.back();
        if ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 0) break;
        shadow_.pop_back();
      }
      shadow_.push_back(point);
    };
    for (const auto& point : points_) add(point, 1);
    const std::size_t lower = shadow_.size();
    for (std::size_t i = points_.size() - 1; i-- > 0;) add(points_[i], lower);
    shadow_.pop_back();
  }

  // Golden section around the best samples.
  void refine(std::vector<Candidate>& candidates, Box& best) {
    const std::size_t kept = std::min(kRefined, candidates.size());
    std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(kept), candidates.end(),
                      [](const Candidate& a, const Candidate& b) {
                        return std::tie(a.volume, a.edge, a.at) < std::tie(b.volume, b.edge, b.at);
                      });
    constexpr double kGolden = 0.6180339887498949;
    for (std::size_t c = 0; c < kept; ++c) {
      const Edge& edge = edges_[candidates[c].edge];
      double low = candidates[c].at - candidates[c].reach, high = candidates[c].at + candidates[c].reach;
      const auto volume_at = [&](double at) {
        const Box box = smallest_along(on_arc(edge, at));
        if (box.volume < best.volume) best = box;
        return box.volume;
      };
      double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
      double left_volume = volume_at(left), right_volume = volume_at(right);
      while (high - low > 1e-10) {
        if (left_volume < right_volume) {
          high = right;
          right = left;
          right_volume = left_volume;
          left_volume = volume_at(left = high - kGolden * (high - low));
        } else {
          low = left;
          left = right;
          left_volume = right_volume;
          right_volume = volume_at(right = low + kGolden * (high - low));
        }
      }
    }
  }

  void turn_about_own_axes(Box& best) {
    for (bool better = true; better;) {
      better = false;
      const Box from = best;
      for (const Point& axis : from.axes) {
        const Box box = smallest_along(axis);
        if (!(box.volume < best.volume * (1 - 1e-12))) continue;
        best = box;
        better = true;
      }
    }
  }

  const ConvexHull& hull_;
  const image::Vec3& unit_;
  std::vector<Point> vertices_, normals_;
  std::vector<int> distinct_;  // faces, one of two that are parallel
  std::vector<Edge> edges_;
  std::vector<std::array<int, 2>> edge_faces_;
  std::vector<std::uint8_t> side_;
  std::vector<std::uint32_t> stamp_;
  std::uint32_t round_ = 0;
  std::vector<std::array<double, 2>> points_, shadow_;
};

}  // namespace

OrientedBox minimum_box(const ConvexHull& hull, const image::Vec3& unit) {
  return {BoxSearch(hull, unit).run().extent};
}

}  // namespace larc::radiomics
