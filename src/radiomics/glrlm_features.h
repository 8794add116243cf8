#pragma once
#include <array>

#include "radiomics/glrlm_runs.h"

namespace larc::radiomics {

enum RunFeature {
  grey_level_non_uniformity,
  grey_level_non_uniformity_normalised,
  grey_level_variance,
  high_grey_level_emphasis,
  long_run_emphasis,
  long_run_high_grey_level_emphasis,
  long_run_low_grey_level_emphasis,
  low_grey_level_emphasis,
  run_entropy,
  run_length_non_uniformity,
  run_length_non_uniformity_normalised,
  run_percentage,
  run_variance,
  short_run_emphasis,
  short_run_high_grey_level_emphasis,
  short_run_low_grey_level_emphasis,
  kRunFeatures
};

using RunValues = std::array<double, kRunFeatures>;

/// Ids by feature.
inline constexpr std::array<const char*, kRunFeatures> kRunFeatureIds{
    "glrlm_GrayLevelNonUniformity",
    "glrlm_GrayLevelNonUniformityNormalized",
    "glrlm_GrayLevelVariance",
    "glrlm_HighGrayLevelRunEmphasis",
    "glrlm_LongRunEmphasis",
    "glrlm_LongRunHighGrayLevelEmphasis",
    "glrlm_LongRunLowGrayLevelEmphasis",
    "glrlm_LowGrayLevelRunEmphasis",
    "glrlm_RunEntropy",
    "glrlm_RunLengthNonUniformity",
    "glrlm_RunLengthNonUniformityNormalized",
    "glrlm_RunPercentage",
    "glrlm_RunVariance",
    "glrlm_ShortRunEmphasis",
    "glrlm_ShortRunHighGrayLevelEmphasis",
    "glrlm_ShortRunLowGrayLevelEmphasis",
};

/// Features of one matrix that holds runs.
/// numbers  of the levels in use
/// source   IBSI 1 manual, arXiv:1612.07003, section 3.7
template <typename Count>
RunValues run_features(const RunMatrix<Count>& matrix, const std::vector<int>& numbers);

}  // namespace larc::radiomics
