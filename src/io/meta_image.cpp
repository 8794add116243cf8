#include "io/meta_image.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "io/stored_voxels.h"

namespace larc::io {

namespace {

using Fields = std::map<std::string, std::string>;

constexpr std::int64_t kMostAxes = 10;

/// The numbers of the first of these fields that is there; `otherwise` where none is. errors format
std::vector<double> numbers(const Fields& fields, std::initializer_list<const char*> names,
                            std::vector<double> otherwise, const std::string& file) {
  for (const char* name : names) {
    const auto found = fields.find(name);
    if (found == fields.end()) continue;
    std::vector<double> values;
    std::string text = found->second;
    std::ranges::replace(text, '\t', ' ');
    for (const std::string& part : split(text, ' ')) {
      if (trim(part).empty()) continue;
      const auto value = parse_double(trim(part));
      if (!value || values.size() == otherwise.size())
        throw Error(ErrorCode::format, file + ": field " + name + " needs " + std::to_string(otherwise.size()) +
                                           " numbers; the MetaImage file is damaged, export it again");
      values.push_back(*value);
    }
    if (values.size() == otherwise.size()) return values;
    throw Error(ErrorCode::format, file + ": field " + name + " needs " + std::to_string(otherwise.size()) +
                                       " numbers, it has " + std::to_string(values.size()) +
                                       "; the MetaImage file is damaged, export it again");
  }
  return otherwise;
}

VoxelType voxel_type(const std::string& text, const std::string& file) {
  static const std::map<std::string, VoxelType> kTypes = {
      {"MET_CHAR", VoxelType::int8},         {"MET_UCHAR", VoxelType::uint8},   {"MET_SHORT", VoxelType::int16},
      {"MET_USHORT", VoxelType::uint16},     {"MET_INT", VoxelType::int32},     {"MET_UINT", VoxelType::uint32},
      {"MET_LONG", VoxelType::int64},        {"MET_ULONG", VoxelType::uint64},  {"MET_LONG_LONG", VoxelType::int64},
      {"MET_ULONG_LONG", VoxelType::uint64}, {"MET_FLOAT", VoxelType::float32}, {"MET_DOUBLE", VoxelType::float64}};
  const auto found = kTypes.find(text);
  if (found == kTypes.end())
    throw Error(ErrorCode::unsupported, file + ": its voxel type is not read; export a scalar image");
  return found->second;
}

}  // namespace

ImageHeader read_meta_image_header(std::string_view bytes, const std::filesystem::path& path) {
  const std::string name = path.string();
  const Fields fields = meta_image_fields(bytes, path);
  const auto axes = parse_integer(fields.at("NDims"));
  if (!axes || *axes < 1 || *axes > kMostAxes)
    throw Error(ErrorCode::format,
                name + ": NDims is not a number of axes; the MetaImage file is damaged, export it again");
  const auto n = static_cast<std::size_t>(*axes);
  PlainHeader header;
  for (const double size : numbers(fields, {"DimSize"}, std::vector<double>(n, 0.0), name)) {
    if (!(size >= 1.0) || size > 2147483647.0 || size != std::floor(size))
      throw Error(ErrorCode::format, name + ": DimSize holds no size; the MetaImage file is damaged, export it again");
    header.size.push_back(static_cast<std::size_t>(size));
  }
  header.spacing = numbers(fields, {"ElementSpacing", "ElementSize"}, std::vector<double>(n, 1.0), name);
  header.origin = numbers(fields, {"Position", "Origin", "Offset"}, std::vector<double>(n, 0.0), name);
  std::vector<double> identity(n * n, 0.0);
  for (std::size_t axis = 0; axis < n; ++axis) identity[axis * n + axis] = 1.0;
  const std::vector<double> matrix = numbers(fields, {"TransformMatrix", "Rotation", "Orientation"}, identity, name);
  for (std::size_t axis = 0; axis < n; ++axis) {
    const auto row = matrix.begin() + static_cast<std::ptrdiff_t>(axis * n);
    header.direction.emplace_back(row, row + static_cast<std::ptrdiff_t>(n));
  }
  header.components = 1;
  if (const double channels = numbers(fields, {"ElementNumberOfChannels"}, {1.0}, name)[0]; channels != 1.0)
    header.components = channels > 1.0 && channels < 1e9 ? static_cast<std::size_t>(channels) : 0;
  ImageHeader result{geometry_of(header, name), voxel_type(fields.at("ElementType"), name)};
  image::check_geometry(result.geometry, name);
  checked_voxel_count(result.geometry.size, name);
  return result;
}

}  // namespace larc::io
