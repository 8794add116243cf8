#include "filters/stationary_wavelet.h"

#include "core/error.h"
#include "core/simd.h"

namespace larc::filters {

namespace {

/// Elements `start` .. `start + length - 1` of an axis that repeats after `period` elements.
struct Interval {
  int start, length, period;
};
using Intervals = std::array<Interval, 3>;

/// Values on a box of the periodic grid, i fastest.
struct Field {
  Intervals span;
  std::vector<double> values;
};

std::size_t element_count(const Intervals& span) {
  return static_cast<std::size_t>(span[0].length) * static_cast<std::size_t>(span[1].length) *
         static_cast<std::size_t>(span[2].length);
}

int wrapped(int index, int period) {
  return (index % period + period) % period;
}

/// out_low and out_high at l: (add to) the sum over j of low[j] (high[j]) * in[l - j * stride], j ascending.
template <int taps>
inline __attribute__((always_inline)) void accumulate(const double* in, std::ptrdiff_t stride, const double* low,
                                                      const double* high, bool add, double* __restrict out_low,
                                                      double* __restrict out_high, std::size_t n) {
  if (add) {
#pragma GCC ivdep
    for (std::size_t l = 0; l < n; ++l) {
      double a = out_low[l], b = out_high[l];
#pragma GCC unroll 8
      for (int j = 0; j < taps; ++j) {
        const double x = in[static_cast<std::ptrdiff_t>(l) - j * stride];
        a += low[j] * x;
        b += high[j] * x;
      }
      out_low[l] = a;
      out_high[l] = b;
    }
  } else {
#pragma GCC ivdep
    for (std::size_t l = 0; l < n; ++l) {
      double a = low[0] * in[l], b = high[0] * in[l];
#pragma GCC unroll 8
      for (int j = 1; j < taps; ++j) {
        const double x = in[static_cast<std::ptrdiff_t>(l) - j * stride];
        a += low[j] * x;
        b += high[j] * x;
      }
      out_low[l] = a;
      out_high[l] = b;
    }
  }
}

/// Both filters over a run of elements. `in` is the element that meets coefficient 0 of the first output. The number of
/// coefficients is even.
LARC_SIMD void filter_run(const double* in, std::ptrdiff_t stride, const WaveletFilters& filters, double* out_low,
                          double* out_high, std::size_t count) {
  constexpr std::size_t kBlock = 512;
  const int taps = static_cast<int>(filters.low.size());
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t n = std::min(kBlock, count - first);
    double *low = out_low + first, *high = out_high + first;
    for (int j = 0; j < taps;) {
      const double* from = in + first - j * stride;
      const double *fl = filters.low.data() + j, *fh = filters.high.data() + j;
      const int left = taps - j;
      if (left >= 6) {
        accumulate<6>(from, stride, fl, fh, j > 0, low, high, n);
        j += 6;
      } else if (left >= 4) {
        accumulate<4>(from, stride, fl, fh, j > 0, low, high, n);
        j += 4;
      } else {
        accumulate<2>(from, stride, fl, fh, j > 0, low, high, n);
        j += 2;
      }
    }
  }
}

/// Low and high pass along one axis: shorter by the filters' length less 1.
std::array<Field, 2> split(const Field& field, std::size_t axis, const WaveletFilters& filters) {
  const int taps = static_cast<int>(filters.low.size());
  std::array<Field, 2> parts{Field{field.span, {}}, Field{field.span, {}}};
  for (Field& part : parts) {
    part.span[axis].start += taps / 2 - 1;
    part.span[axis].length -= taps - 1;
    part.values.resize(element_count(part.span));
  }
  std::size_t stride = 1;  // elements between neighbours along the axis
  for (std::size_t a = 0; a < axis; ++a) stride *= static_cast<std::size_t>(field.span[a].length);
  const std::size_t in_run = stride * static_cast<std::size_t>(field.span[axis].length);
  const std::size_t out_run = stride * static_cast<std::size_t>(parts[0].span[axis].length);
  const std::size_t runs = field.values.size() / in_run;
  for (std::size_t r = 0; r < runs; ++r)
    filter_run(field.values.data() + r * in_run + static_cast<std::size_t>(taps - 1) * stride,
               static_cast<std::ptrdiff_t>(stride), filters, parts[0].values.data() + r * out_run,
               parts[1].values.data() + r * out_run, out_run);
  return parts;
}

/// `span` of a field that holds it, or that holds the whole period of an axis.
Field part_of(const Field& field, const Intervals& span) {
  std::array<std::vector<std::size_t>, 3> at;
  for (std::size_t a = 0; a < 3; ++a)
    for (int n = 0; n < span[a].length; ++n) {
      const int offset = span[a].start + n - field.span[a].start;
      at[a].push_back(
          static_cast<std::size_t>(field.span[a].length < span[a].period ? offset : wrapped(offset, span[a].period)));
    }
  Field part{span, {}};
  part.values.reserve(element_count(span));
  const auto row_length = static_cast<std::size_t>(field.span[0].length);
  const auto rows = static_cast<std::size_t>(field.span[1].length);
  for (const std::size_t k : at[2])
    for (const std::size_t j : at[1]) {
      const double* row = field.values.data() + (k * rows + j) * row_length;
      for (const std::size_t i : at[0]) part.values.push_back(row[i]);
    }
  return part;
}

/// `span` of the periodic image: its voxels, and on odd axes the first one once more.
Field part_of(const image::Volume& image, const Intervals& span) {
  const image::Index3& size = image.geometry.size;
  std::array<std::vector<int>, 3> at;
  for (std::size_t a = 0; a < 3; ++a)
    for (int n = 0; n < span[a].length; ++n) {
      const int index = wrapped(span[a].start + n, span[a].period);
      at[a].push_back(index == size[a] ? 0 : index);
    }
  Field part{span, {}};
  part.values.reserve(element_count(span));
  for (const int k : at[2])
    for (const int j : at[1]) {
      const double* row = image.voxels.data() + image.geometry.offset(0, j, k);
      for (const int i : at[0]) part.values.push_back(row[i]);
    }
  return part;
}

class Transform {
 public:
  Transform(const image::Volume& image, const image::Box& box, const StationaryWaveletOptions& options,
            const std::function<void(int, const std::string&, std::vector<double>&&)>& sink)
      : image_(image), options_(options), sink_(sink) {
    for (std::size_t a = 0; a < 3; ++a) {
      const int size = image.geometry.size[a];
      box_[a] = {box.lower[a], box.upper[a] - box.lower[a] + 1, size + size % 2};
      if (options.axes[a]) axes_.push_back(a);
    }
  }

  void run() {
    const int levels = options_.start_level + options_.level;
    // needed[l]: where the low pass of level l is needed; the last level's only in the box.
    std::vector<Intervals> needed(static_cast<std::size_t>(levels), box_);
    for (std::size_t l = needed.size() - 1; l > 0; --l) needed[l - 1] = within_period(widened(needed[l]));
    for (int l = 0; l < levels; ++l) {
      const bool last = l + 1 == levels;
      if (l >= options_.start_level) {
        level_ = l + 1 - options_.start_level;
        bands(input(widened(box_)), 0, "", last);
      }
      if (!last) low_ = low_pass(input(widened(needed[static_cast<std::size_t>(l)])));
    }
    if (!approximation_.empty()) sink_(level_, std::string(axes_.size(), 'L'), std::move(approximation_));
  }

 private:
  /// What the filters need for `span`.
  Intervals widened(Intervals span) const {
    const int taps = static_cast<int>(options_.filters.low.size());
    for (const std::size_t a : axes_) {
      span[a].start -= taps / 2 - 1;
      span[a].length += taps - 1;
    }
    return span;
  }

  Intervals within_period(Intervals span) const {
    for (const std::size_t a : axes_) span[a].length = std::min(span[a].length, span[a].period);
    return span;
  }

  Field input(const Intervals& span) const { return low_.values.empty() ? part_of(image_, span) : part_of(low_, span); }

  Field low_pass(Field field) const {
    for (const std::size_t a : axes_) field = std::move(split(field, a, options_.filters)[0]);
    return field;
  }

  void bands(Field field, std::size_t depth, const std::string& letters, bool last) {
    const bool all_low = letters.find('H') == std::string::npos;
    if (depth == axes_.size()) {
      if (!all_low) sink_(level_, letters, std::move(field.values));
      if (all_low && last) approximation_ = std::move(field.values);
      return;
    }
    std::array<Field, 2> parts = split(field, axes_[depth], options_.filters);
    field = {};
    bands(std::move(parts[0]), depth + 1, letters + 'L', last);
    bands(std::move(parts[1]), depth + 1, letters + 'H', last);
  }

  const image::Volume& image_;
  const StationaryWaveletOptions& options_;
  const std::function<void(int, const std::string&, std::vector<double>&&)>& sink_;
  Intervals box_;
  std::vector<std::size_t> axes_;
  Field low_;  // low pass of the level before; empty: the image itself
  int level_ = 0;
  std::vector<double> approximation_;
};

}  // namespace

void stationary_wavelet(const image::Volume& image, const image::Box& box, const StationaryWaveletOptions& options,
                        const std::function<void(int, const std::string&, std::vector<double>&&)>& sink) {
  for (std::size_t a = 0; a < 3; ++a)
    if (box.lower[a] < 0 || box.upper[a] < box.lower[a] || box.upper[a] >= image.geometry.size[a])
      throw Error(ErrorCode::domain, "the box to filter is empty or not inside the image");
  Transform(image, box, options, sink).run();
}

std::array<int, 2> stationary_wavelet_reach(const StationaryWaveletOptions& options) {
  const int taps = static_cast<int>(options.filters.low.size()), levels = options.start_level + options.level;
  return {levels * (taps / 2 - 1), levels * (taps / 2)};
}

}  // namespace larc::filters
