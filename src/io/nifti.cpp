#include "io/nifti.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "core/number.h"
#include "io/gzip.h"
#include "io/voxels.h"

namespace larc::io {

using image::Geometry;
using image::Mat3;
using image::Vec3;

namespace {

/// Byte places of the fields that larc reads; NIfTI-1 and NIfTI-2 hold the same ones elsewhere and wider.
struct Layout {
  std::size_t header, dim, datatype, pixdim, vox_offset, slope, inter, units, qform, sform, quatern, qoffset, srow;
  bool wide;
};
constexpr Layout kNifti1{348, 40, 70, 76, 108, 112, 116, 123, 252, 254, 256, 268, 280, false};
constexpr Layout kNifti2{540, 16, 12, 104, 168, 176, 184, 500, 344, 348, 352, 376, 400, true};

class Fields {
 public:
  Fields(std::string_view bytes, const Layout& layout, bool swapped) : bytes_(bytes), at_(layout), swapped_(swapped) {}

  template <typename T>
  T get(std::size_t offset) const {
    std::array<char, sizeof(T)> raw;
    std::memcpy(raw.data(), bytes_.data() + offset, sizeof(T));
    if (swapped_) std::reverse(raw.begin(), raw.end());
    return std::bit_cast<T>(raw);
  }
  double real(std::size_t base, std::size_t item = 0) const {
    return at_.wide ? get<double>(base + 8 * item) : static_cast<double>(get<float>(base + 4 * item));
  }
  std::int64_t dim(std::size_t item) const {
    return at_.wide ? get<std::int64_t>(at_.dim + 8 * item) : get<std::int16_t>(at_.dim + 2 * item);
  }
  int code(std::size_t base) const { return at_.wide ? get<std::int32_t>(base) : get<std::int16_t>(base); }
  const Layout& at() const { return at_; }
  bool swapped() const { return swapped_; }
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
  const Layout& at_;
  bool swapped_;
};

Fields open_header(std::string_view bytes, const std::string& name) {
  const auto not_nifti = [&] {
    return Error(ErrorCode::format, name + " is not a NIfTI image, whatever its name says; export the image again");
  };
  if (bytes.size() < 4) throw not_nifti();
  for (const Layout* layout : {&kNifti1, &kNifti2})
    for (const bool swapped : {false, true}) {
      if (Fields(bytes, *layout, swapped).get<std::int32_t>(0) != static_cast<std::int32_t>(layout->header)) continue;
      if (bytes.size() < layout->header)
        throw Error(ErrorCode::format, name + " breaks off within its header; copy the file again from its source");
      const std::string_view magic = layout->wide ? bytes.substr(4, 3) : bytes.substr(344, 3);
      if (magic == "ni1" || magic == "ni2")
        throw Error(ErrorCode::unsupported,
                    name + " is the header of a .hdr/.img pair; convert it to a single .nii.gz file");
      if (magic != (layout->wide ? "n+2" : "n+1")) throw not_nifti();
      return Fields(bytes, *layout, swapped);
    }
  throw not_nifti();
}

VoxelType voxel_type(int datatype, const std::string& name) {
  switch (datatype) {
    case 2:
      return VoxelType::uint8;
    case 4:
      return VoxelType::int16;
    case 8:
      return VoxelType::int32;
    case 16:
      return VoxelType::float32;
    case 64:
      return VoxelType::float64;
    case 256:
      return VoxelType::int8;
    case 512:
      return VoxelType::uint16;
    case 768:
      return VoxelType::uint32;
    case 1024:
      return VoxelType::int64;
    case 1280:
      return VoxelType::uint64;
    default:
      throw Error(ErrorCode::unsupported,
                  name + ": NIfTI voxel type " + std::to_string(datatype) +
                      " (colour, complex, binary or 128-bit) is not read; export a scalar image");
  }
}

double millimetres_per_unit(int units) {
  switch (units & 7) {
    case 1:
      return 1000.0;
    case 3:
      return 0.001;
    default:
      return 1.0;
  }
}

/// Unit axes and origin in RAS from the quaternion, as the NIfTI-1 standard defines it.
void use_qform(const Fields& fields, Geometry& geometry, const std::string& name) {
  double b = fields.real(fields.at().quatern, 0), c = fields.real(fields.at().quatern, 1),
         d = fields.real(fields.at().quatern, 2);
  const double squared = b * b + c * c + d * d;
  if (!(squared < 1.01))
    throw Error(ErrorCode::domain, name + ": the quaternion of the qform is not a rotation; correct the header");
  double a = 1.0 - squared;
  if (a < 1e-7) {  // half a turn, and what is left is the rounding of floats
    b /= std::sqrt(squared);
    c /= std::sqrt(squared);
    d /= std::sqrt(squared);
    a = 0;
  }
  a = std::sqrt(a);
  const double handed = fields.real(fields.at().pixdim, 0) < 0 ? -1.0 : 1.0;
  Mat3 axes{{{a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)},
             {2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)},
             {2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c}}};
  for (std::size_t row = 0; row < 3; ++row) axes[row][2] *= handed;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    axes[0][axis] = -axes[0][axis];
    axes[1][axis] = -axes[1][axis];
    geometry.origin_lps[axis] = fields.real(fields.at().qoffset, axis) * (axis < 2 ? -1.0 : 1.0);
  }
  geometry.direction = nearest_orthonormal(axes, name);
}

void use_sform(const Fields& fields, Geometry& geometry, const std::string& name) {
  Mat3 axes{};
  for (std::size_t row = 0; row < 3; ++row) {
    const double sign = row < 2 ? -1.0 : 1.0;
    for (std::size_t column = 0; column < 3; ++column)
      axes[row][column] = sign * fields.real(fields.at().srow, row * 4 + column);
    geometry.origin_lps[row] = sign * fields.real(fields.at().srow, row * 4 + 3);
  }
  const Vec3 sizes = geometry.spacing_mm;
  set_axes(geometry, axes, name);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (std::abs(geometry.spacing_mm[axis] - sizes[axis]) <= 1e-4 * geometry.spacing_mm[axis])
      geometry.spacing_mm[axis] = sizes[axis];
}

Geometry read_geometry(const Fields& fields, const std::string& name) {
  Geometry geometry;
  const std::int64_t dimensions = fields.dim(0);
  if (dimensions < 2 || dimensions > 7)
    throw Error(ErrorCode::format, name + ": the NIfTI header announces " + std::to_string(dimensions) +
                                       " dimensions; the file is damaged, export it again");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t size = axis < static_cast<std::size_t>(dimensions) ? fields.dim(axis + 1) : 1;
    geometry.size[axis] = size < 0 || size > std::numeric_limits<int>::max() ? 0 : static_cast<int>(size);
    const double step = std::abs(fields.real(fields.at().pixdim, axis + 1));
    geometry.spacing_mm[axis] = step > 0 || axis < 2 ? step : (geometry.size[2] == 1 ? 1.0 : step);
  }
  for (std::size_t axis = 4; axis <= static_cast<std::size_t>(dimensions); ++axis)
    if (fields.dim(axis) > 1)
      throw Error(ErrorCode::unsupported, name + " holds " + std::to_string(fields.dim(axis)) +
                                              " frames; larc reads one 3D image a file: split it first");
  const int qform = fields.code(fields.at().qform), sform = fields.code(fields.at().sform);
  if (sform > 0 && !(sform != 1 && qform == 1)) {
    use_sform(fields, geometry, name);
  } else if (qform > 0) {
    use_qform(fields, geometry, name);
  } else {
    geometry.direction = {{{-1, 0, 0}, {0, -1, 0}, {0, 0, 1}}};
  }
  const int units = fields.at().wide ? fields.get<std::int32_t>(fields.at().units)
                                     : static_cast<int>(fields.get<std::uint8_t>(fields.at().units));
  const double scale = millimetres_per_unit(units);
  if (scale != 1.0)
    for (std::size_t axis = 0; axis < 3; ++axis) {
      geometry.spacing_mm[axis] *= scale;
      geometry.origin_lps[axis] *= scale;
    }
  for (double& origin : geometry.origin_lps) origin += 0.0;
  return geometry;
}

/// Unit quaternion (a, b, c, d), a >= 0, of a rotation matrix; Shepperd 1978.
std::array<double, 4> quaternion_of(const Mat3& r) {
  const double trace = r[0][0] + r[1][1] + r[2][2];
  std::array<double, 4> squares{1 + trace, 1 + 2 * r[0][0] - trace, 1 + 2 * r[1][1] - trace, 1 + 2 * r[2][2] - trace};
  const auto largest = static_cast<std::size_t>(std::max_element(squares.begin(), squares.end()) - squares.begin());
  std::array<double, 4> q{};
  if (largest == 0) {
    q = {squares[0], r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]};
  } else {
    const std::size_t i = largest - 1, j = (i + 1) % 3, k = (i + 2) % 3;
    q[0] = r[k][j] - r[j][k];
    q[i + 1] = squares[largest];
    q[j + 1] = r[j][i] + r[i][j];
    q[k + 1] = r[k][i] + r[i][k];
  }
  const double norm = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]) * (q[0] < 0 ? -1.0 : 1.0);
  for (double& part : q) part /= norm;
  return q;
}

template <typename T>
void put(std::string& header, std::size_t offset, T value) {
  std::memcpy(header.data() + offset, &value, sizeof(T));
}

int nifti_code(VoxelType type) {
  switch (type) {
    case VoxelType::uint8:
      return 2;
    case VoxelType::int16:
      return 4;
    case VoxelType::uint16:
      return 512;
    case VoxelType::int32:
      return 8;
    case VoxelType::float32:
      return 16;
    default:
      return 64;
  }
}

}  // namespace

image::Volume decode_nifti(std::string_view bytes, const std::string& name) {
  std::string inflated;
  if (is_gzip(bytes)) {
    inflated = gunzip(bytes, name);
    bytes = inflated;
  }
  const Fields fields = open_header(bytes, name);
  image::Volume volume;
  volume.geometry = read_geometry(fields, name);
  const VoxelType type = voxel_type(fields.code(fields.at().datatype), name);
  const std::size_t count = checked_voxel_count(volume.geometry.size, name);
  image::check_geometry(volume.geometry, name);
  const double offset = fields.at().wide ? static_cast<double>(fields.get<std::int64_t>(fields.at().vox_offset))
                                         : static_cast<double>(fields.get<float>(fields.at().vox_offset));
  if (!(offset >= static_cast<double>(fields.at().header) && offset <= static_cast<double>(bytes.size())))
    throw Error(ErrorCode::format,
                name + " breaks off before its voxels, or its header is damaged; copy the file again");
  volume.voxels = decode_voxels(bytes.substr(static_cast<std::size_t>(offset)), count, type, fields.swapped(), name);
  const double slope = fields.real(fields.at().slope), inter = fields.real(fields.at().inter);
  if (std::isfinite(slope) && std::isfinite(inter) && slope != 0 && !(slope == 1 && inter == 0))
    for (double& value : volume.voxels) value = value * slope + inter;
  return volume;
}

std::string encode_nifti(const image::Volume& volume) {
  const Geometry& g = volume.geometry;
  const VoxelType type = smallest_exact_type(volume.voxels);
  for (const int size : g.size)
    if (size > 32767)
      throw Error(ErrorCode::unsupported, "NIfTI-1 holds at most 32767 voxels along an axis; write .nrrd instead");
  std::string header(352, '\0');
  put<std::int32_t>(header, 0, 348);
  header[38] = 'r';
  const std::array<std::int16_t, 8> dim{3,
                                        static_cast<std::int16_t>(g.size[0]),
                                        static_cast<std::int16_t>(g.size[1]),
                                        static_cast<std::int16_t>(g.size[2]),
                                        1,
                                        1,
                                        1,
                                        1};
  for (std::size_t d = 0; d < 8; ++d) put(header, 40 + 2 * d, dim[d]);
  put(header, 70, static_cast<std::int16_t>(nifti_code(type)));
  put(header, 72, static_cast<std::int16_t>(8 * byte_size(type)));
  Mat3 ras = g.direction;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    ras[0][axis] = 0.0 - ras[0][axis];
    ras[1][axis] = 0.0 - ras[1][axis];
  }
  const double determinant = ras[0][0] * (ras[1][1] * ras[2][2] - ras[1][2] * ras[2][1]) -
                             ras[0][1] * (ras[1][0] * ras[2][2] - ras[1][2] * ras[2][0]) +
                             ras[0][2] * (ras[1][0] * ras[2][1] - ras[1][1] * ras[2][0]);
  Mat3 rotation = ras;
  if (determinant < 0)
    for (std::size_t row = 0; row < 3; ++row) rotation[row][2] = -rotation[row][2];
  const auto q = quaternion_of(rotation);
  put(header, 76, determinant < 0 ? -1.0F : 1.0F);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double origin = axis < 2 ? 0.0 - g.origin_lps[axis] : g.origin_lps[axis];
    put(header, 80 + 4 * axis, static_cast<float>(g.spacing_mm[axis]));
    put(header, 256 + 4 * axis, static_cast<float>(q[axis + 1]));
    put(header, 268 + 4 * axis, static_cast<float>(origin));
    for (std::size_t column = 0; column < 3; ++column)
      put(header, 280 + 16 * axis + 4 * column, static_cast<float>(ras[axis][column] * g.spacing_mm[column]));
    put(header, 280 + 16 * axis + 12, static_cast<float>(origin));
  }
  for (std::size_t rest = 4; rest < 8; ++rest) put(header, 76 + 4 * rest, 1.0F);
  put(header, 108, 352.0F);
  put(header, 112, 1.0F);
  header[123] = 2;  // mm
  put<std::int16_t>(header, 252, 1);
  put<std::int16_t>(header, 254, 1);
  header.replace(344, 3, "n+1");
  return header + encode_voxels(volume.voxels, type);
}

}  // namespace larc::io
