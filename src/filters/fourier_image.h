#pragma once
#include "filters/boundary.h"
#include "filters/fft.h"
#include "image/volume.h"

namespace larc::filters {

/// An image continued beyond its edges, for filters that live in the Fourier domain.
struct Extended {
  image::Index3 lower{0, 0, 0};  // voxels added before the image
  image::Index3 size;
  std::vector<double> voxels;
};

/// At least margin[a] voxels on each side of the first `dimension` axes, more where that makes the size good for the
/// transform. Periodic images stay as they are: the transform itself continues them.
Extended extended(const image::Volume& volume, const image::Index3& margin, int dimension, Boundary boundary);

/// Back from the spectrum of an extended image; `lower` as there.
image::Volume inner_part(Spectrum spectrum, const image::Index3& lower, const image::Geometry& geometry);

/// -size / 2 .. (size - 1) / 2 for index 0 .. size - 1 of a spectrum, in cycles per image.
inline int signed_frequency(int index, int size) {
  return 2 * index < size ? index : index - size;
}

/// Calls visit(offset, i, j, k) for every element of the half spectrum.
template <typename Visit>
void for_each_element(const Spectrum& spectrum, Visit&& visit) {
  std::size_t offset = 0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(spectrum.size[2]); ++k) {
    for (std::size_t j = 0; j < static_cast<std::size_t>(spectrum.size[1]); ++j) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(spectrum.columns()); ++i) visit(offset++, i, j, k);
    }
  }
}

}  // namespace larc::filters
