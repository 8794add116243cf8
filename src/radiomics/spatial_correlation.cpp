#include "radiomics/spatial_correlation.h"

#include "core/fft.h"
#include "core/number.h"

namespace larc::radiomics {

namespace {

// Sums over ordered pairs of different voxels, w the inverse distance, d the deviation from the mean.
struct PairSums {
  double weight = 0;   // of w
  double product = 0;  // of w d_i d_j
  double square = 0;   // of w d_i^2
};

struct Region {
  const std::vector<std::uint32_t>& offsets;
  std::vector<double> deviations;
  image::Index3 size;
  image::Vec3 spacing_mm;

  image::Index3 index(std::size_t voxel) const {
    const auto nx = static_cast<std::uint32_t>(size[0]), ny = static_cast<std::uint32_t>(size[1]);
    const std::uint32_t offset = offsets[voxel];
    return {static_cast<int>(offset % nx), static_cast<int>(offset / nx % ny), static_cast<int>(offset / nx / ny)};
  }
};

PairSums direct_sums(const Region& region) {
  const std::size_t count = region.offsets.size();
  std::array<std::vector<double>, 3> at;
  for (std::size_t v = 0; v < count; ++v)
    for (std::size_t axis = 0; axis < 3; ++axis) at[axis].push_back(region.index(v)[axis] * region.spacing_mm[axis]);
  PairSums sums;
  for (std::size_t i = 1; i < count; ++i) {
    double weight = 0, product = 0, square = 0;
    for (std::size_t j = 0; j < i; ++j) {
      const double x = at[0][i] - at[0][j], y = at[1][i] - at[1][j], z = at[2][i] - at[2][j];
      const double w = 1 / std::sqrt(x * x + y * y + z * z);
      weight += w;
      product += w * region.deviations[j];
      square += w * (region.deviations[j] * region.deviations[j]);
    }
    const double d = region.deviations[i];
    sums.weight += 2 * weight;
    sums.product += 2 * product * d;
    sums.square += square + weight * d * d;
  }
  return sums;
}

// Lengths without wrap-around: differences reach n - 1 either way.
image::Index3 padded(const image::Index3& size) {
  return {good_fft_size(2 * size[0] - 1), good_fft_size(2 * size[1] - 1), good_fft_size(2 * size[2] - 1)};
}

std::size_t as_size(int value) {
  return static_cast<std::size_t>(value);
}

constexpr std::size_t kLanes = Fft::kLanes;

// Lines to transform together.
struct Lines {
  std::vector<double> re, im;

  explicit Lines(std::size_t length) : re(length * kLanes), im(length * kLanes) {}
  void clear() {
    std::fill(re.begin(), re.end(), 0.0);
    std::fill(im.begin(), im.end(), 0.0);
  }
};

// The transform of the weights, which are even along each axis, so that it is real and an octant holds it all.
class WeightTransform {
 public:
  WeightTransform(const image::Index3& full, const image::Vec3& spacing_mm) : full_(full) {
    for (std::size_t axis = 0; axis < 3; ++axis) half_[axis] = as_size(full[axis]) / 2 + 1;
    values_.resize(half_[0] * half_[1] * half_[2]);
    std::size_t v = 0;
    for (std::size_t i = 0; i < half_[0]; ++i)
      for (std::size_t j = 0; j < half_[1]; ++j)
        for (std::size_t k = 0; k < half_[2]; ++k, ++v) {
          const double x = static_cast<double>(i) * spacing_mm[0], y = static_cast<double>(j) * spacing_mm[1],
                       z = static_cast<double>(k) * spacing_mm[2];
          values_[v] = v == 0 ? 0 : 1 / std::sqrt(x * x + y * y + z * z);
        }
    const std::array<std::size_t, 3> stride{half_[1] * half_[2], half_[2], 1};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::size_t a = axis == 0 ? 1 : 0, b = axis == 2 ? 1 : 2;
      std::vector<std::size_t> starts;
      for (std::size_t p = 0; p < half_[a]; ++p)
        for (std::size_t q = 0; q < half_[b]; ++q) starts.push_back(p * stride[a] + q * stride[b]);
      transform_lines(starts, stride[axis], full_[axis], half_[axis]);
    }
  }

  // Frequencies (i, j) and all of 0 .. half along z; i and j folded into the octant.
  const double* along_z(std::size_t i, std::size_t j) const { return &values_[(i * half_[1] + j) * half_[2]]; }

 private:
  // Two even lines in one complex line: both transforms are real.
  void transform_lines(const std::vector<std::size_t>& starts, std::size_t stride, int length, std::size_t half) {
    Fft transforms(length);
    Lines lines(as_size(length));
    for (std::size_t first = 0; first < starts.size(); first += 2 * kLanes) {
      const std::size_t count = std::min(2 * kLanes, starts.size() - first);
      for (std::size_t s = 0; s < count; ++s) {
        std::vector<double>& part = s < kLanes ? lines.re : lines.im;
        for (std::size_t n = 0; n < half; ++n) {
          const double value = values_[starts[first + s] + n * stride];
          part[n * kLanes + s % kLanes] = value;
          part[(n == 0 ? 0 : as_size(length) - n) * kLanes + s % kLanes] = value;
        }
      }
      transforms.forward(lines.re.data(), lines.im.data());
      for (std::size_t s = 0; s < count; ++s) {
        const std::vector<double>& part = s < kLanes ? lines.re : lines.im;
        for (std::size_t n = 0; n < half; ++n) values_[starts[first + s] + n * stride] = part[n * kLanes + s % kLanes];
      }
    }
  }

  image::Index3 full_;
  std::array<std::size_t, 3> half_;
  std::vector<double> values_;  // z fastest
};

struct Spectrum {
  std::vector<double> re, im;
};

// Fourier sums of three fields: the region's indicator, deviations and squared deviations. A real field needs half of
// the frequencies along x; these are done in blocks to bound the memory.
class FieldTransform {
 public:
  FieldTransform(const Region& region, const image::Index3& full)
      : region_(region),
        full_(full),
        nx_(as_size(region.size[0])),
        ny_(as_size(region.size[1])),
        nz_(as_size(region.size[2])),
        along_x_(full[0]),
        along_y_(full[1]),
        along_z_(full[2]),
        row_start_(ny_ * nz_ + 1, 0) {
    for (const std::uint32_t offset : region.offsets) ++row_start_[offset / nx_ + 1];
    for (std::size_t r = 0; r < ny_ * nz_; ++r) row_start_[r + 1] += row_start_[r];
  }

  PairSums sums(const WeightTransform& weights) {
    constexpr std::size_t kBlockBytes = 48u << 20;
    const std::size_t half = as_size(full_[0]) / 2 + 1;
    const std::size_t block = std::clamp<std::size_t>(kBlockBytes / (6 * sizeof(double) * ny_ * nz_), 1, half);
    PairSums total;
    for (std::size_t first = 0; first < half; first += block) {
      const std::size_t last = std::min(half, first + block);
      transform_rows(first, last);
      for (std::size_t i = first; i < last; ++i)
        add_plane(i, i == 0 || 2 * i == as_size(full_[0]) ? 1 : 2, ny_ * nz_ * (i - first), weights, total);
    }
    const double scale = 1 / (static_cast<double>(full_[0]) * full_[1] * full_[2]);
    return {total.weight * scale, total.product * scale, total.square * scale};
  }

 private:
  // Along x: fields_[f] at [(i - first) rows + row] for the frequencies first <= i < last.
  void transform_rows(std::size_t first, std::size_t last) {
    const std::size_t rows = ny_ * nz_, length = as_size(full_[0]);
    for (Spectrum& field : fields_) {
      field.re.assign(rows * (last - first), 0);
      field.im.assign(rows * (last - first), 0);
    }
    Lines both(length), squares(length);
    for (std::size_t group = 0; group < rows; group += kLanes) {
      const std::size_t lanes = std::min(kLanes, rows - group);
      if (row_start_[group] == row_start_[group + lanes]) continue;
      both.clear();
      squares.clear();
      for (std::size_t lane = 0; lane < lanes; ++lane)
        for (std::size_t v = row_start_[group + lane]; v < row_start_[group + lane + 1]; ++v) {
          const std::size_t at = (region_.offsets[v] - (group + lane) * nx_) * kLanes + lane;
          const double d = region_.deviations[v];
          both.re[at] = 1;
          both.im[at] = d;
          squares.re[at] = d * d;
        }
      along_x_.forward(both.re.data(), both.im.data());
      along_x_.forward(squares.re.data(), squares.im.data());
      // The indicator and the deviations share a transform as its real and imaginary part.
      for (std::size_t i = first; i < last; ++i)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const std::size_t here = i * kLanes + lane, mirrored = (i == 0 ? 0 : length - i) * kLanes + lane,
                            to = rows * (i - first) + group + lane;
          fields_[0].re[to] = (both.re[here] + both.re[mirrored]) / 2;
          fields_[0].im[to] = (both.im[here] - both.im[mirrored]) / 2;
          fields_[1].re[to] = (both.im[here] + both.im[mirrored]) / 2;
          fields_[1].im[to] = (both.re[mirrored] - both.re[here]) / 2;
          fields_[2].re[to] = squares.re[here];
          fields_[2].im[to] = squares.im[here];
        }
    }
  }

  // Along z and y at one frequency along x, whose rows begin at `start`.
  void add_plane(std::size_t i, double times, std::size_t start, const WeightTransform& weights, PairSums& total) {
    const std::size_t pz = as_size(full_[2]), py = as_size(full_[1]);
    Lines lines(pz);
    for (std::size_t f = 0; f < 3; ++f) {
      planes_[f].re.resize(pz * ny_);
      planes_[f].im.resize(pz * ny_);
      for (std::size_t group = 0; group < ny_; group += kLanes) {
        const std::size_t lanes = std::min(kLanes, ny_ - group);
        lines.clear();
        for (std::size_t k = 0; k < nz_; ++k) {
          const std::size_t from = start + k * ny_ + group;
          std::copy_n(&fields_[f].re[from], lanes, &lines.re[k * kLanes]);
          std::copy_n(&fields_[f].im[from], lanes, &lines.im[k * kLanes]);
        }
        along_z_.forward(lines.re.data(), lines.im.data());
        for (std::size_t k = 0; k < pz; ++k) {
          std::copy_n(&lines.re[k * kLanes], lanes, &planes_[f].re[k * ny_ + group]);
          std::copy_n(&lines.im[k * kLanes], lanes, &planes_[f].im[k * ny_ + group]);
        }
      }
    }
    std::array<Lines, 3> spectra{Lines(py), Lines(py), Lines(py)};
    for (std::size_t group = 0; group < pz; group += kLanes) {
      const std::size_t lanes = std::min(kLanes, pz - group);
      for (std::size_t f = 0; f < 3; ++f) {
        spectra[f].clear();
        for (std::size_t lane = 0; lane < lanes; ++lane)
          for (std::size_t j = 0; j < ny_; ++j) {
            spectra[f].re[j * kLanes + lane] = planes_[f].re[(group + lane) * ny_ + j];
            spectra[f].im[j * kLanes + lane] = planes_[f].im[(group + lane) * ny_ + j];
          }
        along_y_.forward(spectra[f].re.data(), spectra[f].im.data());
      }
      const auto& [indicator, deviation, square] = spectra;
      for (std::size_t j = 0; j < py; ++j) {
        const double* weight = weights.along_z(i, std::min(j, py - j));
        PairSums part;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const std::size_t at = j * kLanes + lane, k = group + lane;
          const double w = weight[std::min(k, pz - k)];
          part.weight += w * (indicator.re[at] * indicator.re[at] + indicator.im[at] * indicator.im[at]);
          part.product += w * (deviation.re[at] * deviation.re[at] + deviation.im[at] * deviation.im[at]);
          part.square += w * (indicator.re[at] * square.re[at] + indicator.im[at] * square.im[at]);
        }
        total.weight += times * part.weight;
        total.product += times * part.product;
        total.square += times * part.square;
      }
    }
  }

  const Region& region_;
  image::Index3 full_;
  std::size_t nx_, ny_, nz_;
  Fft along_x_, along_y_, along_z_;
  std::vector<std::size_t> row_start_;  // voxels of row r are row_start_[r] .. row_start_[r + 1]
  std::array<Spectrum, 3> fields_, planes_;
};

bool direct_is_faster(std::size_t voxels, const image::Index3& size) {
  const image::Index3 full = padded(size);
  const double pairs = 0.5 * static_cast<double>(voxels) * static_cast<double>(voxels);
  const double points = 1.5 * full[0] * full[1] * (static_cast<double>(size[2]) + full[2]);
  return pairs * 3 < points * 7;  // nanoseconds
}

}  // namespace

SpatialCorrelation spatial_correlation(const std::vector<std::uint32_t>& offsets,
                                       const std::vector<double>& intensities, const image::Index3& size,
                                       const image::Vec3& spacing_mm, PairSum method) {
  const std::size_t voxels = offsets.size();
  const auto [low, high] = std::minmax_element(intensities.begin(), intensities.end());
  if (voxels < 2 || *low == *high) return {kNaN, kNaN};
  const double count = static_cast<double>(voxels);
  double mean = 0;
  for (const double x : intensities) mean += x;
  mean /= count;
  Region region{offsets, intensities, size, spacing_mm};
  double square = 0;
  for (double& d : region.deviations) {
    d -= mean;
    square += d * d;
  }
  const bool direct = method == PairSum::direct || (method == PairSum::automatic && direct_is_faster(voxels, size));
  PairSums sums;
  if (direct) {
    sums = direct_sums(region);
  } else {
    const image::Index3 full = padded(size);
    sums = FieldTransform(region, full).sums(WeightTransform(full, spacing_mm));
  }
  return {count * sums.product / (sums.weight * square),
          (count - 1) * (sums.square - sums.product) / (sums.weight * square)};
}

}  // namespace larc::radiomics
