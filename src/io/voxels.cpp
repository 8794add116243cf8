#include "io/voxels.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "core/number.h"

namespace larc::io {

using image::Mat3;

namespace {

static_assert(std::endian::native == std::endian::little);

}  // namespace

std::size_t byte_size(VoxelType type) {
  return with_type(type, [](auto zero) { return sizeof(zero); });
}

namespace {

struct Range {
  double low = 0, high = 0;
};

/// Nothing unless every value is a whole number of 32 bits; NaN and -0 are none.
std::optional<Range> whole_range(const std::vector<double>& values) {
  Range range;
  for (const double v : values) {
    if (!(v >= -2147483648.0 && v <= 2147483647.0)) return std::nullopt;
    const auto back = static_cast<double>(static_cast<std::int32_t>(v));
    if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(v)) return std::nullopt;
    range.low = std::min(range.low, v);
    range.high = std::max(range.high, v);
  }
  return range;
}

bool is_single(double v) {
  return std::isnan(v) || static_cast<double>(static_cast<float>(v)) == v;
}

}  // namespace

VoxelType smallest_exact_type(const std::vector<double>& values) {
  if (const auto range = whole_range(values)) {
    if (range->low >= 0 && range->high <= 255) return VoxelType::uint8;
    if (range->low >= -32768 && range->high <= 32767) return VoxelType::int16;
    if (range->low >= 0 && range->high <= 65535) return VoxelType::uint16;
    return VoxelType::int32;
  }
  return std::all_of(values.begin(), values.end(), is_single) ? VoxelType::float32 : VoxelType::float64;
}

std::string encode_voxels(const std::vector<double>& values, VoxelType type) {
  return with_type(type, [&](auto zero) {
    using T = decltype(zero);
    std::string bytes(values.size() * sizeof(T), '\0');
    char* out = bytes.data();
    for (const double v : values) {
      const T stored = static_cast<T>(v);
      std::memcpy(out, &stored, sizeof(T));
      out += sizeof(T);
    }
    return bytes;
  });
}

std::vector<double> decode_voxels(std::string_view bytes, std::size_t count, VoxelType type, const std::string& name,
                                  bool big_endian) {
  const std::size_t needed = count * byte_size(type);
  if (bytes.size() != needed)
    throw Error(ErrorCode::format, name + " breaks off or is damaged: " + std::to_string(needed) +
                                       " bytes of voxels announced, " + std::to_string(bytes.size()) +
                                       " there; copy the file again from its source");
  return with_type(type, [&](auto zero) {
    using T = decltype(zero);
    std::vector<double> values(count);
    const char* in = bytes.data();
    for (double& value : values) {
      std::array<char, sizeof(T)> raw;
      std::memcpy(raw.data(), in, sizeof(T));
      if (big_endian) std::reverse(raw.begin(), raw.end());
      const T stored = std::bit_cast<T>(raw);
      value = static_cast<double>(stored);
      if constexpr (std::is_integral_v<T> && sizeof(T) == 8)
        if (!(std::abs(value) <= 9007199254740992.0))
          throw Error(ErrorCode::domain, name +
                                             ": a 64-bit voxel value is too large to be held exactly; store the image "
                                             "as 32-bit integers or floating point");
      in += sizeof(T);
    }
    return values;
  });
}

std::size_t checked_voxel_count(const image::Index3& size, const std::string& name) {
  std::size_t count = 1;
  for (const int n : size) {
    if (n < 1)
      throw Error(ErrorCode::format,
                  name + ": the header gives a size of " + std::to_string(n) + "; the file is damaged");
    count *= static_cast<std::size_t>(n);
    if (count > (std::size_t{1} << 31))
      throw Error(
          ErrorCode::format,
          name + ": the header announces more than 2^31 voxels; the file is damaged or not an image of a patient");
  }
  return count;
}

Mat3 nearest_orthonormal(const Mat3& direction, const std::string& name) {
  Mat3 q = direction;
  for (int step = 0; step < 20; ++step) {
    Mat3 cofactor{};
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t c = 0; c < 3; ++c)
        cofactor[r][c] = q[(r + 1) % 3][(c + 1) % 3] * q[(r + 2) % 3][(c + 2) % 3] -
                         q[(r + 1) % 3][(c + 2) % 3] * q[(r + 2) % 3][(c + 1) % 3];
    const double determinant = q[0][0] * cofactor[0][0] + q[0][1] * cofactor[0][1] + q[0][2] * cofactor[0][2];
    if (!(std::abs(determinant) > 1e-6))
      throw Error(ErrorCode::domain, name + ": the image axes are degenerate; correct the header");
    double change = 0;
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t c = 0; c < 3; ++c) {
        const double next = 0.5 * (q[r][c] + cofactor[r][c] / determinant);
        change = std::max(change, std::abs(next - q[r][c]));
        q[r][c] = next;
      }
    if (change < 1e-16) break;
  }
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 3; ++c) {
      if (!(std::abs(q[r][c] - direction[r][c]) <= 1e-3))
        throw Error(ErrorCode::domain, name +
                                           ": the image axes are not at right angles (sheared or degenerate direction "
                                           "matrix); resample the image to a rectangular grid first");
      q[r][c] += 0.0;  // no negative zero
    }
  return q;
}

void set_axes(image::Geometry& geometry, const Mat3& axes, const std::string& name) {
  Mat3 unit{};
  for (std::size_t c = 0; c < 3; ++c) {
    const double length = std::hypot(axes[0][c], axes[1][c], axes[2][c]);
    if (!(length > 0) || !std::isfinite(length))
      throw Error(ErrorCode::domain, name + ": the step along image axis " + std::to_string(c) + " is " +
                                         format_double(length) + " mm; correct the header");
    geometry.spacing_mm[c] = length;
    for (std::size_t r = 0; r < 3; ++r) unit[r][c] = axes[r][c] / length;
  }
  geometry.direction = nearest_orthonormal(unit, name);
}

}  // namespace larc::io
