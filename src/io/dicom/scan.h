#pragma once
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/number.h"
#include "image/geometry.h"

namespace larc::io::dicom {

/// What the header says of one image: a classic file, one frame of a multi-frame file, or one tile of a Siemens mosaic.
/// Text is trimmed of padding and kept in the file's own character set; an absent attribute is an empty string, NaN, or
/// an empty optional.
struct DicomInstance {
  std::filesystem::path path;
  std::optional<int> frame;  // 0-based in its file; absent in classic images
  std::optional<int> tile;   // 0-based in its mosaic, the slice order
  std::string transfer_syntax_uid;
  std::string sop_class_uid;
  std::string sop_instance_uid;
  std::string series_uid;
  std::string study_uid;
  std::string frame_of_reference_uid;
  std::string patient_id;
  std::string patient_sex;
  std::string patient_age;
  std::string patient_birth_date;
  std::string modality;
  std::string series_description;
  std::string study_description;
  std::string study_id;
  std::string protocol_name;
  std::string sequence_name;
  std::string scanning_sequence;
  std::string sequence_variant;
  std::string scan_options;
  std::string mr_acquisition_type;  // 2D, 3D
  std::string institution_name;
  std::string manufacturer;
  std::string model;
  std::string software_versions;
  std::string station_name;
  std::string device_serial_number;
  std::string study_date;  // YYYYMMDD
  std::string study_time;  // HHMMSS.FFFFFF
  std::string series_date;
  std::string series_time;
  std::string acquisition_date;
  std::string acquisition_time;
  std::string body_part;
  std::string patient_position;  // HFS, FFS, ...
  std::string burned_in;         // YES, NO or empty
  std::string derivation;        // DerivationDescription
  std::string lossy;             // LossyImageCompression: 00, 01 or empty
  std::string contrast_agent;
  std::string phase_encoding_direction;  // ROW, COL
  std::string complex_component;         // MAGNITUDE, PHASE, REAL, IMAGINARY; of classic images from the image type
  std::string stack_id;
  std::string rescale_type;
  std::string photometric_interpretation;
  std::string image_comments;
  std::vector<std::string> image_type;  // of a frame its FrameType
  std::optional<int> series_number;
  std::optional<int> instance_number;
  std::optional<int> acquisition_number;
  std::optional<int> temporal_position;
  std::optional<int> echo_number;
  std::optional<int> echo_train_length;
  std::optional<int> rows;  // of a tile, not of the whole mosaic
  std::optional<int> columns;
  std::optional<int> number_of_frames;                          // of the file; absent in classic images
  std::vector<int> dimension_index;                             // of a frame: DimensionIndexValues
  std::optional<image::Vec3> image_position_lps;                // mm, centre of the first voxel
  std::optional<std::array<image::Vec3, 2>> image_orientation;  // unit vectors along a row and down a column
  std::optional<std::array<double, 2>> pixel_spacing_mm;        // between rows, between columns
  double slice_thickness_mm = kNaN;
  double spacing_between_slices_mm = kNaN;
  double field_strength_t = kNaN;
  double repetition_time_ms = kNaN;
  double echo_time_ms = kNaN;
  double inversion_time_ms = kNaN;
  double flip_angle_deg = kNaN;
  double trigger_time_ms = kNaN;
  double number_of_averages = kNaN;
  double pixel_bandwidth_hz = kNaN;
  double imaging_frequency_mhz = kNaN;
  double b_value = kNaN;  // s/mm2, see b_value.h; NaN on ADC maps, whatever b-value the scanner left there
  std::optional<image::Vec3> diffusion_direction;
  std::string diffusion_directionality;  // NONE, DIRECTIONAL, BMATRIX, ISOTROPIC or empty
  /// The volume's values are stored * slope + intercept: what DICOM displays.
  double rescale_slope = kNaN;
  double rescale_intercept = kNaN;
  /// Philips' own scale (2005,100E) and (2005,100D): signal = (stored - intercept) / slope. Never applied: other tools
  /// and the modality itself show the rescaled value; signals of different series are comparable only by this one.
  double private_scale_slope = kNaN;
  double private_scale_intercept = kNaN;
  /// RealWorldValueMappingSequence: quantity = stored * slope + intercept, in the unit (a UCUM code).
  double real_world_slope = kNaN;
  double real_world_intercept = kNaN;
  std::string real_world_unit;
  bool has_pixel_data = false;        // integer PixelData present
  bool has_float_pixel_data = false;  // FloatPixelData or DoubleFloatPixelData
};

/// What one file holds: one description for a classic image, one for each frame where functional groups say where the
/// frames lie, one for each tile of a mosaic. A multi-frame file of another kind, a segmentation, a structure set or
/// a report gives one description without `frame`. Nothing after the pixel data is looked at, no pixels are loaded.
/// A file without preamble counts when it parses as DICOM and names a SOP class.
/// returns empty when the file is no DICOM, or a DICOMDIR
/// errors not_found, io, format (DICOM that breaks off or contradicts itself: names the file and the remedy),
/// unsupported (more than 32,768 frames)
std::vector<DicomInstance> read_instances(const std::filesystem::path& path);

}  // namespace larc::io::dicom
