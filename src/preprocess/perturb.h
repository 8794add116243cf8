#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"
#include "image/volume.h"
#include "preprocess/resample.h"

namespace larc::preprocess {

/// One change of an image and its region, as repeated imaging and outlining would make it (Zwanenburg 2019, Sci Rep
/// 9:614). Whatever is set happens in this order: noise on the acquired voxels; rotation and translation of the grid in
/// one interpolation; volume; contour. Without any the image comes back as it is.
struct Perturbation {
  bool noise = false;
  std::optional<double> noise_sd;    // intensity; absent: estimate_noise of the whole image
  double rotation_degrees = 0;       // of the grid about the region's centroid, from the first axis to the second
  image::Vec3 translation{0, 0, 0};  // of the grid along its axes, in voxels of it
  double volume_fraction = 0;        // 0.1: a tenth larger, exact to a voxel
  bool contour = false;              // supervoxel randomisation
  std::uint64_t seed = 0;            // of noise, ties of the volume change, and contour
};

Json to_json(const Perturbation& perturbation);
/// errors format: unknown key (names it), value of the wrong kind
Perturbation perturbation_from_json(const Json& json);

/// What a set is drawn from: letters of `chain` say what happens, N noise, T translation, R rotation, V (or A) volume,
/// C contour, in any order, with or without blanks; or the words. The ranges lie within those of the paper.
struct PerturbationSpec {
  std::string chain = "NTRVC";
  std::optional<double> noise_sd;
  std::array<double, 2> rotation_degrees{-13, 13};
  std::array<double, 2> translation{0, 1};  // each axis by itself
  std::array<double, 2> volume_fraction{-0.2, 0.2};
};

/// Keys chain, noise_sd, rotation_degrees, translation, volume_fraction; ranges as [lower, upper]; all may be absent.
/// errors format: unknown key (names it), value of the wrong kind
PerturbationSpec perturbation_spec_from_json(const Json& json);

/// `count` perturbations drawn evenly from the ranges; number i depends on spec, seed and i alone.
/// errors domain: chain empty, doubled or unknown, range falling or out of bounds, count negative
std::vector<Perturbation> perturbation_set(const PerturbationSpec& spec, int count, std::uint64_t seed);

struct PerturbationSettings {
  image::Vec3 spacing_mm{0, 0, 0};  // of the result, interpolated once with rotation and translation; 0 keeps an axis
  double margin_mm = 20;            // around the region in the result, where the image reaches so far
  Interpolation interpolation = Interpolation::bspline;      // of the image
  Interpolation mask_interpolation = Interpolation::linear;  // nearest or linear
  double mask_threshold = 0.5;
};

/// What all perturbations of one region share; may be used by several threads. The volume must outlive it.
struct PerturbationSource {
  PerturbationSettings settings;
  const image::Volume* volume;     // whole
  image::Geometry grid;            // of the unperturbed result: the image's, or that of the wanted spacing
  image::Mask region;              // the part around it
  image::Vec3 centroid_lps;        // of the region
  std::optional<double> noise_sd;  // of the image
  image::Volume coefficients;      // of the spline around the region; empty when another interpolation is wanted
  image::Index3 lower;             // of the coefficients, in the image
};

/// noise  whether noise will be added, so that it has to be estimated
/// errors domain: empty mask, NaN voxels, settings out of range, no noise to be estimated; geometry_mismatch
PerturbationSource prepare_perturbations(const image::Volume& volume, const image::Mask& mask,
                                         const PerturbationSettings& settings = {}, bool noise = true);

/// Image and region on a part of the (turned, moved) grid, with the margin around the new region; the geometry says
/// where every voxel lies in the patient. Places beyond the image have the value of the nearest place inside it.
/// Depends on the arguments alone. errors domain: the region vanishes between the voxels of the new grid, no room to
/// grow
std::pair<image::Volume, image::Mask> perturb(const PerturbationSource& source, const Perturbation& perturbation);
std::pair<image::Volume, image::Mask> perturb(const image::Volume& volume, const image::Mask& mask,
                                              const Perturbation& perturbation);

}  // namespace larc::preprocess
