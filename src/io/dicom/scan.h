#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/geometry.h"

namespace larc::io::dicom {

/// What the header of one DICOM file says, as far as larc needs it. Text is trimmed of padding and kept in the file's
/// own character set; an absent attribute is an empty string, NaN, or an empty optional.
struct DicomInstance {
  std::filesystem::path path;
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
  std::string institution_name;
  std::string manufacturer;
  std::string model;
  std::string study_date;        // YYYYMMDD
  std::string acquisition_date;  // YYYYMMDD
  std::string body_part;
  std::vector<std::string> image_type;
  std::optional<int> series_number;
  std::optional<int> instance_number;
  std::optional<int> acquisition_number;
  std::optional<int> temporal_position;
  std::optional<int> rows;
  std::optional<int> columns;
  std::optional<int> number_of_frames;                          // absent in classic images
  std::optional<image::Vec3> image_position_lps;                // mm, centre of the first voxel
  std::optional<std::array<image::Vec3, 2>> image_orientation;  // unit vectors along a row and down a column
  std::optional<std::array<double, 2>> pixel_spacing_mm;        // between rows, between columns
  double slice_thickness_mm;
  double spacing_between_slices_mm;
  double field_strength_t;
  double repetition_time_ms;
  double echo_time_ms;
  double inversion_time_ms;
  double flip_angle_deg;
  double b_value;               // s/mm2, standard attribute or the vendors' private ones
  bool has_pixel_data = false;  // integer PixelData present

  DicomInstance();
};

/// The header of one file; nothing after the pixel data is looked at and the pixels are not loaded.
/// A file without preamble counts when it parses as DICOM and names a SOP class. DICOMDIR files are not images and
/// give nullopt.
/// returns nullopt when the file is not DICOM
/// errors not_found, io, format (DICOM that breaks off or contradicts itself: names the file and the remedy)
std::optional<DicomInstance> read_header(const std::filesystem::path& path);

}  // namespace larc::io::dicom
