#pragma once
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "preprocess/resample.h"
#include "radiomics/settings.h"

namespace larc::extraction {

/// In which order, and with which meaning of each step, an image is processed before features.
enum class Order {
  pyradiomics,  // normalise, resample or crop, check, resegment, image types
  ibsi          // interpolate, round, filter, resegment
};

/// `setting` of a PyRadiomics parameter file, as far as it changes image and mask. Defaults are PyRadiomics'.
struct PyRadiomicsSteps {
  bool normalize = false;
  double normalize_scale = 1;
  std::optional<double> remove_outliers;                                         // standard deviations
  std::optional<std::array<double, 3>> resampled_spacing_mm;                     // 0 keeps an axis as the mask has it
  preprocess::Interpolation interpolation = preprocess::Interpolation::bspline;  // of the image; mask: nearest
  bool pre_crop = false;
  int pad_distance = 5;  // voxels kept around the region when cropping or resampling
  bool resegment_shape = false;
  int minimum_dimensions = 2;                // axes along which the region is longer than a voxel
  std::optional<int> minimum_size;           // voxels; the region must have more
  std::optional<double> geometry_tolerance;  // ITK's: voxels of the first axis, and direction cosines
  bool correct_mask = false;                 // resample a mask on another grid
};

/// Keys under `larc` that change image and mask.
struct IbsiSteps {
  std::optional<std::array<double, 3>> spacing_mm;  // 0 keeps an axis
  preprocess::Interpolation interpolation = preprocess::Interpolation::bspline;
  preprocess::Interpolation mask_interpolation = preprocess::Interpolation::linear;
  double mask_threshold = 0.5;     // share of a voxel from which on it is inside
  bool round_intensities = false;  // after interpolation, to whole numbers
  bool response_maps = false;      // for --maps
};

/// An image that features are computed of.
struct ImageKind {
  std::string type;  // `Original`, `LoG`, ... of PyRadiomics; `original` or the type of a filter
  Json settings;     // of the filter: PyRadiomics' keys, or the entry of `filters`
  radiomics::ExtractionSettings features;
};

/// `voxelSetting`: for feature maps.
struct VoxelSteps {
  int kernel_radius = 1;
  bool masked_kernel = true;
  double initial_value = 0;
  std::optional<int> batch;
};

/// All that decides how a case is computed.
struct Plan {
  Order order = Order::pyradiomics;
  radiomics::Naming naming = radiomics::Naming::pyradiomics;
  PyRadiomicsSteps pyradiomics;
  IbsiSteps ibsi;
  radiomics::ExtractionSettings region;  // resegmentation and shape
  std::vector<ImageKind> images;         // in the order of results
  VoxelSteps voxel;
  std::int64_t label = 1;
  std::optional<double> largest_magnitude;  // of the whole image, where a case is given a part of it
  bool additional_info = true;              // PyRadiomics' diagnostics_*
  bool image_diagnostics = true;            // those that need the whole image; off when the same image comes many times
  Json reported_settings;                   // diagnostics_Configuration_Settings
  Json reported_image_types;                // diagnostics_Configuration_EnabledImageTypes
  std::vector<std::string> notes;           // about the plan itself
};

/// What `document` asks for. PyRadiomics' keys (`imageType`, `featureClass`, `setting`, `voxelSetting`) mean what they
/// mean there; keys under `larc` stand beside them or alone. Null and empty maps mean all defaults.
/// name    of the file, for messages
/// naming  overrides the document's
/// errors domain, unsupported, conflict: names the file, the key and the nearest known key or the remedy
Plan make_plan(const Json& document, const std::string& name, std::optional<radiomics::Naming> naming = {});

/// The `features` of a study file: a parameter file's sections, or larc's keys themselves, whose `families` default to
/// first-order, shape and GLCM. Diagnostics that need the whole image are off. errors as make_plan
Plan make_feature_plan(const Json& features, const std::string& name);

/// Reads a parameter file, YAML or JSON. errors as make_plan and read_yaml
Plan read_parameters(const std::filesystem::path& path, std::optional<radiomics::Naming> naming = {});

/// PyRadiomics' defaults for regions of any size, or all IBSI families on the image as it is.
Plan default_plan(radiomics::Naming naming);

}  // namespace larc::extraction
