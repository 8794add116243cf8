#include "io/dicom/modules.h"

#include "core/text.h"

namespace larc::io::dicom {

namespace {

void check_uid(const std::string& uid, const char* name) {
  const bool valid = !uid.empty() && uid.size() <= 64 && uid.find_first_not_of("0123456789.") == std::string::npos &&
                     uid.front() != '.' && uid.back() != '.' && uid.find("..") == std::string::npos;
  if (!valid)
    throw Error(ErrorCode::domain, std::string(name) + " '" + uid +
                                       "' is not a DICOM UID (digits and points, 64 characters "
                                       "at most); make one with make_uid");
}

/// Type 2: present, empty when unknown.
void put_or_empty(DcmItem& data, const DcmTagKey& tag, double value) {
  put_text(data, tag, std::isfinite(value) ? decimal_string(value) : "");
}

std::string joined(const std::vector<std::string>& values) {
  return join(values, "\\");
}

void put_b_value(DcmItem& data, const DicomSeriesInfo& info) {
  if (!std::isfinite(info.b_value)) return;
  const auto whole = [](double value) { return std::to_string(std::llround(value)); };
  switch (info.b_value_place) {
    case BValuePlace::standard:
      data.putAndInsertFloat64(DcmTagKey(0x0018, 0x9087), info.b_value);
      break;
    case BValuePlace::siemens:
      data.putAndInsertString(DcmTag(0x0019, 0x0010, EVR_LO), "SIEMENS MR HEADER");
      data.putAndInsertString(DcmTag(0x0019, 0x100c, EVR_IS), whole(info.b_value).c_str());
      break;
    case BValuePlace::ge:
      data.putAndInsertString(DcmTag(0x0043, 0x0010, EVR_LO), "GEMS_PARM_01");
      data.putAndInsertString(DcmTag(0x0043, 0x1039, EVR_IS), (whole(info.b_value + 1e9) + "\\8\\0\\0").c_str());
      break;
  }
}

void put_attribute(DcmItem& data, const DicomAttribute& attribute) {
  const DcmTag tag(DcmTagKey(attribute.group, attribute.element), DcmVR(attribute.vr.c_str()));
  OFCondition status = EC_Normal;
  if (attribute.vr == "SQ") {
    DcmItem* item = nullptr;
    status = data.findOrCreateSequenceItem(tag, item, -2);
    if (status.good()) put_attributes(*item, attribute.items);
  } else if (attribute.vr == "OB") {
    std::string bytes = attribute.value;
    if (bytes.size() % 2 != 0) bytes += '\0';
    status = data.putAndInsertUint8Array(tag, reinterpret_cast<const Uint8*>(bytes.data()), bytes.size());
  } else {
    status = data.putAndInsertString(tag, attribute.value.c_str());
  }
  if (status.bad())
    throw Error(ErrorCode::domain, std::string("attribute ") + tag.toString().c_str() + " of VR " + attribute.vr +
                                       " cannot be written: " + status.text());
}

}  // namespace

void check_info(const DicomSeriesInfo& info) {
  check_uid(info.study_uid, "study_uid");
  check_uid(info.series_uid, "series_uid");
  check_uid(info.frame_of_reference_uid, "frame_of_reference_uid");
  if (info.patient_id.empty() || info.patient_id.size() > 64 || info.patient_id.find('\\') != std::string::npos)
    throw Error(ErrorCode::domain, "patient_id must have 1 to 64 characters and no backslash");
  if (!(std::abs(info.rescale_slope) > 0) || !std::isfinite(info.rescale_slope) ||
      !std::isfinite(info.rescale_intercept))
    throw Error(ErrorCode::domain, "rescale_slope must be finite and not 0, rescale_intercept finite");
  if (info.modality.empty() || info.modality.size() > 16)
    throw Error(ErrorCode::domain, "modality must have 1 to 16 characters, such as MR");
}

void put_optional(DcmItem& data, const DcmTagKey& tag, const std::string& value) {
  if (!value.empty()) put_text(data, tag, value);
}
void put_optional(DcmItem& data, const DcmTagKey& tag, double value) {
  if (std::isfinite(value)) put_number(data, tag, value);
}

DcmDataset& start_file(DcmFileFormat& file, const char* sop_class, const std::string& sop_uid) {
  DcmDataset& data = *file.getDataset();
  put_text(data, DCM_SOPClassUID, sop_class);
  put_text(data, DCM_SOPInstanceUID, sop_uid);
  return data;
}

void put_patient_and_study(DcmItem& data, const DicomSeriesInfo& info) {
  put_text(data, DCM_SpecificCharacterSet, "ISO_IR 192");
  put_text(data, DCM_PatientName, info.patient_name.empty() ? info.patient_id : info.patient_name);
  put_text(data, DCM_PatientID, info.patient_id);
  put_text(data, DCM_PatientBirthDate, info.patient_birth_date);
  put_text(data, DCM_PatientSex, info.patient_sex);
  put_optional(data, DCM_PatientAge, info.patient_age);
  put_optional(data, DCM_PatientWeight, info.patient_weight_kg);
  put_text(data, DCM_StudyInstanceUID, info.study_uid);
  put_text(data, DCM_StudyDate, info.study_date);
  put_text(data, DCM_StudyTime, info.study_time);
  put_text(data, DCM_StudyID, info.study_id);
  put_text(data, DCM_AccessionNumber, info.accession_number);
  put_text(data, DCM_ReferringPhysicianName, info.referring_physician);
  put_optional(data, DCM_StudyDescription, info.study_description);
}

void put_equipment(DcmItem& data, const DicomSeriesInfo& info) {
  put_text(data, DCM_Manufacturer, info.manufacturer);
  put_optional(data, DCM_ManufacturerModelName, info.model);
  put_optional(data, DCM_InstitutionName, info.institution_name);
  put_optional(data, DCM_StationName, info.station_name);
  put_optional(data, DCM_DeviceSerialNumber, info.device_serial_number);
  put_optional(data, DCM_SoftwareVersions, info.software_versions);
}

void put_series(DcmItem& data, const DicomSeriesInfo& info) {
  put_text(data, DCM_Modality, info.modality);
  put_text(data, DCM_SeriesInstanceUID, info.series_uid);
  put_text(data, DCM_SeriesNumber, std::to_string(info.series_number));
  put_optional(data, DCM_SeriesDescription, info.series_description);
  put_optional(data, DCM_ProtocolName, info.protocol_name);
  put_text(data, DCM_SeriesDate, info.acquisition_date.empty() ? info.study_date : info.acquisition_date);
  put_text(data, DCM_SeriesTime, info.acquisition_time.empty() ? info.study_time : info.acquisition_time);
  put_optional(data, DCM_BodyPartExamined, info.body_part);
  put_text(data, DCM_PatientPosition, info.patient_position);
  put_text(data, DCM_FrameOfReferenceUID, info.frame_of_reference_uid);
  put_text(data, DCM_PositionReferenceIndicator, "");
}

void put_mr(DcmItem& data, const DicomSeriesInfo& info, const image::Geometry& g) {
  const std::string date = info.acquisition_date.empty() ? info.study_date : info.acquisition_date;
  const std::string time = info.acquisition_time.empty() ? info.study_time : info.acquisition_time;
  put_text(data, DCM_ImageType, joined(info.image_type));
  put_optional(data, DCM_AcquisitionDate, date);
  put_optional(data, DCM_AcquisitionTime, time);
  put_text(data, DCM_ContentDate, date);
  put_text(data, DCM_ContentTime, time);
  put_text(data, DCM_AcquisitionNumber, std::to_string(info.acquisition_number));
  put_optional(data, DCM_BurnedInAnnotation, info.burned_in_annotation);
  put_optional(data, DCM_DerivationDescription, info.derivation);
  put_optional(data, DCM_ContrastBolusAgent, info.contrast_agent);
  put_text(data, DCM_ScanningSequence, info.scanning_sequence);
  put_text(data, DCM_SequenceVariant, info.sequence_variant);
  put_text(data, DCM_ScanOptions, info.scan_options);
  put_text(data, DCM_MRAcquisitionType, info.mr_acquisition_type);
  put_optional(data, DCM_SequenceName, info.sequence_name);
  put_number(data, DCM_SliceThickness,
             std::isfinite(info.slice_thickness_mm) ? info.slice_thickness_mm : g.spacing_mm[2]);
  put_number(data, DCM_SpacingBetweenSlices, g.spacing_mm[2]);
  put_or_empty(data, DCM_RepetitionTime, info.repetition_time_ms);
  put_or_empty(data, DCM_EchoTime, info.echo_time_ms);
  put_text(data, DCM_EchoTrainLength, std::to_string(info.echo_train_length));
  put_optional(data, DCM_InversionTime, info.inversion_time_ms);
  put_optional(data, DCM_FlipAngle, info.flip_angle_deg);
  put_optional(data, DCM_InPlanePhaseEncodingDirection, info.phase_encoding_direction);
  put_optional(data, DCM_NumberOfAverages, info.number_of_averages);
  put_optional(data, DCM_PixelBandwidth, info.pixel_bandwidth_hz);
  put_optional(data, DCM_MagneticFieldStrength, info.field_strength_t);
  put_optional(data, DCM_ImagingFrequency, info.imaging_frequency_mhz);
  put_b_value(data, info);
  if (info.temporal_position > 0)
    put_text(data, DCM_TemporalPositionIdentifier, std::to_string(info.temporal_position));
}

void put_attributes(DcmItem& data, const std::vector<DicomAttribute>& attributes) {
  for (const auto& attribute : attributes) put_attribute(data, attribute);
}

Stored quantise(const image::Volume& volume, const DicomSeriesInfo& info) {
  image::check_finite(volume, "volume to write");
  Stored stored;
  stored.values.reserve(volume.voxels.size());
  double low = 0, high = 0, low_value = 0, high_value = 0;
  for (const double value : volume.voxels) {
    const double level = std::round((value - info.rescale_intercept) / info.rescale_slope);
    if (level < low) low = level, low_value = value;
    if (level > high) high = level, high_value = value;
    stored.values.push_back(static_cast<std::int32_t>(std::clamp(level, -2147483648.0, 2147483647.0)));
  }
  stored.is_signed = low < 0;
  const double least = stored.is_signed ? -32768 : 0, most = stored.is_signed ? 32767 : 65535;
  if (low < least || high > most) {
    const bool below = low < least;
    const double needed = std::abs(info.rescale_slope) * std::max(-low / 32768.0, high / most);
    throw Error(ErrorCode::domain, "the voxel value " + format_double(below ? low_value : high_value) +
                                       " does not fit in 16 bits with rescale_slope " +
                                       format_double(info.rescale_slope) + "; use a slope of at least " +
                                       format_double(needed));
  }
  return stored;
}

void put_image_pixel(DcmItem& data, const image::Geometry& g, bool is_signed, unsigned bits) {
  put_unsigned(data, DCM_SamplesPerPixel, 1);
  put_text(data, DCM_PhotometricInterpretation, "MONOCHROME2");
  put_unsigned(data, DCM_Rows, static_cast<unsigned>(g.size[1]));
  put_unsigned(data, DCM_Columns, static_cast<unsigned>(g.size[0]));
  put_unsigned(data, DCM_BitsAllocated, bits);
  put_unsigned(data, DCM_BitsStored, bits);
  put_unsigned(data, DCM_HighBit, bits - 1);
  put_unsigned(data, DCM_PixelRepresentation, is_signed ? 1 : 0);
}

}  // namespace larc::io::dicom
