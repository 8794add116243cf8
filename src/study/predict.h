#pragma once
#include <filesystem>

#include "image/volume.h"
#include "study/bundle.h"

namespace larc::study {

/// What is known of one new patient.
struct NewPatient {
  std::string id;                               // pseudonym, may be empty
  PatientValues values;                         // clinical
  std::map<std::string, image::Volume> images;  // by role
  std::map<std::string, image::Mask> masks;     // by role
};

struct PredictOptions {
  std::filesystem::path explain;  // folder for maps of what the network looked at; empty: none
  bool despite_unusual = false;   // predict although an image is unlike those of the training
};

/// The prediction of a bundle for a patient, as the JSON document of `larc predict`: risk, group, model, hash of the
/// input, features that lie outside what the model was trained on, and the words "research use only". Where an image is
/// unlike all that the network was trained on it abstains: probability, survival and group are null, "abstains" says
/// why. errors not_found (an input the model needs is absent: names it), domain, geometry_mismatch
Json predict_patient(const Bundle& bundle, const std::string& bundle_id, const NewPatient& patient,
                     const PredictOptions& options = {});

/// A patient of the study from its registry. errors not_found
NewPatient load_patient(const Study& study, const std::string& patient, const Bundle& bundle);

/// From files: images and masks as image files, each "FILE" or "ROLE=FILE" (without a role: those of the crop, or of
/// the first extraction rule); clinical as a table with one row (or the row of `patient_id`). errors usage: a role
/// twice; as those of the readers
NewPatient read_patient(const Bundle& bundle, const std::vector<std::string>& images,
                        const std::vector<std::string>& masks, const std::filesystem::path& clinical,
                        const std::string& patient_id);

/// Writes the prediction into the registry, once: the same model and input give the row that is already there.
void record_prediction(Study& study, const std::string& patient, const Json& prediction);

}  // namespace larc::study
