#include "io/dicom/scan.h"

#include "core/text.h"
#include "io/dicom/adc_map.h"
#include "io/dicom/b_value.h"
#include "io/dicom/functional_groups.h"
#include "io/dicom/mosaic.h"
#include "io/dicom/raw_header.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;

namespace {

enum class Kind { dicom, maybe, other };

/// From the first bytes: the preamble's mark, or a first element that a bare data set would start with.
Kind sniff(const fs::path& path) {
  if (!fs::exists(path)) throw Error(ErrorCode::not_found, "file " + path.string() + " does not exist; check the path");
  if (!fs::is_regular_file(path)) return Kind::other;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(ErrorCode::io, "file " + path.string() + " cannot be opened; check its permissions");
  std::array<char, 132> start{};
  stream.read(start.data(), start.size());
  if (stream.gcount() == 132 && std::string_view(start.data() + 128, 4) == "DICM") return Kind::dicom;
  if (stream.gcount() < 16) return Kind::other;
  const bool group_8 = (start[0] == 8 && start[1] == 0) || (start[0] == 0 && start[1] == 8);
  const bool group_2 = start[0] == 2 && start[1] == 0;
  return group_8 || group_2 ? Kind::maybe : Kind::other;
}

bool is_uid(const std::string& text) {
  return !text.empty() && text.size() <= 64 && text.find_first_not_of("0123456789.") == std::string::npos;
}

void read_texts(const Attributes& data, DicomInstance& instance) {
  instance.sop_instance_uid = data.text(DCM_SOPInstanceUID);
  instance.series_uid = data.text(DCM_SeriesInstanceUID);
  instance.study_uid = data.text(DCM_StudyInstanceUID);
  instance.frame_of_reference_uid = data.text(DCM_FrameOfReferenceUID);
  instance.patient_id = data.text(DCM_PatientID);
  instance.patient_sex = data.text(DCM_PatientSex);
  instance.patient_age = data.text(DCM_PatientAge);
  instance.patient_birth_date = data.text(DCM_PatientBirthDate);
  instance.modality = data.text(DCM_Modality);
  instance.series_description = data.text(DCM_SeriesDescription);
  instance.study_description = data.text(DCM_StudyDescription);
  instance.study_id = data.text(DCM_StudyID);
  instance.protocol_name = data.text(DCM_ProtocolName);
  instance.sequence_name = data.text(DCM_SequenceName);
  if (instance.sequence_name.empty()) instance.sequence_name = data.text(DCM_PulseSequenceName);
  instance.scanning_sequence = data.all_text(DCM_ScanningSequence);
  instance.sequence_variant = data.all_text(DCM_SequenceVariant);
  instance.scan_options = data.all_text(DCM_ScanOptions);
  instance.mr_acquisition_type = data.text(DCM_MRAcquisitionType);
  instance.institution_name = data.text(DCM_InstitutionName);
  instance.manufacturer = data.text(DCM_Manufacturer);
  instance.model = data.text(DCM_ManufacturerModelName);
  instance.software_versions = data.all_text(DCM_SoftwareVersions);
  instance.station_name = data.text(DCM_StationName);
  instance.device_serial_number = data.text(DCM_DeviceSerialNumber);
  instance.study_date = data.text(DCM_StudyDate);
  instance.study_time = data.text(DCM_StudyTime);
  instance.series_date = data.text(DCM_SeriesDate);
  instance.series_time = data.text(DCM_SeriesTime);
  instance.acquisition_date = data.text(DCM_AcquisitionDate);
  instance.acquisition_time = data.text(DCM_AcquisitionTime);
  if (const std::string both = data.text(DCM_AcquisitionDateTime); both.size() >= 8) {
    if (instance.acquisition_date.empty()) instance.acquisition_date = both.substr(0, 8);
    if (instance.acquisition_time.empty()) instance.acquisition_time = both.substr(8);
  }
  instance.body_part = data.text(DCM_BodyPartExamined);
  instance.patient_position = data.text(DCM_PatientPosition);
  instance.burned_in = data.text(DCM_BurnedInAnnotation);
  instance.derivation = data.text(DCM_DerivationDescription);
  instance.lossy = data.text(DCM_LossyImageCompression);
  instance.contrast_agent = data.text(DCM_ContrastBolusAgent);
  for (DcmItem* agent : data.items(DCM_ContrastBolusAgentSequence))
    if (instance.contrast_agent.empty()) instance.contrast_agent = text_of(*agent, DCM_CodeMeaning);
  instance.phase_encoding_direction = data.text(DCM_InPlanePhaseEncodingDirection);
  instance.rescale_type = data.text(DCM_RescaleType);
  instance.photometric_interpretation = data.text(DCM_PhotometricInterpretation);
  instance.image_comments = data.text(DCM_ImageComments);
  if (const std::string type = data.all_text(DCM_ImageType); !type.empty()) instance.image_type = split(type, '\\');
}

void read_numbers(const Attributes& data, DicomInstance& instance) {
  instance.series_number = data.integer_or_none(DCM_SeriesNumber);
  instance.instance_number = data.integer_or_none(DCM_InstanceNumber);
  instance.acquisition_number = data.integer_or_none(DCM_AcquisitionNumber);
  instance.temporal_position = data.integer_or_none(DCM_TemporalPositionIdentifier);
  instance.echo_number = data.integer_or_none(DCM_EchoNumbers);
  instance.echo_train_length = data.integer_or_none(DCM_EchoTrainLength);
  instance.slice_thickness_mm = data.number_or_nan(DCM_SliceThickness);
  instance.spacing_between_slices_mm = data.number_or_nan(DCM_SpacingBetweenSlices);
  instance.field_strength_t = data.number_or_nan(DCM_MagneticFieldStrength);
  instance.repetition_time_ms = data.number_or_nan(DCM_RepetitionTime);
  instance.echo_time_ms = data.number_or_nan(DCM_EchoTime);
  instance.inversion_time_ms = data.number_or_nan(DCM_InversionTime);
  instance.flip_angle_deg = data.number_or_nan(DCM_FlipAngle);
  instance.trigger_time_ms = data.number_or_nan(DCM_TriggerTime);
  instance.number_of_averages = data.number_or_nan(DCM_NumberOfAverages);
  instance.pixel_bandwidth_hz = data.number_or_nan(DCM_PixelBandwidth);
  instance.imaging_frequency_mhz = data.number_or_nan(DCM_ImagingFrequency);
  instance.rescale_slope = data.number_or_nan(DCM_RescaleSlope);
  instance.rescale_intercept = data.number_or_nan(DCM_RescaleIntercept);
  read_private_scale(data, instance);
  for (DcmItem* mapping : data.items(DCM_RealWorldValueMappingSequence)) read_real_world_mapping(*mapping, instance);
}

void read_geometry(const Attributes& data, DicomInstance& instance) {
  const auto expect = [&](const std::vector<double>& values, std::size_t count, const char* attribute) {
    if (values.size() != count && !values.empty())
      throw Error(ErrorCode::format, data.file_name() + ": " + attribute + " has " + std::to_string(values.size()) +
                                         " values, " + std::to_string(count) +
                                         " are needed; correct or export the file again");
    return !values.empty();
  };
  instance.rows = data.integer(DCM_Rows);
  instance.columns = data.integer(DCM_Columns);
  instance.number_of_frames = data.integer(DCM_NumberOfFrames);
  const auto position = data.numbers(DCM_ImagePositionPatient);
  if (expect(position, 3, "ImagePositionPatient"))
    instance.image_position_lps = image::Vec3{position[0], position[1], position[2]};
  const auto axes = data.numbers(DCM_ImageOrientationPatient);
  if (expect(axes, 6, "ImageOrientationPatient"))
    instance.image_orientation = {image::Vec3{axes[0], axes[1], axes[2]}, image::Vec3{axes[3], axes[4], axes[5]}};
  const auto spacing = data.numbers(DCM_PixelSpacing);
  if (expect(spacing, 2, "PixelSpacing")) instance.pixel_spacing_mm = {spacing[0], spacing[1]};
}

/// Frames of these are masks or tiles of a slide, not slices of a patient.
bool frames_are_no_slices(const std::string& sop_class) {
  return sop_class == UID_SegmentationStorage || sop_class == "1.2.840.10008.5.1.4.1.1.66.7" ||
         sop_class == UID_SurfaceSegmentationStorage || sop_class == UID_VLWholeSlideMicroscopyImageStorage;
}

/// meta_sop_class  what the meta header says, for data sets that do not
std::vector<DicomInstance> describe(const Attributes& data, const HeaderEnd& end, const fs::path& path, Kind kind,
                                    const std::string& meta_sop_class) {
  DicomInstance instance;
  instance.path = path;
  instance.sop_class_uid = data.text(DCM_SOPClassUID);
  if (instance.sop_class_uid.empty()) instance.sop_class_uid = meta_sop_class;
  if (instance.sop_class_uid == UID_MediaStorageDirectoryStorage) return {};
  if (!is_uid(instance.sop_class_uid)) {
    if (kind == Kind::maybe) return {};
    throw Error(ErrorCode::format, path.string() + ": DICOM without a SOP class; export the file again");
  }
  instance.transfer_syntax_uid = end.transfer_syntax_uid;
  instance.has_pixel_data = end.has_pixel_data;
  instance.has_float_pixel_data = end.has_float_pixel_data;
  read_texts(data, instance);
  read_numbers(data, instance);
  read_geometry(data, instance);
  instance.complex_component = complex_component(data.text(DCM_ComplexImageComponent), instance.image_type);
  // GE says it in (0043,102F): 0 magnitude, 1 phase, 2 real, 3 imaginary.
  if (const auto ge = loose_numbers(data.find_private(0x0043, 0x2f, "GEMS_PARM_01"), 0); !ge.empty()) {
    static constexpr const char* kComponents[] = {"MAGNITUDE", "PHASE", "REAL", "IMAGINARY"};
    for (std::size_t n = 0; n < 4; ++n)
      if (ge.front() == static_cast<double>(n)) instance.complex_component = kComponents[n];
  }
  const Diffusion diffusion = read_diffusion(data, instance);
  instance.b_value = diffusion.b_value;
  instance.diffusion_direction = diffusion.direction;
  instance.diffusion_directionality = diffusion.directionality;
  if (is_adc_map(instance)) instance.b_value = kNaN;
  if (!frames_are_no_slices(instance.sop_class_uid) && data.has(DCM_PerFrameFunctionalGroupsSequence))
    return frames_of(data, instance);
  if (is_mosaic(instance)) return tiles_of(data, instance);
  return {instance};
}

}  // namespace

std::vector<DicomInstance> read_instances(const fs::path& path) {
  RawHeader raw;
  if (read_raw_header(path, raw)) {
    const Attributes data(raw, path.string());
    if (!data.text(DCM_SOPClassUID).empty()) return describe(data, raw.end, path, Kind::dicom, {});
  }
  const Kind kind = sniff(path);
  if (kind == Kind::other) return {};
  start_dcmtk();
  DcmFileFormat file;
  HeaderEnd end;
  try {
    end = load_header(file, path);
  } catch (const Error&) {
    if (kind == Kind::maybe) return {};
    throw;
  }
  return describe(Attributes(*file.getDataset(), path.string()), end, path, kind,
                  text_of(*file.getMetaInfo(), DCM_MediaStorageSOPClassUID));
}

}  // namespace larc::io::dicom
