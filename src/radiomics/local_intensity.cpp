#include "radiomics/local_intensity.h"

#include <numbers>

#include "core/number.h"
#include "core/simd.h"

namespace larc::radiomics {

namespace {

std::size_t as_size(int value) {
  return static_cast<std::size_t>(value);
}

// A row of the sphere along x: its place from the centre and how far it reaches either way.
struct SphereRow {
  int j, k, reach;
};

std::vector<SphereRow> sphere_rows(const image::Vec3& spacing_mm) {
  const double square = std::pow(750 / std::numbers::pi, 2.0 / 3);  // of the radius, mm2: 1 cm3
  std::vector<SphereRow> rows;
  const auto reach = [&](double left, std::size_t axis) {
    return static_cast<int>(std::floor(std::sqrt(left) / spacing_mm[axis]));
  };
  for (int k = -reach(square, 2); k <= reach(square, 2); ++k)
    for (int j = -reach(square, 1); j <= reach(square, 1); ++j) {
      const double y = j * spacing_mm[1], z = k * spacing_mm[2], left = square - y * y - z * z;
      if (left >= 0) rows.push_back({j, k, reach(left, 0)});
    }
  return rows;
}

// Running sums along x over the part of the image that the spheres touch. Rows reach `margin` beyond the part on both
// sides, where the sums stand still, so that differences need no bounds.
class RunningSums {
 public:
  template <typename Value>
  RunningSums(const image::Index3& lower, const image::Index3& upper, int margin, const Value& value)
      : lower_(lower), upper_(upper), margin_(margin), stride_(as_size(upper[0] - lower[0] + 2 + 2 * margin)) {
    sums_.reserve(stride_ * as_size(upper[1] - lower[1] + 1) * as_size(upper[2] - lower[2] + 1));
    for (int k = lower[2]; k <= upper[2]; ++k)
      for (int j = lower[1]; j <= upper[1]; ++j) {
        double sum = 0;
        sums_.insert(sums_.end(), as_size(margin) + 1, 0.0);
        for (int i = lower[0]; i <= upper[0]; ++i) sums_.push_back(sum += value(i, j, k));
        sums_.insert(sums_.end(), as_size(margin), sum);
      }
  }

  /// At [n]: the sum of everything in the row before voxel i + n; null where the image has no such row.
  const double* before(int i, int j, int k) const {
    if (j < lower_[1] || j > upper_[1] || k < lower_[2] || k > upper_[2]) return nullptr;
    const std::size_t row = as_size(k - lower_[2]) * as_size(upper_[1] - lower_[1] + 1) + as_size(j - lower_[1]);
    return &sums_[row * stride_ + as_size(i - lower_[0] + margin_)];
  }

 private:
  image::Index3 lower_, upper_;
  int margin_;
  std::size_t stride_;
  std::vector<double> sums_;
};

LARC_SIMD void add_difference(double* sums, const double* after, const double* before, std::size_t count) {
  for (std::size_t n = 0; n < count; ++n) sums[n] += after[n] - before[n];
}

}  // namespace

LocalPeaks local_peaks(const image::Volume& image, const image::Index3& corner, const image::Index3& size,
                       const std::vector<std::uint32_t>& offsets, const std::vector<double>& intensities) {
  const std::vector<SphereRow> sphere = sphere_rows(image.geometry.spacing_mm);
  image::Index3 lower, upper, reach{0, 0, 0};
  for (const SphereRow& row : sphere)
    reach = {std::max(reach[0], row.reach), std::max(reach[1], row.j), std::max(reach[2], row.k)};
  bool clipped = false, missing = false;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    lower[axis] = corner[axis] - reach[axis];
    upper[axis] = corner[axis] + size[axis] - 1 + reach[axis];
    clipped = clipped || lower[axis] < 0 || upper[axis] >= image.geometry.size[axis];
    lower[axis] = std::max(lower[axis], 0);
    upper[axis] = std::min(upper[axis], image.geometry.size[axis] - 1);
  }
  const RunningSums sums(lower, upper, reach[0], [&](int i, int j, int k) {
    const double value = image.at(i, j, k);
    if (std::isfinite(value)) return value;
    missing = true;
    return 0.0;
  });
  double whole = 0;  // voxels of a whole sphere
  for (const SphereRow& row : sphere) whole += 2 * row.reach + 1;
  std::optional<RunningSums> counts;  // where spheres are not whole
  if (clipped || missing)
    counts.emplace(lower, upper, reach[0],
                   [&](int i, int j, int k) { return std::isfinite(image.at(i, j, k)) ? 1.0 : 0.0; });

  const double highest = *std::max_element(intensities.begin(), intensities.end());
  LocalPeaks peaks{-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  std::vector<double> sum(as_size(size[0])), count(as_size(size[0]), whole);
  for (std::size_t v = 0; v < offsets.size();) {
    const std::size_t row_number = offsets[v] / as_size(size[0]), row_start = row_number * as_size(size[0]);
    std::size_t end = v;
    while (end < offsets.size() && offsets[end] < row_start + as_size(size[0])) ++end;
    const std::size_t from = offsets[v] - row_start, length = offsets[end - 1] - row_start - from + 1;
    const int i = corner[0] + static_cast<int>(from), j = corner[1] + static_cast<int>(row_number % as_size(size[1])),
              k = corner[2] + static_cast<int>(row_number / as_size(size[1]));
    const auto add_sphere = [&](const RunningSums& running, std::vector<double>& total) {
      std::fill_n(total.begin(), length, 0.0);
      for (const SphereRow& row : sphere)
        if (const double* before = running.before(i, j + row.j, k + row.k); before != nullptr)
          add_difference(total.data(), before + row.reach + 1, before - row.reach, length);
    };
    add_sphere(sums, sum);
    if (counts) add_sphere(*counts, count);
    for (; v < end; ++v) {
      const std::size_t n = offsets[v] - row_start - from;
      const double mean = sum[n] / count[n];
      peaks.global = std::max(peaks.global, mean);
      if (intensities[v] == highest) peaks.local = std::max(peaks.local, mean);
    }
  }
  return peaks;
}

void compute_local_intensity(const RegionView& region, FeatureCollector& out) {
  LocalPeaks peaks{kNaN, kNaN};
  if (region.source != nullptr && (out.wants("loc_peak_loc") || out.wants("loc_peak_glob")))
    peaks = local_peaks(*region.source, region.box.lower, region.size(), region.offsets, region.intensities);
  out.add("loc_peak_loc", peaks.local);
  out.add("loc_peak_glob", peaks.global);
}

}  // namespace larc::radiomics
