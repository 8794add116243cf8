#include "preprocess/sample.h"

#include <numeric>

#include "core/simd.h"
#include "preprocess/taps.h"

namespace larc::preprocess {

using image::Index3;
using image::Mat3;
using image::Vec3;

namespace {

constexpr double kParallel = 1e-11;  // of a voxel, over the whole grid

TapAxis axis_of(const Lattice& lattice, std::size_t axis, bool clamp) {
  return {lattice.lower[axis], lattice.image_size[axis], clamp};
}

/// out = sum of weight * row over the taps; rows are neighbours in memory along the faster axes.
LARC_SIMD void blend_rows(double* out, const double* const* rows, const double* weight, int taps, std::size_t count) {
  const double *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  if (taps == 4)
    for (std::size_t l = 0; l < count; ++l)
      out[l] = (weight[0] * a[l] + weight[1] * b[l]) + (weight[2] * c[l] + weight[3] * d[l]);
  else if (taps == 2)
    for (std::size_t l = 0; l < count; ++l) out[l] = weight[0] * a[l] + weight[1] * b[l];
  else
    for (std::size_t l = 0; l < count; ++l) out[l] = a[l];
}

double blend(const double* line, const Taps& taps, int count) {
  const auto value = [&](std::size_t tap) { return taps.weight[tap] * line[taps.index[tap]]; };
  if (count == 4) return (value(0) + value(1)) + (value(2) + value(3));
  if (count == 2) return value(0) + value(1);
  return line[taps.index[0]];
}

/// One axis of `size` changes to as many places as there are taps; places outside stay 0.
std::vector<double> along_axis(const std::vector<double>& values, const Index3& size, std::size_t axis,
                               const std::vector<Taps>& taps, int count) {
  std::size_t inner = 1;
  for (std::size_t lower = 0; lower < axis; ++lower) inner *= static_cast<std::size_t>(size[lower]);
  const auto n = static_cast<std::size_t>(size[axis]);
  const std::size_t outer = values.size() / (inner * n);
  std::vector<double> result(inner * taps.size() * outer);
  double* out = result.data();
  for (std::size_t o = 0; o < outer; ++o) {
    const double* block = values.data() + o * inner * n;
    for (const Taps& place : taps) {
      if (inner == 1) {
        *out++ = place.inside ? blend(block, place, count) : 0;
        continue;
      }
      if (place.inside) {
        const double* rows[kMaxTaps] = {};
        for (std::size_t tap = 0; tap < static_cast<std::size_t>(count); ++tap)
          rows[tap] = block + static_cast<std::size_t>(place.index[tap]) * inner;
        blend_rows(out, rows, place.weight.data(), count, inner);
      }
      out += inner;
    }
  }
  return result;
}

bool any_outside(const std::vector<Taps>& taps) {
  return std::any_of(taps.begin(), taps.end(), [](const Taps& place) { return !place.inside; });
}

/// Source axis of each target axis, or nothing where the axes are not parallel.
std::optional<std::array<std::size_t, 3>> parallel_axes(const Mat3& matrix, const Index3& size) {
  std::array<std::size_t, 3> source{};
  unsigned used = 0;
  for (std::size_t target = 0; target < 3; ++target) {
    std::size_t largest = 0;
    for (std::size_t axis = 1; axis < 3; ++axis)
      if (std::abs(matrix[axis][target]) > std::abs(matrix[largest][target])) largest = axis;
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (axis != largest && std::abs(matrix[axis][target]) * size[target] > kParallel) return std::nullopt;
    source[target] = largest;
    used |= 1U << largest;
  }
  if (used != 7) return std::nullopt;
  return source;
}

std::vector<double> sample_parallel(const Lattice& lattice, const IndexMap& map, const Index3& target_size,
                                    const std::array<std::size_t, 3>& source, Interpolation interpolation,
                                    std::optional<double> outside) {
  const int count = tap_count(interpolation);
  std::array<std::vector<Taps>, 3> taps;         // by source axis
  std::array<std::size_t, 3> target{}, order{};  // target axis of each source axis; those that shrink most go first
  for (std::size_t t = 0; t < 3; ++t) {
    const std::size_t s = source[t];
    target[s] = t;
    for (int i = 0; i < target_size[t]; ++i)
      taps[s].push_back(taps_at(map.origin[s] + map.matrix[s][t] * i, axis_of(lattice, s, !outside), interpolation));
  }
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto growth = [&](std::size_t s) { return static_cast<double>(taps[s].size()) / lattice.size[s]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return growth(a) < growth(b); });
  Index3 size = lattice.size;
  std::vector<double> values;
  for (const std::size_t s : order) {
    values = along_axis(s == order[0] ? lattice.values : values, size, s, taps[s], count);
    size[s] = target_size[target[s]];
  }
  const bool turned = source != std::array<std::size_t, 3>{0, 1, 2};
  const bool holes = any_outside(taps[0]) || any_outside(taps[1]) || any_outside(taps[2]);
  if (!turned && !holes) return values;
  std::array<std::size_t, 3> stride{1, static_cast<std::size_t>(size[0]),
                                    static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1])};
  std::vector<double> result;
  result.reserve(values.size());
  for (std::size_t k = 0; k < taps[source[2]].size(); ++k)
    for (std::size_t j = 0; j < taps[source[1]].size(); ++j)
      for (std::size_t i = 0; i < taps[source[0]].size(); ++i) {
        const bool inside = taps[source[0]][i].inside && taps[source[1]][j].inside && taps[source[2]][k].inside;
        result.push_back(inside ? values[i * stride[source[0]] + j * stride[source[1]] + k * stride[source[2]]]
                                : *outside);
      }
  return result;
}

/// Third axes parallel, the first two turned in their plane.
bool turned_in_plane(const Mat3& matrix, const Index3& size) {
  return std::abs(matrix[2][0]) * size[0] <= kParallel && std::abs(matrix[2][1]) * size[1] <= kParallel &&
         std::abs(matrix[0][2]) * size[2] <= kParallel && std::abs(matrix[1][2]) * size[2] <= kParallel;
}

/// The plane's value at one place.
template <int count>
double blend_plane(const double* plane, std::size_t row, const Taps& x, const Taps& y) {
  double sum = 0;
  for (std::size_t b = 0; b < count; ++b) {
    const double* line = plane + static_cast<std::size_t>(y.index[b]) * row;
    double part = 0;
    for (std::size_t a = 0; a < count; ++a) part += x.weight[a] * line[x.index[a]];
    sum += y.weight[b] * part;
  }
  return sum;
}

/// Inner places, whose voxels follow each other in memory.
double blend_inner(const double* corner, std::size_t row, const Taps& x, const Taps& y) {
  double part[4];
  for (std::size_t b = 0; b < 4; ++b) {
    const double* line = corner + b * row;
    part[b] = (x.weight[0] * line[0] + x.weight[1] * line[1]) + (x.weight[2] * line[2] + x.weight[3] * line[3]);
  }
  return (y.weight[0] * part[0] + y.weight[1] * part[1]) + (y.weight[2] * part[2] + y.weight[3] * part[3]);
}

template <int count>
std::vector<double> sample_planes(const Lattice& lattice, const IndexMap& map, const Index3& target_size,
                                  Interpolation interpolation, std::optional<double> outside) {
  std::vector<Taps> z;
  for (int k = 0; k < target_size[2]; ++k)
    z.push_back(taps_at(map.origin[2] + map.matrix[2][2] * k, axis_of(lattice, 2, !outside), interpolation));
  const std::vector<double> planes = along_axis(lattice.values, lattice.size, 2, z, count);
  const auto row = static_cast<std::size_t>(lattice.size[0]);
  const std::size_t plane = row * static_cast<std::size_t>(lattice.size[1]);
  const auto columns = static_cast<std::size_t>(target_size[0]);
  const std::size_t target_plane = columns * static_cast<std::size_t>(target_size[1]);
  std::vector<double> result(target_plane * z.size(), outside.value_or(0));
  std::vector<Taps> x(columns), y(columns);
  std::vector<std::uint8_t> inner(columns);
  for (int j = 0; j < target_size[1]; ++j) {
    for (std::size_t i = 0; i < columns; ++i) {
      const Vec3 place = map.at({static_cast<double>(i), static_cast<double>(j), 0});
      x[i] = taps_at(place[0], axis_of(lattice, 0, !outside), interpolation);
      y[i] = taps_at(place[1], axis_of(lattice, 1, !outside), interpolation);
      const auto follow = [](const Taps& taps) {
        return taps.index[1] == taps.index[0] + 1 && taps.index[2] == taps.index[0] + 2 &&
               taps.index[3] == taps.index[0] + 3;
      };
      inner[i] = count == 4 && follow(x[i]) && follow(y[i]) ? 1 : 0;
    }
    for (std::size_t k = 0; k < z.size(); ++k) {
      if (!z[k].inside) continue;
      const double* source = planes.data() + k * plane;
      double* out = result.data() + k * target_plane + static_cast<std::size_t>(j) * columns;
      for (std::size_t i = 0; i < columns; ++i) {
        if (!x[i].inside || !y[i].inside) continue;
        out[i] = inner[i] ? blend_inner(source + static_cast<std::size_t>(y[i].index[0]) * row +
                                            static_cast<std::size_t>(x[i].index[0]),
                                        row, x[i], y[i])
                          : blend_plane<count>(source, row, x[i], y[i]);
      }
    }
  }
  return result;
}

template <int count>
std::vector<double> sample_points(const Lattice& lattice, const IndexMap& map, const Index3& target_size,
                                  Interpolation interpolation, std::optional<double> outside) {
  const auto row = static_cast<std::size_t>(lattice.size[0]);
  const std::size_t plane = row * static_cast<std::size_t>(lattice.size[1]);
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(target_size[0]) * static_cast<std::size_t>(target_size[1]) *
                 static_cast<std::size_t>(target_size[2]));
  for (int k = 0; k < target_size[2]; ++k)
    for (int j = 0; j < target_size[1]; ++j)
      for (int i = 0; i < target_size[0]; ++i) {
        const Vec3 place = map.at({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
        std::array<Taps, 3> taps;
        for (std::size_t axis = 0; axis < 3; ++axis)
          taps[axis] = taps_at(place[axis], axis_of(lattice, axis, !outside), interpolation);
        if (!taps[0].inside || !taps[1].inside || !taps[2].inside) {
          result.push_back(*outside);
          continue;
        }
        double sum = 0;
        for (std::size_t c = 0; c < count; ++c)
          sum += taps[2].weight[c] *
                 blend_plane<count>(lattice.values.data() + static_cast<std::size_t>(taps[2].index[c]) * plane, row,
                                    taps[0], taps[1]);
        result.push_back(sum);
      }
  return result;
}

template <int count>
std::vector<double> sample_turned(const Lattice& lattice, const IndexMap& map, const Index3& target_size,
                                  Interpolation interpolation, std::optional<double> outside) {
  return turned_in_plane(map.matrix, target_size)
             ? sample_planes<count>(lattice, map, target_size, interpolation, outside)
             : sample_points<count>(lattice, map, target_size, interpolation, outside);
}

}  // namespace

image::Box support_box(const image::Box& places, const Index3& image_size, Interpolation interpolation) {
  const int reach = interpolation == Interpolation::bspline ? 2 : 1;
  image::Box box{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::clamp(places.lower[axis] - reach, 0, image_size[axis] - 1);
    box.upper[axis] = std::clamp(places.upper[axis] + reach, 0, image_size[axis] - 1);
    // A mirrored place reads as far inside as it lies outside.
    if (places.lower[axis] - reach < 0)
      box.upper[axis] = std::min(std::max(box.upper[axis], 2 * reach), image_size[axis] - 1);
    if (places.upper[axis] + reach >= image_size[axis])
      box.lower[axis] = std::max(std::min(box.lower[axis], image_size[axis] - 1 - 2 * reach), 0);
  }
  return box;
}

std::vector<double> sample(const Lattice& lattice, const IndexMap& map, const Index3& target_size,
                           Interpolation interpolation, std::optional<double> outside) {
  if (const auto source = parallel_axes(map.matrix, target_size))
    return sample_parallel(lattice, map, target_size, *source, interpolation, outside);
  switch (interpolation) {
    case Interpolation::nearest:
      return sample_turned<1>(lattice, map, target_size, interpolation, outside);
    case Interpolation::linear:
      return sample_turned<2>(lattice, map, target_size, interpolation, outside);
    case Interpolation::bspline:
      break;
  }
  return sample_turned<4>(lattice, map, target_size, interpolation, outside);
}

}  // namespace larc::preprocess
