#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "radiomics/naming.h"

namespace larc::radiomics {

/// How intensities become grey levels.
enum class Binning {
  fixed_width,               // bins of `bin_width` with edges at whole multiples of it (PyRadiomics)
  fixed_width_from_minimum,  // bins of `bin_width` that start at the region's minimum, or at the lower end of
                             // `resegment_range` (IBSI fixed bin size)
  fixed_count,               // `bin_count` bins between minimum and maximum (IBSI fixed bin number)
  identity                   // the intensities are grey levels: whole numbers from 1
};

/// What `resegment_range` counts in.
enum class ResegmentMode {
  absolute,  // intensities
  relative,  // shares of the region's maximum
  sigma      // standard deviations from the region's mean
};

/// How the intensities of the intensity-volume histogram become levels.
enum class IvhBinning {
  none,         // the intensities are definite (HU) or levels already: steps of 1 between minimum and maximum
  fixed_width,  // bins of `ivh_bin_width`, their centres as intensities
  fixed_count   // `ivh_bin_count` bins between minimum and maximum, as levels
};

/// How directions are weighted when their matrices are merged (PyRadiomics `weightingNorm`): exp(-distance^2) of the
/// step's length in mm by this norm.
enum class WeightingNorm { none, manhattan, euclidean, infinity };

/// How the mesh is closed where four voxels of a face alternate inside, outside, inside, outside.
enum class MeshRule {
  pyradiomics,  // as PyRadiomics does, which leaves small cracks there: the surface of such a region depends on how it
                // lies in the grid, by up to about 1 in 1,000
  closed        // always separates the inside voxels: a closed surface, the same however the region is turned
};

/// How one set of features is computed. The defaults are those of PyRadiomics.
struct ExtractionSettings {
  std::vector<std::string> families{"firstorder", "shape", "glcm"};
  /// Features by id of families that give only some; a family without an entry gives all.
  std::map<std::string, std::vector<std::string>> selected;
  Naming naming = Naming::pyradiomics;
  Binning binning = Binning::fixed_width;
  double bin_width = 25;         // intensity units, > 0
  std::optional<int> bin_count;  // for fixed_count only, 2 .. 10000
  /// Of the kind with directions. Empty: 3D_avg (2_5D_avg with `force_2d`; merged instead with `weighting_norm`) under
  /// PyRadiomics names, which allow one only; 3D_avg and 3D_comb under IBSI tags.
  std::vector<Aggregation> aggregations;
  std::vector<int> distances{1};  // of neighbours, voxels, Chebyshev distance, 1 .. 64
  bool glcm_symmetric = true;     // count each pair in both orders
  /// Weights of merged directions; absent: directions are not merged by default.
  std::optional<WeightingNorm> weighting_norm;
  double dependence_difference = 0;  // levels: neighbours this close depend on each other (PyRadiomics gldm_a)
  bool force_2d = false;             // texture directions within slices only
  int force_2d_axis = 2;             // index axis across the slices: 0, 1 or 2
  double voxel_array_shift = 0;      // intensity units, added in Energy, TotalEnergy and RootMeanSquared only
  std::optional<std::array<double, 2>> resegment_range;  // closed range of intensities kept; shape uses the whole mask
  /// After the range: intensities further than this many standard deviations from the mean are left out.
  std::optional<double> resegment_sigma;
  ResegmentMode resegment_mode = ResegmentMode::absolute;
  /// Spacing the caller resamples image and mask to before `extract`, which refuses an image of another spacing;
  /// 0 keeps an axis as it is.
  std::optional<std::array<double, 3>> resample_spacing_mm;
  MeshRule mesh = MeshRule::pyradiomics;
  IvhBinning ivh_binning = IvhBinning::none;
  double ivh_bin_width = 1;  // intensity units, > 0
  int ivh_bin_count = 1000;  // 2 .. 1000000

  /// What a family computes, at least one.
  std::vector<Aggregation> aggregations_of(Aggregates kind) const;
  /// Absent keys keep their default; `bin_count` without `binning` means fixed_count.
  /// errors domain (an unknown key, a value of the wrong type or outside its range: names the key), conflict
  static ExtractionSettings from_json(const Json& json);
  /// Every key, so that a result says how it was made.
  Json to_json() const;
  /// errors domain, conflict (names the key)
  void check() const;
};

}  // namespace larc::radiomics
