#pragma once
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "filters/wavelet_filters.h"
#include "image/volume.h"

namespace larc::filters {

/// Stationary wavelet transform as PyRadiomics does it: every level applies the same, undilated filters to the low pass
/// of the level before; odd axes are lengthened by one voxel that repeats the first; beyond the (even) end an axis
/// begins again. One output voxel: out[i] = sum over j of filter[j] x[i + n / 2 - j], n the filter's length.
struct StationaryWaveletOptions {
  WaveletFilters filters;
  int start_level = 0;                         // levels applied before the first one that is given out
  int level = 1;                               // levels given out
  std::array<bool, 3> axes{true, true, true};  // index axes to transform
};

/// Calls `sink(level, letters, values)`: level 1 .. options.level; letters L and H in the order i, j, k of the
/// transformed axes; values fill `box`, i fastest. Order: by level the bands LLH, LHL, LHH, HLL, HLH, HHL, HHH, after
/// the last level its LLL. The values do not depend on the box (exact, to the last bit); only voxels within the
/// filters' reach are read, which wraps around the image's borders.
/// Memory: about seven boxes with the filters' reach around them.
/// errors domain: box not inside the image
void stationary_wavelet(const image::Volume& image, const image::Box& box, const StationaryWaveletOptions& options,
                        const std::function<void(int, const std::string&, std::vector<double>&&)>& sink);

/// Voxels that matter below and above a voxel along a transformed axis.
std::array<int, 2> stationary_wavelet_reach(const StationaryWaveletOptions& options);

}  // namespace larc::filters
