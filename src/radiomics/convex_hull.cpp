#include "radiomics/convex_hull.h"

namespace larc::radiomics {

namespace {

using Vector = std::array<std::int64_t, 3>;

Vector minus(const GridPoint& a, const GridPoint& b) {
  return {std::int64_t{a[0]} - b[0], std::int64_t{a[1]} - b[1], std::int64_t{a[2]} - b[2]};
}
Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
std::int64_t dot(const Vector& a, const Vector& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

struct Facet {
  std::array<int, 3> corner;
  std::array<int, 3> neighbour;  // across the edge from corner n to corner n + 1
  Vector normal;                 // outwards
  std::vector<int> outside;      // points above this facet, of which `outside[0]` is the farthest
  bool dead = false;
};

class Quickhull {
 public:
  explicit Quickhull(const std::vector<GridPoint>& points) : points_(points) {}

  // False when the points lie in one plane.
  bool run() {
    if (!start()) return false;
    std::vector<int> pending;
    for (int f = 0; f < 4; ++f) pending.push_back(f);
    while (!pending.empty()) {
      const int facet = pending.back();
      pending.pop_back();
      if (at(facet).dead || at(facet).outside.empty()) continue;
      add_point(at(facet).outside[0], facet);
      pending.insert(pending.end(), fresh_.begin(), fresh_.end());
    }
    return true;
  }

  const std::vector<Facet>& facets() const { return facets_; }

 private:
  Facet& at(int facet) { return facets_[static_cast<std::size_t>(facet)]; }
  const GridPoint& point(int index) const { return points_[static_cast<std::size_t>(index)]; }
  std::int64_t height(const Facet& facet, int index) const {
    return dot(facet.normal, minus(point(index), point(facet.corner[0])));
  }

  int new_facet(int a, int b, int c) {
    facets_.push_back(
        {{a, b, c}, {-1, -1, -1}, cross(minus(point(b), point(a)), minus(point(c), point(a))), {}, false});
    return static_cast<int>(facets_.size()) - 1;
  }

  // Gives a point to the first of the facets it is above.
  void assign(int index, int first, int last) {
    for (int f = first; f < last; ++f) {
      Facet& facet = at(f);
      const std::int64_t above = height(facet, index);
      if (above <= 0) continue;
      facet.outside.push_back(index);
      if (above > height(facet, facet.outside[0])) std::swap(facet.outside[0], facet.outside.back());
      return;
    }
  }

  template <typename Measure>
  int farthest(const Measure& measure) const {
    int best = 0;
    double most = 0;
    for (int p = 0; p < static_cast<int>(points_.size()); ++p)
      if (const double size = measure(p); size > most) {
        most = size;
        best = p;
      }
    return most > 0 ? best : -1;
  }

  // A tetrahedron of four points far from each other.
  bool start() {
    const auto size = [](const Vector& v) {
      return std::abs(static_cast<double>(v[0])) + std::abs(static_cast<double>(v[1])) +
             std::abs(static_cast<double>(v[2]));
    };
    if (points_.empty()) return false;
    const int a = static_cast<int>(std::min_element(points_.begin(), points_.end()) - points_.begin());
    const int b = farthest([&](int p) { return size(minus(point(p), point(a))); });
    if (b < 0) return false;
    const Vector edge = minus(point(b), point(a));
    int c = farthest([&](int p) { return size(cross(edge, minus(point(p), point(a)))); });
    if (c < 0) return false;
    const Vector normal = cross(edge, minus(point(c), point(a)));
    const auto above = [&](int p) { return dot(normal, minus(point(p), point(a))); };
    const int d = farthest([&](int p) { return std::abs(static_cast<double>(above(p))); });
    if (d < 0) return false;
    int e = b;
    if (above(d) > 0) std::swap(e, c);  // seen from d, a, e, c run clockwise
    new_facet(a, e, c);
    new_facet(a, d, e);
    new_facet(e, d, c);
    new_facet(c, d, a);
    at(0).neighbour = {1, 2, 3};
    at(1).neighbour = {3, 2, 0};
    at(2).neighbour = {1, 3, 0};
    at(3).neighbour = {2, 1, 0};
    for (int p = 0; p < static_cast<int>(points_.size()); ++p) assign(p, 0, 4);
    return true;
  }

  struct HorizonEdge {
    int from, to, beyond;  // `beyond` stays
  };

  // The border of what the point sees, in order, and the facets seen.
  void find_horizon(int eye, int first) {
    struct Step {
      int facet, edge, left;
    };
    horizon_.clear();
    seen_.assign(1, first);
    at(first).dead = true;
    std::vector<Step> stack{{first, 0, 3}};
    while (!stack.empty()) {
      Step& step = stack.back();
      if (step.left == 0) {
        stack.pop_back();
        continue;
      }
      const int facet = step.facet, edge = step.edge;
      step.edge = (edge + 1) % 3;
      --step.left;
      const auto n = static_cast<std::size_t>(edge);
      const int other = at(facet).neighbour[n];
      if (at(other).dead) continue;
      if (height(at(other), eye) <= 0) {
        horizon_.push_back({at(facet).corner[n], at(facet).corner[(n + 1) % 3], other});
        continue;
      }
      at(other).dead = true;
      seen_.push_back(other);
      // Go on with the edge after the one we came through: the border comes out in order.
      int back = 0;
      while (at(other).neighbour[static_cast<std::size_t>(back)] != facet) ++back;
      stack.push_back({other, (back + 1) % 3, 2});
    }
  }

  void add_point(int eye, int first_seen) {
    find_horizon(eye, first_seen);
    const int start = static_cast<int>(facets_.size()), count = static_cast<int>(horizon_.size());
    fresh_.clear();
    for (int h = 0; h < count; ++h) {
      const HorizonEdge edge = horizon_[static_cast<std::size_t>(h)];
      const int facet = new_facet(edge.from, edge.to, eye);
      at(facet).neighbour = {edge.beyond, start + (h + 1) % count, start + (h + count - 1) % count};
      Facet& beyond = at(edge.beyond);
      for (std::size_t n = 0; n < 3; ++n)
        if (beyond.corner[n] == edge.to && beyond.corner[(n + 1) % 3] == edge.from) beyond.neighbour[n] = facet;
      fresh_.push_back(facet);
    }
    for (const int dead : seen_) {
      for (const int index : std::exchange(at(dead).outside, {}))
        if (index != eye) assign(index, start, start + count);
    }
  }

  const std::vector<GridPoint>& points_;
  std::vector<Facet> facets_;
  std::vector<HorizonEdge> horizon_;
  std::vector<int> seen_, fresh_;
};

}  // namespace

ConvexHull convex_hull(const std::vector<GridPoint>& points) {
  Quickhull quickhull(points);
  ConvexHull hull;
  if (!quickhull.run()) return hull;
  std::vector<int> number(points.size(), -1);
  for (const Facet& facet : quickhull.facets()) {
    if (facet.dead) continue;
    std::array<int, 3> triangle;
    for (std::size_t n = 0; n < 3; ++n) {
      const auto corner = static_cast<std::size_t>(facet.corner[n]);
      if (number[corner] < 0) {
        number[corner] = static_cast<int>(hull.vertices.size());
        hull.vertices.push_back(points[corner]);
      }
      triangle[n] = number[corner];
    }
    hull.triangles.push_back(triangle);
  }
  return hull;
}

HullMeasure measure_hull(const ConvexHull& hull, const image::Vec3& unit) {
  std::int64_t six_volumes = 0;
  double area = 0;
  for (const auto& [a, b, c] : hull.triangles) {
    const GridPoint &origin = hull.vertices[0], &p = hull.vertices[static_cast<std::size_t>(a)];
    const Vector n = cross(minus(hull.vertices[static_cast<std::size_t>(b)], p),
                           minus(hull.vertices[static_cast<std::size_t>(c)], p));
    six_volumes += dot(n, minus(p, origin));
    const double x = static_cast<double>(n[0]) * unit[1] * unit[2], y = static_cast<double>(n[1]) * unit[2] * unit[0],
                 z = static_cast<double>(n[2]) * unit[0] * unit[1];
    area += std::sqrt(x * x + y * y + z * z) / 2;
  }
  return {static_cast<double>(six_volumes) / 6 * (unit[0] * unit[1] * unit[2]), area};
}

}  // namespace larc::radiomics
