#include "io/dicom/write_multiframe.h"

#include "core/text.h"
#include "io/dicom/encode.h"
#include "io/dicom/modules.h"

namespace larc::io::dicom {

namespace {

using image::Geometry;
using image::Vec3;

/// ImageType and FrameType have four values there (PS3.3 C.8.16.1), and the rest of the macro C.8.13.3.1.
void put_frame_type(DcmItem& item, const DcmTagKey& tag, const DicomSeriesInfo& info, bool diffusion) {
  auto type = info.image_type;
  type.resize(4, "NONE");
  put_text(item, tag, join(type, "\\"));
  put_text(item, DCM_PixelPresentation, "MONOCHROME");
  put_text(item, DCM_VolumetricProperties, "VOLUME");
  put_text(item, DCM_VolumeBasedCalculationTechnique, "NONE");
  put_text(item, DCM_ComplexImageComponent, "MAGNITUDE");
  put_text(item, DCM_AcquisitionContrast, diffusion ? "DIFFUSION" : "T2");
}

void put_dimensions(DcmItem& data, const DicomSeriesInfo& info) {
  const std::string uid = make_uid(info.series_uid + "/dimensions");
  put_text(add_item(data, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, uid);
  const auto add = [&](const DcmTagKey& index, const DcmTagKey& group) {
    DcmItem& item = add_item(data, DCM_DimensionIndexSequence);
    put_text(item, DCM_DimensionOrganizationUID, uid);
    item.putAndInsertTagKey(DCM_DimensionIndexPointer, index);
    item.putAndInsertTagKey(DCM_FunctionalGroupPointer, group);
  };
  add(DCM_DiffusionBValue, DCM_MRDiffusionSequence);
  add(DCM_InStackPositionNumber, DCM_FrameContentSequence);
}

void put_shared(DcmItem& data, const DicomSeriesInfo& info, const Geometry& g, bool diffusion) {
  DcmItem& shared = add_item(data, DCM_SharedFunctionalGroupsSequence);
  put_frame_type(add_item(shared, DCM_MRImageFrameTypeSequence), DCM_FrameType, info, diffusion);
  DcmItem& measures = add_item(shared, DCM_PixelMeasuresSequence);
  put_number(measures, DCM_SliceThickness,
             std::isfinite(info.slice_thickness_mm) ? info.slice_thickness_mm : g.spacing_mm[2]);
  put_number(measures, DCM_SpacingBetweenSlices, g.spacing_mm[2]);
  put_numbers(measures, DCM_PixelSpacing, {g.spacing_mm[1], g.spacing_mm[0]});
  const auto& d = g.direction;
  put_numbers(add_item(shared, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient,
              {d[0][0], d[1][0], d[2][0], d[0][1], d[1][1], d[2][1]});
  DcmItem& timing = add_item(shared, DCM_MRTimingAndRelatedParametersSequence);
  put_optional(timing, DCM_RepetitionTime, info.repetition_time_ms);
  put_optional(timing, DCM_FlipAngle, info.flip_angle_deg);
  put_text(timing, DCM_EchoTrainLength, std::to_string(info.echo_train_length));
  if (std::isfinite(info.echo_time_ms))
    add_item(shared, DCM_MREchoSequence).putAndInsertFloat64(DCM_EffectiveEchoTime, info.echo_time_ms);
  DcmItem& modifier = add_item(shared, DCM_MRModifierSequence);
  put_text(modifier, DCM_InversionRecovery, "NO");
  put_text(modifier, DCM_SpatialPresaturation, "NONE");
  DcmItem& fov = add_item(shared, DCM_MRFOVGeometrySequence);
  put_optional(fov, DCM_InPlanePhaseEncodingDirection,
               info.phase_encoding_direction == "COL" ? std::string("COLUMN") : info.phase_encoding_direction);
  if (std::isfinite(info.number_of_averages))
    add_item(shared, DCM_MRAveragesSequence).putAndInsertFloat64(DCM_NumberOfAverages, info.number_of_averages);
  DcmItem& values = add_item(shared, DCM_PixelValueTransformationSequence);
  put_number(values, DCM_RescaleIntercept, info.rescale_intercept);
  put_number(values, DCM_RescaleSlope, info.rescale_slope);
  put_text(values, DCM_RescaleType, info.rescale_type);
}

void put_frame(DcmItem& data, const FrameVolume& frames, int volume, int slice) {
  const Geometry& g = frames.volume->geometry;
  DcmItem& frame = add_item(data, DCM_PerFrameFunctionalGroupsSequence);
  DcmItem& content = add_item(frame, DCM_FrameContentSequence);
  put_text(content, DCM_StackID, "1");
  content.putAndInsertUint32(DCM_InStackPositionNumber, static_cast<Uint32>(slice + 1));
  const Uint32 indices[] = {static_cast<Uint32>(volume + 1), static_cast<Uint32>(slice + 1)};
  auto* index = new DcmUnsignedLong(DCM_DimensionIndexValues);
  index->putUint32Array(indices, 2);
  content.insert(index, OFTrue);
  const Vec3 position = g.point_lps({0, 0, static_cast<double>(slice)});
  put_numbers(add_item(frame, DCM_PlanePositionSequence), DCM_ImagePositionPatient,
              {position[0], position[1], position[2]});
  if (!std::isfinite(frames.b_value)) return;
  DcmItem& diffusion = add_item(frame, DCM_MRDiffusionSequence);
  diffusion.putAndInsertFloat64(DCM_DiffusionBValue, frames.b_value);
  put_text(diffusion, DCM_DiffusionDirectionality, frames.b_value > 0 ? "ISOTROPIC" : "NONE");
}

/// PS3.3 C.8.13.4, what of it says which sequence this is.
void put_pulse_sequence(DcmItem& data, const DicomSeriesInfo& info) {
  const bool planar = info.scanning_sequence.find("EP") != std::string::npos;
  const bool gradient = info.scanning_sequence.find("GR") != std::string::npos;
  put_optional(data, DCM_PulseSequenceName, info.sequence_name);
  put_text(data, DCM_MRAcquisitionType, info.mr_acquisition_type);
  put_text(data, DCM_EchoPulseSequence, gradient ? "GRADIENT" : "SPIN");
  put_text(data, DCM_MultipleSpinEcho, !planar && info.echo_train_length > 1 ? "YES" : "NO");
  put_text(data, DCM_EchoPlanarPulseSequence, planar ? "YES" : "NO");
  put_text(data, DCM_ResonantNucleus, "1H");
  put_optional(data, DCM_MagneticFieldStrength, info.field_strength_t);
}

}  // namespace

DicomFile encode_multiframe(const std::vector<FrameVolume>& volumes, const DicomSeriesInfo& info,
                            const FileForm& form) {
  start_dcmtk();
  check_info(info);
  if (volumes.empty()) throw Error(ErrorCode::domain, "a multi-frame image without volume; give one");
  const Geometry& g = volumes.front().volume->geometry;
  image::check_geometry(g, "volume to write");
  DicomFile result{UID_EnhancedMRImageStorage, make_uid(info.series_uid + "/1"), ""};
  DcmFileFormat file;
  DcmDataset& data = start_file(file, UID_EnhancedMRImageStorage, result.sop_instance_uid);
  put_patient_and_study(data, info);
  put_series(data, info);
  put_equipment(data, info);
  const bool diffusion = info.scanning_sequence.find("EP") != std::string::npos;
  put_frame_type(data, DCM_ImageType, info, diffusion);
  const std::string time = info.acquisition_time.empty() ? info.study_time : info.acquisition_time;
  put_text(data, DCM_ContentDate, info.study_date);
  put_text(data, DCM_ContentTime, time);
  put_text(data, DCM_AcquisitionDateTime, info.study_date + time);
  put_text(data, DCM_AcquisitionNumber, std::to_string(info.acquisition_number));
  put_text(data, DCM_InstanceNumber, "1");
  put_text(data, DCM_ContentQualification, "RESEARCH");
  put_text(data, DCM_BurnedInAnnotation, "NO");
  put_text(data, DCM_LossyImageCompression, "00");
  put_pulse_sequence(data, info);
  put_dimensions(data, info);
  put_shared(data, info, g, diffusion);

  std::vector<Stored> stored;
  bool is_signed = false;
  for (const auto& one : volumes) {
    if (!image::same_geometry(one.volume->geometry, g))
      throw Error(ErrorCode::geometry_mismatch, "volumes of one multi-frame image differ in their grids: " +
                                                    image::describe_difference(one.volume->geometry, g));
    stored.push_back(quantise(*one.volume, info));
    is_signed = is_signed || stored.back().is_signed;
  }
  std::vector<Uint16> pixels;
  pixels.reserve(volumes.size() * g.voxel_count());
  for (std::size_t v = 0; v < volumes.size(); ++v) {
    for (int slice = 0; slice < g.size[2]; ++slice) put_frame(data, volumes[v], static_cast<int>(v), slice);
    for (const auto value : stored[v].values) pixels.push_back(static_cast<Uint16>(value));
  }
  put_image_pixel(data, g, is_signed);
  put_text(data, DCM_NumberOfFrames, std::to_string(volumes.size() * static_cast<std::size_t>(g.size[2])));
  put_attributes(data, info.extra);
  data.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size()));
  result.bytes =
      encode(file, form, 2 * pixels.size() + 1024 * volumes.size() * static_cast<std::size_t>(g.size[2]) + 32768);
  return result;
}

}  // namespace larc::io::dicom
