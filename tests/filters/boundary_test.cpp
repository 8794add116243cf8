#include "filters/boundary.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace larc::filters {
namespace {

std::vector<int> around(Boundary boundary) {
  std::vector<int> indices;
  for (int i = -7; i < 10; ++i) indices.push_back(inside_index(i, 3, boundary));
  return indices;
}

TEST(Boundary, MapsEveryDistance) {
  EXPECT_EQ(around(Boundary::zero), (std::vector<int>{-1, -1, -1, -1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1, -1, -1, -1}));
  EXPECT_EQ(around(Boundary::nearest), (std::vector<int>{0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2}));
  EXPECT_EQ(around(Boundary::mirror), (std::vector<int>{0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2}));
  EXPECT_EQ(around(Boundary::periodic), (std::vector<int>{2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0}));
}

TEST(Boundary, NamesComeBack) {
  for (const char* name : {"zero", "nearest", "mirror", "periodic"}) EXPECT_EQ(to_string(parse_boundary(name)), name);
  EXPECT_THROW(parse_boundary("wrap"), Error);
}

}  // namespace
}  // namespace larc::filters
