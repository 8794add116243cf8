#pragma once
#include <string>

#include "core/json.h"
#include "extraction/image_source.h"
#include "extraction/plan.h"

namespace larc::extraction {

/// PyRadiomics' diagnostics_* entries, in its order, under its names.
void add_versions(Json& json);
void add_configuration(Json& json, const Plan& plan, std::int64_t label);
/// prefix  original or interpolated; the hash and the dimensionality stand under original only
void add_image(Json& json, const std::string& prefix, const image::Geometry& geometry,
               const ImageStatistics& statistics);

/// A region for its diagnostics: its voxels in a grid that is a part of `whole`, from index `lower` on.
struct RegionPart {
  const image::Mask& mask;
  const image::Geometry& whole;
  image::Index3 lower;
};

/// prefix  original, corrected, interpolated or resegmented
/// sha1    of the whole mask; empty but for original
/// values  of the image on the mask's grid, whose mean and range inside the mask are added; null for none
void add_mask(Json& json, const std::string& prefix, const RegionPart& region, const std::string& sha1,
              const std::vector<double>* values);

/// Number of connected parts, corners connect.
std::size_t count_parts(const image::Mask& mask);

/// The tags of the IBSI 1 tables for an image (9) and a region (14). `step` is init, interp or reseg.
void add_ibsi_image(Json& json, const std::string& step, const image::Geometry& geometry,
                    const ImageStatistics& statistics);
void add_ibsi_region(Json& json, const std::string& step, const image::Geometry& whole, const image::Mask& intensity,
                     const image::Mask& morphology, const std::vector<double>& values);

/// A diagnostic as PyRadiomics writes it into a table: tuples, lists, dictionaries, True and None.
std::string python_text(const Json& json);

}  // namespace larc::extraction
