#include "io/meta_image.h"

#include <map>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "io/gzip.h"
#include "io/voxels.h"

namespace larc::io {

using image::Geometry;

namespace {

struct TypeName {
  const char* name;
  VoxelType type;
};
constexpr TypeName kTypes[] = {
    {"MET_CHAR", VoxelType::int8},       {"MET_UCHAR", VoxelType::uint8},       {"MET_SHORT", VoxelType::int16},
    {"MET_USHORT", VoxelType::uint16},   {"MET_INT", VoxelType::int32},         {"MET_UINT", VoxelType::uint32},
    {"MET_LONG_LONG", VoxelType::int64}, {"MET_ULONG_LONG", VoxelType::uint64}, {"MET_FLOAT", VoxelType::float32},
    {"MET_DOUBLE", VoxelType::float64},  {"MET_LONG", VoxelType::int32},        {"MET_ULONG", VoxelType::uint32}};

[[noreturn]] void damaged(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::format, name + ": " + what + "; the MetaImage file is damaged, export it again");
}

struct Header {
  std::map<std::string, std::string> fields;
  std::size_t data_offset = 0;

  const std::string* find(std::initializer_list<const char*> names) const {
    for (const char* key : names)
      if (const auto it = fields.find(key); it != fields.end()) return &it->second;
    return nullptr;
  }
  bool flag(std::initializer_list<const char*> names) const {
    const std::string* text = find(names);
    return text != nullptr && !text->empty() && (to_lower(*text) == "true" || *text == "1");
  }
};

Header read_header(std::string_view bytes, const std::string& name) {
  Header header;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string_view::npos && header.fields.empty()) break;
    const std::string line(bytes.substr(at, std::min(end, bytes.size()) - at));
    at = std::min(end, bytes.size() - 1) + 1;
    if (trim(line).empty()) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || equals > 80) break;
    const std::string key(trim(line.substr(0, equals)));
    if (header.fields.empty() && key != "ObjectType" && key != "NDims" && key != "Comment") break;
    header.fields[key] = std::string(trim(line.substr(equals + 1)));
    if (key == "ElementDataFile") {
      if (end == std::string_view::npos && std::string_view("LOCAL").starts_with(header.fields[key])) break;
      header.data_offset = at;
      return header;
    }
  }
  throw Error(ErrorCode::format, name +
                                     (header.fields.empty() ? " is not a MetaImage, whatever its name says"
                                                            : " breaks off within its header, or is damaged") +
                                     "; export the image again");
}

std::vector<double> numbers(const std::string& text, const std::string& field, std::size_t count,
                            const std::string& name) {
  std::vector<double> out;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    const auto value = parse_double(word);
    if (!value) damaged(name, "'" + word + "' in the field " + field + " is not a number");
    out.push_back(*value);
  }
  if (out.size() != count) damaged(name, "the field " + field + " has a wrong number of values");
  return out;
}

Geometry read_geometry(const Header& header, std::size_t n, const std::string& name) {
  Geometry geometry{{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  const std::string* sizes = header.find({"DimSize"});
  if (sizes == nullptr) damaged(name, "no field DimSize");
  const auto size = numbers(*sizes, "DimSize", n, name);
  for (std::size_t a = 0; a < n; ++a) {
    if (!(size[a] >= 1 && size[a] <= 1e9 && size[a] == std::floor(size[a])))
      damaged(name, "a size that is not a positive whole number");
    if (a < 3) {
      geometry.size[a] = static_cast<int>(size[a]);
    } else if (size[a] != 1) {
      throw Error(ErrorCode::unsupported, name + " holds " + format_double(size[a]) +
                                              " frames; larc reads one 3D image a file: split it first");
    }
  }
  const std::size_t used = std::min<std::size_t>(n, 3);
  if (const std::string* text = header.find({"ElementSpacing", "ElementSize"})) {
    const auto values = numbers(*text, "ElementSpacing", n, name);
    std::copy_n(values.begin(), used, geometry.spacing_mm.begin());
  }
  if (const std::string* text = header.find({"Offset", "Position", "Origin"})) {
    const auto values = numbers(*text, "Offset", n, name);
    std::copy_n(values.begin(), used, geometry.origin_lps.begin());
  }
  if (const std::string* text = header.find({"TransformMatrix", "Rotation", "Orientation"})) {
    const auto values = numbers(*text, "TransformMatrix", n * n, name);
    for (std::size_t a = 0; a < used; ++a)
      for (std::size_t row = 0; row < used; ++row) geometry.direction[row][a] = values[a * n + row];
    bool exact = true;  // a matrix that is orthonormal to rounding keeps its doubles
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = a; b < 3; ++b) {
        double dot = 0;
        for (std::size_t row = 0; row < 3; ++row) dot += geometry.direction[row][a] * geometry.direction[row][b];
        exact = exact && std::abs(dot - (a == b ? 1.0 : 0.0)) < 1e-14;
      }
    if (!exact) geometry.direction = nearest_orthonormal(geometry.direction, name);
  }
  return geometry;
}

}  // namespace

image::Volume decode_meta_image(std::string_view bytes, const std::string& name, const ReadDetached& read_detached) {
  const Header header = read_header(bytes, name);
  const std::string* dimensions = header.find({"NDims"});
  const auto n = dimensions == nullptr ? std::nullopt : parse_integer(*dimensions);
  if (!n || *n < 2 || *n > 4) damaged(name, "NDims is absent or not 2, 3 or 4");
  if (const std::string* channels = header.find({"ElementNumberOfChannels"}); channels != nullptr && *channels != "1")
    throw Error(ErrorCode::unsupported, name + " has " + *channels + " channels a voxel; export a scalar image");

  image::Volume volume;
  volume.geometry = read_geometry(header, static_cast<std::size_t>(*n), name);
  image::check_geometry(volume.geometry, name);
  const std::size_t count = checked_voxel_count(volume.geometry.size, name);
  const std::string* type_name = header.find({"ElementType"});
  const TypeName* type = nullptr;
  for (const TypeName& known : kTypes)
    if (type_name != nullptr && *type_name == known.name) type = &known;
  if (type == nullptr)
    throw Error(ErrorCode::unsupported,
                name + ": MetaImage voxel type '" + (type_name ? *type_name : "") + "' is not read");
  if (header.find({"BinaryData"}) != nullptr && !header.flag({"BinaryData"}))
    throw Error(ErrorCode::unsupported, name + ": MetaImage with text voxels is not read; write binary voxels");

  const std::string file = *header.find({"ElementDataFile"});
  std::string detached;
  std::string_view data = bytes.substr(header.data_offset);
  if (to_lower(file) != "local") {
    if (!read_detached || file == "LIST" || file.find('%') != std::string::npos)
      throw Error(ErrorCode::unsupported, name + ": its voxels lie in several files; write one .mha file");
    detached = read_detached(file);
    data = detached;
  }
  const std::size_t needed = count * byte_size(type->type);
  std::string inflated;
  if (header.flag({"CompressedData"})) {
    if (const std::string* text = header.find({"CompressedDataSize"})) {
      const auto size = parse_integer(*text);
      if (!size || *size < 0 || static_cast<std::size_t>(*size) > data.size())
        damaged(name, "fewer compressed bytes than the header announces");
      if (*size > 0) data = data.substr(0, static_cast<std::size_t>(*size));
    }
    inflated = gunzip(data, name);
    data = inflated;
  } else if (const std::string* text = header.find({"HeaderSize"})) {
    const auto skip = parse_integer(*text);
    if (skip && *skip == -1 && data.size() >= needed) {
      data = data.substr(data.size() - needed);
    } else if (skip && *skip > 0 && static_cast<std::size_t>(*skip) <= data.size()) {
      data = data.substr(static_cast<std::size_t>(*skip));
    }
  }
  volume.voxels =
      decode_voxels(data, count, type->type, header.flag({"BinaryDataByteOrderMSB", "ElementByteOrderMSB"}), name);
  return volume;
}

std::string encode_meta_image(const image::Volume& volume) {
  const Geometry& g = volume.geometry;
  const VoxelType type = smallest_exact_type(volume.voxels);
  const TypeName* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& t) { return t.type == type; });
  std::string h =
      "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = "
      "False\nTransformMatrix =";
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t row = 0; row < 3; ++row) h.append(" ").append(format_double(g.direction[row][a]));
  h += "\nOffset =";
  for (const double v : g.origin_lps) h.append(" ").append(format_double(v));
  h += "\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\nElementSpacing =";
  for (const double v : g.spacing_mm) h.append(" ").append(format_double(v));
  h += "\nDimSize =";
  for (const int v : g.size) h.append(" ").append(std::to_string(v));
  h.append("\nElementType = ").append(found->name).append("\nElementDataFile = LOCAL\n");
  return h + encode_voxels(volume.voxels, type);
}

}  // namespace larc::io
