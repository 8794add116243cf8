#pragma once
#include <vector>

#include "core/fft.h"
#include "image/geometry.h"

namespace larc::filters {

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
