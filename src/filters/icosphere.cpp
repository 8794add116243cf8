#include <map>

#include "filters/lbp_3d.h"

namespace larc::filters {

namespace {

using Face = std::array<int, 3>;

void move_to(image::Vec3& v, double radius) {
  const double length = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  for (double& c : v) c += c / length * (radius - length);
}

/// Triangles of the vertices that are nearest to one another.
std::vector<Face> icosahedron_faces(const std::vector<image::Vec3>& vertices) {
  const auto edge = [&](std::size_t a, std::size_t b) {
    double squared = 0;
    for (std::size_t c = 0; c < 3; ++c) squared += std::pow(vertices[a][c] - vertices[b][c], 2);
    return squared < 4.5;  // edges have length 2
  };
  std::vector<Face> faces;
  for (std::size_t a = 0; a < vertices.size(); ++a)
    for (std::size_t b = a + 1; b < vertices.size(); ++b)
      for (std::size_t c = b + 1; c < vertices.size(); ++c)
        if (edge(a, b) && edge(b, c) && edge(a, c))
          faces.push_back({static_cast<int>(a), static_cast<int>(b), static_cast<int>(c)});
  return faces;
}

}  // namespace

std::vector<image::Vec3> icosphere_vertices(int subdivision, double radius) {
  const double t = (1 + std::sqrt(5.0)) / 2;
  std::vector<image::Vec3> vertices;
  for (const double one : {-1.0, 1.0})
    for (const double golden : {-t, t})
      for (const image::Vec3& v :
           {image::Vec3{one, golden, 0}, image::Vec3{0, one, golden}, image::Vec3{golden, 0, one}})
        vertices.push_back(v);
  std::vector<Face> faces = icosahedron_faces(vertices);
  for (image::Vec3& v : vertices)
    for (double& c : v) c /= std::sqrt(2 + t);
  for (int round = 0; round < subdivision; ++round) {
    std::map<std::pair<int, int>, int> middles;
    const auto middle = [&](int a, int b) {
      const auto [place, added] =
          middles.try_emplace({std::min(a, b), std::max(a, b)}, static_cast<int>(vertices.size()));
      if (added) {
        image::Vec3 v;
        for (std::size_t c = 0; c < 3; ++c)
          v[c] = (vertices[static_cast<std::size_t>(a)][c] + vertices[static_cast<std::size_t>(b)][c]) / 2;
        vertices.push_back(v);
      }
      return place->second;
    };
    std::vector<Face> finer;
    for (const auto& [a, b, c] : faces) {
      const int ab = middle(a, b), bc = middle(b, c), ca = middle(c, a);
      finer.insert(finer.end(), {{a, ab, ca}, {ab, b, bc}, {ca, bc, c}, {ab, bc, ca}});
    }
    faces = std::move(finer);
    for (image::Vec3& v : vertices) move_to(v, radius);
  }
  if (subdivision == 0)
    for (image::Vec3& v : vertices) move_to(v, radius);
  return vertices;
}

}  // namespace larc::filters
