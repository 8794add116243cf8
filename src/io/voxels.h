#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "image/geometry.h"

namespace larc::io {

enum class VoxelType { int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64 };

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
