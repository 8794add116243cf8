#pragma once
#include <gtest/gtest.h>

#include "filters/filter.h"
#include "io/image_file.h"
#include "support/test_data.h"

namespace larc::filters {

/// `text` is the inside of a YAML flow mapping: "type: mean, size: 5".
inline FilterSettings settings(const std::string& text) {
  return FilterSettings::from_json(parse_yaml("{" + text + "}", "filter"));
}

inline Json example(const std::string& name) {
  return read_yaml(test::source_root() / "examples/ibsi" / (name + ".yaml")).at("larc");
}

/// Whole numbers from 0 to 255 that know no symmetry.
inline image::Volume noise(const image::Index3& size, const image::Vec3& spacing_mm = {1, 1, 1}) {
  image::Volume volume;
  volume.geometry.size = size;
  volume.geometry.spacing_mm = spacing_mm;
  std::uint32_t state = 12345;
  for (std::size_t i = 0; i < volume.geometry.voxel_count(); ++i) {
    state = state * 1664525U + 1013904223U;
    volume.voxels.push_back(state >> 24U);
  }
  return volume;
}

inline double greatest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(a[i] - b[i]);
    if (!(difference <= greatest)) greatest = difference;  // NaN counts
  }
  return greatest;
}

inline double range(const std::vector<double>& values) {
  const auto ends = std::minmax_element(values.begin(), values.end());
  return *ends.second - *ends.first;
}

}  // namespace larc::filters
