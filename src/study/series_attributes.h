#pragma once
#include <map>
#include <string>

#include "io/dicom/series.h"

namespace larc::study {

/// What a rule may ask of a DICOM series, by the names of study.yaml. An absent attribute is empty text; numbers are in
/// the units of their names.
using SeriesAttributes = std::map<std::string, std::string>;

/// Of one stack (io::dicom::split_stacks): the header of its first image and what all images together say:
///   orientation    axial, sagittal or coronal: the anatomical plane that is nearest
///   tilt_deg       between that plane and the image, 0 to 54.7
///   slices         places along the normal
///   in_plane_mm    the coarser of the two pixel spacings;  fov_mm  the smaller field of view
///   slice_mm       between neighbouring slices, from their positions
///   date           of the acquisition, else of the examination, ISO
SeriesAttributes series_attributes(const io::dicom::DicomSeries& stack);

bool is_series_attribute(const std::string& name);
/// All names, for messages.
std::string series_attribute_names();

/// "2024-03-05" of the acquisition, else the examination; empty when the header gives none or an impossible one.
std::string examination_date(const io::dicom::DicomInstance& instance);

}  // namespace larc::study
