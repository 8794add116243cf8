#include "preprocess/distance.h"

namespace larc::preprocess {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Along the first axis: the way to the nearest site of the line, squared.
void first_axis(const std::uint8_t* sites, double* squared, int n, double spacing) {
  int since = -1;  // voxels since the last site; -1: none yet
  for (int i = 0; i < n; ++i) {
    since = sites[i] ? 0 : (since < 0 ? -1 : since + 1);
    squared[i] = since < 0 ? kInfinity : (since * spacing) * (since * spacing);
  }
  since = -1;
  for (int i = n - 1; i >= 0; --i) {
    since = sites[i] ? 0 : (since < 0 ? -1 : since + 1);
    if (since >= 0) squared[i] = std::min(squared[i], (since * spacing) * (since * spacing));
  }
}

/// The lower envelope of the parabolas height[q] + (x - place[q])^2 along one line.
class Envelope {
 public:
  explicit Envelope(std::size_t n) : place_(n), height_(n) {}

  void clear() { count_ = 0; }

  void add(double place, double height) {
    while (count_ >= 2 &&
           hidden(place_[count_ - 2], height_[count_ - 2], place_[count_ - 1], height_[count_ - 1], place, height))
      --count_;
    place_[count_] = place;
    height_[count_++] = height;
  }

  std::size_t count() const { return count_; }
  double at(std::size_t parabola, double x) const {
    const double way = x - place_[parabola];
    return height_[parabola] + way * way;
  }

 private:
  /// The middle one is nowhere below both others; u < v < w.
  static bool hidden(double u, double fu, double v, double fv, double w, double fw) {
    const double a = v - u, b = w - v, c = w - u;
    return c * fv - b * fu - a * fw - a * b * c > 0;
  }

  std::vector<double> place_, height_;
  std::size_t count_ = 0;
};

/// One line along the second or third axis, in place.
void other_axis(double* squared, std::size_t stride, int n, double spacing, Envelope& envelope) {
  envelope.clear();
  for (int q = 0; q < n; ++q) {
    const double height = squared[static_cast<std::size_t>(q) * stride];
    if (height < kInfinity) envelope.add(q * spacing, height);
  }
  if (envelope.count() == 0) return;
  std::size_t lowest = 0;
  for (int q = 0; q < n; ++q) {
    const double x = q * spacing;
    double value = envelope.at(lowest, x);
    while (lowest + 1 < envelope.count()) {
      const double next = envelope.at(lowest + 1, x);
      if (next > value) break;
      value = next;
      ++lowest;
    }
    squared[static_cast<std::size_t>(q) * stride] = value;
  }
}

}  // namespace

std::vector<double> squared_distance_mm2(const std::vector<std::uint8_t>& sites, const image::Index3& size,
                                         const image::Vec3& spacing_mm) {
  std::vector<double> squared(sites.size());
  const auto nx = static_cast<std::size_t>(size[0]);
  for (std::size_t line = 0; line < sites.size(); line += nx)
    first_axis(sites.data() + line, squared.data() + line, size[0], spacing_mm[0]);
  std::size_t inner = nx;
  for (std::size_t axis = 1; axis < 3; ++axis) {
    const auto n = static_cast<std::size_t>(size[axis]);
    Envelope envelope(n);
    for (std::size_t outer = 0; n > 1 && outer < sites.size(); outer += inner * n)
      for (std::size_t lane = 0; lane < inner; ++lane)
        other_axis(squared.data() + outer + lane, inner, size[axis], spacing_mm[axis], envelope);
    inner *= n;
  }
  return squared;
}

std::vector<double> signed_distance_mm(const image::Mask& region) {
  std::vector<std::uint8_t> outside(region.voxels.size());
  std::transform(region.voxels.begin(), region.voxels.end(), outside.begin(),
                 [](std::uint8_t v) { return static_cast<std::uint8_t>(v == 0 ? 1 : 0); });
  const auto& g = region.geometry;
  std::vector<double> distance = squared_distance_mm2(region.voxels, g.size, g.spacing_mm);
  const std::vector<double> inner = squared_distance_mm2(outside, g.size, g.spacing_mm);
  for (std::size_t v = 0; v < distance.size(); ++v)
    distance[v] = region.voxels[v] ? -std::sqrt(inner[v]) : std::sqrt(distance[v]);
  return distance;
}

}  // namespace larc::preprocess
