#include "filters/boundary.h"

#include "core/error.h"

namespace larc::filters {

Boundary parse_boundary(const std::string& name) {
  if (name == "zero") return Boundary::zero;
  if (name == "nearest") return Boundary::nearest;
  if (name == "mirror") return Boundary::mirror;
  if (name == "periodic") return Boundary::periodic;
  throw Error(ErrorCode::domain, "boundary is '" + name + "'; choose zero, nearest, mirror or periodic");
}

std::string to_string(Boundary boundary) {
  switch (boundary) {
    case Boundary::zero:
      return "zero";
    case Boundary::nearest:
      return "nearest";
    case Boundary::mirror:
      return "mirror";
    case Boundary::periodic:
      break;
  }
  return "periodic";
}

int inside_index(int index, int size, Boundary boundary) {
  if (index >= 0 && index < size) return index;
  const auto wrap = [](int value, int period) { return (value % period + period) % period; };
  switch (boundary) {
    case Boundary::zero:
      return -1;
    case Boundary::nearest:
      return index < 0 ? 0 : size - 1;
    case Boundary::mirror: {
      const int folded = wrap(index, 2 * size);
      return folded < size ? folded : 2 * size - 1 - folded;
    }
    case Boundary::periodic:
      break;
  }
  return wrap(index, size);
}

}  // namespace larc::filters
