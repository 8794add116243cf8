#pragma once
#include <string>
#include <vector>

#include "extraction/batch.h"
#include "preprocess/perturb.h"

namespace larc::extraction {

/// How regions are perturbed to see which features bear it.
struct RobustnessSettings {
  preprocess::PerturbationSpec spec;
  int count = 10;  // perturbations of each region, 1 .. 1000
  std::uint64_t seed = 1;
};

/// The plan for parts of this image, such as perturbed ones: what must see all of it, PyRadiomics' `normalize`, is done
/// to `volume` now and no more asked for; the largest magnitude, which some image types scale by, is taken from it;
/// diagnostics of the image are left out. errors as Normalisation
Plan plan_of_parts(const Plan& plan, image::Volume& volume);

/// Features of a row's label under each perturbation, in their order, each with a column `Perturbation` from 1. A
/// perturbation that fails is a row with its reason. The image diagnostics are left out.
/// threads  perturbations at a time; the result does not depend on it
/// errors as extract_row, where nothing can be done: image or mask unreadable, label absent, grids that differ; usage:
/// several labels
std::vector<RowResult> perturb_row(const Plan& plan, const BatchRow& row, const RobustnessSettings& settings,
                                   int threads);

/// How one feature bears perturbation.
struct FeatureRobustness {
  std::string feature;
  double icc = 0;  // ICC(1,1): regions are subjects, perturbations raters; NaN with a reason
  double lower = 0, upper = 0;
  std::size_t regions = 0;  // with a value under every perturbation
  std::string reason;
};

/// One entry a feature, in the order of results. Regions with a failed perturbation take no part.
/// results  of perturb_row, region after region
/// source   Zwanenburg et al. 2019, Sci Rep 9:614 (ICC(1,1); robust where the lower limit is 0.9 or more)
std::vector<FeatureRobustness> feature_robustness(const std::vector<std::vector<RowResult>>& results);

/// Columns feature, icc, lower, upper, regions, reason.
std::string format_robustness(const std::vector<FeatureRobustness>& features);

}  // namespace larc::extraction
