#pragma once
#include <string>
#include <vector>

namespace larc::radiomics {

/// Which names, and with them which definitions, an extraction gives.
enum class Naming {
  pyradiomics,  // original_glcm_Contrast: names and definitions of PyRadiomics
  ibsi          // cm_contrast_3D_avg: tags and definitions of the IBSI 1 reference tables
};

std::string to_string(Naming naming);
/// errors domain (names the key and the choices)
Naming parse_naming(const std::string& text);

/// How a texture family comes from slices and directions to one value (IBSI 1 manual, arXiv:1612.07003, chapter 3.6).
/// Slices lie across the settings' `force_2d_axis`.
enum class Aggregation {
  none,           // no texture: one value a region
  average_2d,     // 2D_avg: a matrix per slice and direction, features averaged over all
  merged_2d,      // 2D_comb: directions of a slice merged, features averaged over slices
  average_2_5d,   // 2_5D_avg: slices merged, features averaged over directions
  merged_2_5d,    // 2_5D_comb: slices and directions merged
  average_3d,     // 3D_avg: features averaged over the directions of the volume
  merged_3d,      // 3D_comb: directions of the volume merged
  by_slice,       // 2D: families without directions, features averaged over slices
  slices_merged,  // 2_5D: the same, neighbours within slices, one matrix of all slices
  volume          // 3D: the same, neighbours in all directions
};

/// What of a family is aggregated.
enum class Aggregates {
  none,
  directions,     // co-occurrence, run lengths: average_2d .. merged_3d
  neighbourhoods  // zones, neighbours: by_slice, slices_merged, volume
};

/// The suffix of IBSI tags: "2D_avg" .. "3D_comb", "2D", "2_5D", "3D"; empty for none.
std::string suffix(Aggregation aggregation);
/// One of the six with directions. errors domain (names the key and the choices)
Aggregation parse_aggregation(const std::string& text);
/// The one of a family without directions that works in the same slices or volume.
Aggregation without_directions(Aggregation aggregation);

struct FeatureRow;

/// Whether the feature exists under this naming.
bool has_name(const FeatureRow& row, Naming naming);
/// `image_type` is the name of the derived image: always a prefix of PyRadiomics names; of IBSI tags only when it is
/// not empty. Empty when the naming lacks the feature.
std::string feature_name(const FeatureRow& row, Naming naming, Aggregation aggregation = Aggregation::none,
                         const std::string& image_type = "");

}  // namespace larc::radiomics
