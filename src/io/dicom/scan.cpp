#include "io/dicom/scan.h"

#include "core/number.h"
#include "core/text.h"
#include "io/dicom/dataset.h"

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

/// b in s/mm2: the standard attribute, else Siemens (0019,100C), else GE (0043,1039) first value modulo 10^9,
/// else Philips (2001,1003). Private ones may come as unknown bytes.
double diffusion_b_value(DcmDataset& data, const std::string& manufacturer, const std::string& name) {
  const double standard = number_of(data, DcmTagKey(0x0018, 0x9087), name);
  if (!std::isnan(standard)) return standard;
  const auto bytes_as_text = [&](const DcmTagKey& tag) {
    DcmElement* element = nullptr;
    const Uint8* bytes = nullptr;
    if (data.findAndGetElement(tag, element).bad() || element == nullptr) return std::string();
    if (element->ident() == EVR_OB || element->ident() == EVR_UN) {
      if (data.findAndGetUint8Array(tag, bytes).bad() || bytes == nullptr) return std::string();
      const std::string_view raw(reinterpret_cast<const char*>(bytes), element->getLength());
      return std::string(trim(raw.substr(0, std::min(raw.find('\0'), raw.size()))));
    }
    return text_of(data, tag);
  };
  const std::string maker = to_lower(manufacturer);
  if (maker.find("siemens") != std::string::npos)
    return parse_double(bytes_as_text(DcmTagKey(0x0019, 0x100c))).value_or(kNaN);
  if (maker.starts_with("ge")) {
    const std::string text = bytes_as_text(DcmTagKey(0x0043, 0x1039));
    const auto value = parse_double(text.substr(0, text.find('\\')));
    return value ? std::fmod(*value, 1e9) : kNaN;
  }
  if (maker.find("philips") != std::string::npos) {
    Float32 value = 0;
    if (data.findAndGetFloat32(DcmTagKey(0x2001, 0x1003), value).good()) return value;
  }
  return kNaN;
}

/// Attributes that larc only orders or shows must not make a file unreadable.
template <typename Read>
auto lenient(Read&& read) -> decltype(read()) {
  try {
    return read();
  } catch (const Error&) {
    if constexpr (std::is_same_v<decltype(read()), double>) {
      return kNaN;
    } else {
      return {};
    }
  }
}

void read_geometry(DcmDataset& data, DicomInstance& instance, const std::string& name) {
  const auto expect = [&](const std::vector<double>& values, std::size_t count, const char* attribute) {
    if (values.size() != count && !values.empty())
      throw Error(ErrorCode::format, name + ": " + attribute + " has " + std::to_string(values.size()) + " values, " +
                                         std::to_string(count) + " are needed; correct or export the file again");
    return !values.empty();
  };
  instance.rows = integer_of(data, DCM_Rows, name);
  instance.columns = integer_of(data, DCM_Columns, name);
  instance.number_of_frames = integer_of(data, DCM_NumberOfFrames, name);
  const auto position = numbers_of(data, DCM_ImagePositionPatient, name);
  if (expect(position, 3, "ImagePositionPatient"))
    instance.image_position_lps = image::Vec3{position[0], position[1], position[2]};
  const auto axes = numbers_of(data, DCM_ImageOrientationPatient, name);
  if (expect(axes, 6, "ImageOrientationPatient"))
    instance.image_orientation = {image::Vec3{axes[0], axes[1], axes[2]}, image::Vec3{axes[3], axes[4], axes[5]}};
  const auto spacing = numbers_of(data, DCM_PixelSpacing, name);
  if (expect(spacing, 2, "PixelSpacing")) instance.pixel_spacing_mm = {spacing[0], spacing[1]};
}

}  // namespace

DicomInstance::DicomInstance()
    : slice_thickness_mm(kNaN),
      spacing_between_slices_mm(kNaN),
      field_strength_t(kNaN),
      repetition_time_ms(kNaN),
      echo_time_ms(kNaN),
      inversion_time_ms(kNaN),
      flip_angle_deg(kNaN),
      b_value(kNaN) {}

std::optional<DicomInstance> read_header(const fs::path& path) {
  const Kind kind = sniff(path);
  if (kind == Kind::other) return std::nullopt;
  start_dcmtk();
  const std::string name = path.string();
  DcmFileFormat file;
  try {
    load(file, path);
  } catch (const Error&) {
    if (kind == Kind::maybe) return std::nullopt;
    throw;
  }
  DcmDataset& data = *file.getDataset();
  DicomInstance instance;
  instance.path = path;
  instance.sop_class_uid = text_of(data, DCM_SOPClassUID);
  if (instance.sop_class_uid.empty())
    instance.sop_class_uid = text_of(*file.getMetaInfo(), DCM_MediaStorageSOPClassUID);
  if (instance.sop_class_uid == UID_MediaStorageDirectoryStorage) return std::nullopt;
  if (!is_uid(instance.sop_class_uid)) {
    if (kind == Kind::maybe) return std::nullopt;
    throw Error(ErrorCode::format, name + ": DICOM without a SOP class; export the file again");
  }
  instance.transfer_syntax_uid = DcmXfer(data.getOriginalXfer()).getXferID();
  instance.sop_instance_uid = text_of(data, DCM_SOPInstanceUID);
  instance.series_uid = text_of(data, DCM_SeriesInstanceUID);
  instance.study_uid = text_of(data, DCM_StudyInstanceUID);
  instance.frame_of_reference_uid = text_of(data, DCM_FrameOfReferenceUID);
  instance.patient_id = text_of(data, DCM_PatientID);
  instance.patient_sex = text_of(data, DCM_PatientSex);
  instance.patient_age = text_of(data, DCM_PatientAge);
  instance.patient_birth_date = text_of(data, DCM_PatientBirthDate);
  instance.modality = text_of(data, DCM_Modality);
  instance.series_description = text_of(data, DCM_SeriesDescription);
  instance.study_description = text_of(data, DCM_StudyDescription);
  instance.study_id = text_of(data, DCM_StudyID);
  instance.protocol_name = text_of(data, DCM_ProtocolName);
  instance.sequence_name = text_of(data, DCM_SequenceName);
  instance.scanning_sequence = all_text_of(data, DCM_ScanningSequence);
  instance.institution_name = text_of(data, DCM_InstitutionName);
  instance.manufacturer = text_of(data, DCM_Manufacturer);
  instance.model = text_of(data, DCM_ManufacturerModelName);
  instance.study_date = text_of(data, DCM_StudyDate);
  instance.acquisition_date = text_of(data, DCM_AcquisitionDate);
  instance.body_part = text_of(data, DCM_BodyPartExamined);
  if (const std::string type = all_text_of(data, DCM_ImageType); !type.empty()) instance.image_type = split(type, '\\');
  const auto whole = [&](const DcmTagKey& tag) { return lenient([&] { return integer_of(data, tag, name); }); };
  const auto real = [&](const DcmTagKey& tag) { return lenient([&] { return number_of(data, tag, name); }); };
  instance.series_number = whole(DCM_SeriesNumber);
  instance.instance_number = whole(DCM_InstanceNumber);
  instance.acquisition_number = whole(DCM_AcquisitionNumber);
  instance.temporal_position = whole(DCM_TemporalPositionIdentifier);
  instance.slice_thickness_mm = real(DCM_SliceThickness);
  instance.spacing_between_slices_mm = real(DCM_SpacingBetweenSlices);
  instance.field_strength_t = real(DCM_MagneticFieldStrength);
  instance.repetition_time_ms = real(DCM_RepetitionTime);
  instance.echo_time_ms = real(DCM_EchoTime);
  instance.inversion_time_ms = real(DCM_InversionTime);
  instance.flip_angle_deg = real(DCM_FlipAngle);
  instance.b_value = lenient([&] { return diffusion_b_value(data, instance.manufacturer, name); });
  read_geometry(data, instance, name);
  instance.has_pixel_data = data.tagExists(DCM_PixelData);
  return instance;
}

}  // namespace larc::io::dicom
