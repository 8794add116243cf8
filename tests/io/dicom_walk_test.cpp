// Robustness: every file of the real data goes through the whole intake; nothing but an Error may leave, and the
// reasons are counted.
#include <sys/resource.h>

#include <cstring>

#include "core/file.h"
#include "core/text.h"
#include "dicom_support.h"
#include "io/dicom/rtstruct.h"

namespace larc::io::dicom {
namespace {

namespace fs = std::filesystem;

struct Count {
  int files = 0, images = 0, broken = 0, series = 0, stacks = 0, volumes = 0, refused = 0;
};

Count walk(const fs::path& folder) {
  Count count;
  std::vector<DicomInstance> images;
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::follow_directory_symlink)) {
    if (!entry.is_regular_file()) continue;
    ++count.files;
    try {
      const auto here = read_instances(entry.path());
      count.images += here.empty() ? 0 : 1;
      images.insert(images.end(), here.begin(), here.end());
    } catch (const Error& error) {
      EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
      EXPECT_NE(std::string(error.what()).find(entry.path().filename().string()), std::string::npos) << error.what();
      ++count.broken;
    }
    try {
      list_rois(entry.path());
    } catch (const Error&) {
    }
  }
  for (const DicomSeries& series : group_series(images)) {
    ++count.series;
    for (const DicomSeries& stack : split_stacks(series)) {
      ++count.stacks;
      try {
        const image::Volume volume = read_series(stack);
        EXPECT_EQ(volume.voxels.size(), volume.geometry.voxel_count());
        ++count.volumes;
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
        ++count.refused;
      }
    }
  }
  return count;
}

TEST(DicomWalk, AllRealDataEndsInVolumesOrReasons) {
  LARC_NEEDS_DATA("imaging/dicom_fuzz");
  Count all;
  for (const auto& entry : fs::directory_iterator(test::data_root() / "imaging")) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().filename().string());
    const Count c = walk(entry.path());
    std::printf("%-22s %4d files %4d DICOM %3d broken %3d series %3d stacks %3d volumes %3d refused\n",
                entry.path().filename().c_str(), c.files, c.images, c.broken, c.series, c.stacks, c.volumes, c.refused);
    all.files += c.files;
    all.images += c.images;
    all.broken += c.broken;
    all.stacks += c.stacks;
    all.volumes += c.volumes;
    all.refused += c.refused;
  }
  EXPECT_EQ(all.volumes + all.refused, all.stacks);
  EXPECT_GE(all.files, 700);
  EXPECT_GE(all.images, 600);
  EXPECT_GE(all.volumes, 100);
  EXPECT_GE(all.broken, 15);
  EXPECT_LE(all.broken, 25);
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  EXPECT_LT(use.ru_maxrss, 500L * 1024) << "kB of memory at most";
}

/// Every text and number of a description, for comparison.
std::string everything(const DicomInstance& i) {
  std::string all;
  for (const auto member : {&DicomInstance::sop_class_uid,
                            &DicomInstance::sop_instance_uid,
                            &DicomInstance::series_uid,
                            &DicomInstance::study_uid,
                            &DicomInstance::frame_of_reference_uid,
                            &DicomInstance::patient_id,
                            &DicomInstance::patient_sex,
                            &DicomInstance::patient_age,
                            &DicomInstance::patient_birth_date,
                            &DicomInstance::modality,
                            &DicomInstance::series_description,
                            &DicomInstance::study_description,
                            &DicomInstance::study_id,
                            &DicomInstance::protocol_name,
                            &DicomInstance::sequence_name,
                            &DicomInstance::scanning_sequence,
                            &DicomInstance::sequence_variant,
                            &DicomInstance::scan_options,
                            &DicomInstance::mr_acquisition_type,
                            &DicomInstance::institution_name,
                            &DicomInstance::manufacturer,
                            &DicomInstance::model,
                            &DicomInstance::software_versions,
                            &DicomInstance::station_name,
                            &DicomInstance::device_serial_number,
                            &DicomInstance::study_date,
                            &DicomInstance::study_time,
                            &DicomInstance::series_date,
                            &DicomInstance::series_time,
                            &DicomInstance::acquisition_date,
                            &DicomInstance::acquisition_time,
                            &DicomInstance::body_part,
                            &DicomInstance::patient_position,
                            &DicomInstance::burned_in,
                            &DicomInstance::derivation,
                            &DicomInstance::lossy,
                            &DicomInstance::contrast_agent,
                            &DicomInstance::phase_encoding_direction,
                            &DicomInstance::complex_component,
                            &DicomInstance::rescale_type,
                            &DicomInstance::photometric_interpretation,
                            &DicomInstance::image_comments,
                            &DicomInstance::diffusion_directionality,
                            &DicomInstance::real_world_unit})
    all += i.*member + "|";
  for (const auto member :
       {&DicomInstance::slice_thickness_mm, &DicomInstance::spacing_between_slices_mm, &DicomInstance::field_strength_t,
        &DicomInstance::repetition_time_ms, &DicomInstance::echo_time_ms, &DicomInstance::inversion_time_ms,
        &DicomInstance::flip_angle_deg, &DicomInstance::trigger_time_ms, &DicomInstance::number_of_averages,
        &DicomInstance::pixel_bandwidth_hz, &DicomInstance::imaging_frequency_mhz, &DicomInstance::b_value,
        &DicomInstance::rescale_slope, &DicomInstance::rescale_intercept, &DicomInstance::private_scale_slope,
        &DicomInstance::private_scale_intercept, &DicomInstance::real_world_slope})
    all += format_double(i.*member) + "|";
  for (const auto member :
       {&DicomInstance::frame, &DicomInstance::tile, &DicomInstance::series_number, &DicomInstance::instance_number,
        &DicomInstance::acquisition_number, &DicomInstance::temporal_position, &DicomInstance::echo_number,
        &DicomInstance::echo_train_length, &DicomInstance::rows, &DicomInstance::columns,
        &DicomInstance::number_of_frames})
    all += (i.*member ? std::to_string(*(i.*member)) : "-") + "|";
  const auto add = [&](const image::Vec3& v) {
    for (const double x : v) all += format_double(x) + ",";
  };
  if (i.image_position_lps) add(*i.image_position_lps);
  if (i.image_orientation) add((*i.image_orientation)[0]), add((*i.image_orientation)[1]);
  if (i.pixel_spacing_mm)
    all += format_double((*i.pixel_spacing_mm)[0]) + "," + format_double((*i.pixel_spacing_mm)[1]);
  if (i.diffusion_direction) add(*i.diffusion_direction);
  return all + join(i.image_type, "/") + (i.has_pixel_data ? "p" : "") + (i.has_float_pixel_data ? "f" : "");
}

TEST(DicomWalk, OrdinaryHeadersReadAsDcmtkReadsThem) {
  // A data set without its meta header goes through DCMTK's parser, with it through the short one.
  LARC_NEEDS_DATA("imaging/prostatex");
  const test::TemporaryFolder folder;
  int compared = 0;
  for (const char* set : {"prostatex", "dicom2nifti_tests", "dcm_qa_ts", "dcm_qa_12bit", "dcmstack", "autoradiomics",
                          "pydicom_test_files", "divest", "nema_wg04", "oro_dicom", "dcmqi"})
    for (const auto& entry : fs::recursive_directory_iterator(test::data_root() / "imaging" / set)) {
      if (!entry.is_regular_file() || fs::file_size(entry.path()) > 2000000) continue;
      std::vector<DicomInstance> whole, bare;
      try {
        whole = read_instances(entry.path());
      } catch (const Error&) {
        continue;
      }
      if (whole.empty() || (whole[0].transfer_syntax_uid != "1.2.840.10008.1.2.1" &&
                            whole[0].transfer_syntax_uid != "1.2.840.10008.1.2"))
        continue;
      const std::string bytes = read_file(entry.path());
      if (bytes.substr(128, 4) != "DICM" || bytes.substr(132, 4) != std::string("\2\0\0\0", 4)) continue;
      std::uint32_t length = 0;
      std::memcpy(&length, bytes.data() + 140, 4);
      if (144ULL + length >= bytes.size()) continue;
      write_file_atomic(folder.path() / "bare", bytes.substr(144 + length));
      try {
        bare = read_instances(folder.path() / "bare");
      } catch (const Error&) {
        continue;
      }
      if (bare.empty()) continue;  // nothing says what it is
      SCOPED_TRACE(entry.path().string());
      ASSERT_EQ(whole.size(), bare.size());
      for (std::size_t n = 0; n < whole.size(); ++n) ASSERT_EQ(everything(whole[n]), everything(bare[n]));
      ++compared;
    }
  EXPECT_GE(compared, 300);
}

}  // namespace
}  // namespace larc::io::dicom
