#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/number.h"
#include "image/volume.h"
#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// Where a maker puts the b-value: DiffusionBValue (0018,9087); Siemens (0019,100C); GE (0043,1039), plus 10^9.
enum class BValuePlace { standard, siemens, ge };

/// One more attribute: a value (several with backslashes between), bytes (OB), or a sequence (SQ) of one item.
struct DicomAttribute {
  std::uint16_t group = 0;
  std::uint16_t element = 0;
  std::string vr;
  std::string value;
  std::vector<DicomAttribute> items;
};

/// What goes into the headers of a written series. Nothing is filled from the clock or the machine. Empty text and
/// NaN leave a type 2 attribute empty and a type 3 attribute out. Dates are YYYYMMDD, times HHMMSS.
struct DicomSeriesInfo {
  // patient
  std::string patient_id;
  std::string patient_name;  // empty: as patient_id
  std::string patient_sex;   // M, F, O or empty
  std::string patient_age;   // nnnD, nnnW, nnnM or nnnY
  std::string patient_birth_date;
  double patient_weight_kg = kNaN;
  // study
  std::string study_uid;
  std::string study_id;
  std::string study_description;
  std::string study_date;
  std::string study_time;
  std::string accession_number;
  std::string referring_physician;
  std::string institution_name;
  // series
  std::string series_uid;
  std::string frame_of_reference_uid;
  std::string modality = "MR";
  std::string series_description;
  std::string protocol_name;
  int series_number = 1;
  std::string body_part = "PELVIS";
  std::string patient_position = "HFS";
  std::string acquisition_date;  // empty: as study_date
  std::string acquisition_time;  // empty: as study_time
  // equipment
  std::string manufacturer;
  std::string model;
  std::string device_serial_number;
  std::string software_versions;
  std::string station_name;
  // MR image
  std::vector<std::string> image_type{"ORIGINAL", "PRIMARY", "M", "ND"};
  std::string scanning_sequence = "SE";  // SE, IR, GR, EP, RM
  std::string sequence_variant = "SK";   // SK, MTC, SS, TRSS, SP, MP, OSP, NONE
  std::string scan_options;
  std::string sequence_name;
  std::string mr_acquisition_type = "2D";
  double field_strength_t = kNaN;
  double imaging_frequency_mhz = kNaN;
  double repetition_time_ms = kNaN;
  double echo_time_ms = kNaN;
  double inversion_time_ms = kNaN;
  double flip_angle_deg = kNaN;
  std::string phase_encoding_direction;  // ROW or COL
  std::string contrast_agent;
  std::string derivation;
  std::string burned_in_annotation;  // YES or NO
  double number_of_averages = kNaN;
  double pixel_bandwidth_hz = kNaN;
  int echo_train_length = 1;
  double slice_thickness_mm = kNaN;  // NaN: the slice spacing of the volume
  double b_value = kNaN;             // s/mm2
  BValuePlace b_value_place = BValuePlace::standard;
  int acquisition_number = 1;
  int temporal_position = 0;  // 0: none; otherwise TemporalPositionIdentifier
  int first_instance_number = 1;
  // stored value = round((value - rescale_intercept) / rescale_slope)
  double rescale_slope = 1;
  double rescale_intercept = 0;
  std::string rescale_type = "US";  // what the values are, where there is a rescale
  double window_center = kNaN;      // NaN: from the range of the volume
  double window_width = kNaN;
  bool secondary_capture = false;  // Secondary Capture Image Storage in place of MR: no geometry, no sequence
  std::vector<DicomAttribute> extra;
};

/// How the pixels of a written file are stored; nothing is lost in any of them.
enum class PixelCoding { explicit_little, implicit_little, jpeg_lossless, jpeg_ls, rle, jpeg2000 };

struct FileForm {
  PixelCoding coding = PixelCoding::explicit_little;
  bool preamble = true;  // without: the bare data set, as old archives deliver it; not with compressed pixels
};

/// A DICOM file that was not written yet.
struct DicomFile {
  std::string sop_class_uid;
  std::string sop_instance_uid;
  std::string bytes;
};

/// Which slice of a volume becomes which instance, and how far along the normal its stated position lies beside the
/// true one.
struct SlicePlace {
  int slice = 0;
  int instance_number = 1;
  double shift_mm = 0;
};
/// Each slice once, at its place.
std::vector<SlicePlace> all_slices(const image::Volume& volume, int first_instance_number = 1);

/// "2.25." and the decimal of 128 bits of SHA-256 of `seed_text` (a version 8 style UUID as DICOM PS3.5 B.2 allows):
/// the same text gives the same UID everywhere.
std::string make_uid(std::string_view seed_text);

/// The SOP instance UID that write_series gives to slice `slice` of a series.
std::string slice_uid(const std::string& series_uid, int first_instance_number, int slice);

/// Writes one MR Image Storage file per slice, "IM0001.dcm" ... in slice order: 16 bit unsigned (signed when a stored
/// value is negative), MONOCHROME2, explicit VR little endian. Volume axes go to DICOM unchanged, so read_series gives
/// the same geometry when direction is right-handed. Coordinates are written with 16 characters at most (DS), which
/// moves a voxel by less than 1e-6 mm. Same input, same bytes.
/// returns the headers of the files written, in slice order
/// errors domain: a UID, patient_id or modality that DICOM does not allow, stored values outside 16 bits (names the
/// value and a slope that would fit), NaN voxels, left-handed direction; io
std::vector<DicomInstance> write_series(const std::filesystem::path& folder, const image::Volume& volume,
                                        const DicomSeriesInfo& info);

/// The same files in memory, for the slices asked for, which may be absent, moved or there twice. SOP instance UIDs are
/// those of slice_uid for the instance number.
/// errors domain: as write_series, no such slice; unsupported: compressed pixels without preamble
std::vector<DicomFile> encode_series(const image::Volume& volume, const DicomSeriesInfo& info,
                                     const std::vector<SlicePlace>& places, const FileForm& form = {});

/// Whole or absent, but not flushed to disk: files of a series may be many. errors io
void write_dicom_file(const std::filesystem::path& path, const std::string& bytes);

/// One region of a structure set to write.
struct RtRegion {
  std::string name;
  const image::Mask* mask;
};

/// Writes one RTSTRUCT file: contours traced per slice along the borders of the voxels (outer borders and
/// holes as separate closed planar contours), so that read_rtstruct gives back exactly these masks, which share one
/// grid. `series` are the instances of the referenced image, one per slice, as write_series or group_series gives them.
/// `info` gives patient and study; its series_uid is the one of the structure set, its frame_of_reference_uid must be
/// the image's. The ROI of an empty mask has no contour. Of a multi-frame image give an instance for each frame, in
/// slice order, with its number_of_frames and position.
/// errors geometry_mismatch (the instances are not the slices of the masks), domain (as write_series, no region, empty
/// name), io
void write_rtstruct(const std::filesystem::path& path, const std::vector<RtRegion>& regions,
                    const DicomSeriesInfo& info, const std::vector<DicomInstance>& series);
/// The same file in memory.
DicomFile encode_rtstruct(const std::vector<RtRegion>& regions, const DicomSeriesInfo& info,
                          const std::vector<DicomInstance>& series);
/// One region.
void write_rtstruct(const std::filesystem::path& path, const image::Mask& mask, const DicomSeriesInfo& info,
                    const std::string& roi_name, const std::vector<DicomInstance>& series);

}  // namespace larc::io::dicom
