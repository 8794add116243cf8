#include "filters/gabor.h"

#include <numbers>

#include "filters/fft.h"
#include "filters/gaussian.h"

namespace larc::filters {
namespace {

/// Angles with different moduli: turned by 180 degrees the kernel is its own conjugate.
std::vector<double> angles_of(const GaborFilter& filter) {
  if (!filter.theta_step_degrees) return {filter.theta_degrees};
  const int count = static_cast<int>(std::lround(360 / *filter.theta_step_degrees));
  std::vector<double> angles;
  for (int i = 0; i < (count % 2 == 0 ? count / 2 : count); ++i) angles.push_back(i * *filter.theta_step_degrees);
  return angles;
}

/// One of the three families of slices.
struct Plane {
  std::array<std::size_t, 2> axes;  // index axes of u and v
  std::size_t across;
};

/// The image and the kernels of one plane, extended to sizes good for Fourier transforms.
struct Frame {
  int width, height;  // of slices, voxels
  int left, top;      // voxels added before u and v
  int padded_width, padded_height;
  std::vector<int> columns, rows;  // slice index for each padded one, -1 for zero
};

Frame frame_of(const Plane& plane, const image::Index3& size, const image::Index3& radius, Boundary boundary) {
  Frame frame{};
  frame.width = size[plane.axes[0]];
  frame.height = size[plane.axes[1]];
  frame.left = radius[plane.axes[0]];
  frame.top = radius[plane.axes[1]];
  frame.padded_width = good_fft_size(frame.width + 2 * frame.left);
  frame.padded_height = good_fft_size(frame.height + 2 * frame.top);
  // Beyond the margins the kernel does not look; zeros there.
  for (int u = 0; u < frame.padded_width; ++u) {
    const bool needed = u < frame.width + 2 * frame.left;
    frame.columns.push_back(needed ? inside_index(u - frame.left, frame.width, boundary) : -1);
  }
  for (int v = 0; v < frame.padded_height; ++v) {
    const bool needed = v < frame.height + 2 * frame.top;
    frame.rows.push_back(needed ? inside_index(v - frame.top, frame.height, boundary) : -1);
  }
  return frame;
}

/// Transform of the sampled kernel: real, because the kernel's value at -x is the conjugate of that at x. Divided by
/// the number of elements, for the inverse transform.
std::vector<double> transfer(const GaborFilter& filter, double theta_degrees, const Plane& plane, const Frame& frame,
                             const image::Vec3& spacing_mm) {
  const auto width = static_cast<std::size_t>(frame.padded_width),
             height = static_cast<std::size_t>(frame.padded_height);
  std::vector<double> re(width * height), im(width * height);
  const double theta = theta_degrees * std::numbers::pi / 180;
  const double c = std::cos(theta), s = std::sin(theta);
  const double scale = 1.0 / (static_cast<double>(frame.padded_width) * frame.padded_height);
  for (int j = -frame.top; j <= frame.top; ++j) {
    for (int i = -frame.left; i <= frame.left; ++i) {
      const double u = i * spacing_mm[plane.axes[0]], v = j * spacing_mm[plane.axes[1]];
      const double along = u * c + v * s, across = filter.gamma * (u * s - v * c);
      const double envelope =
          scale * std::exp(-(along * along + across * across) / (2 * filter.sigma_mm * filter.sigma_mm));
      const double phase = 2 * std::numbers::pi * along / filter.lambda_mm;
      const auto row = static_cast<std::size_t>(j < 0 ? j + frame.padded_height : j);
      const auto column = static_cast<std::size_t>(i < 0 ? i + frame.padded_width : i);
      re[row * width + column] += envelope * std::cos(phase);
      im[row * width + column] += envelope * std::sin(phase);
    }
  }
  Fft fft_u(frame.padded_width), fft_v(frame.padded_height);
  transform_rows(fft_u, re.data(), im.data(), frame.padded_height, false);
  transform_columns(fft_v, re.data(), im.data(), frame.padded_width, width, false);
  return re;
}

/// out = spectrum * transfer over the whole plane, from the half spectrum of a real slice.
void multiply(const double* half_re, const double* half_im, int half_width, const std::vector<double>& transfer,
              const Frame& frame, std::vector<double>& re, std::vector<double>& im) {
  for (int v = 0; v < frame.padded_height; ++v) {
    const std::size_t row = static_cast<std::size_t>(v) * static_cast<std::size_t>(frame.padded_width);
    const std::size_t half = static_cast<std::size_t>(v) * static_cast<std::size_t>(half_width);
    const std::size_t mirrored =
        static_cast<std::size_t>(v == 0 ? 0 : frame.padded_height - v) * static_cast<std::size_t>(half_width);
    for (std::size_t u = 0; u < static_cast<std::size_t>(half_width); ++u) {
      re[row + u] = half_re[half + u] * transfer[row + u];
      im[row + u] = half_im[half + u] * transfer[row + u];
    }
    const auto width = static_cast<std::size_t>(frame.padded_width);
    for (auto u = static_cast<std::size_t>(half_width); u < width; ++u) {
      re[row + u] = half_re[mirrored + width - u] * transfer[row + u];
      im[row + u] = -half_im[mirrored + width - u] * transfer[row + u];
    }
  }
}

/// Takes the moduli of all angles and planes.
class Pool {
 public:
  Pool(Pooling pooling, std::size_t voxels)
      : pooling_(pooling),
        pooled_(voxels, pooling == Pooling::average ? 0
                        : pooling == Pooling::max   ? 0  // moduli are not negative
                                                    : std::numeric_limits<double>::infinity()) {}
  void add(std::size_t place, double modulus) {
    double& value = pooled_[place];
    value = pooling_ == Pooling::average ? value + modulus
            : pooling_ == Pooling::max   ? std::max(value, modulus)
                                         : std::min(value, modulus);
  }
  std::vector<double> take(int responses) {
    if (pooling_ == Pooling::average) {
      for (double& value : pooled_) value /= responses;
    }
    return std::move(pooled_);
  }

 private:
  Pooling pooling_;
  std::vector<double> pooled_;
};

void respond_in_plane(const image::Volume& volume, const GaborFilter& filter, const Plane& plane,
                      const std::vector<double>& angles, Pool& pool) {
  const image::Index3& size = volume.geometry.size;
  const image::Vec3& spacing = volume.geometry.spacing_mm;
  const Frame frame = frame_of(plane, size, support_voxels(filter, spacing), filter.boundary);
  const std::array<std::size_t, 3> step{1, static_cast<std::size_t>(size[0]),
                                        static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1])};
  const std::size_t step_u = step[plane.axes[0]], step_v = step[plane.axes[1]];
  std::vector<std::vector<double>> transfers;
  for (const double angle : angles) transfers.push_back(transfer(filter, angle, plane, frame, spacing));

  const auto width = static_cast<std::size_t>(frame.padded_width),
             height = static_cast<std::size_t>(frame.padded_height);
  constexpr int kSlicesAtOnce = 2 * Fft::kLanes;
  std::vector<double> re(width * height), im(width * height);
  Fft fft_u(frame.padded_width), fft_v(frame.padded_height);
  for (int first = 0; first < size[plane.across]; first += kSlicesAtOnce) {
    const int slices = std::min(kSlicesAtOnce, size[plane.across] - first);
    std::vector<double> padded(width * height * static_cast<std::size_t>(slices));
    for (std::size_t slice = 0; slice < static_cast<std::size_t>(slices); ++slice) {
      const double* in = volume.voxels.data() + (static_cast<std::size_t>(first) + slice) * step[plane.across];
      for (std::size_t v = 0; v < height; ++v) {
        if (frame.rows[v] < 0) continue;
        double* out = padded.data() + (slice * height + v) * width;
        const double* row = in + static_cast<std::size_t>(frame.rows[v]) * step_v;
        for (std::size_t u = 0; u < width; ++u) {
          if (frame.columns[u] >= 0) out[u] = row[static_cast<std::size_t>(frame.columns[u]) * step_u];
        }
      }
    }
    const Spectrum spectrum = forward_transform(padded, {frame.padded_width, frame.padded_height, slices}, false);
    const std::size_t half = static_cast<std::size_t>(spectrum.columns()) * height;
    for (std::size_t slice = 0; slice < static_cast<std::size_t>(slices); ++slice) {
      const std::size_t origin = (static_cast<std::size_t>(first) + slice) * step[plane.across];
      for (const std::vector<double>& factors : transfers) {
        multiply(spectrum.re.data() + slice * half, spectrum.im.data() + slice * half, spectrum.columns(), factors,
                 frame, re, im);
        transform_rows(fft_u, re.data(), im.data(), frame.padded_height, true);
        transform_columns(fft_v, re.data() + frame.left, im.data() + frame.left, frame.width, width, true);
        for (int v = 0; v < frame.height; ++v) {
          const std::size_t in = static_cast<std::size_t>(v + frame.top) * width + static_cast<std::size_t>(frame.left);
          const std::size_t out = origin + static_cast<std::size_t>(v) * step_v;
          for (std::size_t u = 0; u < static_cast<std::size_t>(frame.width); ++u) {
            pool.add(out + u * step_u, std::sqrt(re[in + u] * re[in + u] + im[in + u] * im[in + u]));
          }
        }
      }
    }
  }
}

}  // namespace

image::Index3 support_voxels(const GaborFilter& filter, const image::Vec3& spacing_mm) {
  return gaussian_radius(filter.sigma_mm / std::min(1.0, filter.gamma), filter.cutoff_sigma, filter.dimension,
                         spacing_mm);
}

image::Volume apply(const image::Volume& volume, const GaborFilter& filter) {
  const std::vector<double> angles = angles_of(filter);
  std::vector<Plane> planes{{{0, 1}, 2}};
  if (filter.dimension == 3) {
    planes.push_back({{0, 2}, 1});
    planes.push_back({{1, 2}, 0});
  }
  Pool pool(filter.pooling, volume.voxels.size());
  for (const Plane& plane : planes) respond_in_plane(volume, filter, plane, angles, pool);
  return {volume.geometry, pool.take(static_cast<int>(angles.size() * planes.size()))};
}

}  // namespace larc::filters
