#include "radiomics/line_transforms.h"

#include <numbers>

#include "core/simd.h"

namespace larc::radiomics {

namespace {

// One butterfly's place in a buffer.
struct Source {
  const double *re, *im;
  Source at(std::size_t offset) const { return {re + offset, im + offset}; }
};
struct Target {
  double *re, *im;
};

// Writes (re, im) times the twiddle factor c - i s.
#define LARC_PUT(place, real, imaginary, c, s)           \
  do {                                                   \
    const double put_re = (real), put_im = (imaginary);  \
    re[(place)*width + q] = put_re * (c) + put_im * (s); \
    im[(place)*width + q] = put_im * (c)-put_re * (s);   \
  } while (false)

LARC_SIMD void pass2(Source in, Target out, std::size_t groups, std::size_t width, const double* t) {
  for (std::size_t p = 0; p < groups; ++p, t += 2) {
    const Source a = in.at(width * p), b = in.at(width * (p + groups));
    double* __restrict re = out.re + width * 2 * p;
    double* __restrict im = out.im + width * 2 * p;
    for (std::size_t q = 0; q < width; ++q) {
      re[q] = a.re[q] + b.re[q];
      im[q] = a.im[q] + b.im[q];
      LARC_PUT(1, a.re[q] - b.re[q], a.im[q] - b.im[q], t[0], t[1]);
    }
  }
}

LARC_SIMD void pass3(Source in, Target out, std::size_t groups, std::size_t width, const double* t) {
  const double sine = std::numbers::sqrt3 / 2;
  for (std::size_t p = 0; p < groups; ++p, t += 4) {
    const Source a = in.at(width * p), b = in.at(width * (p + groups)), c = in.at(width * (p + 2 * groups));
    double* __restrict re = out.re + width * 3 * p;
    double* __restrict im = out.im + width * 3 * p;
    for (std::size_t q = 0; q < width; ++q) {
      const double sum_re = b.re[q] + c.re[q], sum_im = b.im[q] + c.im[q];
      const double turn_re = sine * (b.im[q] - c.im[q]), turn_im = sine * (c.re[q] - b.re[q]);
      const double rest_re = a.re[q] - sum_re / 2, rest_im = a.im[q] - sum_im / 2;
      re[q] = a.re[q] + sum_re;
      im[q] = a.im[q] + sum_im;
      LARC_PUT(1, rest_re + turn_re, rest_im + turn_im, t[0], t[1]);
      LARC_PUT(2, rest_re - turn_re, rest_im - turn_im, t[2], t[3]);
    }
  }
}

LARC_SIMD void pass4(Source in, Target out, std::size_t groups, std::size_t width, const double* t) {
  for (std::size_t p = 0; p < groups; ++p, t += 6) {
    const Source a = in.at(width * p), b = in.at(width * (p + groups)), c = in.at(width * (p + 2 * groups)),
                 d = in.at(width * (p + 3 * groups));
    double* __restrict re = out.re + width * 4 * p;
    double* __restrict im = out.im + width * 4 * p;
    for (std::size_t q = 0; q < width; ++q) {
      const double even_re = a.re[q] + c.re[q], even_im = a.im[q] + c.im[q], odd_re = b.re[q] + d.re[q],
                   odd_im = b.im[q] + d.im[q];
      const double rest_re = a.re[q] - c.re[q], rest_im = a.im[q] - c.im[q], turn_re = b.im[q] - d.im[q],
                   turn_im = d.re[q] - b.re[q];
      re[q] = even_re + odd_re;
      im[q] = even_im + odd_im;
      LARC_PUT(1, rest_re + turn_re, rest_im + turn_im, t[0], t[1]);
      LARC_PUT(2, even_re - odd_re, even_im - odd_im, t[2], t[3]);
      LARC_PUT(3, rest_re - turn_re, rest_im - turn_im, t[4], t[5]);
    }
  }
}

LARC_SIMD void pass5(Source in, Target out, std::size_t groups, std::size_t width, const double* t) {
  const double angle = 2 * std::numbers::pi / 5;
  const double c1 = std::cos(angle), c2 = std::cos(2 * angle), s1 = std::sin(angle), s2 = std::sin(2 * angle);
  for (std::size_t p = 0; p < groups; ++p, t += 8) {
    const Source a = in.at(width * p), b = in.at(width * (p + groups)), c = in.at(width * (p + 2 * groups)),
                 d = in.at(width * (p + 3 * groups)), e = in.at(width * (p + 4 * groups));
    double* __restrict re = out.re + width * 5 * p;
    double* __restrict im = out.im + width * 5 * p;
    for (std::size_t q = 0; q < width; ++q) {
      const double near_re = b.re[q] + e.re[q], near_im = b.im[q] + e.im[q], far_re = c.re[q] + d.re[q],
                   far_im = c.im[q] + d.im[q];
      const double near_turn_re = b.im[q] - e.im[q], near_turn_im = e.re[q] - b.re[q], far_turn_re = c.im[q] - d.im[q],
                   far_turn_im = d.re[q] - c.re[q];
      const double m1_re = a.re[q] + c1 * near_re + c2 * far_re, m1_im = a.im[q] + c1 * near_im + c2 * far_im,
                   m2_re = a.re[q] + c2 * near_re + c1 * far_re, m2_im = a.im[q] + c2 * near_im + c1 * far_im;
      const double n1_re = s1 * near_turn_re + s2 * far_turn_re, n1_im = s1 * near_turn_im + s2 * far_turn_im,
                   n2_re = s2 * near_turn_re - s1 * far_turn_re, n2_im = s2 * near_turn_im - s1 * far_turn_im;
      re[q] = a.re[q] + near_re + far_re;
      im[q] = a.im[q] + near_im + far_im;
      LARC_PUT(1, m1_re + n1_re, m1_im + n1_im, t[0], t[1]);
      LARC_PUT(2, m2_re + n2_re, m2_im + n2_im, t[2], t[3]);
      LARC_PUT(3, m2_re - n2_re, m2_im - n2_im, t[4], t[5]);
      LARC_PUT(4, m1_re - n1_re, m1_im - n1_im, t[6], t[7]);
    }
  }
}

#undef LARC_PUT

}  // namespace

LineTransforms::LineTransforms(int length)
    : length_(static_cast<std::size_t>(length)), other_re_(length_ * kLanes), other_im_(length_ * kLanes) {
  std::size_t rest = length_, width = kLanes;
  for (const int radix : {4, 2, 3, 5})
    while (rest % static_cast<std::size_t>(radix) == 0) {
      const std::size_t groups = rest / static_cast<std::size_t>(radix);
      Pass pass{radix, groups, width, {}};
      for (std::size_t p = 0; p < groups; ++p)
        for (std::size_t n = 1; n < static_cast<std::size_t>(radix); ++n) {
          const double angle = 2 * std::numbers::pi * static_cast<double>(p * n % rest) / static_cast<double>(rest);
          pass.twiddles.push_back(std::cos(angle));
          pass.twiddles.push_back(std::sin(angle));
        }
      passes_.push_back(std::move(pass));
      rest = groups;
      width *= static_cast<std::size_t>(radix);
    }
}

void LineTransforms::run(std::vector<double>& re, std::vector<double>& im) {
  for (const Pass& pass : passes_) {
    const Source in{re.data(), im.data()};
    const Target out{other_re_.data(), other_im_.data()};
    const auto work = pass.radix == 2 ? pass2 : pass.radix == 3 ? pass3 : pass.radix == 4 ? pass4 : pass5;
    work(in, out, pass.groups, pass.width, pass.twiddles.data());
    re.swap(other_re_);
    im.swap(other_im_);
  }
}

int transform_length(int length) {
  for (;; ++length) {
    int rest = length;
    for (const int factor : {2, 3, 5})
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return length;
  }
}

}  // namespace larc::radiomics
