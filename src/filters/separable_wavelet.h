#pragma once
#include "filters/separable.h"
#include "filters/wavelet_filters.h"

namespace larc::filters {

/// One sub-band of an undecimated separable wavelet decomposition ("a trous"), the first letter along index axis 0
/// (IBSI 2: 25BO).
struct WaveletFilter {
  std::string wavelet = "db3";
  std::string subband = "LLH";  // two or three of L and H: slices or volume
  int level = 1;                // from 1; the levels below are low-pass along every axis
  bool rotation_invariant = false;
  Pooling pooling = Pooling::average;  // of the 4 or 24 right-angle turns
  Boundary boundary = Boundary::mirror;

  int dimension() const { return static_cast<int>(subband.size()); }
};

/// The filters of an orthogonal wavelet that are exact to rounding.
/// name  haar, db1 .. db20, sym2 .. sym20, coif1 .. coif5
/// errors domain (names the choices)
WaveletFilters orthogonal_wavelet(const std::string& name);

/// errors domain: wavelet, subband (names the choices)
std::vector<SeparableFilter> orientations(const WaveletFilter& filter);
image::Volume apply(const image::Volume& volume, const WaveletFilter& filter);

}  // namespace larc::filters
