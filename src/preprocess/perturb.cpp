#include "preprocess/perturb.h"

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "image/box.h"
#include "preprocess/bspline.h"
#include "preprocess/noise.h"
#include "preprocess/region_change.h"
#include "preprocess/sample.h"
#include "preprocess/supervoxels.h"

namespace larc::preprocess {

using image::Box;
using image::Geometry;
using image::Index3;
using image::Mask;
using image::Vec3;
using image::Volume;

namespace {

constexpr double kPi = 3.14159265358979323846;

Index3 voxels_of(double mm, const Vec3& spacing_mm) {
  Index3 voxels{};
  for (std::size_t a = 0; a < 3; ++a) voxels[a] = static_cast<int>(std::ceil(mm / spacing_mm[a] - 1e-9));
  return voxels;
}

Vec3 centroid_index(const Mask& mask) {
  Vec3 sum{0, 0, 0};
  double count = 0;
  std::size_t v = 0;
  for (int k = 0; k < mask.geometry.size[2]; ++k)
    for (int j = 0; j < mask.geometry.size[1]; ++j)
      for (int i = 0; i < mask.geometry.size[0]; ++i) {
        if (!mask.voxels[v++]) continue;
        sum[0] += i;
        sum[1] += j;
        sum[2] += k;
        count += 1;
      }
  return {sum[0] / count, sum[1] / count, sum[2] / count};
}

void check_settings(const PerturbationSettings& s) {
  const auto refuse = [](const std::string& what) { throw Error(ErrorCode::domain, "perturbation settings: " + what); };
  for (const double spacing : s.spacing_mm)
    if (!(spacing >= 0) || !std::isfinite(spacing)) refuse("spacing_mm must be positive, or 0 to keep an axis");
  if (!(s.margin_mm >= 0) || !std::isfinite(s.margin_mm)) refuse("margin_mm must not be negative");
  if (s.mask_interpolation == Interpolation::bspline) refuse("mask_interpolation must be nearest or linear");
  if (!(s.mask_threshold > 0 && s.mask_threshold <= 1)) refuse("mask_threshold must lie above 0 and at most at 1");
}

/// The grid turned about the centroid in the plane of its first two axes, then moved along its new axes.
Geometry turned(const PerturbationSource& source, const Perturbation& p) {
  Geometry grid = source.grid;
  const double angle = p.rotation_degrees * kPi / 180, c = std::cos(angle), s = std::sin(angle);
  if (p.rotation_degrees != 0) {
    const image::Mat3 old = grid.direction;
    for (std::size_t row = 0; row < 3; ++row) {
      grid.direction[row][0] = c * old[row][0] + s * old[row][1];
      grid.direction[row][1] = c * old[row][1] - s * old[row][0];
    }
    // The centroid keeps its index.
    const Vec3 index = source.grid.index_ijk(source.centroid_lps);
    const Vec3 before = source.grid.point_lps(index), after = grid.point_lps(index);
    for (std::size_t row = 0; row < 3; ++row) grid.origin_lps[row] += before[row] - after[row];
  }
  if (p.translation != Vec3{0, 0, 0}) grid.origin_lps = grid.point_lps(p.translation);
  return grid;
}

/// The voxels of the grid whose centres lie within the outer faces of the image, or the smallest box around them.
Box covered(const Geometry& grid, const Geometry& image) {
  const IndexMap map = index_map(grid, image);
  Vec3 low{}, high{};
  for (int corner = 0; corner < 8; ++corner) {
    Vec3 index{};
    for (std::size_t a = 0; a < 3; ++a) index[a] = corner & (1 << a) ? image.size[a] - 0.5 : -0.5;
    const Vec3 place = map.at(index);
    for (std::size_t a = 0; a < 3; ++a) {
      low[a] = corner == 0 ? place[a] : std::min(low[a], place[a]);
      high[a] = corner == 0 ? place[a] : std::max(high[a], place[a]);
    }
  }
  Box box{};
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] = static_cast<int>(std::ceil(low[a] - 1e-6));
    box.upper[a] = static_cast<int>(std::floor(high[a] - 1e-6));
  }
  return box;
}

/// A new contour hardly leaves the old one by more than a supervoxel.
double likely_margin_mm(const PerturbationSource& source) {
  return source.settings.margin_mm + supervoxel_edge_mm(source.grid.spacing_mm);
}

/// One perturbation at work: boxes are in indices of `grid`.
class Worker {
 public:
  Worker(const PerturbationSource& source, const Perturbation& p)
      : source_(source), p_(p), grid_(turned(source, p)), covered_(covered(grid_, source.volume->geometry)) {
    same_grid_ = p.rotation_degrees == 0 && p.translation == Vec3{0, 0, 0} &&
                 source.grid.spacing_mm == source.volume->geometry.spacing_mm;
    if (p.noise) noise_sd_ = p.noise_sd ? *p.noise_sd : source.noise_sd.value_or(kNaN);
    if (p.noise && !(noise_sd_ >= 0 && std::isfinite(noise_sd_)))
      throw Error(ErrorCode::domain, "perturbation: noise_sd is " + format_double(noise_sd_) +
                                         "; give a number of at least 0, or prepare the source with noise");
  }

  std::pair<Volume, Mask> run() const {
    Box box{};
    Mask region = on_grid(box);
    if (p_.volume_fraction != 0) change(region, box);
    const Index3 margin = voxels_of(source_.settings.margin_mm, grid_.spacing_mm);
    if (!p_.contour) {
      const Box final_box = common(grown(tight(region, box), margin), covered_);
      return {image_on(final_box), framed(region, box, final_box)};
    }
    // Supervoxels need the image before the region's last shape is known: so much of it that it will do for both.
    const Index3 reach = voxels_of(contour_margin_mm(grid_.spacing_mm), grid_.spacing_mm);
    const Index3 likely = voxels_of(likely_margin_mm(source_), grid_.spacing_mm);
    const Box near = common(grown(tight(region, box), reach), covered_);
    const Box wide_box = common(grown(tight(region, box), {std::max(reach[0], likely[0]), std::max(reach[1], likely[1]),
                                                           std::max(reach[2], likely[2])}),
                                covered_);
    const Volume wide = image_on(wide_box);
    region = randomise_contour(image::crop(wide, counted_from(near, wide_box.lower)), framed(region, box, near),
                               derive_seed(p_.seed, "contour"));
    const Box final_box = common(grown(tight(region, near), margin), covered_);
    return {
        within(final_box, wide_box) ? image::crop(wide, counted_from(final_box, wide_box.lower)) : image_on(final_box),
        framed(region, near, final_box)};
  }

 private:
  static Box tight(const Mask& region, const Box& box) { return moved(image::bounding_box(region), box.lower); }

  /// The region, which lies on `from`, on another box.
  Mask framed(const Mask& region, const Box& from, const Box& to) const {
    Mask result{part_of(grid_, to), {}};
    result.voxels.assign(result.geometry.voxel_count(), 0);
    const Box both = common(from, to);
    for (int k = both.lower[2]; k <= both.upper[2]; ++k)
      for (int j = both.lower[1]; j <= both.upper[1]; ++j)
        for (int i = both.lower[0]; i <= both.upper[0]; ++i)
          result.voxels[result.geometry.offset(i - to.lower[0], j - to.lower[1], k - to.lower[2])] =
              region.voxels[region.geometry.offset(i - from.lower[0], j - from.lower[1], k - from.lower[2])];
    return result;
  }

  Mask on_grid(Box& box) const {
    const Mask& region = source_.region;
    const Box reach = enclosing_box(index_map(grid_, region.geometry), grown(image::bounding_box(region), 1));
    box = common(reach, covered_);
    for (std::size_t a = 0; a < 3; ++a) box.upper[a] = std::max(box.upper[a], box.lower[a]);
    Mask result =
        resample(region, part_of(grid_, box), source_.settings.mask_interpolation, source_.settings.mask_threshold);
    if (image::voxel_count(result) == 0)
      throw Error(ErrorCode::domain, "the region of " + std::to_string(image::voxel_count(region)) +
                                         " voxels vanishes on the turned or moved grid; it is too small or thin for "
                                         "this perturbation");
    return result;
  }

  void change(Mask& region, Box& box) const {
    const std::uint64_t seed = derive_seed(p_.seed, "volume");
    int reach = 4;
    while (true) {
      const Box frame = common(grown(tight(region, box), reach), covered_);
      if (auto changed = change_volume(framed(region, box, frame), p_.volume_fraction, seed)) {
        // A frame's edge is not the image's: what was found must be all there is within the frame's reach.
        if (p_.volume_fraction < 0 || untouched(*changed, frame) || within(covered_, frame)) {
          region = std::move(*changed);
          box = frame;
          return;
        }
      } else if (within(covered_, frame)) {
        throw Error(ErrorCode::domain, "the image has no room for the region to grow by " +
                                           format_double(p_.volume_fraction) + " of its volume; use a smaller change");
      }
      reach *= 2;
    }
  }

  /// No voxel of the region lies on a face of the frame that is not a face of the image.
  bool untouched(const Mask& region, const Box& frame) const {
    const Box box = moved(image::bounding_box(region), frame.lower);
    for (std::size_t a = 0; a < 3; ++a)
      if ((box.lower[a] == frame.lower[a] && frame.lower[a] != covered_.lower[a]) ||
          (box.upper[a] == frame.upper[a] && frame.upper[a] != covered_.upper[a]))
        return false;
    return true;
  }

  Volume image_on(const Box& box) const {
    const Geometry target = part_of(grid_, box);
    const std::uint64_t seed = derive_seed(p_.seed, "noise");
    if (same_grid_) {
      Volume result = image::crop(*source_.volume, box);
      if (p_.noise) add_noise(result.voxels, box, noise_sd_, seed);
      return result;
    }
    const Interpolation how = source_.settings.interpolation;
    const Index3& size = source_.volume->geometry.size;
    const IndexMap map = index_map(source_.volume->geometry, target);
    const Box support = support_box(enclosing_box(map, image::all_of(target.size)), size, how);
    Volume values = how == Interpolation::bspline ? coefficients_on(support) : image::crop(*source_.volume, support);
    if (p_.noise) {
      std::vector<double> noise(values.voxels.size(), 0);
      add_noise(noise, support, noise_sd_, seed);
      if (how == Interpolation::bspline) noise = spline_coefficients(std::move(noise), values.geometry.size);
      for (std::size_t v = 0; v < noise.size(); ++v) values.voxels[v] += noise[v];
    }
    return {target,
            sample({values.voxels, values.geometry.size, support.lower, size}, map, target.size, how, std::nullopt)};
  }

  /// From those prepared, or anew where a wide turn or much growth asks for more.
  Volume coefficients_on(const Box& support) const {
    const Box ready = moved(image::all_of(source_.coefficients.geometry.size), source_.lower);
    const Box wide = common(grown(support, kSplineMargin), image::all_of(source_.volume->geometry.size));
    if (within(wide, ready)) return image::crop(source_.coefficients, counted_from(support, source_.lower));
    Volume anew = image::crop(*source_.volume, wide);
    anew.voxels = spline_coefficients(std::move(anew.voxels), anew.geometry.size);
    return image::crop(anew, counted_from(support, wide.lower));
  }

  const PerturbationSource& source_;
  const Perturbation& p_;
  Geometry grid_;
  Box covered_;
  bool same_grid_ = false;
  double noise_sd_ = 0;
};

/// The coefficients that turns of up to 15 degrees, moves of a voxel and moderate growth ask for, in indices of the
/// image.
Box likely_support(const Volume& volume, const Mask& mask, const PerturbationSource& source) {
  constexpr double kTurned = 1.23;  // a box turned by 15 degrees fits a box wider by cos + sin
  const Geometry& g = volume.geometry;
  const Vec3 centre = g.index_ijk(source.centroid_lps);
  const Box box = image::bounding_box(mask);
  Vec3 half_mm{};
  for (std::size_t a = 0; a < 3; ++a)
    half_mm[a] = g.spacing_mm[a] * (std::max(centre[a] - box.lower[a], box.upper[a] - centre[a]) + 1);
  const double wider = std::max(half_mm[0], half_mm[1]);
  const double around = std::max(likely_margin_mm(source), contour_margin_mm(source.grid.spacing_mm));
  Box result{};
  for (std::size_t a = 0; a < 3; ++a) {
    const double growth = 0.1 * half_mm[a] + 3 * source.grid.spacing_mm[a];
    const double reach_mm = a < 2 ? kTurned * (kTurned * wider + around + growth) : half_mm[2] + around + growth;
    const int reach = static_cast<int>(std::ceil(reach_mm / g.spacing_mm[a])) + kSplineMargin + 2;
    result.lower[a] = static_cast<int>(std::floor(centre[a])) - reach;
    result.upper[a] = static_cast<int>(std::ceil(centre[a])) + reach;
  }
  return common(result, image::all_of(g.size));
}

}  // namespace

PerturbationSource prepare_perturbations(const Volume& volume, const Mask& mask, const PerturbationSettings& settings,
                                         bool noise) {
  check_settings(settings);
  image::check_geometry(volume.geometry, "image to perturb");
  image::check_same_geometry(volume, mask);
  image::check_finite(volume, "image to perturb");
  if (image::voxel_count(mask) == 0)
    throw Error(ErrorCode::domain, "the mask is empty: no voxel is marked; outline the region");
  PerturbationSource source;
  source.settings = settings;
  source.volume = &volume;
  Vec3 spacing = volume.geometry.spacing_mm;
  for (std::size_t a = 0; a < 3; ++a)
    if (settings.spacing_mm[a] > 0) spacing[a] = settings.spacing_mm[a];
  source.grid = spacing == volume.geometry.spacing_mm ? volume.geometry : resampled_geometry(volume.geometry, spacing);
  source.centroid_lps = volume.geometry.point_lps(centroid_index(mask));
  if (noise) source.noise_sd = estimate_noise(volume);
  source.region = image::crop(mask, grown(image::bounding_box(mask), 2));
  if (settings.interpolation == Interpolation::bspline) {
    const Box box = likely_support(volume, mask, source);
    source.lower = box.lower;
    source.coefficients = image::crop(volume, box);
    source.coefficients.voxels =
        spline_coefficients(std::move(source.coefficients.voxels), source.coefficients.geometry.size);
  }
  return source;
}

std::pair<Volume, Mask> perturb(const PerturbationSource& source, const Perturbation& perturbation) {
  return Worker(source, perturbation).run();
}

std::pair<Volume, Mask> perturb(const Volume& volume, const Mask& mask, const Perturbation& perturbation) {
  return perturb(prepare_perturbations(volume, mask, {}, perturbation.noise && !perturbation.noise_sd), perturbation);
}

}  // namespace larc::preprocess
