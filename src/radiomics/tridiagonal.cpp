#include "radiomics/tridiagonal.h"

#include <algorithm>
#include <cmath>

namespace larc::radiomics {

namespace {

// The characteristic polynomial of sign * T at a point.
struct Polynomial {
  double value, slope, half_curvature;  // up to a common factor
  double before;                        // the one of T without its last row and column
  bool above_all;                       // the point lies above all eigenvalues
};

Polynomial polynomial_at(const Tridiagonal& t, double sign, double x) {
  double p0 = 1, p = x - sign * t.diagonal[0], d0 = 0, d = 1, e0 = 0, e = 0, least = p;
  for (std::size_t k = 1; k < t.diagonal.size(); ++k) {
    const double shift = x - sign * t.diagonal[k], square = t.beside_square[k - 1];
    const double e1 = shift * e + (d - square * e0), d1 = shift * d + (p - square * d0), p1 = shift * p - square * p0;
    e0 = e, d0 = d, p0 = p;
    e = e1, d = d1, p = p1;
    least = std::min(least, p);
    if (k % 16 != 15) continue;
    const double size = std::max({std::abs(p), std::abs(p0), std::abs(d)});
    if (size > 1e-100 && size < 1e100) continue;
    const double factor = 1 / size;
    e *= factor, d *= factor, p *= factor, e0 *= factor, d0 *= factor, p0 *= factor;
  }
  return {p, d, e, p0, least > 0};
}

// Laguerre's method on the characteristic polynomial goes down to the root from above; where rounding leads it too far
// down, Newton's method or halving the bracket goes back. Starts at `guess` if that is above.
double largest_eigenvalue(const Tridiagonal& t, double sign, double guess) {
  const double n = static_cast<double>(t.diagonal.size());
  constexpr double kAbove = 1 + 1e-9;
  double x = std::min(guess, kAbove), lower = -kAbove, upper = kAbove;
  Polynomial at = polynomial_at(t, sign, x);
  if (!at.above_all) {
    lower = x;
    at = polynomial_at(t, sign, x = kAbove);
  }
  for (int iteration = 0; iteration < 100 && at.value != 0; ++iteration) {
    (at.above_all ? upper : lower) = x;
    double step = at.value / at.slope;
    bool arrives = false;
    if (at.above_all) {
      const double g = at.slope / at.value, h = g * g - 2 * at.half_curvature / at.value;
      step = n / (g + std::sqrt(std::max(0.0, (n - 1) * (n * h - g * g))));
      // What the other roots add to g bounds what the step leaves: nothing that counts.
      const double others = step * g - 1;
      arrives = step * others * others < 1e-18;
    }
    double next = x - step;
    if (!(next >= lower && next <= upper)) next = lower + (upper - lower) / 2;
    const double change = std::abs(next - x);
    x = next;
    if (arrives || change <= 2e-16 * std::max(1e-3, std::abs(x))) break;
    at = polynomial_at(t, sign, x);
  }
  return x;
}

}  // namespace

bool is_above_all(const Tridiagonal& t, double sign, double x) {
  return polynomial_at(t, sign, x).above_all;
}

Root largest_root(const Tridiagonal& t, double sign, double guess) {
  const double x = largest_eigenvalue(t, sign, guess);
  const Polynomial at = polynomial_at(t, sign, x);
  return {x, std::sqrt(t.beside_square.back() * std::abs(at.before / at.slope))};
}

}  // namespace larc::radiomics
