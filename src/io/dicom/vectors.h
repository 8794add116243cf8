#pragma once
#include <cmath>

#include "image/geometry.h"

namespace larc::io::dicom {

inline constexpr double kAxisTolerance = 2e-4;  // direction cosines written with four decimals

inline image::Vec3 cross(const image::Vec3& a, const image::Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
inline double dot(const image::Vec3& a, const image::Vec3& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
inline image::Vec3 scaled(const image::Vec3& a, double factor) {
  return {a[0] * factor, a[1] * factor, a[2] * factor};
}
inline image::Vec3 sum(const image::Vec3& a, const image::Vec3& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
inline double length(const image::Vec3& a) {
  return std::sqrt(dot(a, a));
}

}  // namespace larc::io::dicom
