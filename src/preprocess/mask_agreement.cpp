#include "preprocess/mask_agreement.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "preprocess/distance.h"

namespace larc::preprocess {

namespace {

std::vector<std::uint8_t> border_of(const image::Mask& mask) {
  const image::Index3 size = mask.geometry.size;
  std::vector<std::uint8_t> border(mask.voxels.size(), 0);
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        if (!mask.at(i, j, k)) continue;
        const image::Index3 here{i, j, k};
        bool edge = false;
        for (std::size_t axis = 0; axis < 3 && !edge; ++axis) {
          if (size[axis] == 1) continue;
          for (const int side : {-1, 1}) {
            image::Index3 next = here;
            next[axis] += side;
            edge = edge || next[axis] < 0 || next[axis] >= size[axis] || !mask.at(next[0], next[1], next[2]);
          }
        }
        border[mask.geometry.offset(i, j, k)] = edge ? 1 : 0;
      }
  return border;
}

/// Distances, mm, of the border voxels of one mask to the border of the other, ascending.
std::vector<double> distances(const std::vector<std::uint8_t>& from, const std::vector<std::uint8_t>& to,
                              const image::Geometry& geometry) {
  const std::vector<double> squared = squared_distance_mm2(to, geometry.size, geometry.spacing_mm);
  std::vector<double> result;
  for (std::size_t v = 0; v < from.size(); ++v)
    if (from[v]) result.push_back(std::sqrt(squared[v]));
  std::sort(result.begin(), result.end());
  return result;
}

double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  if (low + 1 >= sorted.size()) return sorted.back();
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[low + 1] - sorted[low]);
}

/// The smallest box that holds both regions; neither is empty.
image::Box common_box(const image::Mask& a, const image::Mask& b) {
  image::Box box = image::bounding_box(a);
  const image::Box other = image::bounding_box(b);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::min(box.lower[axis], other.lower[axis]);
    box.upper[axis] = std::max(box.upper[axis], other.upper[axis]);
  }
  return box;
}

/// Within the box, with one voxel around it where the image goes on, so that an image thicker than one voxel stays so.
image::Mask part(const image::Mask& mask, image::Box box) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::max(0, box.lower[axis] - 1);
    box.upper[axis] = std::min(mask.geometry.size[axis] - 1, box.upper[axis] + 1);
  }
  return image::crop(mask, box);
}

}  // namespace

MaskAgreement mask_agreement(const image::Mask& a, const image::Mask& b, double tolerance_mm) {
  image::check_geometry(a.geometry, "mask a");
  if (!image::same_geometry(a.geometry, b.geometry))
    throw Error(
        ErrorCode::geometry_mismatch,
        "the masks do not match: " + image::describe_difference(a.geometry, b.geometry) + "; use masks of one image");
  if (!(tolerance_mm >= 0.0) || !std::isfinite(tolerance_mm))
    throw Error(ErrorCode::domain, "tolerance " + format_double(tolerance_mm) + " mm is not a length >= 0");
  MaskAgreement result;
  for (std::size_t v = 0; v < a.voxels.size(); ++v) {
    result.voxels_a += a.voxels[v] != 0;
    result.voxels_b += b.voxels[v] != 0;
    result.voxels_both += a.voxels[v] != 0 && b.voxels[v] != 0;
  }
  if (result.voxels_a == 0 && result.voxels_b == 0) {
    result.reason = "both masks are empty";
    return result;
  }
  const double both = static_cast<double>(result.voxels_both);
  const double sum = static_cast<double>(result.voxels_a + result.voxels_b);
  result.dice = 2.0 * both / sum;
  result.jaccard = both / (sum - both);
  if (result.voxels_a == 0 || result.voxels_b == 0) {
    result.surface_dice = 0.0;
    result.reason = std::string("mask ") + (result.voxels_a == 0 ? "a" : "b") + " is empty: no distances";
    return result;
  }
  const image::Box box = common_box(a, b);
  const image::Mask part_a = part(a, box), part_b = part(b, box);
  const auto border_a = border_of(part_a), border_b = border_of(part_b);
  const auto from_a = distances(border_a, border_b, part_a.geometry);
  const auto from_b = distances(border_b, border_a, part_a.geometry);
  result.hausdorff_mm = std::max(from_a.back(), from_b.back());
  result.hausdorff95_mm = std::max(percentile(from_a, 0.95), percentile(from_b, 0.95));
  double total = 0.0;
  std::size_t near = 0;
  for (const auto* way : {&from_a, &from_b})
    for (const double distance : *way) {
      total += distance;
      near += distance <= tolerance_mm * (1.0 + 1e-12) ? 1 : 0;  // exactly the tolerance is within it
    }
  const double borders = static_cast<double>(from_a.size() + from_b.size());
  result.assd_mm = total / borders;
  result.surface_dice = static_cast<double>(near) / borders;
  return result;
}

}  // namespace larc::preprocess
