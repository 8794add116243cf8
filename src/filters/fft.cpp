#include "filters/fft.h"

namespace larc::filters {

namespace {

constexpr int kLanes = Fft::kLanes;

}  // namespace

void transform_columns(Fft& fft, double* re, double* im, int count, std::size_t stride, bool inverse) {
  const auto length = static_cast<std::size_t>(fft.size());
  std::vector<double> line_re(length * kLanes), line_im(length * kLanes);
  for (int first = 0; first < count; first += kLanes) {
    const auto lanes = static_cast<std::size_t>(std::min(kLanes, count - first));
    for (std::size_t n = 0; n < length; ++n) {
      const std::size_t place = n * stride + static_cast<std::size_t>(first);
      std::copy_n(re + place, lanes, line_re.data() + n * kLanes);
      std::copy_n(im + place, lanes, line_im.data() + n * kLanes);
    }
    inverse ? fft.inverse(line_re.data(), line_im.data()) : fft.forward(line_re.data(), line_im.data());
    for (std::size_t n = 0; n < length; ++n) {
      const std::size_t place = n * stride + static_cast<std::size_t>(first);
      std::copy_n(line_re.data() + n * kLanes, lanes, re + place);
      std::copy_n(line_im.data() + n * kLanes, lanes, im + place);
    }
  }
}

void transform_rows(Fft& fft, double* re, double* im, int rows, bool inverse) {
  const auto length = static_cast<std::size_t>(fft.size());
  std::vector<double> line_re(length * kLanes), line_im(length * kLanes);
  for (int first = 0; first < rows; first += kLanes) {
    const auto lanes = static_cast<std::size_t>(std::min(kLanes, rows - first));
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t row = (static_cast<std::size_t>(first) + lane) * length;
      for (std::size_t n = 0; n < length; ++n) {
        line_re[n * kLanes + lane] = re[row + n];
        line_im[n * kLanes + lane] = im[row + n];
      }
    }
    inverse ? fft.inverse(line_re.data(), line_im.data()) : fft.forward(line_re.data(), line_im.data());
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t row = (static_cast<std::size_t>(first) + lane) * length;
      for (std::size_t n = 0; n < length; ++n) {
        re[row + n] = line_re[n * kLanes + lane];
        im[row + n] = line_im[n * kLanes + lane];
      }
    }
  }
}

Spectrum forward_transform(const std::vector<double>& voxels, const image::Index3& size, bool volumetric) {
  Spectrum spectrum{size, volumetric, {}, {}};
  const auto width = static_cast<std::size_t>(size[0]), columns = static_cast<std::size_t>(spectrum.columns());
  const std::size_t rows = static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(size[2]);
  spectrum.re.resize(columns * rows);
  spectrum.im.resize(columns * rows);
  Fft fft_x(size[0]);
  std::vector<double> re(width * kLanes), im(width * kLanes);
  // Two real rows, one as the imaginary part of the other, share one complex transform.
  for (std::size_t first = 0; first < rows; first += 2 * kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t a = first + 2 * lane, b = a + 1;
      for (std::size_t n = 0; n < width; ++n) {
        re[n * kLanes + lane] = a < rows ? voxels[a * width + n] : 0;
        im[n * kLanes + lane] = b < rows ? voxels[b * width + n] : 0;
      }
    }
    fft_x.forward(re.data(), im.data());
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t a = first + 2 * lane, b = a + 1;
      for (std::size_t n = 0; n < columns; ++n) {
        const std::size_t here = n * kLanes + lane, mirrored = (n == 0 ? 0 : width - n) * kLanes + lane;
        if (a < rows) {
          spectrum.re[a * columns + n] = 0.5 * (re[here] + re[mirrored]);
          spectrum.im[a * columns + n] = 0.5 * (im[here] - im[mirrored]);
        }
        if (b < rows) {
          spectrum.re[b * columns + n] = 0.5 * (im[here] + im[mirrored]);
          spectrum.im[b * columns + n] = 0.5 * (re[mirrored] - re[here]);
        }
      }
    }
  }
  const std::size_t slice = columns * static_cast<std::size_t>(size[1]);
  Fft fft_y(size[1]);
  for (std::size_t k = 0; k < static_cast<std::size_t>(size[2]); ++k) {
    transform_columns(fft_y, spectrum.re.data() + k * slice, spectrum.im.data() + k * slice, spectrum.columns(),
                      columns, false);
  }
  if (volumetric) {
    Fft fft_z(size[2]);
    transform_columns(fft_z, spectrum.re.data(), spectrum.im.data(), static_cast<int>(slice), slice, false);
  }
  return spectrum;
}

std::vector<double> inverse_transform(Spectrum spectrum) {
  const image::Index3 size = spectrum.size;
  const auto width = static_cast<std::size_t>(size[0]), columns = static_cast<std::size_t>(spectrum.columns());
  const std::size_t slice = columns * static_cast<std::size_t>(size[1]);
  const std::size_t rows = static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(size[2]);
  if (spectrum.volumetric) {
    Fft fft_z(size[2]);
    transform_columns(fft_z, spectrum.re.data(), spectrum.im.data(), static_cast<int>(slice), slice, true);
  }
  Fft fft_y(size[1]);
  for (std::size_t k = 0; k < static_cast<std::size_t>(size[2]); ++k) {
    transform_columns(fft_y, spectrum.re.data() + k * slice, spectrum.im.data() + k * slice, spectrum.columns(),
                      columns, true);
  }
  std::vector<double> voxels(width * rows);
  const double scale = 1.0 / (static_cast<double>(size[0]) * size[1] * (spectrum.volumetric ? size[2] : 1));
  Fft fft_x(size[0]);
  std::vector<double> re(width * kLanes), im(width * kLanes);
  for (std::size_t first = 0; first < rows; first += 2 * kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t a = first + 2 * lane, b = a + 1;
      for (std::size_t n = 0; n < columns; ++n) {
        const double ar = a < rows ? spectrum.re[a * columns + n] : 0, ai = a < rows ? spectrum.im[a * columns + n] : 0;
        const double br = b < rows ? spectrum.re[b * columns + n] : 0, bi = b < rows ? spectrum.im[b * columns + n] : 0;
        if (n > 0) {
          re[(width - n) * kLanes + lane] = scale * (ar + bi);
          im[(width - n) * kLanes + lane] = scale * (br - ai);
        }
        re[n * kLanes + lane] = scale * (ar - bi);
        im[n * kLanes + lane] = scale * (br + ai);
      }
    }
    fft_x.inverse(re.data(), im.data());
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t a = first + 2 * lane, b = a + 1;
      for (std::size_t n = 0; n < width; ++n) {
        if (a < rows) voxels[a * width + n] = re[n * kLanes + lane];
        if (b < rows) voxels[b * width + n] = im[n * kLanes + lane];
      }
    }
  }
  return voxels;
}

}  // namespace larc::filters
