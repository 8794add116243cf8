#include "study/working_image.h"

#include "core/error.h"
#include "preprocess/bias_field.h"
#include "preprocess/foreground.h"
#include "preprocess/normalise.h"
#include "preprocess/reference_tissue.h"

namespace larc::study {

namespace {

/// A body coil's field is smooth over centimetres: every sixth voxel in plane and three levels of knots describe it, at
/// a tenth of the time of N4's defaults.
preprocess::BiasFieldSettings bias_field_settings() {
  preprocess::BiasFieldSettings settings;
  settings.shrink = 6;
  settings.iterations = {25, 25, 25};
  return settings;
}

/// Features see standard deviations of the body times this, so that bins of width 25 divide it well.
constexpr double kFeatureScale = 100;

image::Volume scaled(const image::Volume& volume, const image::Mask& body, preprocess::NormalisationMethod method,
                     double scale) {
  preprocess::NormalisationSettings settings;
  settings.method = method;
  settings.scale = scale;
  return preprocess::normalise(volume, body, settings);
}

}  // namespace

const image::Mask& WorkingImage::body() {
  if (!body_) body_ = preprocess::foreground_mask(volume_);
  return *body_;
}

const image::Volume& WorkingImage::with(bool bias_field) {
  if (!bias_field) return volume_;
  if (!corrected_) corrected_ = preprocess::correct_bias_field(volume_, body(), bias_field_settings()).corrected;
  return *corrected_;
}

image::Volume zscore(const image::Volume& volume, const image::Mask& body, double scale) {
  return scaled(volume, body, preprocess::NormalisationMethod::zscore, scale);
}

image::Volume normalised(WorkingImage& image, const ExtractionRule& rule, const PatientImages& images) {
  const NormaliseRule& wanted = rule.normalise;
  const image::Volume& volume = image.with(rule.bias_field);
  const auto mask = [&](const std::string& role) { return images.mask(role); };
  switch (wanted.method) {
    case Normalise::none:
      break;
    case Normalise::zscore:
      return zscore(volume, image.body(), kFeatureScale);
    case Normalise::robust:
      return scaled(volume, image.body(), preprocess::NormalisationMethod::robust, kFeatureScale);
    case Normalise::tissue:
      return in_context("mask '" + wanted.mask + "'", [&] {
        return preprocess::apply(preprocess::fit_reference(volume, mask(wanted.mask), wanted.target), volume);
      });
    case Normalise::two_tissues:
      return in_context("masks '" + wanted.mask + "' and '" + wanted.upper_mask + "'", [&] {
        return preprocess::apply(preprocess::fit_two_references(volume, mask(wanted.mask), mask(wanted.upper_mask),
                                                                wanted.lower_target, wanted.target),
                                 volume);
      });
    case Normalise::bright_fat:
      return preprocess::apply(preprocess::fit_bright_fat(volume, image.body(), wanted.target), volume);
    case Normalise::body_percent:
      return preprocess::apply(preprocess::fit_percentile(volume, image.body(), wanted.percentile, wanted.target),
                               volume);
  }
  return volume;
}

}  // namespace larc::study
