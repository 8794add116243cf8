#include "demo/demo.h"

#include <mutex>

#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "demo/scanner.h"
#include "io/dicom/write.h"

namespace larc::demo {

namespace {

namespace fs = std::filesystem;

std::string three_digits(int number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return digits;
}

io::dicom::DicomSeriesInfo series_info(const DemoPatient& patient, const Scanner& scanner, std::uint64_t seed) {
  const auto uid = [&](const char* what) {
    return io::dicom::make_uid("larc demo " + std::to_string(seed) + " " + patient.id + " " + what);
  };
  io::dicom::DicomSeriesInfo info;
  info.patient_id = patient.id;
  info.patient_sex = patient.latent.clinical.sex;
  info.patient_age = three_digits(patient.latent.clinical.age_years) + "Y";
  info.patient_weight_kg = patient.latent.clinical.weight_kg;
  info.study_uid = uid("study 1");
  info.study_id = std::string(1, '1');
  info.study_description = "Synthetic rectal MRI";
  info.study_date = dicom_date(patient.course.mri_1);
  info.study_time = "100000";
  info.institution_name = "Synthetic centre " + scanner.centre;
  info.series_uid = uid("series t2");
  info.frame_of_reference_uid = uid("frame 1");
  info.series_description = "T2w TSE oblique axial";
  info.protocol_name = "RECTUM_T2_OBL_AX";
  info.series_number = 3;
  info.manufacturer = scanner.manufacturer;
  info.model = scanner.model;
  info.software_versions = "synthetic";
  info.station_name = "MR" + scanner.centre;
  info.sequence_name = "tse2d";
  info.field_strength_t = scanner.field_strength_t;
  info.imaging_frequency_mhz = 42.577 * scanner.field_strength_t;
  info.repetition_time_ms = scanner.repetition_time_ms;
  info.echo_time_ms = scanner.echo_time_ms;
  info.flip_angle_deg = 150;
  info.number_of_averages = 2;
  info.pixel_bandwidth_hz = 200;
  info.echo_train_length = 18;
  info.slice_thickness_mm = scanner.slice_mm;
  return info;
}

void truncate_file(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error) fs::resize_file(path, size / 3, error);
  if (error) throw Error(ErrorCode::io, "cannot shorten " + path.string() + ": " + error.message());
}

void write_patient(const fs::path& folder, const DemoPatient& patient, const Scanner& scanner, std::uint64_t seed) {
  const auto patient_seed = derive_seed(seed, "demo image " + patient.id);
  const auto geometry = plan_slices(scanner, patient_seed);
  const Phantom phantom(patient.appearance, {patient.latent.clinical.sex == "M", patient.latent.clinical.bmi},
                        geometry.direction, patient_seed);
  const auto acquisition = degrade(acquire_perfect(phantom, geometry), scanner, patient_seed);

  const fs::path series_folder = ensure_directory(folder / "t2w_oblique_axial");
  auto info = series_info(patient, scanner, seed);
  const auto slices = io::dicom::write_series(series_folder, acquisition.image, info);
  if (patient.planted != "no_mask") {
    info.series_uid = io::dicom::make_uid(info.series_uid + " rtstruct");
    info.series_description = "Tumour contours";
    info.series_number = 103;
    io::dicom::write_rtstruct(folder / "rtstruct.dcm", acquisition.tumour, info, kTumourRoi, slices);
  }
  const auto& victim = slices[slices.size() / 2].path;
  if (patient.planted == "truncated_slice") truncate_file(victim);
  if (patient.planted == "missing_slice") fs::remove(victim);
}

}  // namespace

DemoTruth write_demo(const fs::path& incoming, const fs::path& truth_path, const DemoSettings& settings,
                     const DemoProgress& progress) {
  for (const char* name : {"dicom", "clinical.csv"}) {
    if (fs::exists(incoming / name)) {
      throw Error(ErrorCode::conflict,
                  (incoming / name).string() +
                      " exists already; give the demonstration an empty folder, it overwrites nothing");
    }
  }
  const auto cohort = draw_cohort(settings);
  const auto scanners = scanners_of(settings.scenario);
  const auto truth = compute_truth(cohort, settings);
  ensure_directory(incoming);

  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(cohort.size(), settings.threads, [&](std::size_t i) {
    const auto& patient = cohort[i];
    in_context("patient " + patient.id, [&] {
      write_patient(ensure_directory(incoming / "dicom" / patient.id), patient,
                    scanners[static_cast<std::size_t>(patient.latent.centre)], settings.seed);
    });
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress(done, cohort.size());
  });
  write_file_atomic(incoming / "clinical.csv", format_clinical_csv(cohort, settings));
  ensure_directory(fs::absolute(truth_path).parent_path());
  write_file_atomic(truth_path, dump_json(to_json(truth), 1) + "\n");
  return truth;
}

}  // namespace larc::demo
