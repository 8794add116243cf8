#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "core/error.h"
#include "extraction/batch.h"
#include "io/image_file.h"
#include "support/test_data.h"

namespace larc::test {

/// The code of the error that `work` throws, and that its message holds every one of `parts`.
inline void expect_error(ErrorCode code, const std::vector<std::string>& parts, const std::function<void()>& work) {
  try {
    work();
    ADD_FAILURE() << "no error; expected '" << parts.front() << "'";
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    for (const std::string& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << "'" << part << "' in: " << error.what();
  }
}

inline extraction::Plan plan_from(const std::string& yaml) {
  return extraction::make_plan(parse_yaml(yaml, "test.yaml"), "test.yaml");
}

struct Pair {
  image::Volume image;
  image::Mask mask;
};

/// A texture of whole numbers in 100 .. 899 and an ellipsoid in the middle of the grid.
inline Pair make_pair(const image::Index3& size, const image::Vec3& spacing, double share = 0.35) {
  Pair pair;
  pair.image.geometry = {size, spacing, {-11.5, 7.25, 3}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  pair.mask.geometry = pair.image.geometry;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const auto hash = (static_cast<std::uint32_t>(i) * 73856093u) ^ (static_cast<std::uint32_t>(j) * 19349663u) ^
                          (static_cast<std::uint32_t>(k) * 83492791u);
        const int noise = static_cast<int>((hash * 2654435761u) >> 24);
        pair.image.voxels.push_back(
            std::floor(300 + 200 * std::sin(0.31 * i + 0.17 * j) + 100 * std::cos(0.23 * k - 0.11 * i) + noise));
        double distance = 0;
        const image::Index3 at{i, j, k};
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const double x = (at[axis] - (size[axis] - 1) / 2.0) / std::max(0.6, share * size[axis]);
          distance += x * x;
        }
        pair.mask.voxels.push_back(distance <= 1 ? 1 : 0);
      }
  return pair;
}

inline std::map<std::string, double> values_of(const extraction::CaseResult& result) {
  std::map<std::string, double> values;
  for (const auto& feature : result.features)
    EXPECT_TRUE(values.emplace(feature.name, feature.value).second) << feature.name << " stands twice";
  return values;
}

inline std::vector<std::string> names_of(const extraction::CaseResult& result) {
  std::vector<std::string> names;
  for (const auto& feature : result.features) names.push_back(feature.name);
  return names;
}

}  // namespace larc::test
