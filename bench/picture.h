#pragma once
// Pictures of slices, for the programs that show the synthetic cohort to a human eye.
#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/error.h"
#include "image/volume.h"

namespace larc::bench {

inline constexpr int kTile = 150;       // pixels
inline constexpr double kTileMm = 133;  // side of a tile
inline constexpr int kGap = 3;

struct Picture {
  int width, height;
  std::vector<std::uint8_t> rgb;
  Picture(int w, int h) : width(w), height(h), rgb(static_cast<std::size_t>(3 * w * h), 255) {}
  void put(int x, int y, int r, int g, int b) {
    std::uint8_t* p = rgb.data() + 3 * static_cast<std::ptrdiff_t>(y * width + x);
    p[0] = static_cast<std::uint8_t>(r);
    p[1] = static_cast<std::uint8_t>(g);
    p[2] = static_cast<std::uint8_t>(b);
  }
};

inline int widest_slice(const image::Mask& mask) {
  int best = mask.geometry.size[2] / 2;
  std::size_t most = 0;
  for (int k = 0; k < mask.geometry.size[2]; ++k) {
    std::size_t area = 0;
    for (int j = 0; j < mask.geometry.size[1]; ++j)
      for (int i = 0; i < mask.geometry.size[0]; ++i) area += mask.at(i, j, k) ? 1 : 0;
    if (area > most) {
      most = area;
      best = k;
    }
  }
  return best;
}

inline double level(const image::Volume& volume, double share) {
  std::vector<double> sorted = volume.voxels;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

/// The slice through height `w_mm` above the middle, bilinear within it.
inline void draw(Picture& picture, int left, int top, const image::Volume& volume, double w_mm, double high,
                 const image::Mask* outline) {
  const auto& g = volume.geometry;
  const int k =
      std::clamp(static_cast<int>(std::lround(w_mm / g.spacing_mm[2] + 0.5 * (g.size[2] - 1))), 0, g.size[2] - 1);
  const auto index = [&](int pixel, std::size_t axis) {
    return (pixel + 0.5 - kTile / 2.0) * kTileMm / kTile / g.spacing_mm[axis] + 0.5 * (g.size[axis] - 1);
  };
  const auto inside = [&](int x, int y) {
    const int i = static_cast<int>(std::lround(index(x, 0))), j = static_cast<int>(std::lround(index(y, 1)));
    return i >= 0 && j >= 0 && i < g.size[0] && j < g.size[1] && outline->at(i, j, k);
  };
  for (int y = 0; y < kTile; ++y)
    for (int x = 0; x < kTile; ++x) {
      const double a = std::clamp(index(x, 0), 0.0, g.size[0] - 1.001);
      const double b = std::clamp(index(y, 1), 0.0, g.size[1] - 1.001);
      const int i = static_cast<int>(a), j = static_cast<int>(b);
      const double fa = a - i, fb = b - j;
      const double value = (1 - fb) * ((1 - fa) * volume.at(i, j, k) + fa * volume.at(i + 1, j, k)) +
                           fb * ((1 - fa) * volume.at(i, j + 1, k) + fa * volume.at(i + 1, j + 1, k));
      const int grey = static_cast<int>(std::lround(255 * std::clamp(value / high, 0.0, 1.0)));
      const bool border = outline != nullptr && inside(x, y) &&
                          !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1));
      if (border) {
        picture.put(left + x, top + y, 255, 176, 0);
      } else {
        picture.put(left + x, top + y, grey, grey, grey);
      }
    }
}

inline void save(const Picture& picture, const char* path) {
  // Grey levels with one colour: a palette keeps the file small.
  std::vector<std::uint8_t> palette, indices;
  for (int level_of = 0; level_of < 64; ++level_of)
    for (int c = 0; c < 3; ++c) palette.push_back(static_cast<std::uint8_t>(std::lround(level_of * 255 / 63.0)));
  palette.insert(palette.end(), {255, 176, 0});
  for (std::size_t p = 0; p < picture.rgb.size(); p += 3) {
    const bool grey = picture.rgb[p] == picture.rgb[p + 2];
    indices.push_back(grey ? static_cast<std::uint8_t>(std::lround(picture.rgb[p] * 63 / 255.0)) : 64);
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = 65;
  if (!png_image_write_to_file(&image, path, 0, indices.data(), 0, palette.data()))
    throw Error(ErrorCode::io, std::string(path) + " cannot be written: " + image.message);
}

}  // namespace larc::bench
