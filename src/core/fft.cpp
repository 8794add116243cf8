#include "core/fft.h"

#include <cassert>
#include <numbers>

#include "core/simd.h"

namespace larc {

namespace {

constexpr int kLanes = Fft::kLanes;

std::vector<int> radices_of(int size) {
  std::vector<int> radices;
  for (int radix : {4, 2, 3, 5}) {
    for (; size % radix == 0; size /= radix) radices.push_back(radix);
  }
  for (int radix = 7; size > 1; radix += 2) {
    for (; size % radix == 0; size /= radix) radices.push_back(radix);
  }
  return radices;
}

/// One butterfly position of a pass: `run` contiguous doubles from each of `radix` places `in_step` apart, to places
/// `run` apart. `c`, `s`: the radix - 1 factors of this position.
struct Step {
  const double* in_re;
  const double* in_im;
  double* out_re;
  double* out_im;
  std::size_t in_step;
  std::size_t run;
  const double* c;
  const double* s;
};

LARC_SIMD void butterfly_2(const Step& step) {
  const std::size_t d = step.in_step, run = step.run;
  const double c = step.c[0], s = step.s[0];
  const double* __restrict xr = step.in_re;
  const double* __restrict xi = step.in_im;
  double* __restrict yr = step.out_re;
  double* __restrict yi = step.out_im;
#pragma GCC ivdep
  for (std::size_t q = 0; q < run; ++q) {
    const double br = xr[q] - xr[q + d], bi = xi[q] - xi[q + d];
    yr[q] = xr[q] + xr[q + d];
    yi[q] = xi[q] + xi[q + d];
    yr[q + run] = br * c - bi * s;
    yi[q + run] = br * s + bi * c;
  }
}

LARC_SIMD void butterfly_3(const Step& step) {
  const std::size_t d = step.in_step, run = step.run;
  const double half_root_3 = std::numbers::sqrt3 / 2;
  const double c1 = step.c[0], s1 = step.s[0], c2 = step.c[1], s2 = step.s[1];
  const double* __restrict xr = step.in_re;
  const double* __restrict xi = step.in_im;
  double* __restrict yr = step.out_re;
  double* __restrict yi = step.out_im;
#pragma GCC ivdep
  for (std::size_t q = 0; q < run; ++q) {
    const double tr = xr[q + d] + xr[q + 2 * d], ti = xi[q + d] + xi[q + 2 * d];
    const double ur = half_root_3 * (xi[q + d] - xi[q + 2 * d]), ui = half_root_3 * (xr[q + 2 * d] - xr[q + d]);
    const double mr = xr[q] - 0.5 * tr, mi = xi[q] - 0.5 * ti;
    yr[q] = xr[q] + tr;
    yi[q] = xi[q] + ti;
    const double ar = mr + ur, ai = mi + ui, br = mr - ur, bi = mi - ui;
    yr[q + run] = ar * c1 - ai * s1;
    yi[q + run] = ar * s1 + ai * c1;
    yr[q + 2 * run] = br * c2 - bi * s2;
    yi[q + 2 * run] = br * s2 + bi * c2;
  }
}

LARC_SIMD void butterfly_4(const Step& step) {
  const std::size_t d = step.in_step, run = step.run;
  const double c1 = step.c[0], s1 = step.s[0], c2 = step.c[1], s2 = step.s[1], c3 = step.c[2], s3 = step.s[2];
  const double* __restrict xr = step.in_re;
  const double* __restrict xi = step.in_im;
  double* __restrict yr = step.out_re;
  double* __restrict yi = step.out_im;
#pragma GCC ivdep
  for (std::size_t q = 0; q < run; ++q) {
    const double apr = xr[q] + xr[q + 2 * d], api = xi[q] + xi[q + 2 * d];
    const double amr = xr[q] - xr[q + 2 * d], ami = xi[q] - xi[q + 2 * d];
    const double bpr = xr[q + d] + xr[q + 3 * d], bpi = xi[q + d] + xi[q + 3 * d];
    const double bmr = xi[q + d] - xi[q + 3 * d], bmi = xr[q + 3 * d] - xr[q + d];  // -i (x1 - x3)
    yr[q] = apr + bpr;
    yi[q] = api + bpi;
    const double ar = amr + bmr, ai = ami + bmi, br = apr - bpr, bi = api - bpi, er = amr - bmr, ei = ami - bmi;
    yr[q + run] = ar * c1 - ai * s1;
    yi[q + run] = ar * s1 + ai * c1;
    yr[q + 2 * run] = br * c2 - bi * s2;
    yi[q + 2 * run] = br * s2 + bi * c2;
    yr[q + 3 * run] = er * c3 - ei * s3;
    yi[q + 3 * run] = er * s3 + ei * c3;
  }
}

LARC_SIMD void butterfly_5(const Step& step) {
  const std::size_t d = step.in_step, run = step.run;
  const double k1 = 0.30901699437494742410, k2 = -0.80901699437494742410;  // cos 72, cos 144 degrees
  const double l1 = 0.95105651629515357212, l2 = 0.58778525229247312917;   // sin 72, sin 144 degrees
  const double* c = step.c;
  const double* s = step.s;
  const double c1 = c[0], c2 = c[1], c3 = c[2], c4 = c[3], s1 = s[0], s2 = s[1], s3 = s[2], s4 = s[3];
  const double* __restrict xr = step.in_re;
  const double* __restrict xi = step.in_im;
  double* __restrict yr = step.out_re;
  double* __restrict yi = step.out_im;
#pragma GCC ivdep
  for (std::size_t q = 0; q < run; ++q) {
    const double pr = xr[q + d] + xr[q + 4 * d], pi = xi[q + d] + xi[q + 4 * d];
    const double mr = xr[q + d] - xr[q + 4 * d], mi = xi[q + d] - xi[q + 4 * d];
    const double vr = xr[q + 2 * d] + xr[q + 3 * d], vi = xi[q + 2 * d] + xi[q + 3 * d];
    const double wr = xr[q + 2 * d] - xr[q + 3 * d], wi = xi[q + 2 * d] - xi[q + 3 * d];
    const double ar = xr[q] + k1 * pr + k2 * vr, ai = xi[q] + k1 * pi + k2 * vi;
    const double br = xr[q] + k2 * pr + k1 * vr, bi = xi[q] + k2 * pi + k1 * vi;
    const double gr = l1 * mi + l2 * wi, gi = -(l1 * mr + l2 * wr);
    const double hr = l2 * mi - l1 * wi, hi = -(l2 * mr - l1 * wr);
    yr[q] = xr[q] + pr + vr;
    yi[q] = xi[q] + pi + vi;
    const double e1r = ar + gr, e1i = ai + gi, e4r = ar - gr, e4i = ai - gi;
    const double e2r = br + hr, e2i = bi + hi, e3r = br - hr, e3i = bi - hi;
    yr[q + run] = e1r * c1 - e1i * s1;
    yi[q + run] = e1r * s1 + e1i * c1;
    yr[q + 2 * run] = e2r * c2 - e2i * s2;
    yi[q + 2 * run] = e2r * s2 + e2i * c2;
    yr[q + 3 * run] = e3r * c3 - e3i * s3;
    yi[q + 3 * run] = e3r * s3 + e3i * c3;
    yr[q + 4 * run] = e4r * c4 - e4i * s4;
    yi[q + 4 * run] = e4r * s4 + e4i * c4;
  }
}

LARC_SIMD void butterfly_any(const Step& step, int radix, const double* root_c, const double* root_s) {
  for (int r = 0; r < radix; ++r) {
    double* __restrict yr = step.out_re + static_cast<std::size_t>(r) * step.run;
    double* __restrict yi = step.out_im + static_cast<std::size_t>(r) * step.run;
    const double c = r == 0 ? 1 : step.c[r - 1], s = r == 0 ? 0 : step.s[r - 1];
    for (std::size_t q = 0; q < step.run; ++q) yr[q] = yi[q] = 0;
    for (int t = 0; t < radix; ++t) {
      const int turn = static_cast<int>(static_cast<std::int64_t>(t) * r % radix);
      const double wr = root_c[turn] * c - root_s[turn] * s, wi = root_c[turn] * s + root_s[turn] * c;
      const double* __restrict xr = step.in_re + static_cast<std::size_t>(t) * step.in_step;
      const double* __restrict xi = step.in_im + static_cast<std::size_t>(t) * step.in_step;
#pragma GCC ivdep
      for (std::size_t q = 0; q < step.run; ++q) {
        yr[q] += xr[q] * wr - xi[q] * wi;
        yi[q] += xr[q] * wi + xi[q] * wr;
      }
    }
  }
}

void write_roots(int length, int first, int count, std::vector<double>& cosines, std::vector<double>& sines) {
  for (int r = 0; r < count; ++r) {
    const std::int64_t turn = static_cast<std::int64_t>(first) * (r + 1) % length;
    const double angle = -2 * std::numbers::pi * static_cast<double>(turn) / length;
    cosines.push_back(std::cos(angle));
    sines.push_back(std::sin(angle));
  }
}

}  // namespace

Fft::Fft(int size) : size_(size) {
  assert(size > 0);
  int length = size;
  for (const int radix : radices_of(size)) {
    Pass pass{radix, length, {}, {}, {}, {}};
    for (int p = 0; p < length / radix; ++p) write_roots(length, p, radix - 1, pass.cosines, pass.sines);
    if (radix > 5) {
      pass.root_cosines.push_back(1);
      pass.root_sines.push_back(0);
      write_roots(radix, 1, radix - 1, pass.root_cosines, pass.root_sines);
    }
    passes_.push_back(std::move(pass));
    length /= radix;
  }
  work_.resize(2 * static_cast<std::size_t>(size) * kLanes);
}

void Fft::forward(double* re, double* im) {
  const std::size_t count = static_cast<std::size_t>(size_) * kLanes;
  double* from_re = re;
  double* from_im = im;
  double* to_re = work_.data();
  double* to_im = work_.data() + count;
  std::size_t run = kLanes;
  for (const Pass& pass : passes_) {
    const int places = pass.length / pass.radix;
    for (int p = 0; p < places; ++p) {
      const std::size_t in = static_cast<std::size_t>(p) * run, out = in * static_cast<std::size_t>(pass.radix);
      const std::size_t factors = static_cast<std::size_t>(p) * static_cast<std::size_t>(pass.radix - 1);
      const Step step{from_re + in,
                      from_im + in,
                      to_re + out,
                      to_im + out,
                      run * static_cast<std::size_t>(places),
                      run,
                      pass.cosines.data() + factors,
                      pass.sines.data() + factors};
      switch (pass.radix) {
        case 2:
          butterfly_2(step);
          break;
        case 3:
          butterfly_3(step);
          break;
        case 4:
          butterfly_4(step);
          break;
        case 5:
          butterfly_5(step);
          break;
        default:
          butterfly_any(step, pass.radix, pass.root_cosines.data(), pass.root_sines.data());
      }
    }
    std::swap(from_re, to_re);
    std::swap(from_im, to_im);
    run *= static_cast<std::size_t>(pass.radix);
  }
  if (from_re != re) {
    std::copy(from_re, from_re + count, re);
    std::copy(from_im, from_im + count, im);
  }
}

int good_fft_size(int size) {
  for (int candidate = std::max(size, 1);; ++candidate) {
    int rest = candidate;
    for (const int prime : {2, 3, 5}) {
      while (rest % prime == 0) rest /= prime;
    }
    if (rest == 1) return candidate;
  }
}

}  // namespace larc
