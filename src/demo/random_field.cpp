#include "demo/random_field.h"

#include <cmath>

namespace larc::demo {

RandomField::RandomField(const image::Vec3& lower_mm, const image::Vec3& upper_mm, double step_mm, double sigma_mm,
                         Random& random)
    : lower_(lower_mm), step_(step_mm) {
  std::size_t count = 1;
  for (int a = 0; a < 3; ++a) {
    size_[a] = static_cast<int>(std::ceil((upper_mm[a] - lower_mm[a]) / step_mm)) + 1;
    count *= static_cast<std::size_t>(size_[a]);
  }
  values_.resize(count);
  for (auto& value : values_) value = static_cast<float>(random.normal());
  for (int a = 0; a < 3; ++a) smooth(a, sigma_mm);
}

void RandomField::smooth(int axis, double sigma_mm) {
  const int radius = static_cast<int>(std::ceil(3.0 * sigma_mm / step_));
  std::vector<double> kernel;
  double energy = 0;
  for (int d = -radius; d <= radius; ++d) {
    kernel.push_back(std::exp(-0.5 * std::pow(d * step_ / sigma_mm, 2)));
    energy += kernel.back() * kernel.back();
  }
  for (auto& weight : kernel) weight /= std::sqrt(energy);  // white noise keeps variance 1

  const int length = size_[axis];
  const std::size_t stride = axis == 0   ? 1
                             : axis == 1 ? static_cast<std::size_t>(size_[0])
                                         : static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1]);
  const std::size_t lines = values_.size() / static_cast<std::size_t>(length);
  std::vector<double> line(static_cast<std::size_t>(length + 2 * radius));
  for (std::size_t l = 0; l < lines; ++l) {
    const std::size_t start = (l / stride) * stride * static_cast<std::size_t>(length) + l % stride;
    for (int i = -radius; i < length + radius; ++i) {
      const int wrapped = ((i % length) + length) % length;
      line[static_cast<std::size_t>(i + radius)] = values_[start + static_cast<std::size_t>(wrapped) * stride];
    }
    for (int i = 0; i < length; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < kernel.size(); ++k) sum += kernel[k] * line[static_cast<std::size_t>(i) + k];
      values_[start + static_cast<std::size_t>(i) * stride] = static_cast<float>(sum);
    }
  }
}

double RandomField::at(const image::Vec3& point_mm) const {
  std::size_t low[3];
  std::size_t high[3];
  double f[3];
  for (int a = 0; a < 3; ++a) {
    const double x = (point_mm[a] - lower_[a]) / step_;
    int i = static_cast<int>(x);
    if (x < i) --i;
    f[a] = x - i;
    const int length = size_[a];
    if (i < 0 || i >= length) i = ((i % length) + length) % length;
    low[a] = static_cast<std::size_t>(i);
    high[a] = static_cast<std::size_t>(i + 1 == length ? 0 : i + 1);
  }
  const std::size_t nx = static_cast<std::size_t>(size_[0]);
  const std::size_t ny = static_cast<std::size_t>(size_[1]);
  const auto along_x = [&](std::size_t y, std::size_t z) {
    const float* row = values_.data() + (z * ny + y) * nx;
    return row[low[0]] + f[0] * (row[high[0]] - row[low[0]]);
  };
  const auto along_y = [&](std::size_t z) {
    const double a = along_x(low[1], z);
    return a + f[1] * (along_x(high[1], z) - a);
  };
  const double a = along_y(low[2]);
  return a + f[2] * (along_y(high[2]) - a);
}

}  // namespace larc::demo
