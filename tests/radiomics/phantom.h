#pragma once
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>

#include "image/volume.h"
#include "radiomics/extractor.h"

namespace larc::test {

/// The digital phantom of IBSI 1 (5 x 4 x 4 voxels of 2 mm, CC BY 4.0, Zwanenburg), as its NIfTI files hold it.
inline image::Volume ibsi_phantom() {
  image::Volume volume;
  volume.geometry.size = {5, 4, 4};
  volume.geometry.spacing_mm = {2, 2, 2};
  volume.voxels = {1, 4, 4, 1, 1, 1, 4, 6, 1, 1, 4, 1, 6, 4, 1, 4, 4, 6, 4, 1, 1, 4, 4, 1, 1, 1, 1,
                   6, 1, 1, 1, 1, 3, 1, 1, 4, 4, 6, 1, 1, 1, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9, 1,
                   1, 1, 1, 6, 1, 1, 1, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 1, 1};
  return volume;
}

inline image::Mask ibsi_mask() {
  image::Mask mask{ibsi_phantom().geometry, std::vector<std::uint8_t>(80, 1)};
  for (const std::size_t outside : {30, 43, 44, 52, 63, 64}) mask.voxels[outside] = 0;
  return mask;
}

/// An image and a mask given by functions of the voxel's index.
struct Case {
  image::Volume image;
  image::Mask mask;
};

inline Case make_case(const image::Index3& size, const image::Vec3& spacing,
                      const std::function<double(int, int, int)>& intensity,
                      const std::function<bool(int, int, int)>& inside) {
  Case c;
  c.image.geometry.size = size;
  c.image.geometry.spacing_mm = spacing;
  c.mask.geometry = c.image.geometry;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        c.image.voxels.push_back(intensity(i, j, k));
        c.mask.voxels.push_back(inside(i, j, k) ? 1 : 0);
      }
  return c;
}

/// A texture without symmetry, whole numbers 100 .. 899, the same on every machine.
inline double texture(int i, int j, int k) {
  const std::uint32_t hash = (static_cast<std::uint32_t>(i) * 73856093u) ^ (static_cast<std::uint32_t>(j) * 19349663u) ^
                             (static_cast<std::uint32_t>(k) * 83492791u);
  const int noise = static_cast<int>((hash * 2654435761u) >> 24);  // 0 .. 255
  return std::floor(300 + 200 * std::sin(0.31 * i + 0.17 * j) + 100 * std::cos(0.23 * k - 0.11 * i) + noise);
}

/// An ellipsoid around the middle of the grid; semi-axes in voxels.
inline std::function<bool(int, int, int)> ellipsoid(const image::Index3& size, double a, double b, double c) {
  return [=](int i, int j, int k) {
    const double x = (i - (size[0] - 1) / 2.0) / a, y = (j - (size[1] - 1) / 2.0) / b,
                 z = (k - (size[2] - 1) / 2.0) / c;
    return x * x + y * y + z * z <= 1;
  };
}

inline std::map<std::string, radiomics::FeatureValue> by_name(const radiomics::ExtractionResult& result) {
  std::map<std::string, radiomics::FeatureValue> map;
  for (const auto& feature : result.features)
    if (!map.emplace(feature.name, feature).second) throw std::logic_error("feature twice: " + feature.name);
  return map;
}

inline std::map<std::string, radiomics::FeatureValue> extract_map(const Case& c,
                                                                  const radiomics::ExtractionSettings& settings = {}) {
  return by_name(radiomics::extract(c.image, c.mask, settings));
}

}  // namespace larc::test
