#pragma once
#include <string>
#include <vector>

#include "image/volume.h"
#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// Images of one series. Where positions allow, sorted along the slice normal (position 0 first), then by instance
/// number, SOP instance UID, frame and tile.
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

/// Groups by study and series UID, ordered by study UID, series number (absent last), series UID. The same image given
/// twice (equal SOP instance UID, frame and tile) is kept once, from the path that sorts first; images without UIDs
/// keep their own. The result does not depend on the order of the input.
std::vector<DicomSeries> group_series(std::vector<DicomInstance> instances);

/// A series apart into stacks that can each be one volume. Always by matrix size, orientation, image type, magnitude /
/// phase / real / imaginary, and b-value. Where positions then still repeat, by what tells the repeats apart, in this
/// order: echo, inversion time, directionality and direction of diffusion, temporal position, stack, acquisition
/// number, trigger time, acquisition time, mosaic, dimension indices of frames, and, where every position holds equally
/// many, the order of instance numbers. Stacks come in the order of these; a series that is one stack comes back alone.
std::vector<DicomSeries> split_stacks(const DicomSeries& series);

/// What may be done to slices that do not stack to a rectangular grid. Nothing happens unless it is asked for.
enum class GapPolicy { refuse, resample };
enum class TiltPolicy { refuse, resample };

struct ReadOptions {
  /// resample: linear along the normal, onto the typical spacing of the series, across gaps of at most three of it
  GapPolicy gaps = GapPolicy::refuse;
  /// resample: every slice is moved within its plane (bilinear) onto the first one's grid, which grows to hold all of
  /// them; what no slice covers gets the lowest value of the series
  TiltPolicy tilt = TiltPolicy::refuse;
};

struct SeriesVolume {
  image::Volume volume;
  std::vector<std::string> done;  // what was resampled, in words; empty: every voxel is a stored one
};

/// One volume, in DICOM's own axes: i along a row, j down the columns, k along the normal (row x column). Values as
/// read_pixels. Slice spacing comes from the positions, never from SliceThickness; only a single slice takes
/// SpacingBetweenSlices, else SliceThickness, as its height.
/// errors domain (each names where and how much) several slices at one position, a missing slice or uneven gaps (over
/// max(1% of the spacing, 0.01 mm)), mixed orientation, mixed matrix size, mixed pixel spacing, tilt (slices offset
/// along their own plane), geometry attributes absent. unsupported and format: as read_pixels; more than 2^27 voxels
SeriesVolume read_series(const DicomSeries& series, const ReadOptions& options);
image::Volume read_series(const DicomSeries& series);

}  // namespace larc::io::dicom
