#pragma once
#include <vector>

#include "image/geometry.h"

namespace larc::filters {

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

/// Half of the spectrum of a real image; the other half is its conjugate. Index (i, j, k) stands for the frequencies
/// i / size[0], j / size[1] (j - size[1] from the middle on) and likewise k, in cycles per voxel.
struct Spectrum {
  image::Index3 size;      // of the image
  bool volumetric;         // false: every slice across index axis 2 has its own spectrum
  std::vector<double> re;  // (size[2], size[1], columns())
  std::vector<double> im;

  int columns() const { return size[0] / 2 + 1; }
};

/// voxels  size[0] * size[1] * size[2], i fastest
Spectrum forward_transform(const std::vector<double>& voxels, const image::Index3& size, bool volumetric);
/// Back to voxels, divided by the number of elements transformed together; uses up the spectrum.
std::vector<double> inverse_transform(Spectrum spectrum);

/// Complex transform, in place, of each of `count` columns of `length` elements: element n of column c at
/// [n * stride + c].
void transform_columns(Fft& fft, double* re, double* im, int count, std::size_t stride, bool inverse);
/// The same for rows: element n of row r at [r * size + n].
void transform_rows(Fft& fft, double* re, double* im, int rows, bool inverse);

}  // namespace larc::filters
