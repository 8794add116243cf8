// The files as a whole: same bytes, read back as DICOM, planted failures.
#include <gtest/gtest.h>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
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

io::dicom::DicomSeries load_series(const fs::path& patient_folder) {
  std::vector<io::dicom::DicomInstance> instances;
  for (const auto& entry : fs::directory_iterator(patient_folder / "t2w_oblique_axial")) {
    auto header = io::dicom::read_header(entry.path());
    if (header) instances.push_back(*header);
  }
  const auto series = io::dicom::group_series(instances);
  EXPECT_EQ(series.size(), 1u);
  return series.front();
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
  const auto three = hashes(folder.path() / "three");
  for (const auto& [name, hash] : one) EXPECT_NE(three.at(name), hash) << name;
}

TEST(WriteDemo, delivery_reads_back_as_volume_mask_and_table) {
  const test::TemporaryFolder folder;
  const auto truth =
      write_demo(folder.path() / "incoming", folder.path() / "truth.json", settings_of(kFewestPatients, 2));
  const auto table = read_csv(folder.path() / "incoming/clinical.csv");
  ASSERT_EQ(table.rows.size(), std::size_t{kFewestPatients});
  EXPECT_EQ(read_json(folder.path() / "truth.json"), to_json(truth));
  for (const auto& patient : truth.patients) {
    const auto patient_folder = folder.path() / "incoming/dicom" / patient.id;
    const auto series = load_series(patient_folder);
    EXPECT_EQ(series.patient_id, patient.id);
    EXPECT_EQ(series.modality, "MR");
    EXPECT_EQ(series.instances.front().study_date, dicom_date(patient.course.mri_1));
    const auto volume = io::dicom::read_series(series);
    EXPECT_GE(volume.geometry.size[2], 20);
    const auto mask = io::dicom::read_rtstruct(patient_folder / "rtstruct.dcm", kTumourRoi, volume.geometry,
                                               {series.series_uid, series.frame_of_reference_uid});
    const double ml = static_cast<double>(image::voxel_count(mask)) * volume.geometry.voxel_volume_mm3() / 1000.0;
    EXPECT_NEAR(ml / patient.appearance.volume_ml, 1.0, 0.05) << patient.id;
  }
}

TEST(WriteDemo, planted_failures_are_in_the_files_and_in_the_truth) {
  const test::TemporaryFolder folder;
  const auto truth =
      write_demo(folder.path() / "incoming", folder.path() / "truth.json", settings_of(kFewestForPlanted, 2));
  std::map<std::string, std::string> planted;
  const Json json = to_json(truth);
  for (const auto& entry : json["planted"]) planted[entry["what"]] = entry["patient"];
  ASSERT_EQ(planted.size(), 3u);
  const auto dicom = folder.path() / "incoming/dicom";

  EXPECT_FALSE(fs::exists(dicom / planted.at("no_mask") / "rtstruct.dcm"));
  EXPECT_NO_THROW(io::dicom::read_series(load_series(dicom / planted.at("no_mask"))));
  EXPECT_THROW(io::dicom::read_series(load_series(dicom / planted.at("missing_slice"))), Error);
  EXPECT_THROW(io::dicom::read_series(load_series(dicom / planted.at("truncated_slice"))), Error);

  std::size_t without_mask = 0;
  for (const auto& patient : truth.patients) without_mask += fs::exists(dicom / patient.id / "rtstruct.dcm") ? 0 : 1;
  EXPECT_EQ(without_mask, 1u);
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
