#include "io/nrrd.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "io/gzip.h"
#include "io/image_file.h"
#include "io/voxels.h"

namespace larc::io {

using image::Geometry;

namespace {

constexpr const char* kSpacingKey = "larc_spacing_mm";
constexpr const char* kDirectionKey = "larc_direction";

constexpr std::pair<const char*, VoxelType> kTypes[] = {{"uint8", VoxelType::uint8},   {"int16", VoxelType::int16},
                                                        {"uint16", VoxelType::uint16}, {"int32", VoxelType::int32},
                                                        {"float", VoxelType::float32}, {"double", VoxelType::float64}};

std::string triple(double a, double b, double c, const char* between) {
  std::string text = format_double(a);
  return text.append(between).append(format_double(b)).append(between).append(format_double(c));
}

std::string header_of(const Geometry& g, VoxelType type) {
  const auto* named =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& t) { return t.second == type; });
  std::string h = "NRRD0004\ntype: ";
  h.append(named->first).append("\ndimension: 3\nspace: left-posterior-superior\nsizes:");
  for (const int n : g.size) h.append(" ").append(std::to_string(n));
  h += "\nspace directions:";
  for (std::size_t a = 0; a < 3; ++a)
    h.append(" (")
        .append(triple(g.direction[0][a] * g.spacing_mm[a], g.direction[1][a] * g.spacing_mm[a],
                       g.direction[2][a] * g.spacing_mm[a], ","))
        .append(")");
  h.append("\nkinds: domain domain domain\nendian: little\nencoding: gzip\nspace origin: (")
      .append(triple(g.origin_lps[0], g.origin_lps[1], g.origin_lps[2], ","))
      .append(")\n");
  h.append(kSpacingKey).append(":=").append(triple(g.spacing_mm[0], g.spacing_mm[1], g.spacing_mm[2], " "));
  h.append("\n").append(kDirectionKey).append(":=");
  for (std::size_t row = 0; row < 3; ++row)
    h.append(row ? " " : "").append(triple(g.direction[row][0], g.direction[row][1], g.direction[row][2], " "));
  return h + "\n\n";
}

template <typename Image>
std::string encode(const Image& image, VoxelType type, const std::vector<double>& values) {
  image::check_geometry(image.geometry, "image to write");
  if (values.size() != image.geometry.voxel_count())
    throw Error(ErrorCode::shape_mismatch, "image to write: " + std::to_string(values.size()) +
                                               " voxels for a grid of " + std::to_string(image.geometry.voxel_count()));
  return header_of(image.geometry, type) + gzip(encode_voxels(values, type));
}

/// The numbers after `label` on its line; empty when the line is absent or holds anything else.
std::vector<double> numbers(std::string_view text, std::string_view label) {
  std::vector<double> out;
  const std::size_t at = text.find(label);
  if (at == std::string_view::npos) return out;
  text.remove_prefix(at + label.size());
  std::string line(text.substr(0, text.find('\n')));
  for (char& c : line)
    if (c == '(' || c == ')' || c == ',') c = ' ';
  for (const std::string& word : split(line, ' ')) {
    if (word.empty()) continue;
    const auto value = parse_double(word);
    if (!value) return {};
    out.push_back(*value);
  }
  return out;
}

}  // namespace

void use_exact_geometry(Geometry& geometry, const std::function<std::string(const char* key)>& value_of) {
  const auto s = numbers(value_of(kSpacingKey), ""), d = numbers(value_of(kDirectionKey), "");
  if (s.size() != 3 || d.size() != 9) return;
  Geometry exact = geometry;
  for (std::size_t a = 0; a < 3; ++a) {
    exact.spacing_mm[a] = s[a];
    for (std::size_t row = 0; row < 3; ++row) {
      exact.direction[row][a] = d[row * 3 + a];
      const double product = geometry.direction[row][a] * geometry.spacing_mm[a];
      if (!(std::abs(exact.direction[row][a] * s[a] - product) <= 1e-12 * geometry.spacing_mm[a])) return;
    }
  }
  geometry = exact;
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

namespace {

struct Head {
  std::size_t size = 0;  // bytes before the voxels
  VoxelType type = VoxelType::float64;
  Geometry geometry;
};

Head read_head(std::string_view bytes, const std::string& name) {
  const std::size_t end = bytes.find("\n\n");
  const std::string_view head = bytes.substr(0, end == std::string_view::npos ? end : end + 2);
  const auto size = numbers(head, "\nsizes:"), origin = numbers(head, "\nspace origin:"),
             spacing = numbers(head, std::string("\n") + kSpacingKey + ":="),
             direction = numbers(head, std::string("\n") + kDirectionKey + ":=");
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& t) {
    return head.find(std::string("\ntype: ") + t.first + "\n") != std::string_view::npos;
  });
  Geometry g;
  bool whole = end != std::string_view::npos && type != std::end(kTypes) && size.size() == 3 && origin.size() == 3 &&
               spacing.size() == 3 && direction.size() == 9;
  for (std::size_t a = 0; whole && a < 3; ++a) {
    whole = size[a] >= 1 && size[a] <= 1e9;
    if (!whole) break;
    g.size[a] = static_cast<int>(size[a]);
    g.spacing_mm[a] = spacing[a];
    g.origin_lps[a] = origin[a];
    for (std::size_t b = 0; b < 3; ++b) g.direction[a][b] = direction[a * 3 + b];
  }
  // One writer, one form: a header that larc would write otherwise is not larc's, or is damaged.
  if (!whole || header_of(g, type->second) != head)
    throw Error(ErrorCode::format,
                name + " is not an image as larc keeps it, or is damaged; import the image again from its file");
  image::check_geometry(g, name);
  return {head.size(), type->second, g};
}

}  // namespace

image::Volume decode_nrrd(std::string_view bytes, const std::string& name) {
  const Head head = read_head(bytes, name);
  image::Volume volume;
  volume.geometry = head.geometry;
  const std::size_t count = checked_voxel_count(volume.geometry.size, name);
  const std::string stored = gunzip(bytes.substr(head.size), name);
  volume.voxels = decode_voxels(stored, count, head.type, name);
  return volume;
}

image::Geometry decode_nrrd_geometry(std::string_view bytes, const std::string& name) {
  return read_head(bytes, name).geometry;
}

}  // namespace larc::io
