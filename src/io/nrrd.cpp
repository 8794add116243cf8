#include "io/nrrd.h"

#include <map>
#include <optional>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "io/gzip.h"
#include "io/image_file.h"
#include "io/voxels.h"

namespace larc::io {

using image::Geometry;
using image::Mat3;
using image::Vec3;

namespace {

// Direction and spacing apart, so that their product need not be divided again: the doubles come back unchanged.
constexpr const char* kSpacingKey = "larc_spacing_mm";
constexpr const char* kDirectionKey = "larc_direction";

struct Header {
  std::map<std::string, std::string> fields;
  std::map<std::string, std::string> keys;
  std::size_t data_offset = 0;

  const std::string* find(const std::string& field) const {
    const auto it = fields.find(field);
    return it == fields.end() ? nullptr : &it->second;
  }
};

[[noreturn]] void damaged(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::format, name + ": " + what + "; the NRRD file is damaged, export it again");
}

Header read_header(std::string_view bytes, const std::string& name) {
  if (bytes.substr(0, 5) != "NRRD0" && bytes.substr(0, 5) != "NRRD1")
    throw Error(ErrorCode::format, name + " is not an NRRD image, whatever its name says; export the image again");
  Header header;
  std::size_t at = 0;
  bool first = true;
  while (true) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string_view::npos) {
      if (!first && header.find("data file") == nullptr) damaged(name, "it breaks off within the header");
      header.data_offset = bytes.size();
      if (at >= bytes.size()) return header;
    }
    const std::size_t stop = std::min(end, bytes.size());
    std::string line(bytes.substr(at, stop - at));
    at = stop + 1;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (first) {
      first = false;
    } else if (line.empty()) {
      header.data_offset = std::min(at, bytes.size());
      return header;
    } else if (line[0] != '#') {
      const std::size_t key = line.find(":="), field = line.find(": ");
      if (key != std::string::npos && (field == std::string::npos || key < field)) {
        header.keys[line.substr(0, key)] = line.substr(key + 2);
      } else if (field != std::string::npos) {
        std::string label = to_lower(line.substr(0, field));
        if (label == "datafile") label = "data file";
        if (label == "lineskip") label = "line skip";
        if (label == "byteskip") label = "byte skip";
        if (!header.fields.emplace(label, std::string(trim(line.substr(field + 2)))).second)
          damaged(name, "the field '" + label + "' stands twice");
      } else {
        damaged(name, "a header line without a colon");
      }
    }
    if (end == std::string_view::npos) return header;
  }
}

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

std::vector<double> numbers(const std::string& text, const std::string& field, const std::string& name) {
  std::vector<double> out;
  for (const std::string& word : words(text)) {
    const auto value = parse_double(word);
    if (!value) damaged(name, "'" + word + "' in the field '" + field + "' is not a number");
    out.push_back(*value);
  }
  return out;
}

/// "(a,b,c) none (d,e,f)": one entry a word, none without value.
std::vector<std::optional<std::vector<double>>> vectors(const std::string& text, const std::string& field,
                                                        const std::string& name) {
  std::vector<std::optional<std::vector<double>>> out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t') {
      ++at;
    } else if (text[at] == '(') {
      const std::size_t end = text.find(')', at);
      if (end == std::string::npos) damaged(name, "an open bracket in the field '" + field + "'");
      std::string inside = text.substr(at + 1, end - at - 1);
      std::replace(inside.begin(), inside.end(), ',', ' ');
      out.emplace_back(numbers(inside, field, name));
      at = end + 1;
    } else if (text.compare(at, 4, "none") == 0) {
      out.emplace_back(std::nullopt);
      at += 4;
    } else {
      damaged(name, "the field '" + field + "' is not a list of vectors");
    }
  }
  return out;
}

VoxelType voxel_type(const std::string& type, const std::string& name) {
  static const std::map<std::string, VoxelType> kTypes{{"signed char", VoxelType::int8},
                                                       {"int8", VoxelType::int8},
                                                       {"int8_t", VoxelType::int8},
                                                       {"uchar", VoxelType::uint8},
                                                       {"unsigned char", VoxelType::uint8},
                                                       {"uint8", VoxelType::uint8},
                                                       {"uint8_t", VoxelType::uint8},
                                                       {"short", VoxelType::int16},
                                                       {"short int", VoxelType::int16},
                                                       {"signed short", VoxelType::int16},
                                                       {"signed short int", VoxelType::int16},
                                                       {"int16", VoxelType::int16},
                                                       {"int16_t", VoxelType::int16},
                                                       {"ushort", VoxelType::uint16},
                                                       {"unsigned short", VoxelType::uint16},
                                                       {"unsigned short int", VoxelType::uint16},
                                                       {"uint16", VoxelType::uint16},
                                                       {"uint16_t", VoxelType::uint16},
                                                       {"int", VoxelType::int32},
                                                       {"signed int", VoxelType::int32},
                                                       {"int32", VoxelType::int32},
                                                       {"int32_t", VoxelType::int32},
                                                       {"uint", VoxelType::uint32},
                                                       {"unsigned int", VoxelType::uint32},
                                                       {"uint32", VoxelType::uint32},
                                                       {"uint32_t", VoxelType::uint32},
                                                       {"longlong", VoxelType::int64},
                                                       {"long long", VoxelType::int64},
                                                       {"long long int", VoxelType::int64},
                                                       {"signed long long", VoxelType::int64},
                                                       {"signed long long int", VoxelType::int64},
                                                       {"int64", VoxelType::int64},
                                                       {"int64_t", VoxelType::int64},
                                                       {"ulonglong", VoxelType::uint64},
                                                       {"unsigned long long", VoxelType::uint64},
                                                       {"unsigned long long int", VoxelType::uint64},
                                                       {"uint64", VoxelType::uint64},
                                                       {"uint64_t", VoxelType::uint64},
                                                       {"float", VoxelType::float32},
                                                       {"double", VoxelType::float64}};
  const auto it = kTypes.find(type);
  if (it == kTypes.end())
    throw Error(ErrorCode::unsupported, name + ": NRRD voxel type '" + type + "' is not read; export a scalar image");
  return it->second;
}

/// +1 or -1 for each world axis that turns the file's space into LPS; nullopt: a space without anatomy.
std::optional<Vec3> to_lps(const std::string& space, const std::string& name) {
  const std::string s = to_lower(space);
  if (s == "left-posterior-superior" || s == "lps") return Vec3{1, 1, 1};
  if (s == "right-anterior-superior" || s == "ras") return Vec3{-1, -1, 1};
  if (s == "left-anterior-superior" || s == "las") return Vec3{1, -1, 1};
  if (s.empty()) return std::nullopt;
  throw Error(ErrorCode::unsupported, name + ": NRRD space '" + space + "' is not read; export in LPS or RAS");
}

/// Which three of the file's axes are i, j, k; the others must have one sample. -1: a missing third axis.
std::array<int, 3> spatial_axes(const std::vector<double>& sizes, const std::vector<bool>& in_space,
                                const std::string& name) {
  std::array<int, 3> axes{-1, -1, -1};
  std::size_t found = 0;
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    if (in_space[a] && found < 3) {
      axes[found++] = static_cast<int>(a);
    } else if (sizes[a] != 1) {
      throw Error(ErrorCode::unsupported, name + " holds " + format_double(sizes[a]) +
                                              " frames or channels; larc reads one 3D image a file: split it first");
    }
  }
  if (found < 2) damaged(name, "fewer than two image axes");
  return axes;
}

Geometry read_geometry(const Header& header, const std::vector<double>& sizes, const std::string& name) {
  const std::string* space = header.find("space");
  const std::string* directions = header.find("space directions");
  const auto signs = to_lps(space != nullptr ? *space : "", name);
  Geometry geometry;
  std::vector<bool> in_space(sizes.size(), true);
  std::vector<std::optional<std::vector<double>>> steps;
  if (directions != nullptr) {
    steps = vectors(*directions, "space directions", name);
    if (steps.size() != sizes.size()) damaged(name, "'space directions' and 'sizes' differ in length");
    for (std::size_t a = 0; a < sizes.size(); ++a) {
      in_space[a] = steps[a].has_value();
      if (steps[a] && steps[a]->size() != 3 && !(steps[a]->size() == 2 && sizes.size() == 2))
        damaged(name, "a space direction without three parts");
    }
  }
  const auto axes = spatial_axes(sizes, in_space, name);
  for (std::size_t a = 0; a < 3; ++a)
    geometry.size[a] = axes[a] < 0 ? 1 : static_cast<int>(sizes[static_cast<std::size_t>(axes[a])]);
  if (directions != nullptr) {
    const Vec3 sign = signs.value_or(Vec3{1, 1, 1});
    Mat3 columns{};
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t row = 0; row < 3; ++row) {
        if (axes[a] < 0) continue;
        const auto& step = *steps[static_cast<std::size_t>(axes[a])];
        columns[row][a] = row < step.size() ? sign[row] * step[row] : 0.0;
      }
    if (axes[2] < 0) {
      const Vec3 u{columns[0][0], columns[1][0], columns[2][0]}, v{columns[0][1], columns[1][1], columns[2][1]};
      const Vec3 n{u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
      const double length = std::hypot(n[0], n[1], n[2]);
      for (std::size_t row = 0; row < 3; ++row) columns[row][2] = length > 0 ? n[row] / length : 0.0;
    }
    set_axes(geometry, columns, name);
    if (const std::string* origin = header.find("space origin")) {
      const auto parts = vectors(*origin, "space origin", name);
      if (parts.size() != 1 || !parts[0] || parts[0]->size() < 2) damaged(name, "the space origin is not one vector");
      for (std::size_t row = 0; row < std::min<std::size_t>(3, parts[0]->size()); ++row)
        geometry.origin_lps[row] = sign[row] * (*parts[0])[row] + 0.0;
    }
    const auto spacing = header.keys.find(kSpacingKey), direction = header.keys.find(kDirectionKey);
    if (spacing != header.keys.end() && direction != header.keys.end()) {
      const auto s = numbers(spacing->second, kSpacingKey, name), d = numbers(direction->second, kDirectionKey, name);
      bool agree = s.size() == 3 && d.size() == 9;
      for (std::size_t row = 0; agree && row < 3; ++row)
        for (std::size_t a = 0; a < 3; ++a) agree = agree && d[row * 3 + a] * s[a] == columns[row][a];
      for (std::size_t row = 0; agree && row < 3; ++row) {
        geometry.spacing_mm[row] = s[row];
        for (std::size_t a = 0; a < 3; ++a) geometry.direction[row][a] = d[row * 3 + a];
      }
    }
  } else {
    const auto per_axis = [&](const std::string& field, Vec3& target) {
      const std::string* text = header.find(field);
      if (text == nullptr) return;
      const auto values = numbers(*text, field, name);
      if (values.size() != sizes.size()) damaged(name, "'" + field + "' and 'sizes' differ in length");
      for (std::size_t a = 0; a < 3; ++a)
        if (axes[a] >= 0 && std::isfinite(values[static_cast<std::size_t>(axes[a])]))
          target[a] = values[static_cast<std::size_t>(axes[a])];
    };
    per_axis("spacings", geometry.spacing_mm);
    per_axis("axis mins", geometry.origin_lps);
  }
  return geometry;
}

std::string voxel_bytes(const Header& header, std::string_view data, const std::string& name) {
  const std::string* encoding = header.find("encoding");
  if (encoding == nullptr) damaged(name, "no field 'encoding'");
  const auto skip = [&](const char* field) {
    const std::string* text = header.find(field);
    const auto value = text == nullptr ? std::optional<std::int64_t>(0) : parse_integer(*text);
    if (!value || *value < 0)
      throw Error(ErrorCode::unsupported, name + ": NRRD '" + field + "' must be a count; write the image again");
    return static_cast<std::size_t>(*value);
  };
  for (std::size_t line = skip("line skip"); line > 0; --line) {
    const std::size_t end = data.find('\n');
    if (end == std::string_view::npos) damaged(name, "fewer lines than 'line skip' says");
    data.remove_prefix(end + 1);
  }
  const std::size_t bytes = skip("byte skip");
  const std::string how = to_lower(*encoding);
  if (how == "gzip" || how == "gz") return gunzip(data, name).substr(bytes);
  if (bytes > data.size()) damaged(name, "fewer bytes than 'byte skip' says");
  if (how == "raw" || how == "text" || how == "txt" || how == "ascii") return std::string(data.substr(bytes));
  throw Error(ErrorCode::unsupported, name + ": NRRD encoding '" + *encoding + "' is not read; write raw or gzip");
}

bool is_text(const std::string& encoding) {
  const std::string how = to_lower(encoding);
  return how == "text" || how == "txt" || how == "ascii";
}

template <typename Image>
std::string encode(const Image& image, VoxelType type, const std::vector<double>& values) {
  const Geometry& g = image.geometry;
  image::check_geometry(g, "image to write");
  if (values.size() != g.voxel_count())
    throw Error(ErrorCode::shape_mismatch, "image to write: " + std::to_string(values.size()) +
                                               " voxels for a grid of " + std::to_string(g.voxel_count()));
  static const std::map<VoxelType, std::string> kNames{{VoxelType::uint8, "uint8"},   {VoxelType::int16, "int16"},
                                                       {VoxelType::uint16, "uint16"}, {VoxelType::int32, "int32"},
                                                       {VoxelType::float32, "float"}, {VoxelType::float64, "double"}};
  const auto triple = [](double a, double b, double c, const char* between) {
    return format_double(a) + between + format_double(b) + between + format_double(c);
  };
  std::string h = "NRRD0004\ntype: " + kNames.at(type) +
                  "\ndimension: 3\nspace: left-posterior-superior\nsizes: " + std::to_string(g.size[0]) + " " +
                  std::to_string(g.size[1]) + " " + std::to_string(g.size[2]) + "\nspace directions:";
  for (std::size_t a = 0; a < 3; ++a)
    h.append(" (")
        .append(triple(g.direction[0][a] * g.spacing_mm[a], g.direction[1][a] * g.spacing_mm[a],
                       g.direction[2][a] * g.spacing_mm[a], ","))
        .append(")");
  h += "\nkinds: domain domain domain\nendian: little\nencoding: gzip\nspace origin: (" +
       triple(g.origin_lps[0], g.origin_lps[1], g.origin_lps[2], ",") + ")\n";
  h += std::string(kSpacingKey) + ":=" + triple(g.spacing_mm[0], g.spacing_mm[1], g.spacing_mm[2], " ") + "\n";
  h += std::string(kDirectionKey) + ":=";
  for (std::size_t row = 0; row < 3; ++row)
    h.append(row ? " " : "").append(triple(g.direction[row][0], g.direction[row][1], g.direction[row][2], " "));
  return h + "\n\n" + gzip(encode_voxels(values, type));
}

}  // namespace

image::Volume parse_nrrd(std::string_view bytes, const std::string& name, const ReadDetached& read_detached) {
  const Header header = read_header(bytes, name);
  for (const char* needed : {"type", "dimension", "sizes", "encoding"})
    if (header.find(needed) == nullptr) damaged(name, std::string("no field '") + needed + "'");
  const auto dimension = parse_integer(*header.find("dimension"));
  const auto sizes = numbers(*header.find("sizes"), "sizes", name);
  if (!dimension || sizes.size() != static_cast<std::size_t>(*dimension) || sizes.size() < 2 || sizes.size() > 8)
    damaged(name, "'dimension' and 'sizes' differ");
  for (const double size : sizes)
    if (!(size >= 1 && size <= 1e9 && size == std::floor(size)))
      damaged(name, "a size that is not a positive whole number");
  image::Volume volume;
  volume.geometry = read_geometry(header, sizes, name);
  image::check_geometry(volume.geometry, name);
  const std::size_t count = checked_voxel_count(volume.geometry.size, name);
  const VoxelType type = voxel_type(to_lower(*header.find("type")), name);

  std::string detached;
  std::string_view data = bytes.substr(header.data_offset);
  if (const std::string* file = header.find("data file")) {
    if (!read_detached || file->find('%') != std::string::npos || to_lower(*file).rfind("list", 0) == 0)
      throw Error(ErrorCode::unsupported, name + ": its voxels lie in other files; write one .nrrd file");
    detached = read_detached(*file);
    data = detached;
  }
  const std::string raw = voxel_bytes(header, data, name);
  if (is_text(*header.find("encoding"))) {
    volume.voxels = numbers(raw, "voxels", name);
    if (volume.voxels.size() != count)
      damaged(name, std::to_string(volume.voxels.size()) + " voxels for a grid of " + std::to_string(count));
    return volume;
  }
  const std::string* endian = header.find("endian");
  if (endian == nullptr && byte_size(type) > 1) damaged(name, "no field 'endian'");
  const bool big = endian != nullptr && to_lower(*endian) == "big";
  volume.voxels = decode_voxels(raw, count, type, big, name);
  if (raw.size() > count * byte_size(type)) damaged(name, "more bytes than the header announces");
  return volume;
}

std::string encode_nrrd(const image::Volume& volume) {
  return encode(volume, smallest_exact_type(volume.voxels), volume.voxels);
}

std::string encode_nrrd(const image::Mask& mask) {
  std::vector<double> values(mask.voxels.size());
  std::transform(mask.voxels.begin(), mask.voxels.end(), values.begin(),
                 [](std::uint8_t v) { return v != 0 ? 1.0 : 0.0; });
  return encode(mask, VoxelType::uint8, values);
}

image::Volume decode_nrrd(std::string_view bytes, const std::string& name) {
  return parse_nrrd(bytes, name, nullptr);
}

}  // namespace larc::io
