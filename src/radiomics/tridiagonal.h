#pragma once
#include <vector>

namespace larc::radiomics {

/// A symmetric tridiagonal matrix T with eigenvalues from -1 to 1: its diagonal, and squares of what stands beside it
/// ([k] between k and k + 1; one more than T needs where T is part of a larger matrix).
struct Tridiagonal {
  std::vector<double> diagonal, beside_square;
};

struct Root {
  double value = -1;
  double residual = 1;  // of its vector in the matrix that T is the upper left part of
};

/// Largest eigenvalue of sign * T, which is not empty; `guess` is best a little above it.
Root largest_root(const Tridiagonal& t, double sign, double guess);

/// Whether all eigenvalues of sign * T are below x.
bool is_above_all(const Tridiagonal& t, double sign, double x);

}  // namespace larc::radiomics
