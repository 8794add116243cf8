#pragma once
#include <filesystem>

#include "image/volume.h"
#include "study/bundle.h"

namespace larc::study {

/// What is known of one new patient.
struct NewPatient {
  std::string id;        // pseudonym, may be empty
  PatientValues values;  // clinical
  std::optional<image::Volume> image;
  std::optional<image::Mask> mask;
};

/// The prediction of a bundle for a patient, as the JSON document of `larc predict`: risk, group, model, hash of the
/// input, features that lie outside what the model was trained on, and the words "research use only".
/// errors not_found (an input the model needs is absent: names it), domain, geometry_mismatch
Json predict_patient(const Bundle& bundle, const std::string& bundle_id, const NewPatient& patient);

/// A patient of the study from its registry. errors not_found
NewPatient load_patient(const Study& study, const std::string& patient, const Bundle& bundle);

/// From files: image and mask as image files, clinical as a table with one row (or the row of `patient_id`).
NewPatient read_patient(const Bundle& bundle, const std::filesystem::path& image, const std::filesystem::path& mask,
                        const std::filesystem::path& clinical, const std::string& patient_id);

/// Writes the prediction into the registry, once: the same model and input give the row that is already there.
void record_prediction(Study& study, const std::string& patient, const Json& prediction);

}  // namespace larc::study
