// The files as a whole: same bytes, read back as DICOM, planted failures.
#include <gtest/gtest.h>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "demo/demo.h"
#include "io/dicom/rtstruct.h"
#include "io/dicom/series.h"
#include "support/test_data.h"

namespace larc::demo {
namespace {

namespace fs = std::filesystem;

DemoSettings settings_of(int patients, int threads) {
  DemoSettings settings;
  settings.patients = patients;
  settings.threads = threads;
  return settings;
}

std::map<std::string, std::string> hashes(const fs::path& root) {
  std::map<std::string, std::string> result;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) result[fs::relative(entry.path(), root).string()] = sha256_file(entry.path());
  }
  return result;
}

std::string folder_of(const std::string& date) {
  return date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6);
}

/// All image series of one examination.
std::vector<io::dicom::DicomSeries> load_examination(const fs::path& folder) {
  std::vector<io::dicom::DicomInstance> instances;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    for (auto& image : io::dicom::read_instances(entry.path()))
      if (image.modality == "MR") instances.push_back(std::move(image));
  }
  return io::dicom::group_series(instances);
}

io::dicom::DicomSeries load_t2w(const fs::path& folder) {
  for (const auto& series : load_examination(folder))
    if (to_lower(series.series_description).find("t2") != std::string::npos) return series;
  ADD_FAILURE() << "no T2w in " << folder;
  return {};
}

TEST(WriteDemo, threads_do_not_change_a_byte_and_the_seed_does) {
  const test::TemporaryFolder folder;
  std::size_t calls = 0;
  write_demo(folder.path() / "one/incoming", folder.path() / "one/truth.json", settings_of(kFewestPatients, 1),
             [&](std::size_t done, std::size_t total) {
               EXPECT_EQ(done, ++calls);
               EXPECT_EQ(total, std::size_t{kFewestPatients});
             });
  write_demo(folder.path() / "two/incoming", folder.path() / "two/truth.json", settings_of(kFewestPatients, 2));
  auto other = settings_of(kFewestPatients, 2);
  other.seed = 2;
  write_demo(folder.path() / "three/incoming", folder.path() / "three/truth.json", other);
  EXPECT_EQ(calls, std::size_t{kFewestPatients});
  const auto one = hashes(folder.path() / "one");
  EXPECT_EQ(one, hashes(folder.path() / "two"));
  EXPECT_GT(one.size(), 100u);
  // Folders bear the dates of the examinations, which are drawn too.
  const auto three = hashes(folder.path() / "three");
  EXPECT_TRUE(three.contains("truth.json"));
  for (const auto& [name, hash] : one) EXPECT_FALSE(three.contains(name) && three.at(name) == hash) << name;
}

TEST(WriteDemo, delivery_reads_back_as_volume_mask_and_table) {
  const test::TemporaryFolder folder;
  write_demo(folder.path() / "incoming", folder.path() / "truth.json", settings_of(kFewestPatients, 2));
  const auto table = read_csv(folder.path() / "incoming/clinical.csv");
  ASSERT_EQ(table.rows.size(), std::size_t{kFewestPatients});
  for (const auto& patient : draw_cohort(settings_of(kFewestPatients, 2))) {
    const auto imaging = imaging_of(patient);
    const auto patient_folder = folder.path() / "incoming/dicom" / patient.id / folder_of(imaging.date[0]);
    const auto series = load_t2w(patient_folder);
    EXPECT_EQ(series.patient_id, patient.id);
    EXPECT_EQ(series.modality, "MR");
    EXPECT_EQ(series.instances.front().study_date, dicom_date(patient.course.mri_1));
    const auto volume = io::dicom::read_series(series);
    EXPECT_GE(volume.geometry.size[2], 20);
    const auto mask = io::dicom::read_rtstruct(patient_folder / "rtstruct.dcm", kTumourRoi, volume.geometry,
                                               {series.series_uid, series.frame_of_reference_uid});
    const double ml = static_cast<double>(image::voxel_count(mask)) * volume.geometry.voxel_volume_mm3() / 1000.0;
    EXPECT_NEAR(ml / patient.imaging.before.volume_ml, 1.0, 0.05) << patient.id;
    const auto mesorectum = io::dicom::read_rtstruct(patient_folder / "rtstruct.dcm", kMesorectumRoi, volume.geometry);
    EXPECT_GT(image::voxel_count(mesorectum), 3 * image::voxel_count(mask));
    EXPECT_TRUE(fs::exists(folder.path() / "incoming/dicom" / patient.id / folder_of(imaging.date[1])));
  }
}

// Each vendor puts b-values and units where its machines do, and both are found again.
TEST(WriteDemo, diffusion_is_stored_as_each_vendor_does) {
  const test::TemporaryFolder folder;
  const auto scanners = scanners_of(Scenario::signal);
  const std::size_t series_with_b[] = {1, 2, 1};
  for (std::size_t centre = 0; centre < scanners.size(); ++centre) {
    ImagingCase patient;
    patient.patient = "P" + std::to_string(centre);
    patient.date[0] = "20200301";
    patient.faults.no_second_examination = true;
    const auto own = folder.path() / patient.patient;
    write_images(own, patient, scanners[centre], 1);
    std::set<double> b_values;
    std::size_t with_b = 0;
    double typical_adc = 0;
    for (const auto& series : load_examination(own / "2020-03-01")) {
      std::set<double> here;
      for (const auto& instance : series.instances)
        if (std::isfinite(instance.b_value)) here.insert(instance.b_value);
      with_b += here.empty() ? 0 : 1;
      b_values.insert(here.begin(), here.end());
      for (const auto& stack : io::dicom::split_stacks(series)) {
        const auto volume = io::dicom::read_series(stack);
        const auto& type = stack.instances.front().image_type;
        const bool adc = std::find(type.begin(), type.end(), "ADC") != type.end() ||
                         series.series_description.starts_with("Apparent");
        if (adc) typical_adc = *std::max_element(volume.voxels.begin(), volume.voxels.end());
      }
    }
    const auto& protocol = scanners[centre].diffusion;
    EXPECT_EQ(b_values, (std::set<double>{protocol.low_b, protocol.high_b})) << centre;
    EXPECT_EQ(with_b, series_with_b[centre]);
    if (scanners[centre].vendor == Vendor::philips) {
      EXPECT_NEAR(typical_adc, 3.5, 0.6);
    } else {
      EXPECT_NEAR(typical_adc, 3500, 600);
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(own), fs::directory_iterator()), 1);
  }
}

TEST(WriteDemo, delivery_follows_the_faults) {
  const test::TemporaryFolder folder;
  ImagingCase patient;
  patient.patient = "P";
  patient.date[0] = "20200301";
  patient.date[1] = "20200801";
  patient.faults.no_diffusion = true;
  patient.truth.response.remaining = 0;
  write_images(folder.path(), patient, scanners_of(Scenario::signal)[1], 1);
  for (const char* day : {"2020-03-01", "2020-08-01"}) {
    const auto series = load_examination(folder.path() / day);
    ASSERT_EQ(series.size(), 1u);
    const auto regions = io::dicom::list_rois(folder.path() / day / "rtstruct.dcm");
    EXPECT_EQ(regions.size(), std::string(day) == "2020-03-01" ? 2u : 1u);
    EXPECT_EQ(regions.back().name, kMesorectumRoi);
  }
}

// The images of the faulty deliveries alone: those of all 40 patients take minutes.
TEST(WriteDemo, planted_failures_are_in_the_files_and_in_the_truth) {
  const test::TemporaryFolder folder;
  auto settings = settings_of(kFewestForPlanted, 2);
  settings.images = false;
  write_demo(folder.path() / "incoming", folder.path() / "truth.json", settings);
  EXPECT_FALSE(fs::exists(folder.path() / "incoming/dicom"));
  std::map<std::string, std::string> planted;
  const Json truth = read_json(folder.path() / "truth.json");
  for (const auto& entry : truth["planted"]) planted[entry["what"]] = entry["patient"];
  const auto scanners = scanners_of(settings.scenario);
  std::map<std::string, fs::path> first;  // examination of each patient
  for (const auto& patient : draw_cohort(settings)) {
    const auto& faults = patient.faults;
    if (!faults.no_outline && !faults.missing_slice && !faults.truncated_slice) continue;
    auto imaging = imaging_of(patient);
    imaging.faults.no_second_examination = imaging.faults.no_diffusion = true;  // for speed
    write_images(folder.path() / patient.id, imaging, scanners[static_cast<std::size_t>(patient.latent.centre)], 1);
    first[patient.id] = folder.path() / patient.id / folder_of(imaging.date[0]);
  }
  ASSERT_EQ(first.size(), 3u);
  EXPECT_NO_THROW(io::dicom::read_series(load_t2w(first.at(planted.at("no_outline")))));
  EXPECT_THROW(io::dicom::read_series(load_t2w(first.at(planted.at("missing_slice")))), Error);
  EXPECT_THROW(io::dicom::read_series(load_t2w(first.at(planted.at("truncated_slice")))), Error);
  for (const auto& [patient, own] : first)
    EXPECT_EQ(fs::exists(own / "rtstruct.dcm"), patient != planted.at("no_outline")) << patient;
}

TEST(WriteDemo, refuses_to_write_over_a_delivery_and_too_few_patients) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "clinical.csv", "patient_id\n");
  const auto code = [&](const DemoSettings& settings) {
    try {
      write_demo(folder.path(), folder.path() / "truth.json", settings);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code(settings_of(kFewestPatients, 1)), ErrorCode::conflict);
  fs::remove(folder.path() / "clinical.csv");
  EXPECT_EQ(code(settings_of(kFewestPatients - 1, 1)), ErrorCode::domain);
  EXPECT_FALSE(fs::exists(folder.path() / "dicom"));
  EXPECT_FALSE(fs::exists(folder.path() / "truth.json"));
}

}  // namespace
}  // namespace larc::demo
