#include "filters/lbp_2d.h"

#include "core/error.h"
#include "core/number.h"

namespace larc::filters {

namespace {

constexpr double kPi = 3.14159265358979323846;

/// numpy.round(value, 5): the nearest even fifth decimal.
double five_decimals(double value) {
  return std::nearbyint(value * 1e5) / 1e5;
}

struct Slice {
  const double* voxels;
  int rows, columns;
  std::ptrdiff_t row_stride, column_stride;

  double at(int r, int c) const {
    return r < 0 || c < 0 || r >= rows || c >= columns ? 0 : voxels[r * row_stride + c * column_stride];
  }
  double interpolated(double r, double c) const {
    const int r0 = static_cast<int>(std::floor(r)), c0 = static_cast<int>(std::floor(c));
    const int r1 = static_cast<int>(std::ceil(r)), c1 = static_cast<int>(std::ceil(c));
    const double dr = r - r0, dc = c - c0;
    const double top = (1 - dc) * at(r0, c0) + dc * at(r0, c1);
    const double bottom = (1 - dc) * at(r1, c0) + dc * at(r1, c1);
    return (1 - dr) * top + dr * bottom;
  }
};

double variance(const std::vector<double>& samples) {
  double sum = 0, squares = 0;
  for (const double s : samples) {
    sum += s;
    squares += s * s;
  }
  const auto count = static_cast<double>(samples.size());
  const double value = (squares - sum * sum / count) / count;
  return value != 0 ? value : kNaN;
}

unsigned least_rotation(unsigned code, int bits) {
  unsigned least = code;
  for (int i = 1; i < bits; ++i) {
    code = (code >> 1) | ((code & 1U) << (bits - 1));
    least = std::min(least, code);
  }
  return least;
}

double uniform_code(unsigned code, int bits) {
  int changes = 0, ones = 0;
  for (int i = 0; i < bits; ++i) {
    ones += static_cast<int>(code >> i & 1U);
    if (i + 1 < bits) changes += static_cast<int>((code >> i ^ code >> (i + 1)) & 1U);
  }
  return changes <= 2 ? ones : bits + 1;
}

}  // namespace

Lbp2dMethod parse_lbp_2d_method(const std::string& name) {
  if (name == "default") return Lbp2dMethod::standard;
  if (name == "ror") return Lbp2dMethod::rotation_invariant;
  if (name == "uniform") return Lbp2dMethod::rotation_invariant_uniform;
  if (name == "var") return Lbp2dMethod::variance;
  throw Error(ErrorCode::domain, "lbp2DMethod is '" + name + "'; choose default, ror, uniform or var");
}

std::vector<double> lbp_2d(const image::Volume& image, const image::Box& box, const Lbp2dOptions& options) {
  const image::Index3& size = image.geometry.size;
  for (std::size_t a = 0; a < 3; ++a)
    if (box.lower[a] < 0 || box.upper[a] < box.lower[a] || box.upper[a] >= size[a])
      throw Error(ErrorCode::domain, "the box to filter is empty or not inside the image");
  const std::ptrdiff_t strides[] = {1, size[0], static_cast<std::ptrdiff_t>(size[0]) * size[1]};
  const auto across = static_cast<std::size_t>(options.slice_axis);
  const std::size_t row = across == 1 ? 2 : 1, column = across == 0 ? 2 : 0;
  // scikit-image keeps the radius in single precision.
  const double radius = static_cast<double>(static_cast<float>(options.radius));
  std::vector<double> row_offset, column_offset;
  for (int p = 0; p < options.samples; ++p) {
    const double angle = 2 * kPi * p / options.samples;
    row_offset.push_back(five_decimals(-radius * std::sin(angle)));
    column_offset.push_back(five_decimals(radius * std::cos(angle)));
  }
  std::vector<double> values, samples(static_cast<std::size_t>(options.samples));
  image::Index3 at;
  for (at[2] = box.lower[2]; at[2] <= box.upper[2]; ++at[2])
    for (at[1] = box.lower[1]; at[1] <= box.upper[1]; ++at[1])
      for (at[0] = box.lower[0]; at[0] <= box.upper[0]; ++at[0]) {
        const Slice slice{image.voxels.data() + at[across] * strides[across], size[row], size[column], strides[row],
                          strides[column]};
        const double centre = slice.at(at[row], at[column]);
        unsigned code = 0;
        for (std::size_t p = 0; p < samples.size(); ++p) {
          samples[p] = slice.interpolated(at[row] + row_offset[p], at[column] + column_offset[p]);
          code |= (samples[p] - centre >= 0 ? 1U : 0U) << p;
        }
        switch (options.method) {
          case Lbp2dMethod::standard:
            values.push_back(code);
            break;
          case Lbp2dMethod::rotation_invariant:
            values.push_back(least_rotation(code, options.samples));
            break;
          case Lbp2dMethod::rotation_invariant_uniform:
            values.push_back(uniform_code(code, options.samples));
            break;
          case Lbp2dMethod::variance:
            values.push_back(variance(samples));
            break;
        }
      }
  return values;
}

int lbp_2d_reach(const Lbp2dOptions& options) {
  return static_cast<int>(std::ceil(options.radius + 1e-5));
}

}  // namespace larc::filters
