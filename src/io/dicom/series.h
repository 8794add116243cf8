#pragma once
#include <string>
#include <vector>

#include "image/volume.h"
#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// Image files of one series. Where positions allow, sorted along the slice normal (position 0 first), then by
/// instance number, then by SOP instance UID.
struct DicomSeries {
  std::string series_uid;
  std::string study_uid;
  std::string frame_of_reference_uid;
  std::string patient_id;
  std::string modality;
  std::string series_description;
  std::optional<int> series_number;
  std::vector<DicomInstance> instances;
};

/// Groups by study and series UID, ordered by study UID, series number (absent last), series UID. The same instance
/// given twice (equal SOP instance UID) is kept once, from the path that sorts first; instances without UIDs keep
/// their own. The result does not depend on the order of the input.
std::vector<DicomSeries> group_series(std::vector<DicomInstance> instances);

/// A series apart into stacks that can each be one volume: by matrix size, orientation, image type, b-value, echo and
/// inversion time and temporal position, and by acquisition number where positions still repeat. Stacks come in the
/// order of these; a series that is one stack comes back alone.
std::vector<DicomSeries> split_stacks(const DicomSeries& series);

/// One volume from a series of classic single-frame slices, in DICOM's own axes: i along a row, j down the columns,
/// k along the normal (row x column). Values after rescale slope and intercept; MONOCHROME1 keeps its stored values.
/// Slice spacing comes from the positions; of a single slice from SpacingBetweenSlices, else SliceThickness.
/// errors domain (each names where and how much) several slices at one position, a missing slice or
/// uneven gaps (over max(1% of the spacing, 0.01 mm)), mixed orientation, mixed matrix size, mixed pixel spacing,
/// tilt (slices offset along their own plane), geometry attributes absent. unsupported: multi-frame, colour,
/// float or absent pixels, a transfer syntax without decoder (named). format: pixel data broken off or not decodable
image::Volume read_series(const DicomSeries& series);

}  // namespace larc::io::dicom
