#include "preprocess/region_change.h"

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "preprocess/distance.h"
#include "preprocess/supervoxels.h"

namespace larc::preprocess {

using image::Box;
using image::Geometry;
using image::Mask;

namespace {

constexpr double kSurely = 0.9, kNever = 0.2;
constexpr double kRangeBeyond = 0.1;  // of the region's intensities, kept on either side

struct Candidate {
  double squared_mm2;
  std::uint64_t lot;  // decides between equals
  std::size_t voxel;
  bool operator<(const Candidate& other) const {
    if (squared_mm2 != other.squared_mm2) return squared_mm2 < other.squared_mm2;
    return lot != other.lot ? lot < other.lot : voxel < other.voxel;
  }
};

Box around(const Mask& region, int voxels) {
  Box box = image::bounding_box(region);
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] = std::max(0, box.lower[a] - voxels);
    box.upper[a] = std::min(region.geometry.size[a] - 1, box.upper[a] + voxels);
  }
  return box;
}

/// The `change` voxels of the box nearest to the border on the side of `value`; fewer where there are no more.
std::vector<Candidate> nearest(const Mask& region, const Box& box, std::uint8_t value, std::size_t change,
                               std::uint64_t seed) {
  const Mask part = image::crop(region, box);
  std::vector<std::uint8_t> sites(part.voxels.size());
  std::transform(part.voxels.begin(), part.voxels.end(), sites.begin(),
                 [&](std::uint8_t v) { return static_cast<std::uint8_t>((v != 0) != (value != 0) ? 1 : 0); });
  const auto squared = squared_distance_mm2(sites, part.geometry.size, part.geometry.spacing_mm);
  std::vector<Candidate> found;
  auto distance = squared.begin();
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j)
      for (int i = box.lower[0]; i <= box.upper[0]; ++i, ++distance)
        if (*distance > 0 && std::isfinite(*distance)) found.push_back({*distance, 0, region.geometry.offset(i, j, k)});
  if (found.size() <= change) return found;
  const auto last = found.begin() + static_cast<std::ptrdiff_t>(change) - 1;
  std::nth_element(found.begin(), last, found.end());
  const double limit = last->squared_mm2;
  found.erase(std::remove_if(found.begin(), found.end(), [&](const Candidate& c) { return c.squared_mm2 > limit; }),
              found.end());
  for (Candidate& c : found) c.lot = derive_seed(seed, {}, c.voxel);
  std::nth_element(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(change) - 1, found.end());
  found.resize(change);
  return found;
}

bool any_neighbour(const Mask& mask, int i, int j, int k, bool wanted) {
  const auto& n = mask.geometry.size;
  return (i > 0 && mask.at(i - 1, j, k) == wanted) || (i + 1 < n[0] && mask.at(i + 1, j, k) == wanted) ||
         (j > 0 && mask.at(i, j - 1, k) == wanted) || (j + 1 < n[1] && mask.at(i, j + 1, k) == wanted) ||
         (k > 0 && mask.at(i, j, k - 1) == wanted) || (k + 1 < n[2] && mask.at(i, j, k + 1) == wanted);
}

/// Voxels that touch one with `value` by a face take it; what lies beyond the image does not count.
Mask spread(const Mask& mask, std::uint8_t value) {
  Mask result = mask;
  const Geometry& g = mask.geometry;
  std::size_t v = 0;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i, ++v)
        if (mask.voxels[v] != value && any_neighbour(mask, i, j, k, value != 0)) result.voxels[v] = value;
  return result;
}

}  // namespace

std::optional<Mask> change_volume(const Mask& region, double fraction, std::uint64_t seed) {
  if (!(fraction > -1) || !std::isfinite(fraction))
    throw Error(ErrorCode::domain,
                "volume change of " + format_double(fraction) + "; it is a fraction above -1, such as -0.2 or 0.15");
  const std::size_t now = image::voxel_count(region);
  if (now == 0) throw Error(ErrorCode::domain, "the mask is empty: no voxel is marked; outline the region");
  const double wanted = static_cast<double>(now) * (1 + fraction);
  if (!(wanted <= static_cast<double>(region.voxels.size()))) return std::nullopt;
  const auto target = static_cast<std::size_t>(std::max(1L, std::lround(wanted)));
  if (target == now) return region;
  Mask result = region;
  if (target < now) {
    const auto gone = nearest(region, around(region, 1), 1, now - target, seed);
    if (gone.size() < now - target)
      throw Error(ErrorCode::domain,
                  "the region fills the image, so it has no border to shrink from; use a larger image");
    for (const Candidate& c : gone) result.voxels[c.voxel] = 0;
    return result;
  }
  // A ball grows slowest (Brunn, Minkowski), so this far is enough unless the image's edge is in the way.
  const double radius_voxels = std::cbrt(static_cast<double>(now) * 0.75 / 3.14159265358979323846);
  const double finest = *std::min_element(region.geometry.spacing_mm.begin(), region.geometry.spacing_mm.end());
  const double mean_mm = std::cbrt(region.geometry.voxel_volume_mm3());
  double reach = radius_voxels * (std::cbrt(wanted / static_cast<double>(now)) - 1) * mean_mm / finest + 2;
  const double most = *std::max_element(region.geometry.size.begin(), region.geometry.size.end());
  while (true) {
    const Box box = around(region, static_cast<int>(std::min(reach, most)));
    const auto added = nearest(region, box, 0, target - now, seed);
    // Voxels beyond the box must not be nearer than those found.
    double farthest = 0;
    for (const Candidate& c : added) farthest = std::max(farthest, c.squared_mm2);
    const bool complete = added.size() == target - now && std::sqrt(farthest) <= std::floor(reach) * finest;
    if (complete || (reach >= most && added.size() == target - now)) {
      for (const Candidate& c : added) result.voxels[c.voxel] = 1;
      return result;
    }
    if (reach >= most) return std::nullopt;
    reach *= 2;
  }
}

double contour_margin_mm(const image::Vec3& spacing_mm) {
  return kSupervoxelReach * supervoxel_edge_mm(spacing_mm);
}

Mask randomise_contour(const image::Volume& volume, const Mask& region, std::uint64_t seed) {
  image::check_same_geometry(volume, region);
  image::check_finite(volume, "image");
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t v = 0; v < region.voxels.size(); ++v)
    if (region.voxels[v]) {
      low = std::min(low, volume.voxels[v]);
      high = std::max(high, volume.voxels[v]);
    }
  if (low > high) throw Error(ErrorCode::domain, "the mask is empty: no voxel is marked; outline the region");
  double beyond = kRangeBeyond * (high - low);
  if (beyond == 0) beyond = std::max(1.0, std::abs(low)) * kRangeBeyond;
  const std::vector<std::int32_t> label = supervoxels(volume, low - beyond, high + beyond, &region);

  const auto count = static_cast<std::size_t>(*std::max_element(label.begin(), label.end())) + 1;
  std::vector<double> inside(count, 0), all(count, 0);
  for (std::size_t v = 0; v < label.size(); ++v) {
    if (label[v] < 0) continue;
    all[static_cast<std::size_t>(label[v])] += 1;
    inside[static_cast<std::size_t>(label[v])] += region.voxels[v] ? 1 : 0;
  }
  std::size_t largest = 0;
  for (std::size_t s = 1; s < count; ++s)
    if (inside[s] * all[largest] > inside[largest] * all[s]) largest = s;
  Random random(seed);
  std::vector<std::uint8_t> belongs(count, 0);
  for (std::size_t s = 0; s < count; ++s) {
    if (inside[s] == 0) continue;
    const double share = inside[s] / all[s], drawn = random.uniform();
    belongs[s] = s == largest || share >= kSurely || (share >= kNever && drawn < share) ? 1 : 0;
  }
  Mask result{region.geometry, std::vector<std::uint8_t>(label.size())};
  for (std::size_t v = 0; v < label.size(); ++v)
    result.voxels[v] = label[v] < 0 ? 0 : belongs[static_cast<std::size_t>(label[v])];
  return spread(spread(result, 1), 0);
}

}  // namespace larc::preprocess
