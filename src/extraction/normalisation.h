#pragma once
#include <string>

#include "extraction/image_source.h"
#include "extraction/plan.h"

namespace larc::extraction {

/// PyRadiomics' `normalize`: (value - mean) / deviation of the whole image, outliers cut, times the scale; in double
/// whatever the image is stored as. Without `normalize` values stay as they are.
class Normalisation {
 public:
  /// name  of the image, for messages. errors domain: the image is not finite, or all its voxels are equal
  Normalisation(const PyRadiomicsSteps& steps, const ImageStatistics& image, const std::string& name);

  double operator()(double value) const {
    if (!steps_.normalize) return value;
    value = (value - mean_) * scale_;
    if (steps_.remove_outliers) value = std::clamp(value, -*steps_.remove_outliers, *steps_.remove_outliers);
    return value * steps_.normalize_scale;
  }
  /// Of the image after normalisation; NaN where it is not finite.
  double largest_magnitude(const ImageStatistics& image) const;

 private:
  const PyRadiomicsSteps& steps_;
  double mean_ = 0, scale_ = 1;
};

}  // namespace larc::extraction
