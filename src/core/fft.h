#pragma once
#include <vector>

namespace larc {

/// The discrete Fourier transform of one length, eight lines at a time so that the processor's vector units have equal
/// work in every step (Stockham's self-sorting form, radices 4, 2, 3, 5 and any prime). Any length works; products of
/// 2, 3 and 5 are fast. Holds work space: one object per thread.
class Fft {
 public:
  static constexpr int kLanes = 8;

  /// size  > 0
  explicit Fft(int size);
  int size() const { return size_; }
  /// re, im  (size, kLanes): element n of line l at [n * kLanes + l]. X[k] = sum x[n] exp(-2 pi i n k / size), in
  /// place.
  void forward(double* re, double* im);
  /// Conjugate of the exponent; no division by size.
  void inverse(double* re, double* im) { forward(im, re); }

 private:
  struct Pass {
    int radix;
    int length;                   // of the transforms still to do
    std::vector<double> cosines;  // exp(-2 pi i p r / length): [p * (radix - 1) + r - 1]
    std::vector<double> sines;
    std::vector<double> root_cosines;  // exp(-2 pi i r / radix), for radices without a formula of their own
    std::vector<double> root_sines;
  };
  int size_;
  std::vector<Pass> passes_;
  std::vector<double> work_;
};

/// Smallest 2^a 3^b 5^c that is not below `size`.
int good_fft_size(int size);

}  // namespace larc
