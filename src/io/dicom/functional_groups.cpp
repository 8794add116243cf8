#include "io/dicom/functional_groups.h"

#include "core/text.h"
#include "io/dicom/adc_map.h"
#include "io/dicom/b_value.h"

namespace larc::io::dicom {

using image::Vec3;

namespace {

constexpr int kMostFrames = 32768;

/// The items of one frame's functional groups and of the shared ones.
class Groups {
 public:
  Groups(DcmItem* own, DcmItem* shared) : own_(own), shared_(shared) {}
  /// The macro's item, own before shared; nullptr when absent.
  DcmItem* find(const DcmTagKey& macro) const {
    for (DcmItem* side : {own_, shared_}) {
      if (side == nullptr) continue;
      const auto items = items_of(*side, macro);
      if (!items.empty()) return items.front();
    }
    return nullptr;
  }
  DcmItem* own() const { return own_; }
  DcmItem* shared() const { return shared_; }

 private:
  DcmItem* own_;
  DcmItem* shared_;
};

/// Philips fills numbers it does not know with 7.23e75.
bool is_known(double value) {
  return std::isfinite(value) && std::abs(value) < 1e30;
}

void take(DcmItem* item, const DcmTagKey& tag, double& value) {
  if (item == nullptr) return;
  const double read = parse_double(text_of(*item, tag)).value_or(kNaN);
  if (is_known(read)) value = read;
}

void take(DcmItem* item, const DcmTagKey& tag, std::optional<int>& value) {
  double read = kNaN;
  take(item, tag, read);
  if (std::abs(read) <= 2147483647.0 && read == std::trunc(read)) value = static_cast<int>(read);
}

void take(DcmItem* item, const DcmTagKey& tag, std::string& value) {
  if (item == nullptr) return;
  if (const std::string read = text_of(*item, tag); !read.empty()) value = read;
}

std::vector<double> exactly(DcmItem* item, const DcmTagKey& tag, std::size_t count, const std::string& name) {
  if (item == nullptr) return {};
  auto values = numbers_of(*item, tag, name);
  return values.size() == count ? values : std::vector<double>{};
}

void read_frame_geometry(const Groups& groups, DicomInstance& frame, const std::string& name) {
  if (const auto p = exactly(groups.find(DCM_PlanePositionSequence), DCM_ImagePositionPatient, 3, name); !p.empty())
    frame.image_position_lps = Vec3{p[0], p[1], p[2]};
  if (const auto a = exactly(groups.find(DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient, 6, name);
      !a.empty())
    frame.image_orientation = {Vec3{a[0], a[1], a[2]}, Vec3{a[3], a[4], a[5]}};
  DcmItem* measures = groups.find(DCM_PixelMeasuresSequence);
  if (const auto s = exactly(measures, DCM_PixelSpacing, 2, name); !s.empty()) frame.pixel_spacing_mm = {s[0], s[1]};
  take(measures, DCM_SliceThickness, frame.slice_thickness_mm);
  take(measures, DCM_SpacingBetweenSlices, frame.spacing_between_slices_mm);
}

void read_frame_content(const Groups& groups, DicomInstance& frame, const std::string& name) {
  DcmItem* content = groups.find(DCM_FrameContentSequence);
  take(content, DCM_StackID, frame.stack_id);
  take(content, DCM_TemporalPositionIndex, frame.temporal_position);
  take(content, DCM_FrameAcquisitionNumber, frame.acquisition_number);
  std::string when;
  take(content, DCM_FrameAcquisitionDateTime, when);
  if (when.size() >= 8) {
    frame.acquisition_date = when.substr(0, 8);
    frame.acquisition_time = when.substr(8);
  }
  if (content == nullptr) return;
  for (const double index : numbers_of(*content, DCM_DimensionIndexValues, name))
    frame.dimension_index.push_back(static_cast<int>(std::min(std::max(index, -2147483647.0), 2147483647.0)));
}

void read_frame_type(const Groups& groups, DicomInstance& frame) {
  DcmItem* type = groups.find(DCM_MRImageFrameTypeSequence);
  if (type == nullptr) type = groups.find(DCM_CTImageFrameTypeSequence);
  if (type == nullptr) type = groups.find(DCM_ParametricMapFrameTypeSequence);
  std::string component;
  if (type != nullptr) {
    if (const std::string words = all_text_of(*type, DCM_FrameType); !words.empty())
      frame.image_type = split(words, '\\');
    take(type, DCM_ComplexImageComponent, component);
  }
  const std::string named = complex_component(component, frame.image_type);
  if (!named.empty()) frame.complex_component = named;
}

void read_frame_acquisition(const Groups& groups, DicomInstance& frame) {
  take(groups.find(DCM_MREchoSequence), DCM_EffectiveEchoTime, frame.echo_time_ms);
  DcmItem* timing = groups.find(DCM_MRTimingAndRelatedParametersSequence);
  take(timing, DCM_RepetitionTime, frame.repetition_time_ms);
  take(timing, DCM_FlipAngle, frame.flip_angle_deg);
  take(timing, DCM_RFEchoTrainLength, frame.echo_train_length);
  take(groups.find(DCM_MRModifierSequence), DCM_InversionTimes, frame.inversion_time_ms);
  take(groups.find(DCM_MRAveragesSequence), DCM_NumberOfAverages, frame.number_of_averages);
  DcmItem* modifier = groups.find(DCM_MRImagingModifierSequence);
  take(modifier, DCM_PixelBandwidth, frame.pixel_bandwidth_hz);
  take(modifier, DCM_TransmitterFrequency, frame.imaging_frequency_mhz);
  take(groups.find(DCM_MRFOVGeometrySequence), DCM_InPlanePhaseEncodingDirection, frame.phase_encoding_direction);
  take(groups.find(DCM_FrameAnatomySequence), DCM_BodyPartExamined, frame.body_part);
}

void read_frame_values(const Groups& groups, DicomInstance& frame) {
  DcmItem* transformation = groups.find(DCM_PixelValueTransformationSequence);
  take(transformation, DCM_RescaleSlope, frame.rescale_slope);
  take(transformation, DCM_RescaleIntercept, frame.rescale_intercept);
  take(transformation, DCM_RescaleType, frame.rescale_type);
  if (DcmItem* mapping = groups.find(DCM_RealWorldValueMappingSequence)) read_real_world_mapping(*mapping, frame);
}

}  // namespace

std::vector<DicomInstance> frames_of(const Attributes& data, const DicomInstance& common) {
  const auto own = data.items(DCM_PerFrameFunctionalGroupsSequence);
  const auto shared = data.items(DCM_SharedFunctionalGroupsSequence);
  const std::string& name = data.file_name();
  const int count = common.number_of_frames.value_or(1);
  if (count > kMostFrames)
    throw Error(ErrorCode::unsupported, name + ": " + std::to_string(count) + " frames in one file; larc takes " +
                                            std::to_string(kMostFrames) + ": export the series in parts");
  if (count < 1 || own.size() != static_cast<std::size_t>(count))
    throw Error(ErrorCode::format, name + ": " + std::to_string(own.size()) + " per-frame functional groups for " +
                                       std::to_string(count) + " frames; export the file again");
  DicomInstance base = common;
  base.number_of_frames = count;
  base.dimension_index.clear();
  std::vector<DicomInstance> frames;
  frames.reserve(own.size());
  for (std::size_t n = 0; n < own.size(); ++n) {
    DicomInstance frame = base;
    frame.frame = static_cast<int>(n);
    // Philips keeps what a classic image would say of each frame in a private item.
    const Attributes items(*own[n], name);
    if (auto* classic =
            dynamic_cast<DcmSequenceOfItems*>(items.find_private(0x2005, 0x0f, "Philips MR Imaging DD 005").parsed);
        classic != nullptr && classic->card() > 0) {
      const Attributes inner(*classic->getItem(0), name);
      read_private_scale(inner, frame);
      frame.echo_number = inner.integer_or_none(DCM_EchoNumbers);
      const Diffusion diffusion = read_diffusion(inner, frame);
      if (!std::isnan(diffusion.b_value)) frame.b_value = diffusion.b_value;
    }
    const Groups groups(own[n], shared.empty() ? nullptr : shared.front());
    read_frame_geometry(groups, frame, name);
    read_frame_content(groups, frame, name);
    read_frame_type(groups, frame);
    read_frame_acquisition(groups, frame);
    read_frame_values(groups, frame);
    if (DcmItem* macro = groups.find(DCM_MRDiffusionSequence)) read_diffusion_macro(*macro, name, frame);
    if (is_adc_map(frame)) frame.b_value = kNaN;
    frames.push_back(std::move(frame));
  }
  return frames;
}

void read_private_scale(const Attributes& item, DicomInstance& instance) {
  constexpr const char* kCreator = "Philips MR Imaging DD 001";
  const auto first = [&](std::uint8_t element) {
    const auto values = loose_numbers(item.find_private(0x2005, element, kCreator), 4);
    return values.empty() ? kNaN : values.front();
  };
  const double slope = first(0x0e), intercept = first(0x0d);
  if (std::isfinite(slope) && slope != 0) {
    instance.private_scale_slope = slope;
    instance.private_scale_intercept = std::isfinite(intercept) ? intercept : 0;
  }
}

void read_real_world_mapping(DcmItem& mapping, DicomInstance& instance) {
  double slope = kNaN, intercept = kNaN;
  take(&mapping, DCM_RealWorldValueSlope, slope);
  take(&mapping, DCM_RealWorldValueIntercept, intercept);
  if (std::isnan(slope) || slope == 0) return;
  instance.real_world_slope = slope;
  instance.real_world_intercept = std::isnan(intercept) ? 0 : intercept;
  for (DcmItem* unit : items_of(mapping, DCM_MeasurementUnitsCodeSequence))
    instance.real_world_unit = text_of(*unit, DCM_CodeValue);
}

std::string complex_component(const std::string& named, const std::vector<std::string>& image_type) {
  static const std::map<std::string, std::string> kWords{
      {"MAGNITUDE", "MAGNITUDE"}, {"PHASE", "PHASE"},     {"REAL", "REAL"},      {"IMAGINARY", "IMAGINARY"},
      {"M", "MAGNITUDE"},         {"P", "PHASE"},         {"R", "REAL"},         {"I", "IMAGINARY"},
      {"PHASE MAP", "PHASE"},     {"M_FFE", "MAGNITUDE"}, {"M_SE", "MAGNITUDE"}, {"M_IR", "MAGNITUDE"}};
  if (named.size() > 1)
    if (const auto known = kWords.find(named); known != kWords.end()) return known->second;
  for (std::size_t n = 2; n < image_type.size(); ++n)
    if (const auto known = kWords.find(image_type[n]); known != kWords.end()) return known->second;
  return {};
}

}  // namespace larc::io::dicom
