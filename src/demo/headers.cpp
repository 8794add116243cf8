#include "demo/headers.h"

#include <cmath>

namespace larc::demo {

namespace {

/// One text for each vendor.
struct Habit {
  const char* siemens;
  const char* philips;
  const char* ge;
  const char* of(Vendor vendor) const {
    return vendor == Vendor::siemens ? siemens : vendor == Vendor::philips ? philips : ge;
  }
};

constexpr Habit kStaging{"MRI rectum primary staging", "Rectum MRI baseline", "MR PELVIS RECTAL CA PRE-TREATMENT"};
constexpr Habit kRestaging{"MRI rectum restaging", "Rectum MRI after therapy", "MR PELVIS RECTAL CA POST-TREATMENT"};

std::string three_digits(int number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return digits;
}

io::dicom::DicomSeriesInfo common(const Scanner& scanner, const ExaminationLabel& label, const std::string& series) {
  io::dicom::DicomSeriesInfo info;
  info.patient_id = label.patient;
  info.patient_sex = label.sex;
  info.patient_age = three_digits(label.age_years) + "Y";
  info.patient_weight_kg = label.weight_kg;
  info.study_uid = io::dicom::make_uid(label.uid_seed + " study");
  info.study_id = std::to_string(label.examination + 1);
  info.study_description = (label.examination == 0 ? kStaging : kRestaging).of(scanner.vendor);
  info.study_date = label.date;
  info.study_time = "100000";
  info.institution_name = "Synthetic centre " + scanner.centre;
  info.series_uid = io::dicom::make_uid(label.uid_seed + " series " + series);
  info.frame_of_reference_uid = label.frame_uid;
  info.manufacturer = scanner.manufacturer;
  info.model = scanner.model;
  info.software_versions = "synthetic";
  info.station_name = "MR" + scanner.centre;
  info.field_strength_t = scanner.field_strength_t;
  info.imaging_frequency_mhz = 42.577 * scanner.field_strength_t;
  return info;
}

std::string b_text(double b_value) {
  return std::to_string(std::lround(b_value));
}

}  // namespace

SeriesHeader t2w_header(const Scanner& scanner, const ExaminationLabel& label) {
  auto info = common(scanner, label, "t2w");
  info.series_description = Habit{"t2_tse_tra_obl_high_res", "T2W_TSE_ax_obl", "Ax Obl T2 FRFSE HR"}.of(scanner.vendor);
  info.protocol_name = Habit{"t2_tse_tra_obl_p2", "T2W_TSE_ax_obl SENSE", "RECTUM PROTOCOL"}.of(scanner.vendor);
  info.sequence_name = Habit{"*tse2d1_18", "TSE", "FSE_XL"}.of(scanner.vendor);
  info.series_number = scanner.vendor == Vendor::philips ? 401 : 4;
  if (scanner.vendor == Vendor::philips) info.image_type = {"ORIGINAL", "PRIMARY", "M_SE", "M", "SE"};
  if (scanner.vendor == Vendor::ge) info.image_type = {"ORIGINAL", "PRIMARY", "OTHER"};
  info.acquisition_time = "100510";
  info.repetition_time_ms = scanner.repetition_time_ms;
  info.echo_time_ms = scanner.echo_time_ms;
  info.flip_angle_deg = 150;
  info.number_of_averages = 2;
  info.pixel_bandwidth_hz = 200;
  info.echo_train_length = 18;
  info.slice_thickness_mm = scanner.slice_mm;
  return {Habit{"t2_tse_tra_obl", "401_T2W_TSE_ax_obl", "S4_Ax_Obl_T2"}.of(scanner.vendor), info};
}

SeriesHeader diffusion_header(const Scanner& scanner, const ExaminationLabel& label, double b_value) {
  const auto& protocol = scanner.diffusion;
  const std::string low = b_text(protocol.low_b), high = b_text(protocol.high_b), own = b_text(b_value);
  auto info = common(scanner, label, scanner.vendor == Vendor::philips ? "diffusion b" + own : "diffusion");
  std::string folder;
  switch (scanner.vendor) {
    case Vendor::siemens:
      info.series_description = "ep2d_diff_b" + low + "_b" + high + "_tra_TRACEW";
      info.image_type = {"ORIGINAL", "PRIMARY", "DIFFUSION", "TRACEW", "ND"};
      info.b_value_place = io::dicom::BValuePlace::siemens;
      info.series_number = 7;
      folder = "ep2d_diff_TRACEW";
      break;
    case Vendor::philips:
      info.series_description = "DWI_b" + own + "_ax";
      info.image_type = {"ORIGINAL", "PRIMARY", "M_SE", "M", "SE"};
      info.series_number = b_value > protocol.low_b ? 602 : 601;
      folder = std::to_string(info.series_number) + "_DWI_b" + own;
      break;
    case Vendor::ge:
      info.series_description = "Ax DWI b" + high;
      info.image_type = {"ORIGINAL", "PRIMARY", "OTHER"};
      info.b_value_place = io::dicom::BValuePlace::ge;
      info.series_number = 6;
      folder = "S6_Ax_DWI";
      break;
  }
  info.protocol_name = Habit{"ep2d_diff_tra", "DWI_ax", "RECTUM PROTOCOL"}.of(scanner.vendor);
  info.sequence_name = Habit{"*ep_b", "DwiSE", "EPI2"}.of(scanner.vendor);
  if (scanner.vendor == Vendor::siemens) info.sequence_name += own + "t";
  info.scanning_sequence = "EP";
  info.acquisition_time = "101200";
  info.acquisition_number = b_value > protocol.low_b ? 2 : 1;
  info.b_value = b_value;
  info.repetition_time_ms = protocol.repetition_time_ms;
  info.echo_time_ms = protocol.echo_time_ms;
  info.flip_angle_deg = 90;
  info.number_of_averages = b_value > protocol.low_b ? protocol.averages : 2;
  info.pixel_bandwidth_hz = 1600;
  info.slice_thickness_mm = protocol.slice_mm;
  // Instances of the second b-value follow those of the first where they share a series.
  if (b_value > protocol.low_b && scanner.vendor != Vendor::philips) info.first_instance_number = protocol.slices + 1;
  return {folder, info};
}

SeriesHeader adc_header(const Scanner& scanner, const ExaminationLabel& label) {
  auto header = diffusion_header(scanner, label, scanner.diffusion.high_b);
  auto& info = header.info;
  info.series_uid = io::dicom::make_uid(label.uid_seed + " series adc");
  info.b_value = kNaN;
  info.first_instance_number = 1;
  info.acquisition_number = 1;
  info.acquisition_time = "101600";
  info.series_number += scanner.vendor == Vendor::ge ? 600 : 1;
  switch (scanner.vendor) {
    case Vendor::siemens:
      info.series_description =
          "ep2d_diff_b" + b_text(scanner.diffusion.low_b) + "_b" + b_text(scanner.diffusion.high_b) + "_tra_ADC";
      info.image_type = {"DERIVED", "PRIMARY", "DIFFUSION", "ADC", "ND"};
      header.folder = "ep2d_diff_ADC";
      break;
    case Vendor::philips:
      info.series_description = "dADC_ax";
      info.image_type = {"DERIVED", "PRIMARY", "ADC", "ADC", "UNSPECIFIED"};
      info.rescale_slope = 0.001;
      info.rescale_type = "10^-3 mm^2/s";
      header.folder = "603_dADC";
      break;
    case Vendor::ge:
      info.series_description = "Apparent Diffusion Coefficient (10^-6 mm2_s)";
      info.image_type = {"DERIVED", "SECONDARY", "COMBINED"};
      header.folder = "S606_ADC";
      break;
  }
  return header;
}

}  // namespace larc::demo
