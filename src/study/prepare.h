#pragma once
#include <map>
#include <string>
#include <vector>

#include "clinical/registry.h"
#include "core/json.h"
#include "image/volume.h"
#include "study/rule_features.h"
#include "study/study_file.h"

namespace larc::study {

/// Fewest voxels a region may have: below, neither shape nor texture means anything.
inline constexpr std::size_t kMinimumVoxels = 10;

/// errors domain (too few voxels, constant region), geometry_mismatch
void check_region(const image::Volume& volume, const image::Mask& mask);

/// (2, d, h, w): the image as the view wants its values, the mask; centred on the mask, which may lie on another grid.
/// errors as the steps of preprocess; domain: the mask has too few voxels, the image does not reach the mask's centre
std::vector<float> make_crop(WorkingImage& image, const image::Mask& mask, const CropRule& rule, const CropView& view);

/// What of a patient is wanted.
struct PrepareSettings {
  bool features = true;
  bool crop = true;
  bool perturbed = false;  // features on perturbed images too, where a rule asks for them
  bool either = false;     // without any feature the views are enough
};

/// What a patient's images give to the models.
struct PreparedPatient {
  std::vector<RuleFeatures> tables;  // of the rules and then of the deltas, in the order of the study file
  /// By image role, of the views of the crop rule; and why a view is absent.
  std::map<std::string, std::vector<float>> crops;
  std::map<std::string, std::string> absent_crops;
  std::map<std::string, image::Geometry> crop_geometries;
  Json thumbnail;        // of the first region
  double volume_ml = 0;  // of the first region
};

/// Bias field, normalisation, features and crops of one patient as the study file asks. The same code serves the study
/// and a new patient. A rule that cannot be computed leaves its features absent with the reason, and so does a view.
/// patient  names the stream of perturbations
/// errors those of the first rule if no rule can be computed (unless `either`), or of the first view if no view can:
/// not_ready (an image or mask that the patient lacks: names it), domain, geometry_mismatch
PreparedPatient prepare_patient(const StudyFile& file, const PatientImages& images, const PatientValues& values,
                                const std::string& patient, const PrepareSettings& settings);

}  // namespace larc::study
