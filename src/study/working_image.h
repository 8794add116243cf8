#pragma once
#include <optional>

#include "image/volume.h"
#include "study/extraction_rule.h"
#include "study/patient_images.h"

namespace larc::study {

/// One image on its way to features and crop. Body and bias field are found once, when first wanted.
class WorkingImage {
 public:
  explicit WorkingImage(image::Volume volume) : volume_(std::move(volume)) {}
  const image::Volume& volume() const { return volume_; }
  /// errors as preprocess::foreground_mask
  const image::Mask& body();
  /// The image, with N4's field taken out if asked. errors as preprocess::correct_bias_field
  const image::Volume& with(bool bias_field);

 private:
  image::Volume volume_;
  std::optional<image::Mask> body_;
  std::optional<image::Volume> corrected_;
};

/// Standard deviations of the body, times `scale`.
image::Volume zscore(const image::Volume& volume, const image::Mask& body, double scale);

/// The image as the rule's features see it.
/// images  gives the masks of reference tissues
/// errors as the normalisations of preprocess
image::Volume normalised(WorkingImage& image, const ExtractionRule& rule, const PatientImages& images);

}  // namespace larc::study
