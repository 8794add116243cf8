#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "image/geometry.h"

namespace larc::io {

enum class VoxelType { int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64 };

/// Calls `visit` with a zero of the C++ type.
template <typename Visitor>
auto with_type(VoxelType type, Visitor&& visit) {
  switch (type) {
    case VoxelType::int8:
      return visit(std::int8_t{});
    case VoxelType::uint8:
      return visit(std::uint8_t{});
    case VoxelType::int16:
      return visit(std::int16_t{});
    case VoxelType::uint16:
      return visit(std::uint16_t{});
    case VoxelType::int32:
      return visit(std::int32_t{});
    case VoxelType::uint32:
      return visit(std::uint32_t{});
    case VoxelType::int64:
      return visit(std::int64_t{});
    case VoxelType::uint64:
      return visit(std::uint64_t{});
    case VoxelType::float32:
      return visit(float{});
    case VoxelType::float64:
      break;
  }
  return visit(double{});
}

std::size_t byte_size(VoxelType type);

/// The first of uint8, int16, uint16, int32, float32, float64 that holds every value exactly (NaN and -0 included).
VoxelType smallest_exact_type(const std::vector<double>& values);

/// Little endian. Every value must be exact in `type`.
std::string encode_voxels(const std::vector<double>& values, VoxelType type);

/// `count` values from `bytes`, little endian unless `big_endian`.
/// errors format: fewer or more bytes (says how many); domain: a 64-bit integer beyond 2^53
std::vector<double> decode_voxels(std::string_view bytes, std::size_t count, VoxelType type, const std::string& name,
                                  bool big_endian = false);

/// The product of the sizes. errors format: a size below 1, or more than 2^31 voxels
std::size_t checked_voxel_count(const image::Index3& size, const std::string& name);

/// The orthonormal matrix nearest to `direction` (polar decomposition, Higham 1986); signed permutations stay exact.
/// errors domain: `direction` is further than 1e-3 from orthonormal
image::Mat3 nearest_orthonormal(const image::Mat3& direction, const std::string& name);

/// Spacing and direction from three axis vectors (columns of an index-to-point matrix, mm).
/// errors domain: a vector of no length, or sheared axes
void set_axes(image::Geometry& geometry, const image::Mat3& axes, const std::string& name);

}  // namespace larc::io
