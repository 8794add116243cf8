#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"
#include "image/volume.h"

namespace larc::preprocess {

/// What makes the images comparable before voxels are clustered.
///   training  mean and standard deviation (n) of all training voxels, kept in the model
///   region    mean and standard deviation (n) of each image within each patient's own region
enum class HabitatScaling { training, region };

struct HabitatSettings {
  int count = 0;  // habitats; 0: the number from `fewest` to `most` with the largest Calinski-Harabasz index
  int fewest = 2;
  int most = 5;
  HabitatScaling scaling = HabitatScaling::training;
  std::size_t voxels_per_region = 0;  // at most so many, drawn at random, teach the model; 0: all
  int starts = 10;                    // of k-means++, the best is kept
  std::uint64_t seed = 0;
};

/// Co-registered images of one patient on one grid, such as T2 and ADC, and the region they are compared in.
struct HabitatImages {
  std::vector<const image::Volume*> images;  // in the same order for every patient
  const image::Mask* region;
};

/// What was learnt: voxel vectors are scaled and belong to the nearest centre.
struct HabitatModel {
  HabitatScaling scaling = HabitatScaling::training;
  std::vector<double> mean;                  // (images,) of training; unused with scaling region
  std::vector<double> sd;                    // (images,)
  std::vector<std::vector<double>> centres;  // (habitats, images) scaled; ascending by the first image, then the next
  std::vector<double> index;                 // Calinski-Harabasz of fewest .. most; empty when the count was given

  int count() const { return static_cast<int>(centres.size()); }
};

/// k-means (Euclidean) over the scaled voxel vectors of all training patients. Nothing but the arguments matters.
/// errors domain: no patients or images, empty region, NaN voxels, an image constant in the region(s) (names it by its
/// place), fewer different voxels than habitats, settings out of range; shape_mismatch: another number of images than
/// the first patient; geometry_mismatch
HabitatModel fit_habitats(const std::vector<HabitatImages>& patients, const HabitatSettings& settings = {});

struct HabitatMap {
  image::Geometry geometry;
  std::vector<std::uint8_t> label;        // 0 outside the region, 1 .. habitats inside
  std::vector<double> fraction;           // (habitats,) of the region's voxels; sums to 1
  std::vector<std::vector<double>> mean;  // (habitats, images) of the unscaled images; NaN in an empty habitat
};

/// errors shape_mismatch: number of images differs from the model's; domain, geometry_mismatch as fit_habitats
HabitatMap apply_habitats(const HabitatModel& model, const HabitatImages& patient);

/// One habitat as a region; may be empty. errors domain: no such habitat in the map
image::Mask habitat(const HabitatMap& map, int label);

Json to_json(const HabitatModel& model);
/// errors format: a key missing or of the wrong kind, lengths that do not fit, sd not positive
HabitatModel habitat_model_from_json(const Json& json);

}  // namespace larc::preprocess
