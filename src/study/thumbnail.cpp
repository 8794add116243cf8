#include "study/thumbnail.h"

#include <png.h>

#include "core/base64.h"
#include "core/error.h"

namespace larc::study {

namespace {

constexpr int kPixels = 176;

/// format  PNG_FORMAT_RGB or PNG_FORMAT_GRAY: three bytes a pixel, or one
Json encode_png(const std::vector<std::uint8_t>& pixels, png_uint_32 format, int width, int height) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  // Asked for the size, libpng would compress once more.
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr))
    throw Error(ErrorCode::internal, std::string("the picture cannot be encoded: ") + image.message);
  bytes.resize(size);
  return {{"png", encode_base64(bytes)}, {"width", width}, {"height", height}};
}

/// A square of the slice around `centre` (index space).
/// mask  its outline is drawn; null: none
Json picture(const image::Volume& volume, const image::Mask* mask, int slice, const image::Vec3& centre,
             double side_mm) {
  const image::Geometry& g = volume.geometry;
  const double step_mm = side_mm / kPixels;
  const auto index_of = [&](int pixel, std::size_t axis) {
    return centre[axis] + (pixel + 0.5 - kPixels / 2.0) * step_mm / g.spacing_mm[axis];
  };
  const auto value_at = [&](double x, double y) {  // bilinear; NaN outside
    const int i = static_cast<int>(std::floor(x)), j = static_cast<int>(std::floor(y));
    if (x < -0.5 || y < -0.5 || x > g.size[0] - 0.5 || y > g.size[1] - 0.5)
      return std::numeric_limits<double>::quiet_NaN();
    const auto at = [&](int a, int b) {
      return volume.at(std::clamp(a, 0, g.size[0] - 1), std::clamp(b, 0, g.size[1] - 1), slice);
    };
    const double fx = x - i, fy = y - j;
    return (1 - fy) * ((1 - fx) * at(i, j) + fx * at(i + 1, j)) +
           fy * ((1 - fx) * at(i, j + 1) + fx * at(i + 1, j + 1));
  };
  const auto inside = [&](double x, double y) {
    const int i = static_cast<int>(std::lround(x)), j = static_cast<int>(std::lround(y));
    return mask != nullptr && i >= 0 && j >= 0 && i < g.size[0] && j < g.size[1] && mask->at(i, j, slice);
  };

  std::vector<double> values;
  for (int y = 0; y < kPixels; ++y)
    for (int x = 0; x < kPixels; ++x) values.push_back(value_at(index_of(x, 0), index_of(y, 1)));
  std::vector<double> sorted;
  for (const double value : values)
    if (std::isfinite(value)) sorted.push_back(value);
  std::sort(sorted.begin(), sorted.end());
  const double low = sorted.empty() ? 0 : sorted[sorted.size() / 100];
  const double high = sorted.empty() ? 1 : sorted[sorted.size() - 1 - sorted.size() / 100];

  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < kPixels; ++y)
    for (int x = 0; x < kPixels; ++x) {
      const double value = values[static_cast<std::size_t>(y * kPixels + x)];
      const double grey = std::isfinite(value) && high > low ? std::clamp((value - low) / (high - low), 0.0, 1.0) : 0.0;
      const bool here = inside(index_of(x, 0), index_of(y, 1));
      const bool border =
          here && !(inside(index_of(x - 1, 0), index_of(y, 1)) && inside(index_of(x + 1, 0), index_of(y, 1)) &&
                    inside(index_of(x, 0), index_of(y - 1, 1)) && inside(index_of(x, 0), index_of(y + 1, 1)));
      const auto level = static_cast<std::uint8_t>(std::lround(255 * grey));
      if (mask == nullptr)
        pixels.push_back(level);
      else if (border)
        pixels.insert(pixels.end(), {255, 176, 0});
      else
        pixels.insert(pixels.end(), {level, level, level});
    }
  return encode_png(pixels, mask == nullptr ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB, kPixels, kPixels);
}

}  // namespace

int widest_slice(const image::Mask& mask) {
  int best = 0;
  std::size_t best_area = 0;
  const auto area_size =
      static_cast<std::size_t>(mask.geometry.size[0]) * static_cast<std::size_t>(mask.geometry.size[1]);
  for (int k = 0; k < mask.geometry.size[2]; ++k) {
    const auto first = mask.voxels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(k) * area_size);
    const auto area =
        static_cast<std::size_t>(std::count(first, first + static_cast<std::ptrdiff_t>(area_size), std::uint8_t{1}));
    if (area > best_area) {
      best_area = area;
      best = k;
    }
  }
  return best;
}

Json thumbnail(const image::Volume& volume, const image::Mask& mask, double side_mm) {
  const image::Box box = image::bounding_box(mask);
  for (std::size_t axis = 0; axis < 2; ++axis)
    side_mm = std::max(side_mm, 1.3 * (box.upper[axis] - box.lower[axis] + 1) * volume.geometry.spacing_mm[axis]);
  return picture(volume, &mask, widest_slice(mask),
                 {(box.lower[0] + box.upper[0]) / 2.0, (box.lower[1] + box.upper[1]) / 2.0, 0}, side_mm);
}

Json map_over_image(const image::Volume& volume, const image::Volume& map) {
  constexpr int kScale = 8;
  const auto& size = volume.geometry.size;
  int best = 0;
  double most = -1, largest = 0;
  for (int k = 0; k < size[2]; ++k) {
    double sum = 0;
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        sum += std::abs(map.at(i, j, k));
        largest = std::max(largest, std::abs(map.at(i, j, k)));
      }
    if (sum > most) {
      most = sum;
      best = k;
    }
  }
  double low = volume.at(0, 0, best), high = low;
  for (int j = 0; j < size[1]; ++j)
    for (int i = 0; i < size[0]; ++i) {
      low = std::min(low, volume.at(i, j, best));
      high = std::max(high, volume.at(i, j, best));
    }
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < size[1] * kScale; ++y)
    for (int x = 0; x < size[0] * kScale; ++x) {
      const int i = x / kScale, j = y / kScale;
      const double grey = high > low ? (volume.at(i, j, best) - low) / (high - low) : 0.0;
      const double value = largest > 0 ? map.at(i, j, best) / largest : 0.0;
      const double share = 0.8 * std::sqrt(std::abs(value));
      const std::array<double, 3> colour =
          value > 0 ? std::array<double, 3>{0.84, 0.15, 0.11} : std::array<double, 3>{0.13, 0.40, 0.67};
      for (const double channel : colour)
        pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * ((1 - share) * grey + share * channel))));
    }
  return encode_png(pixels, PNG_FORMAT_RGB, size[0] * kScale, size[1] * kScale);
}

Json thumbnail_of_slice(const image::Volume& volume, std::optional<int> slice) {
  const image::Geometry& g = volume.geometry;
  const double side_mm = std::max(g.size[0] * g.spacing_mm[0], g.size[1] * g.spacing_mm[1]);
  return picture(volume, nullptr, slice.value_or(g.size[2] / 2), {(g.size[0] - 1) / 2.0, (g.size[1] - 1) / 2.0, 0},
                 side_mm);
}

Json smaller_picture(const Json& picture) {
  const std::string bytes = decode_base64(picture.at("png").get<std::string>());
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const auto fail = [&] {
    throw Error(ErrorCode::format, std::string("the picture cannot be read: ") + image.message);
  };
  if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size())) fail();
  image.format = PNG_FORMAT_GRAY;
  const std::size_t width = image.width, height = image.height;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
  if (!png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr)) fail();
  std::vector<std::uint8_t> half;
  for (std::size_t y = 0; y + 1 < height; y += 2)
    for (std::size_t x = 0; x + 1 < width; x += 2) {
      const std::uint8_t* at = pixels.data() + y * width + x;
      half.push_back(static_cast<std::uint8_t>((at[0] + at[1] + at[width] + at[width + 1] + 2) / 4));
    }
  return encode_png(half, PNG_FORMAT_GRAY, static_cast<int>(width / 2), static_cast<int>(height / 2));
}

}  // namespace larc::study
