#pragma once
#include <string>

namespace larc::filters {

/// What lies beyond the edge of an image (IBSI 2 reference manual, arXiv:2006.05470, section 2.3).
enum class Boundary {
  zero,     // 0
  nearest,  // the edge voxel repeated: a a | a b c | c c
  mirror,   // reflected about the edge of the image: b a | a b c | c b
  periodic  // the image repeated: b c | a b c | a b
};

/// errors domain: not one of zero, nearest, mirror, periodic
Boundary parse_boundary(const std::string& name);
std::string to_string(Boundary boundary);

/// Index inside 0 .. size - 1 that stands for `index`; -1 where the value is 0. Any distance from the edge.
int inside_index(int index, int size, Boundary boundary);

}  // namespace larc::filters
