#include "image/placement.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"

namespace larc::image {

namespace {

// Positions come rounded to 1e-2 mm at worst, voxels of MR are 0.5 mm or more.
constexpr double kOffCentre_voxels = 0.02;
constexpr double kMostSteps = 1e6;

double cosine_between(const Geometry& a, std::size_t axis_a, const Geometry& b, std::size_t axis_b) {
  double dot = 0;
  for (std::size_t row = 0; row < 3; ++row) dot += a.direction[row][axis_a] * b.direction[row][axis_b];
  return dot;
}

/// Which axis of `onto` each axis of `from` runs along, best first, and whether forwards.
void match_axes(const Geometry& from, const Geometry& onto, Index3& axis, Index3& step) {
  static constexpr int kOrders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  double best = -1;
  for (const auto& order : kOrders) {
    double sum = 0;
    for (std::size_t a = 0; a < 3; ++a)
      sum += std::abs(cosine_between(from, a, onto, static_cast<std::size_t>(order[a])));
    if (sum > best + 1e-9) {
      best = sum;
      for (std::size_t a = 0; a < 3; ++a) axis[a] = order[a];
    }
  }
  for (std::size_t a = 0; a < 3; ++a)
    step[a] = cosine_between(from, a, onto, static_cast<std::size_t>(axis[a])) < 0 ? -1 : 1;
}

Vec3 corner_of(const Geometry& g, int corner) {
  return {corner & 1 ? g.size[0] - 1.0 : 0.0, corner & 2 ? g.size[1] - 1.0 : 0.0, corner & 4 ? g.size[2] - 1.0 : 0.0};
}

bool holds(const Index3& size, const Index3& at) {
  return at[0] >= 0 && at[1] >= 0 && at[2] >= 0 && at[0] < size[0] && at[1] < size[1] && at[2] < size[2];
}

std::string share_text(std::size_t count, const Geometry& g) {
  return std::to_string(count) + " voxels (" + format_fixed(static_cast<double>(count) * g.voxel_volume_mm3(), 1) +
         " mm3)";
}

Mask place(const Mask& mask, const LatticeMap& map, const Geometry& image, std::size_t& outside) {
  const Geometry& g = mask.geometry;
  Mask placed{image, std::vector<std::uint8_t>(image.voxel_count(), 0)};
  const Box box = bounding_box(mask);
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j)
      for (int i = box.lower[0]; i <= box.upper[0]; ++i) {
        if (!mask.voxels[g.offset(i, j, k)]) continue;
        const Index3 at = map(i, j, k);
        if (holds(image.size, at))
          placed.voxels[image.offset(at[0], at[1], at[2])] = 1;
        else
          ++outside;
      }
  return placed;
}

Mask resample(const Mask& mask, const Geometry& image) {
  const Geometry& g = mask.geometry;
  Mask placed{image, std::vector<std::uint8_t>(image.voxel_count(), 0)};
  const Vec3 origin = g.index_ijk(image.origin_lps);
  std::array<Vec3, 3> step{};
  for (std::size_t a = 0; a < 3; ++a) {
    Vec3 unit{0, 0, 0};
    unit[a] = 1;
    const Vec3 next = g.index_ijk(image.point_lps(unit));
    for (std::size_t b = 0; b < 3; ++b) step[a][b] = next[b] - origin[b];
  }
  std::size_t v = 0;
  for (int k = 0; k < image.size[2]; ++k)
    for (int j = 0; j < image.size[1]; ++j)
      for (int i = 0; i < image.size[0]; ++i, ++v) {
        Index3 at{};
        for (std::size_t b = 0; b < 3; ++b)
          at[b] = nearest_index(origin[b] + i * step[0][b] + j * step[1][b] + k * step[2][b]);
        if (holds(g.size, at)) placed.voxels[v] = mask.voxels[g.offset(at[0], at[1], at[2])] ? 1 : 0;
      }
  return placed;
}

std::size_t count_outside(const Mask& mask, const Geometry& image) {
  const Geometry& g = mask.geometry;
  std::size_t outside = 0, v = 0;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i, ++v) {
        if (!mask.voxels[v]) continue;
        const Vec3 index =
            image.index_ijk(g.point_lps({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)}));
        outside +=
            holds(image.size, {nearest_index(index[0]), nearest_index(index[1]), nearest_index(index[2])}) ? 0 : 1;
      }
  return outside;
}

}  // namespace

int nearest_index(double index) {
  return static_cast<int>(std::floor(std::clamp(index, -1e9, 1e9) + 0.5 + 1e-6));
}

std::optional<LatticeMap> lattice_map(const Geometry& from, const Geometry& onto) {
  LatticeMap map{};
  match_axes(from, onto, map.axis, map.step);
  for (std::size_t a = 0; a < 3; ++a)
    if (std::abs(cosine_between(from, a, onto, static_cast<std::size_t>(map.axis[a]))) < 0.999) return std::nullopt;
  const Vec3 first = onto.index_ijk(from.origin_lps);
  for (std::size_t b = 0; b < 3; ++b) {
    if (!(std::abs(first[b]) < kMostSteps)) return std::nullopt;
    map.offset[b] = static_cast<int>(std::lround(first[b]));
  }
  for (int corner = 0; corner < 8; ++corner) {
    const Vec3 index = corner_of(from, corner), there = onto.index_ijk(from.point_lps(index));
    const Index3 predicted = map(static_cast<int>(index[0]), static_cast<int>(index[1]), static_cast<int>(index[2]));
    for (std::size_t b = 0; b < 3; ++b)
      if (!(std::abs(there[b] - predicted[b]) <= kOffCentre_voxels)) return std::nullopt;
  }
  return map;
}

Geometry reoriented_like(const Geometry& g, const Geometry& like) {
  Index3 axis{}, step{};
  match_axes(g, like, axis, step);
  Geometry turned = g;
  Vec3 first{0, 0, 0};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto b = static_cast<std::size_t>(axis[a]);
    turned.size[b] = g.size[a];
    turned.spacing_mm[b] = g.spacing_mm[a];
    for (std::size_t row = 0; row < 3; ++row) turned.direction[row][b] = step[a] * g.direction[row][a];
    if (step[a] < 0) first[a] = g.size[a] - 1.0;
  }
  turned.origin_lps = g.point_lps(first);
  return turned;
}

Mask mask_on(const Mask& mask, const Geometry& image, OtherGrid other, std::vector<std::string>* notes) {
  bounding_box(mask);  // refuses an empty mask
  const std::string difference = describe_difference(image, reoriented_like(mask.geometry, image));
  std::size_t outside = 0;
  if (const auto map = lattice_map(mask.geometry, image)) {
    Mask placed = place(mask, *map, image, outside);
    if (outside == 0) return placed;
    if (other == OtherGrid::refuse)
      throw Error(ErrorCode::geometry_mismatch, share_text(outside, mask.geometry) +
                                                    " of the mask lie outside the image (" + difference +
                                                    "); give the image it was drawn on");
    if (voxel_count(placed) == 0)
      throw Error(ErrorCode::domain, "no voxel of the image lies within the mask; give the image it was drawn on");
    if (notes != nullptr) notes->push_back(share_text(outside, mask.geometry) + " outside the image were left out");
    return placed;
  }
  if (other == OtherGrid::refuse)
    throw Error(ErrorCode::geometry_mismatch,
                "image and mask do not match: " + difference + "; export the mask on the grid of this image");
  Mask placed = resample(mask, image);
  if (voxel_count(placed) == 0)
    throw Error(ErrorCode::domain, "no voxel of the image lies within the mask; give the image it was drawn on");
  if (notes != nullptr) {
    notes->push_back("resampled by nearest neighbour onto the image: " + difference);
    outside = count_outside(mask, image);
    if (outside > 0) notes->push_back(share_text(outside, mask.geometry) + " outside the image were left out");
  }
  return placed;
}

Mask mask_on(const Volume& labels, int label, const Geometry& image, OtherGrid other, std::vector<std::string>* notes) {
  return mask_on(select_label(labels, label), image, other, notes);
}

double volume_mm3(const Mask& mask) {
  return static_cast<double>(voxel_count(mask)) * mask.geometry.voxel_volume_mm3();
}

std::map<int, double> label_volumes_mm3(const Volume& labels) {
  std::vector<std::size_t> counts(65536, 0);
  for (const double value : labels.voxels) {
    if (!(value == std::round(value)) || value < 0 || value > 65535)
      throw Error(ErrorCode::domain, "the label map holds " + format_double(value) +
                                         ", labels are whole numbers from 0 to 65535; give a label map");
    ++counts[static_cast<std::size_t>(value)];
  }
  std::map<int, double> volumes;
  for (std::size_t label = 1; label < counts.size(); ++label)
    if (counts[label] > 0)
      volumes[static_cast<int>(label)] = static_cast<double>(counts[label]) * labels.geometry.voxel_volume_mm3();
  return volumes;
}

}  // namespace larc::image
