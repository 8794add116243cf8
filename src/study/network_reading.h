#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "image/geometry.h"
#include "study/deep_model.h"

namespace larc::study {

/// What a network says of one patient beside the prediction itself.
struct NetworkReading {
  /// {"spread": standard deviation of the linear predictor over the members, "typicality": {view: share of the training
  /// patients whose image is at least as odd}, "attention": {token: share}}
  Json document;
  /// Why no prediction should be made: an image unlike all of the training; empty otherwise.
  std::string unusual;
};

/// An image at least as odd as this share of the training patients' is too odd to predict from. With fewer than a
/// hundred of them none ever is.
inline constexpr double kUnusual = 0.01;

/// cases: one patient with at least one view
NetworkReading read_network(const DeepModel& model, const nn::Cases& cases);

/// Why the patient has the linear predictor it has: writes, for each view, the crop and its map (integrated gradients)
/// as NIfTI, a picture of the map over the crop, and explanation.json, what hiding each view, sequence, examination
/// would change.
/// geometries: of the crops, by image role
Json explain_network(const DeepModel& model, const nn::Cases& cases,
                     const std::map<std::string, image::Geometry>& geometries, const std::filesystem::path& folder);

}  // namespace larc::study
