#include <bit>

#include "radiomics/mesh.h"

namespace larc::radiomics {

namespace {

// Points of one cube in half voxels from its lower corner: corners have 0 or 2 in every place, edges one 1.
using Point = std::array<int, 3>;
using Triangle = std::array<Point, 3>;

Point minus(const Point& a, const Point& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}
Point cross(const Point& a, const Point& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
int dot(const Point& a, const Point& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
int determinant(const Point& a, const Point& b, const Point& c) {
  return dot(cross(a, b), c);
}

// Corner number: 1 for x, 2 for y, 4 for z. A configuration has the bit of each corner inside.
constexpr int kCorners = 8, kConfigurations = 256;
Point corner(int number) {
  return {number & 1 ? 2 : 0, number & 2 ? 2 : 0, number & 4 ? 2 : 0};
}
bool inside(int configuration, int number) {
  return (configuration >> number & 1) != 0;
}

// The border of the inside on one face of the cube: from one edge point to another, the inside to the right when seen
// from outside the cube, so that the polygons face outwards. On a face whose corners alternate, each inside corner is
// cut off by itself.
void add_face_segments(int configuration, int axis, int side, std::map<Point, Point>& next) {
  std::vector<int> face;
  for (int c = 0; c < kCorners; ++c)
    if ((c >> axis & 1) == side) face.push_back(c);
  std::vector<std::pair<Point, int>> crossings;  // edge point, its corner inside
  for (const int a : face)
    for (const int b : face)
      if (inside(configuration, a) && !inside(configuration, b) && std::has_single_bit(static_cast<unsigned>(a ^ b))) {
        const Point p = corner(a), q = corner(b);
        crossings.push_back({{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, (p[2] + q[2]) / 2}, a});
      }
  Point normal{0, 0, 0};
  normal[static_cast<std::size_t>(axis)] = side ? 1 : -1;
  for (std::size_t c = 0; c + 1 < crossings.size(); c += 2) {
    const auto& [from, within] = crossings[c];
    const Point& to = crossings[c + 1].first;
    const bool turned = dot(cross(minus(to, from), minus(corner(within), from)), normal) > 0;
    next[turned ? to : from] = turned ? from : to;
  }
}

// A polygon becomes a fan. Which corner the fan starts from matters because the polygons are not flat: up to six
// corners the flattest cone towards the cube's centre, with seven the one that bulges least. These choices turn with
// the cube, and give the volume and area of the published tables of triangles.
std::vector<Triangle> fan(const std::vector<Point>& polygon) {
  const std::size_t count = polygon.size();
  const Point centre{1, 1, 1};
  std::vector<Triangle> best;
  int best_measure = 0;
  for (std::size_t start = 0; start < count; ++start) {
    std::vector<Triangle> triangles;
    int volume = 0;
    for (std::size_t n = 1; n + 1 < count; ++n) {
      triangles.push_back({polygon[start], polygon[(start + n) % count], polygon[(start + n + 1) % count]});
      const Triangle& t = triangles.back();
      volume += determinant(minus(t[0], centre), minus(t[1], centre), minus(t[2], centre));
    }
    const int measure = count < 7 ? std::abs(volume) : volume;
    if (best.empty() || measure < best_measure) {
      best = std::move(triangles);
      best_measure = measure;
    }
  }
  return best;
}

std::vector<Triangle> closed_triangles(int configuration) {
  std::map<Point, Point> next;
  for (int axis = 0; axis < 3; ++axis)
    for (int side = 0; side < 2; ++side) add_face_segments(configuration, axis, side, next);
  std::vector<Triangle> triangles;
  while (!next.empty()) {
    std::vector<Point> polygon;
    for (auto step = next.begin(); step != next.end(); step = next.find(polygon.back())) {
      polygon.push_back(step->second);
      next.erase(step);
    }
    for (const Triangle& triangle : fan(polygon)) triangles.push_back(triangle);
  }
  return triangles;
}

// PyRadiomics keeps half a table and reads the configurations with corner (0, 1, 1) inside as their complements, whose
// alternating faces then join the inside corners instead of cutting them off.
std::vector<Triangle> pyradiomics_triangles(int configuration) {
  if (!inside(configuration, 6)) return closed_triangles(configuration);
  std::vector<Triangle> triangles = closed_triangles(configuration ^ 0xff);
  for (Triangle& triangle : triangles) std::swap(triangle[1], triangle[2]);
  return triangles;
}

// What a cube adds to volume and area. About the cube's lower corner the volume is determinant / 48 voxels; a cube at
// position q adds 2 q . normal to the determinant, which matters where the surface has cracks.
struct Configuration {
  std::vector<Triangle> triangles;
  int determinant = 0;
  Point normal{0, 0, 0};
};

const std::vector<Configuration>& configurations(MeshRule rule) {
  const auto build = [](MeshRule wanted) {
    std::vector<Configuration> table(kConfigurations);
    for (int c = 0; c < kConfigurations; ++c) {
      Configuration& entry = table[static_cast<std::size_t>(c)];
      entry.triangles = wanted == MeshRule::closed ? closed_triangles(c) : pyradiomics_triangles(c);
      for (const auto& [a, b, d] : entry.triangles) {
        entry.determinant += determinant(a, b, d);
        const Point n = cross(minus(b, a), minus(d, a));
        for (std::size_t axis = 0; axis < 3; ++axis) entry.normal[axis] += n[axis];
      }
    }
    return table;
  };
  static const std::vector<Configuration> closed = build(MeshRule::closed), pyradiomics = build(MeshRule::pyradiomics);
  return rule == MeshRule::closed ? closed : pyradiomics;
}

double area_of(const std::vector<Triangle>& triangles, const image::Vec3& spacing) {
  double area = 0;
  for (const auto& [a, b, c] : triangles) {
    const Point n = cross(minus(b, a), minus(c, a));
    const double x = n[0] * spacing[1] * spacing[2], y = n[1] * spacing[2] * spacing[0],
                 z = n[2] * spacing[0] * spacing[1];
    area += std::sqrt(x * x + y * y + z * z) / 8;
  }
  return area;
}

}  // namespace

MeshMeasure measure_mesh(const BitRows& rows, const image::Vec3& spacing_mm, MeshRule rule) {
  const std::vector<Configuration>& table = configurations(rule);
  std::array<std::int64_t, kConfigurations> counts{};
  std::int64_t position_term = 0;

  // Cube (i, j, k) of the grid with a border of one voxel has the voxel (i - 1, j - 1, k - 1) at its lower corner. The
  // four rows of voxels around a row of cubes, and the same rows one voxel on, hold the corners of 64 cubes in a word.
  for (int k = 0; k <= rows.size()[2]; ++k)
    for (int j = 0; j <= rows.size()[1]; ++j) {
      const std::array<const std::uint64_t*, 4> around{rows.row(j - 1, k - 1), rows.row(j, k - 1), rows.row(j - 1, k),
                                                       rows.row(j, k)};
      std::int64_t normal_y = 0, normal_z = 0;
      for (int w = 0; w < rows.words(); ++w) {
        std::array<std::uint64_t, 8> corners;
        std::uint64_t any = 0, all = ~std::uint64_t{0};
        for (std::size_t r = 0; r < 4; ++r) {
          corners[2 * r] = around[r][w];
          corners[2 * r + 1] = around[r][w] >> 1 | around[r][w + 1] << 63;
          any |= corners[2 * r] | corners[2 * r + 1];
          all &= corners[2 * r] & corners[2 * r + 1];
        }
        for (std::uint64_t mixed = any & ~all; mixed != 0; mixed &= mixed - 1) {
          const int bit = std::countr_zero(mixed);
          std::size_t configuration = 0;
          for (std::size_t c = 0; c < 8; ++c) configuration |= (corners[c] >> bit & 1) << c;
          ++counts[configuration];
          const Point& normal = table[configuration].normal;
          position_term += std::int64_t{64 * w + bit} * normal[0];
          normal_y += normal[1];
          normal_z += normal[2];
        }
      }
      position_term += j * normal_y + k * normal_z;
    }

  std::int64_t determinant_sum = 2 * position_term;
  double area = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) continue;
    determinant_sum += counts[c] * table[c].determinant;
    area += static_cast<double>(counts[c]) * area_of(table[c].triangles, spacing_mm);
  }
  return {static_cast<double>(determinant_sum) / 48 * (spacing_mm[0] * spacing_mm[1] * spacing_mm[2]), area};
}

}  // namespace larc::radiomics
