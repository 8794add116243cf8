#include "filters/convolve.h"

#include "core/simd.h"

namespace larc::filters {
namespace {

struct Tap {
  int position;  // of the image value, from the voxel
  double weight;
};

std::vector<Tap> taps_of(const Kernel& kernel) {
  std::vector<Tap> taps;
  for (int t = 0; t < static_cast<int>(kernel.weights.size()); ++t) {
    const double weight = kernel.weights[static_cast<std::size_t>(t)];
    if (weight != 0) taps.push_back({kernel.origin - t, weight});
  }
  return taps;
}

/// out[i] = sum over t of weights[t] * rows[t][i], added in the order of t whatever the length of the row.
LARC_SIMD void weighted_sum(const double* const* rows, const double* weights, int taps, double* __restrict out,
                            int count) {
  std::fill_n(out, count, 0.0);
  int t = 0;
  for (; t + 4 <= taps; t += 4) {
    const double* __restrict a = rows[t];
    const double* __restrict b = rows[t + 1];
    const double* __restrict c = rows[t + 2];
    const double* __restrict d = rows[t + 3];
    const double wa = weights[t], wb = weights[t + 1], wc = weights[t + 2], wd = weights[t + 3];
    for (int i = 0; i < count; ++i) out[i] = (((out[i] + wa * a[i]) + wb * b[i]) + wc * c[i]) + wd * d[i];
  }
  for (; t < taps; ++t) {
    const double* __restrict a = rows[t];
    const double wa = weights[t];
    for (int i = 0; i < count; ++i) out[i] += wa * a[i];
  }
}

struct Combination {
  std::vector<const double*> rows;
  std::vector<double> weights;

  void add(const double* row, double weight) {
    rows.push_back(row);
    weights.push_back(weight);
  }
  void write(double* out, int count) const {
    weighted_sum(rows.data(), weights.data(), static_cast<int>(rows.size()), out, count);
  }
};

/// A row with what lies before and after it.
struct Line {
  const std::vector<double>& voxels;
  int before = 0;
  int after = 0;
  std::vector<double> values;
  std::vector<int> outside;  // index in the row that stands for each place beyond it, -1 for zero

  Line(const std::vector<double>& image, const std::vector<Tap>& taps, int width, Boundary boundary) : voxels(image) {
    for (const Tap& tap : taps) {
      before = std::max(before, -tap.position);
      after = std::max(after, tap.position);
    }
    values.resize(static_cast<std::size_t>(before) + static_cast<std::size_t>(width) + static_cast<std::size_t>(after));
    for (int i = -before; i < 0; ++i) outside.push_back(inside_index(i, width, boundary));
    for (int i = width; i < width + after; ++i) outside.push_back(inside_index(i, width, boundary));
  }

  void fill(std::size_t row, int width) {
    const double* in = voxels.data() + row;
    for (std::size_t i = 0; i < outside.size(); ++i) {
      const std::size_t place = i < static_cast<std::size_t>(before) ? i : i + static_cast<std::size_t>(width);
      values[place] = outside[i] < 0 ? 0 : in[outside[i]];
    }
    std::copy_n(in, width, values.data() + before);
  }
};

void convolve_rows(std::initializer_list<Term> terms, const image::Index3& size, Boundary boundary,
                   std::vector<double>& out) {
  const int width = size[0];
  std::vector<Line> lines;
  Combination combination;
  for (const Term& term : terms) {
    const std::vector<Tap> taps = taps_of(term.kernel);
    lines.emplace_back(term.voxels, taps, width, boundary);
    const Line& line = lines.back();
    for (const Tap& tap : taps) combination.add(line.values.data() + line.before + tap.position, tap.weight);
  }
  for (std::size_t row = 0; row < out.size(); row += static_cast<std::size_t>(width)) {
    for (Line& line : lines) line.fill(row, width);
    combination.write(out.data() + row, width);
  }
}

}  // namespace

int Kernel::radius() const {
  int radius = 0;
  for (const Tap& tap : taps_of(*this)) radius = std::max(radius, std::abs(tap.position));
  return radius;
}

Kernel centred_kernel(std::vector<double> weights) {
  const int origin = static_cast<int>(weights.size()) / 2;
  return {std::move(weights), origin};
}

Kernel flipped(const Kernel& kernel) {
  Kernel result{{kernel.weights.rbegin(), kernel.weights.rend()},
                static_cast<int>(kernel.weights.size()) - 1 - kernel.origin};
  return result;
}

Kernel dilated(const Kernel& kernel, int step) {
  Kernel result{{}, kernel.origin * step};
  result.weights.resize((kernel.weights.size() - 1) * static_cast<std::size_t>(step) + 1);
  for (std::size_t t = 0; t < kernel.weights.size(); ++t) {
    result.weights[t * static_cast<std::size_t>(step)] = kernel.weights[t];
  }
  return result;
}

void convolve(std::initializer_list<Term> terms, const image::Index3& size, int axis, Boundary boundary,
              std::vector<double>& out) {
  out.resize(terms.begin()->voxels.size());
  if (axis == 0) {
    convolve_rows(terms, size, boundary, out);
    return;
  }
  std::vector<std::pair<const Term*, std::vector<Tap>>> taps;
  for (const Term& term : terms) taps.emplace_back(&term, taps_of(term.kernel));
  const auto width = static_cast<std::size_t>(size[0]);
  const auto along = static_cast<std::size_t>(axis), across = 3 - along;
  const std::array<std::size_t, 3> steps{1, width, width * static_cast<std::size_t>(size[1])};
  Combination combination;
  // The inner loop goes along the axis, so that the rows of one response are still at hand for the next.
  for (int line = 0; line < size[across]; ++line) {
    const std::size_t start = static_cast<std::size_t>(line) * steps[across];
    for (int place = 0; place < size[along]; ++place) {
      combination.rows.clear();
      combination.weights.clear();
      for (const auto& [term, term_taps] : taps) {
        for (const Tap& tap : term_taps) {
          const int index = inside_index(place + tap.position, size[along], boundary);
          if (index < 0) continue;
          combination.add(term->voxels.data() + start + static_cast<std::size_t>(index) * steps[along], tap.weight);
        }
      }
      combination.write(out.data() + start + static_cast<std::size_t>(place) * steps[along], size[0]);
    }
  }
}

void convolve_chain(std::vector<double>& voxels, const image::Index3& size, int axis,
                    const std::vector<Kernel>& kernels, Boundary boundary, std::vector<double>& work) {
  for (const Kernel& kernel : kernels) {
    convolve({{voxels, kernel}}, size, axis, boundary, work);
    voxels.swap(work);
  }
}

}  // namespace larc::filters
