#include "preprocess/supervoxels.h"

#include <cstring>

#include "core/error.h"
#include "core/number.h"
#include "core/simd.h"
#include "preprocess/connected_parts.h"

namespace larc::preprocess {

using image::Geometry;
using image::Index3;
using image::Vec3;

namespace {

constexpr int kLanes = 8;
using Floats = float __attribute__((vector_size(4 * kLanes)));
using Ints = std::int32_t __attribute__((vector_size(4 * kLanes)));
constexpr Ints kCounting{0, 1, 2, 3, 4, 5, 6, 7};

/// A cluster: place in grid steps, intensity in units of the compactness.
struct Centre {
  std::array<float, 3> place;
  float intensity;
};

LARC_SIMD void add_scaled(float* out, const float* in, float weight, std::size_t count) {
  for (std::size_t l = 0; l < count; ++l) out[l] += weight * in[l];
}

/// Gaussian along one axis, cut at four standard deviations, edge repeated.
std::vector<float> smoothed(const std::vector<float>& values, const Index3& size, std::size_t axis, double sigma) {
  const int reach = static_cast<int>(4 * sigma + 0.5), n = size[axis];
  if (reach == 0 || n == 1) return values;
  std::vector<double> weight;
  double total = 0;
  for (int d = -reach; d <= reach; ++d) {
    weight.push_back(std::exp(-0.5 * d * d / (sigma * sigma)));
    total += weight.back();
  }
  std::size_t inner = 1;
  for (std::size_t lower = 0; lower < axis; ++lower) inner *= static_cast<std::size_t>(size[lower]);
  const std::size_t line = inner * static_cast<std::size_t>(n);
  std::vector<float> result(values.size(), 0);
  std::vector<float> padded(axis == 0 ? static_cast<std::size_t>(n + 2 * reach) : 0);
  for (std::size_t outer = 0; outer < values.size(); outer += line) {
    const float* in = values.data() + outer;
    float* out = result.data() + outer;
    if (axis == 0) {  // one row, shifted
      for (int i = -reach; i < n + reach; ++i)
        padded[static_cast<std::size_t>(i + reach)] = in[std::clamp(i, 0, n - 1)];
      for (int d = 0; d <= 2 * reach; ++d)
        add_scaled(out, padded.data() + d, static_cast<float>(weight[static_cast<std::size_t>(d)] / total), line);
      continue;
    }
    for (int i = 0; i < n; ++i)
      for (int d = -reach; d <= reach; ++d)
        add_scaled(out + static_cast<std::size_t>(i) * inner,
                   in + static_cast<std::size_t>(std::clamp(i + d, 0, n - 1)) * inner,
                   static_cast<float>(weight[static_cast<std::size_t>(d + reach)] / total), inner);
  }
  return result;
}

/// Voxels first .. last of a row take part; none where first > last.
struct Run {
  int first, last;
};

/// The voxels within `reach` rows, columns and voxels of the region, row by row (the hull of each row); all without
/// one.
std::vector<Run> domain(const Index3& size, const image::Mask* region, const Index3& reach) {
  const int nx = size[0], ny = size[1], nz = size[2];
  const auto row = [&](int j, int k) {
    return static_cast<std::size_t>(k) * static_cast<std::size_t>(ny) + static_cast<std::size_t>(j);
  };
  std::vector<Run> runs(static_cast<std::size_t>(ny) * static_cast<std::size_t>(nz), Run{0, nx - 1});
  if (!region) return runs;
  for (int k = 0; k < nz; ++k)
    for (int j = 0; j < ny; ++j) {
      const std::uint8_t* line = region->voxels.data() + region->geometry.offset(0, j, k);
      int first = 0, last = nx - 1;
      while (first < nx && !line[first]) ++first;
      while (last > first && !line[last]) --last;
      runs[row(j, k)] = first < nx ? Run{first, last} : Run{nx, -1};
    }
  for (const std::size_t axis : {std::size_t{1}, std::size_t{2}}) {
    std::vector<Run> wider(runs.size(), Run{nx, -1});
    for (int k = 0; k < nz; ++k)
      for (int j = 0; j < ny; ++j)
        for (int d = -reach[axis]; d <= reach[axis]; ++d) {
          const int y = axis == 1 ? j + d : j, z = axis == 2 ? k + d : k;
          if (y < 0 || y >= ny || z < 0 || z >= nz) continue;
          Run& run = wider[row(j, k)];
          run.first = std::min(run.first, runs[row(y, z)].first);
          run.last = std::max(run.last, runs[row(y, z)].last);
        }
    runs = std::move(wider);
  }
  for (Run& run : runs)
    if (run.first <= run.last) run = {std::max(0, run.first - reach[0]), std::min(nx - 1, run.last + reach[0])};
  return runs;
}

/// A window of rows against one centre: the smaller distance and its label stay.
struct Window {
  Index3 low, high;
  Centre centre;
  std::int32_t label;
};

struct Field {
  Index3 size;
  const Run* runs;
  std::array<const float*, 3> place;  // in units of the grid step
  const float* intensity;
  float* distance;
  std::int32_t* label;
};

LARC_SIMD void assign_window(const Field& field, const Window& window) {
  const float x = window.centre.place[0], value = window.centre.intensity;
  const auto nx = static_cast<std::size_t>(field.size[0]), ny = static_cast<std::size_t>(field.size[1]);
  for (int k = window.low[2]; k <= window.high[2]; ++k)
    for (int j = window.low[1]; j <= window.high[1]; ++j) {
      const std::size_t row = static_cast<std::size_t>(k) * ny + static_cast<std::size_t>(j);
      const int first = std::max(window.low[0], field.runs[row].first);
      const int last = std::min(window.high[0], field.runs[row].last);
      if (first > last) continue;
      const float dy = field.place[1][j] - window.centre.place[1], dz = field.place[2][k] - window.centre.place[2];
      const float base = dy * dy + dz * dz;
      const std::size_t at = row * nx + static_cast<std::size_t>(first);
      const float* __restrict place = field.place[0] + first;
      const float* __restrict intensity = field.intensity + at;
      float* __restrict distance = field.distance + at;
      std::int32_t* __restrict label = field.label + at;
      const Ints own = Ints{} + window.label;
      // Eight at a time; what lies beyond the last voxel keeps its values (the arrays are longer by eight).
      for (int block = 0; block <= last - first; block += kLanes) {
        Floats px, value8, best;
        Ints owner;
        std::memcpy(&px, place + block, sizeof px);
        std::memcpy(&value8, intensity + block, sizeof value8);
        std::memcpy(&best, distance + block, sizeof best);
        std::memcpy(&owner, label + block, sizeof owner);
        const Floats dx = px - x, dv = value8 - value;
        const Floats d = base + dx * dx + dv * dv;
        const Ints nearer = (d < best) & (kCounting < last - first + 1 - block);
        best = nearer ? d : best;
        owner = nearer ? own : owner;
        std::memcpy(distance + block, &best, sizeof best);
        std::memcpy(label + block, &owner, sizeof owner);
      }
    }
}

class Slic {
 public:
  Slic(const Geometry& g, std::vector<float> intensity, double edge_mm, const image::Mask* region)
      : size_(g.size), intensity_(std::move(intensity)) {
    Index3 reach{};
    for (std::size_t a = 0; a < 3; ++a) {
      const double extent_mm = size_[a] * g.spacing_mm[a];
      cells_[a] = std::clamp(static_cast<int>(std::lround(extent_mm / edge_mm)), 1, size_[a]);
      step_[a] = static_cast<double>(size_[a]) / cells_[a];
      for (int i = 0; i < size_[a]; ++i) place_[a].push_back(static_cast<float>(i * g.spacing_mm[a] / edge_mm));
      place_[a].resize(place_[a].size() + kLanes, 0);
      unit_[a] = edge_mm / g.spacing_mm[a];
      reach[a] = static_cast<int>(std::ceil(kSupervoxelReach * unit_[a]));
    }
    runs_ = domain(size_, region, reach);
    start();
  }

  void run(int rounds) {
    for (int round = 0; round < rounds; ++round) {
      assign();
      if (!move_centres()) break;
    }
  }

  /// One per voxel, -1 outside the domain.
  std::vector<std::int32_t> labels() const {
    return {labels_.begin(), labels_.begin() + static_cast<std::ptrdiff_t>(voxels_)};
  }

 private:
  void start() {
    voxels_ = intensity_.size();
    intensity_.resize(voxels_ + kLanes, 0);
    labels_.assign(voxels_ + kLanes, -1);
    const auto cell = [&](std::size_t a, int i) {
      return std::min(cells_[a] - 1, static_cast<int>((i + 0.5) / step_[a]));
    };
    each_row([&](int j, int k, const Run& run, std::size_t at) {
      for (int i = run.first; i <= run.last; ++i)
        labels_[at + static_cast<std::size_t>(i)] = (cell(2, k) * cells_[1] + cell(1, j)) * cells_[0] + cell(0, i);
    });
    centres_.resize(static_cast<std::size_t>(cells_[0]) * static_cast<std::size_t>(cells_[1]) *
                    static_cast<std::size_t>(cells_[2]));
    used_.resize(centres_.size());
    move_centres();
  }

  template <typename Work>
  void each_row(const Work& work) const {
    std::size_t row = 0;
    for (int k = 0; k < size_[2]; ++k)
      for (int j = 0; j < size_[1]; ++j, ++row) work(j, k, runs_[row], row * static_cast<std::size_t>(size_[0]));
  }

  void assign() {
    distance_.assign(voxels_ + kLanes, std::numeric_limits<float>::infinity());
    const Field field{size_,
                      runs_.data(),
                      {place_[0].data(), place_[1].data(), place_[2].data()},
                      intensity_.data(),
                      distance_.data(),
                      labels_.data()};
    for (std::size_t c = 0; c < centres_.size(); ++c) {
      if (!used_[c]) continue;
      Window window{{}, {}, centres_[c], static_cast<std::int32_t>(c)};
      for (std::size_t a = 0; a < 3; ++a) {
        const double middle = centres_[c].place[a] * unit_[a];
        window.low[a] = std::max(0, static_cast<int>(std::ceil(middle - step_[a])));
        window.high[a] = std::min(size_[a] - 1, static_cast<int>(std::floor(middle + step_[a])));
      }
      assign_window(field, window);
    }
  }

  /// To the means of their voxels; whether any moved.
  bool move_centres() {
    struct Sum {
      double x = 0, y = 0, z = 0, intensity = 0, count = 0;
    };
    std::vector<Sum> sums(centres_.size());
    each_row([&](int j, int k, const Run& run, std::size_t at) {
      const double y = place_[1][static_cast<std::size_t>(j)], z = place_[2][static_cast<std::size_t>(k)];
      for (int i = run.first; i <= run.last;) {  // voxels of one label follow each other
        const std::int32_t label = labels_[at + static_cast<std::size_t>(i)];
        double x = 0, intensity = 0;
        const int begin = i;
        for (; i <= run.last && labels_[at + static_cast<std::size_t>(i)] == label; ++i) {
          x += place_[0][static_cast<std::size_t>(i)];
          intensity += intensity_[at + static_cast<std::size_t>(i)];
        }
        Sum& sum = sums[static_cast<std::size_t>(label)];
        const double count = i - begin;
        sum.x += x;
        sum.y += y * count;
        sum.z += z * count;
        sum.intensity += intensity;
        sum.count += count;
      }
    });
    bool moved = false;
    for (std::size_t c = 0; c < centres_.size(); ++c) {
      const Sum& s = sums[c];
      used_[c] = s.count > 0 ? 1 : 0;
      if (s.count == 0) continue;
      const Centre next{
          {static_cast<float>(s.x / s.count), static_cast<float>(s.y / s.count), static_cast<float>(s.z / s.count)},
          static_cast<float>(s.intensity / s.count)};
      moved = moved || next.place != centres_[c].place || next.intensity != centres_[c].intensity;
      centres_[c] = next;
    }
    return moved;
  }

  Index3 size_, cells_{};
  std::size_t voxels_ = 0;
  Vec3 step_{}, unit_{};  // voxels between centres; voxels in one unit of place
  std::array<std::vector<float>, 3> place_;
  std::vector<float> intensity_, distance_;
  std::vector<Run> runs_;
  std::vector<std::int32_t> labels_;
  std::vector<Centre> centres_;
  std::vector<std::uint8_t> used_;
};

double supervoxel_voxels(const Vec3& spacing_mm, const SupervoxelSettings& s) {
  if (!(s.volume_mm3 > 0) || !(s.fewest_voxels >= 1) || !(s.compactness > 0) || s.rounds < 1)
    throw Error(ErrorCode::domain, "supervoxels: volume_mm3, fewest_voxels, compactness and rounds must be positive");
  return std::max(s.fewest_voxels, s.volume_mm3 / (spacing_mm[0] * spacing_mm[1] * spacing_mm[2]));
}

}  // namespace

double supervoxel_edge_mm(const Vec3& spacing_mm, const SupervoxelSettings& settings) {
  return std::cbrt(supervoxel_voxels(spacing_mm, settings) * spacing_mm[0] * spacing_mm[1] * spacing_mm[2]);
}

std::vector<std::int32_t> supervoxels(const image::Volume& volume, double low, double high, const image::Mask* region,
                                      const SupervoxelSettings& settings) {
  const Geometry& g = volume.geometry;
  const double edge_mm = supervoxel_edge_mm(g.spacing_mm, settings);
  if (!(low < high))
    throw Error(ErrorCode::domain, "supervoxels: the intensity range " + format_double(low) + " to " +
                                       format_double(high) + " is empty; check that the image is not constant");
  const double unit = 1 / ((high - low) * settings.compactness);
  std::vector<float> intensity(volume.voxels.size());
  std::transform(volume.voxels.begin(), volume.voxels.end(), intensity.begin(),
                 [&](double v) { return static_cast<float>((std::clamp(v, low, high) - low) * unit); });
  const double finest = *std::min_element(g.spacing_mm.begin(), g.spacing_mm.end());
  for (std::size_t axis = 0; axis < 3; ++axis)
    intensity = smoothed(intensity, g.size, axis, finest / g.spacing_mm[axis]);
  Slic slic(g, std::move(intensity), edge_mm, region);
  slic.run(settings.rounds);
  return connected_parts(slic.labels(), g.size,
                         static_cast<std::size_t>(0.5 * supervoxel_voxels(g.spacing_mm, settings)));
}

}  // namespace larc::preprocess
