#pragma once
#include <cstddef>
#include <vector>

namespace larc::demo {

/// One slice while it is worked on: rows of nx values.
struct Plane {
  int nx = 0;
  int ny = 0;
  std::vector<double> values;

  Plane(int columns, int rows)
      : nx(columns), ny(rows), values(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}
  double* row(int j) { return values.data() + static_cast<std::size_t>(j) * static_cast<std::size_t>(nx); }
  const double* row(int j) const { return values.data() + static_cast<std::size_t>(j) * static_cast<std::size_t>(nx); }
};

/// Gaussian of the given standard deviation in pixels; border values go on beyond the border.
void blur(Plane& plane, double sigma_pixels);

}  // namespace larc::demo
