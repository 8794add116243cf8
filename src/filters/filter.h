#pragma once
#include <optional>
#include <variant>

#include "core/json.h"
#include "filters/gabor.h"
#include "filters/gaussian.h"
#include "filters/laws.h"
#include "filters/mean.h"
#include "filters/separable_wavelet.h"
#include "filters/simoncelli.h"

namespace larc::filters {

/// The image itself.
struct OriginalFilter {};

/// One entry of the `filters` list of a parameter file: {type: original | mean | gaussian | log | laws | gabor |
/// wavelet | simoncelli, ...}. The other keys are the members of the type's struct (dimension: 2D or 3D;
/// theta_step_degrees and energy_delta: null for none); those left out keep their default, save what the filter is
/// named after: sigma_mm, kernels, lambda_mm, wavelet, subband.
struct FilterSettings {
  std::variant<OriginalFilter, MeanFilter, GaussianFilter, LogFilter, LawsFilter, GaborFilter, WaveletFilter,
               SimoncelliFilter>
      kind;

  /// errors domain (names the key and what it may be), conflict
  static FilterSettings from_json(const Json& json);
  /// Every key; reads back as the same settings.
  Json to_json() const;
  /// Short, of letters, digits and '-', for feature names and file names: "log-sigma-1-5-mm-3D". Different settings
  /// have different names; boundary and cut-off stand in it when they are not the default.
  std::string name() const;
};

/// The response map, on the geometry of the image. One thread; the result depends on nothing else.
/// errors domain: NaN or infinite voxels; a kernel of one voxel or of more than 1001 along an axis (names the spacing)
image::Volume apply(const image::Volume& volume, const FilterSettings& settings);

/// How many voxels around a voxel influence its response, per index axis: a crop that holds them gives the same value,
/// to the bit for separable kernels, to the rounding of Fourier transforms for Gabor kernels, unless the crop's edge is
/// the image's own. Nothing for filters that look at the whole image (simoncelli, riesz_order).
std::optional<image::Index3> support_voxels(const FilterSettings& settings, const image::Vec3& spacing_mm);

}  // namespace larc::filters
