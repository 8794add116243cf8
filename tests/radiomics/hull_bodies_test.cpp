// Unit and invariant: the convex hull of grid points and the bodies around it, on solids whose measures are known.
// Tolerance 1e-12 relative where only rounding can differ; 1e-9 for the oriented box, whose angle is searched to 1e-10.
#include <gtest/gtest.h>

#include "core/random.h"
#include "radiomics/convex_hull.h"
#include "radiomics/enclosing_ellipsoid.h"
#include "radiomics/minimum_box.h"

namespace larc::radiomics {
namespace {

GridPoint minus(const GridPoint& a, const GridPoint& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

std::int64_t determinant(const GridPoint& a, const GridPoint& b, const GridPoint& c) {
  return std::int64_t{a[0]} * (b[1] * c[2] - b[2] * c[1]) + std::int64_t{a[1]} * (b[2] * c[0] - b[0] * c[2]) +
         std::int64_t{a[2]} * (b[0] * c[1] - b[1] * c[0]);
}

// A closed surface of triangles with every point on its inner side, each vertex a given point: that is the hull.
void expect_hull_of(const std::vector<GridPoint>& points, const ConvexHull& hull) {
  ASSERT_FALSE(hull.triangles.empty());
  std::map<std::array<int, 2>, int> edges;
  for (const auto& triangle : hull.triangles) {
    const GridPoint &a = hull.vertices[static_cast<std::size_t>(triangle[0])],
                    &b = hull.vertices[static_cast<std::size_t>(triangle[1])],
                    &c = hull.vertices[static_cast<std::size_t>(triangle[2])];
    for (const GridPoint& p : points) ASSERT_LE(determinant(minus(b, a), minus(c, a), minus(p, a)), 0);
    for (std::size_t n = 0; n < 3; ++n) ++edges[{triangle[n], triangle[(n + 1) % 3]}];
  }
  for (const auto& [edge, times] : edges) {
    EXPECT_EQ(times, 1);
    EXPECT_EQ(edges.count({edge[1], edge[0]}), 1u);
  }
  EXPECT_EQ(hull.vertices.size() + hull.triangles.size(), edges.size() / 2 + 2);  // Euler
  const std::set<GridPoint> given(points.begin(), points.end());
  for (const GridPoint& vertex : hull.vertices) EXPECT_EQ(given.count(vertex), 1u);
}

// All points n u + m v + l w with n, m, l from 0 to their counts.
std::vector<GridPoint> lattice(const std::array<GridPoint, 3>& sides, const std::array<int, 3>& counts) {
  std::vector<GridPoint> points;
  for (int n = 0; n <= counts[0]; ++n)
    for (int m = 0; m <= counts[1]; ++m)
      for (int l = 0; l <= counts[2]; ++l) {
        GridPoint point;
        for (std::size_t axis = 0; axis < 3; ++axis)
          point[axis] = n * sides[0][axis] + m * sides[1][axis] + l * sides[2][axis];
        points.push_back(point);
      }
  return points;
}

const std::array<GridPoint, 3> kAxes{GridPoint{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
// Perpendicular, each of length 3.
const std::array<GridPoint, 3> kTurned{GridPoint{1, 2, 2}, {2, 1, -2}, {2, -2, 1}};

TEST(ConvexHull, OfRandomPointsEnclosesThemAll) {
  Random random(3);
  for (const int spread : {1, 2, 5, 50, 1000})
    for (int round = 0; round < 20; ++round) {
      std::vector<GridPoint> points;
      for (int n = 0; n < 10 + 15 * round; ++n)
        points.push_back({static_cast<int>(random.uniform() * (spread + 1)),
                          static_cast<int>(random.uniform() * (spread + 1)),
                          static_cast<int>(random.uniform() * (spread + 1))});
      SCOPED_TRACE("spread " + std::to_string(spread) + " round " + std::to_string(round));
      expect_hull_of(points, convex_hull(points));
    }
}

// Every face and edge full of points in one plane and on one line.
TEST(ConvexHull, OfFullBoxesIsTheBox) {
  const std::vector<GridPoint> box = lattice(kAxes, {4, 3, 7}), turned = lattice(kTurned, {4, 3, 7});
  expect_hull_of(box, convex_hull(box));
  expect_hull_of(turned, convex_hull(turned));
  const HullMeasure straight = measure_hull(convex_hull(box), {1, 1, 1}),
                    oblique = measure_hull(convex_hull(turned), {1, 1, 1});
  EXPECT_EQ(straight.volume, 4 * 3 * 7);
  EXPECT_NEAR(straight.area, 2 * (12 + 21 + 28), 1e-12 * 122);
  EXPECT_EQ(oblique.volume, 27 * 4 * 3 * 7);
  EXPECT_NEAR(oblique.area, 9 * 122, 1e-12 * 9 * 122);
}

TEST(ConvexHull, ScalesWithTheUnit) {
  const std::vector<GridPoint> octahedron{{2, 0, 0}, {-2, 0, 0}, {0, 2, 0}, {0, -2, 0}, {0, 0, 2}, {0, 0, -2}};
  const HullMeasure measure = measure_hull(convex_hull(octahedron), {0.5, 1.5, 2});
  // Semi-axes 1, 3, 4; its faces span the area of the triangle between their ends.
  EXPECT_NEAR(measure.volume, 4.0 / 3 * 1 * 3 * 4, 1e-14 * 16);
  EXPECT_NEAR(measure.area, 8 * 0.5 * std::sqrt(9.0 + 16 + 144), 1e-12 * 52);
}

TEST(ConvexHull, InOnePlaneThereIsNone) {
  EXPECT_TRUE(convex_hull({}).triangles.empty());
  EXPECT_TRUE(convex_hull({{1, 2, 3}}).triangles.empty());
  EXPECT_TRUE(convex_hull({{1, 2, 3}, {1, 2, 3}, {4, 4, 4}}).triangles.empty());
  EXPECT_TRUE(convex_hull({{0, 0, 0}, {1, 2, 3}, {2, 4, 6}, {3, 6, 9}}).triangles.empty());
  EXPECT_TRUE(convex_hull(lattice(kTurned, {5, 4, 0})).triangles.empty());
}

TEST(MinimumBox, OfTurnedBoxesIsTheBox) {
  Random random(5);
  for (const std::array<int, 3>& counts : {std::array<int, 3>{4, 3, 7}, {1, 1, 1}, {9, 1, 2}}) {
    std::vector<GridPoint> points = lattice(kTurned, counts);
    // Points inside change nothing.
    for (int n = 0; n < 20; ++n) points.push_back(points[static_cast<std::size_t>(random.uniform() * 8)]);
    OrientedBox box = minimum_box(convex_hull(points), {1, 1, 1});
    std::sort(box.extent.begin(), box.extent.end());
    std::array<int, 3> sorted = counts;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t n = 0; n < 3; ++n) EXPECT_NEAR(box.extent[n], 3 * sorted[n], 1e-9 * 3 * sorted[n]);
  }
}

// No side of the least box of a regular tetrahedron lies on a face: it is the cube whose face diagonals are the edges.
TEST(MinimumBox, NeedNotRestOnAFace) {
  const OrientedBox box = minimum_box(convex_hull({{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}}), {1, 1, 1});
  for (const double extent : box.extent) EXPECT_NEAR(extent, 2, 2e-9);
  // The same tetrahedron turned.
  std::vector<GridPoint> turned;
  for (const GridPoint& corner : std::vector<GridPoint>{{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}}) {
    GridPoint point{0, 0, 0};
    for (std::size_t side = 0; side < 3; ++side)
      for (std::size_t axis = 0; axis < 3; ++axis) point[axis] += corner[side] * kTurned[side][axis];
    turned.push_back(point);
  }
  EXPECT_NEAR(minimum_box(convex_hull(turned), {1, 1, 1}).volume(), 8 * 27, 1e-8 * 8 * 27);
}

TEST(MinimumBox, OfAnOctahedronIsSmallerThanAlongItsAxes) {
  // Semi-axis 1: between opposite faces 2 / sqrt(3) apart, around the hexagonal shadow of side sqrt(2 / 3).
  const OrientedBox box =
      minimum_box(convex_hull({{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}}), {1, 1, 1});
  const double side = std::sqrt(2.0 / 3), on_face = 2 / std::sqrt(3.0) * (2 * side) * (std::sqrt(3.0) * side);
  EXPECT_LE(box.volume(), on_face * (1 + 1e-12));
  EXPECT_LT(box.volume(), 8);
}

double random_box(const ConvexHull& hull, const image::Vec3& unit, Random& random) {
  std::array<double, 4> q;
  double norm = 0;
  for (double& part : q) {
    part = random.normal();
    norm += part * part;
  }
  for (double& part : q) part /= std::sqrt(norm);
  const auto [w, x, y, z] = q;
  const std::array<image::Vec3, 3> axes{image::Vec3{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
                                        {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
                                        {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}};
  double volume = 1;
  for (const image::Vec3& axis : axes) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const GridPoint& v : hull.vertices) {
      const double at = axis[0] * v[0] * unit[0] + axis[1] * v[1] * unit[1] + axis[2] * v[2] * unit[2];
      low = std::min(low, at);
      high = std::max(high, at);
    }
    volume *= high - low;
  }
  return volume;
}

// In no random orientation a smaller box is found.
TEST(MinimumBox, NoRandomOrientationIsSmaller) {
  Random random(11);
  const image::Vec3 unit{1, 1.3, 2.1};
  for (int round = 0; round < 10; ++round) {
    std::vector<GridPoint> points;
    for (int n = 0; n < 6 + 4 * round; ++n)
      points.push_back({static_cast<int>(random.uniform() * 41), static_cast<int>(random.uniform() * 41),
                        static_cast<int>(random.uniform() * 21)});
    const ConvexHull hull = convex_hull(points);
    const double least = minimum_box(hull, unit).volume();
    for (int trial = 0; trial < 2000; ++trial) EXPECT_GE(random_box(hull, unit, random), least);
  }
}

// With so many vertices most orientations are ruled out by few of them.
TEST(MinimumBox, OfManyVertices) {
  std::vector<GridPoint> points;
  const int radius = 60;
  for (int x = -radius; x <= radius; ++x)
    for (int y = -radius; y <= radius; ++y) {
      const double left = radius * radius - x * x - y * y;
      if (left < 0) continue;
      const int z = static_cast<int>(std::sqrt(left));
      points.push_back({x, y, z});
      points.push_back({x, y, -z});
    }
  const ConvexHull ball = convex_hull(points);
  EXPECT_GT(ball.vertices.size(), 320u);
  const image::Vec3 unit{1, 1, 0.5};
  const double volume = minimum_box(ball, unit).volume();
  EXPECT_LE(volume, 4.0 * radius * radius * radius);
  // An ellipsoid of one less lies inside, and its least boxes are along its axes.
  EXPECT_GE(volume, 4.0 * (radius - 1) * (radius - 1) * (radius - 1));
  Random random(13);
  for (int trial = 0; trial < 500; ++trial) EXPECT_GE(random_box(ball, unit, random), volume);
}

void expect_axes(const std::array<double, 3>& found, const std::array<double, 3>& expected) {
  for (std::size_t n = 0; n < 3; ++n) EXPECT_NEAR(found[n], expected[n], 1e-10 * expected[0]);
}

TEST(EnclosingEllipsoid, OfKnownBodies) {
  const double root = std::sqrt(3.0);
  expect_axes(enclosing_ellipsoid(lattice(kAxes, {4, 3, 7}), {1, 1, 1}), {3.5 * root, 2 * root, 1.5 * root});
  expect_axes(enclosing_ellipsoid(lattice(kTurned, {4, 3, 7}), {1, 1, 1}), {10.5 * root, 6 * root, 4.5 * root});
  expect_axes(enclosing_ellipsoid({{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}}, {3, 1, 2}),
              {3, 2, 1});
  // Around a regular simplex the sphere through its corners.
  expect_axes(enclosing_ellipsoid({{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}}, {1, 1, 1}), {root, root, root});
  // Of any simplex it is an affine image of that: volume in proportion.
  const auto [a, b, c] = enclosing_ellipsoid({{0, 0, 0}, {5, 1, 0}, {2, 7, 1}, {1, 3, 9}}, {1, 1, 1});
  EXPECT_NEAR(a * b * c, root * root * root * 283 / 16, 1e-10 * a * b * c);
}

TEST(EnclosingEllipsoid, OfThinAndLopsidedBodies) {
  Random random(9);
  for (int round = 0; round < 20; ++round) {
    std::vector<GridPoint> points;
    for (int n = 0; n < 10 + 20 * round; ++n) {
      const int along = static_cast<int>(random.uniform() * 300);
      points.push_back(
          {along, along / 2 + static_cast<int>(random.uniform() * 4), static_cast<int>(random.uniform() * 3)});
    }
    points.push_back({10, 5, 40});
    const ConvexHull hull = convex_hull(points);
    const auto all = enclosing_ellipsoid(points, {1, 1, 2}), corners = enclosing_ellipsoid(hull.vertices, {1, 1, 2});
    // Only the corners of the hull matter.
    for (std::size_t n = 0; n < 3; ++n) EXPECT_NEAR(all[n], corners[n], 1e-9 * corners[0]);
    // Between the hull and its blow-up by the dimension (John).
    const double ellipsoid = 4.0 / 3 * 3.14159265358979323846 * corners[0] * corners[1] * corners[2];
    const double volume = measure_hull(hull, {1, 1, 2}).volume;
    EXPECT_GT(ellipsoid, volume);
    EXPECT_LT(ellipsoid, 27 * volume);
  }
}

}  // namespace
}  // namespace larc::radiomics
