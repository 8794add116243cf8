#include "extraction/normalisation.h"

#include "core/error.h"
#include "core/number.h"

namespace larc::extraction {

Normalisation::Normalisation(const PyRadiomicsSteps& steps, const ImageStatistics& image, const std::string& name)
    : steps_(steps) {
  if (!steps.normalize) return;
  if (!image.finite)
    throw Error(ErrorCode::domain,
                name + " holds NaN or infinite voxels, so 'normalize' has no mean to take; repair the image");
  if (!(image.deviation > 0))
    throw Error(ErrorCode::domain,
                name + ": all voxels are equal, so 'normalize' has nothing to divide by; check the image");
  mean_ = image.mean;
  scale_ = 1 / image.deviation;
}

double Normalisation::largest_magnitude(const ImageStatistics& image) const {
  if (!image.finite) return kNaN;
  return std::max(std::abs((*this)(image.minimum)), std::abs((*this)(image.maximum)));
}

}  // namespace larc::extraction
