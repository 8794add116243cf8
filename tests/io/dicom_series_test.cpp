// Grouping, geometry and the refusals of read_series, on written series and on real ones.
#include "core/file.h"
#include "io/dicom/pixels.h"
#include "io/dicom/rtstruct.h"
#include "io/dicom/series.h"
#include "io/dicom/write.h"
#include "io/image_file.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

using test::expect_error;
namespace fs = std::filesystem;

std::vector<DicomInstance> headers_under(const fs::path& folder) {
  std::vector<DicomInstance> instances;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      if (auto header = read_header(entry.path())) instances.push_back(*header);
  return instances;
}

DicomSeries series_under(const fs::path& folder) {
  const auto series = group_series(headers_under(folder));
  EXPECT_EQ(series.size(), 1U) << folder;
  return series.at(0);
}

class WrittenSeries : public testing::Test {
 protected:
  void SetUp() override {
    DicomSeriesInfo info;
    info.patient_id = "P1";
    info.study_uid = make_uid("study");
    info.series_uid = make_uid("series");
    info.frame_of_reference_uid = make_uid("frame");
    volume_ = test::random_volume(test::oblique_geometry(), 0, 1000, true);
    instances_ = write_series(folder_.path() / "s", volume_, info);
  }
  DicomSeries series() const { return group_series(instances_).at(0); }
  image::Vec3 moved(std::size_t slice, const image::Vec3& by_index) const {
    return volume_.geometry.point_lps({by_index[0], by_index[1], static_cast<double>(slice) + by_index[2]});
  }
  test::TemporaryFolder folder_;
  image::Volume volume_;
  std::vector<DicomInstance> instances_;
};

TEST_F(WrittenSeries, OrderOfInputDoesNotMatter) {
  auto reversed = instances_;
  std::reverse(reversed.begin(), reversed.end());
  const auto a = group_series(instances_), b = group_series(reversed);
  for (std::size_t k = 0; k < instances_.size(); ++k) EXPECT_EQ(a[0].instances[k].path, b[0].instances[k].path);
  auto twice = instances_;
  twice.insert(twice.end(), instances_.begin(), instances_.end());
  EXPECT_EQ(group_series(twice).at(0).instances.size(), instances_.size());
  DicomSeries shuffled = series();
  std::swap(shuffled.instances[0], shuffled.instances[3]);
  EXPECT_EQ(read_series(shuffled).voxels, volume_.voxels);
  auto other = instances_[0];
  other.series_uid = "1.2";
  other.series_number = 0;
  other.sop_instance_uid = "1.2.3";
  auto mixed = instances_;
  mixed.push_back(other);
  const auto two = group_series(mixed);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].series_uid, "1.2");
}

TEST_F(WrittenSeries, RefusalsNameWhatIsWrong) {
  const auto refused = [&](ErrorCode code, const std::string& part,
                           const std::function<void(std::vector<DicomInstance>&)>& change) {
    SCOPED_TRACE(part);
    DicomSeries broken = series();
    change(broken.instances);
    expect_error(code, part, [&] { read_series(broken); });
  };
  refused(ErrorCode::domain, "duplicate positions", [](auto& s) { s[2].image_position_lps = s[1].image_position_lps; });
  refused(ErrorCode::domain, "at one position", [](auto& s) {
    for (auto& i : s) i.image_position_lps = s[0].image_position_lps;
  });
  refused(ErrorCode::domain, "missing slice", [](auto& s) { s.erase(s.begin() + 2); });
  refused(ErrorCode::domain, "6.600 mm, elsewhere 3.300 mm, so 1 missing", [](auto& s) { s.erase(s.begin() + 3); });
  refused(ErrorCode::domain, "uneven gaps", [&](auto& s) { s[4].image_position_lps = moved(4, {0, 0, 0.1}); });
  refused(ErrorCode::domain, "tilt", [&](auto& s) {
    for (std::size_t k = 0; k < s.size(); ++k) s[k].image_position_lps = moved(k, {0, 0.3 * static_cast<double>(k), 0});
  });
  refused(ErrorCode::domain, "mixed orientation",
          [](auto& s) { std::swap((*s[1].image_orientation)[0], (*s[1].image_orientation)[1]); });
  refused(ErrorCode::domain, "mixed matrix size", [](auto& s) { s[1].rows = 12; });
  refused(ErrorCode::domain, "mixed pixel spacing", [](auto& s) { (*s[1].pixel_spacing_mm)[0] = 2; });
  refused(ErrorCode::domain, "ImagePositionPatient is absent", [](auto& s) { s[1].image_position_lps.reset(); });
  refused(ErrorCode::domain, "ImageOrientationPatient is absent", [](auto& s) { s[1].image_orientation.reset(); });
  refused(ErrorCode::domain, "PixelSpacing is absent", [](auto& s) { s[1].pixel_spacing_mm.reset(); });
  refused(ErrorCode::domain, "not two unit vectors", [](auto& s) {
    for (auto& i : s) (*i.image_orientation)[0] = {2, 0, 0};
  });
  refused(ErrorCode::domain, "single slice without", [](auto& s) {
    s.resize(1);
    s[0].slice_thickness_mm = s[0].spacing_between_slices_mm = kNaN;
  });
  refused(ErrorCode::domain, "without images", [](auto& s) { s.clear(); });
  refused(ErrorCode::format, "Rows", [](auto& s) { s[1].rows.reset(); });
  refused(ErrorCode::unsupported, "multi-frame", [](auto& s) { s[1].number_of_frames = 3; });
  refused(ErrorCode::unsupported, "mosaic", [](auto& s) { s[1].image_type.push_back("MOSAIC"); });
  refused(ErrorCode::unsupported, "no integer pixel data", [](auto& s) { s[1].has_pixel_data = false; });
}

TEST_F(WrittenSeries, StacksAreTakenApart) {
  EXPECT_EQ(split_stacks(series()).size(), 1U);
  DicomSeries mixed = series();
  for (const DicomInstance& slice : series().instances) {
    DicomInstance copy = slice;
    copy.acquisition_number = 2;
    mixed.instances.push_back(copy);
    copy.echo_time_ms = 200;
    mixed.instances.push_back(copy);
    copy.image_orientation = {(*slice.image_orientation)[1], (*slice.image_orientation)[0]};
    mixed.instances.push_back(copy);
  }
  const auto stacks = split_stacks(mixed);
  ASSERT_EQ(stacks.size(), 4U);
  for (const DicomSeries& stack : stacks) {
    EXPECT_EQ(stack.instances.size(), instances_.size());
    EXPECT_EQ(stack.series_uid, series().series_uid);
    EXPECT_NO_THROW(read_series(stack));
  }
}

TEST_F(WrittenSeries, RoundingOfPositionsIsAccepted) {
  DicomSeries rounded = series();
  for (auto& i : rounded.instances)
    for (double& v : *i.image_position_lps) v = std::round(v * 100) / 100;
  const image::Volume back = read_series(rounded);
  EXPECT_TRUE(image::same_geometry(back.geometry, volume_.geometry, 0.02));
}

TEST_F(WrittenSeries, OneSliceTakesItsThickness) {
  DicomSeries one = series();
  one.instances.resize(1);
  const image::Volume slice = read_series(one);
  EXPECT_EQ(slice.geometry.size[2], 1);
  EXPECT_EQ(slice.geometry.spacing_mm[2], 3.3);
}

TEST_F(WrittenSeries, TruncationIsNoticedEverywhere) {
  const std::string whole = read_file(instances_[0].path);
  const fs::path cut = folder_.path() / "cut.dcm";
  for (std::size_t length = 132; length < whole.size(); length += 7) {
    write_file_atomic(cut, whole.substr(0, length));
    EXPECT_THROW(
        {
          const auto header = read_header(cut);
          if (header) read_pixels(*header);
        },
        Error)
        << length << " of " << whole.size();
  }
  write_file_atomic(cut, whole.substr(0, 100));
  EXPECT_FALSE(read_header(cut));
}

TEST(DicomHeader, OtherFilesAreNotDicom) {
  const test::TemporaryFolder folder;
  const auto file = [&](const std::string& bytes) {
    write_file_atomic(folder.path() / "f", bytes);
    return folder.path() / "f";
  };
  EXPECT_FALSE(read_header(file("")));
  EXPECT_FALSE(read_header(file("patient,age\nA,61\n")));
  EXPECT_FALSE(read_header(file(std::string(5000, '\0'))));
  EXPECT_FALSE(read_header(file(std::string("\x08\0\x05\0", 4) + std::string(500, 'x'))));
  expect_error(ErrorCode::not_found, "gone", [&] { read_header(folder.path() / "gone"); });
}

TEST(DicomOracle, NamedRefusalsOnRealSeries) {
  LARC_NEEDS_DATA("imaging/dicom2nifti_tests/data/failing");
  const fs::path failing = test::data_root() / "imaging/dicom2nifti_tests/data/failing";
  const auto refused = [&](const char* folder, const char* part) {
    SCOPED_TRACE(folder);
    expect_error(ErrorCode::domain, part, [&] { read_series(series_under(failing / folder)); });
  };
  refused("sliceincrement/001", "missing slice: the gap between IM-0001-0009-0001.dcm and IM-0001-0010-0001.dcm");
  refused("sliceincrement/002", "1.499 mm, elsewhere 0.750 mm");
  refused("gantrytilting/001", "tilt");
  refused("notavolume/001", "all 4 images lie at one position");
  refused("sliceorientation/001", "mixed pixel spacing");
}

TEST(DicomOracle, ConversionEqualsReferenceNifti) {
  // dicom2nifti's reference conversions: rows run upwards there, so both are compared through the patient's
  // coordinates.
  LARC_NEEDS_DATA("imaging/dicom2nifti_tests/data/generic/anatomical");
  const fs::path root = test::data_root() / "imaging/dicom2nifti_tests/data/generic/anatomical";
  int compared = 0;
  for (const auto& [folder, truth] : {std::pair{"001", "001_ground_truth.nii.gz"},
                                      std::pair{"002_non_isotropic", "002_non_isotropic_ground_truth.nii.gz"}}) {
    if (!fs::exists(root / truth)) continue;
    SCOPED_TRACE(folder);
    const image::Volume ours = read_series(series_under(root / folder)), reference = read_image(root / truth);
    ASSERT_EQ(ours.voxels.size(), reference.voxels.size());
    for (int k = 0; k < ours.geometry.size[2]; ++k)
      for (int j = 0; j < ours.geometry.size[1]; ++j)
        for (int i = 0; i < ours.geometry.size[0]; ++i) {
          const auto index = reference.geometry.index_ijk(ours.geometry.point_lps({double(i), double(j), double(k)}));
          const image::Index3 at{int(std::lround(index[0])), int(std::lround(index[1])), int(std::lround(index[2]))};
          for (std::size_t a = 0; a < 3; ++a) {
            ASSERT_NEAR(index[a], at[a], 2e-3);
            ASSERT_TRUE(at[a] >= 0 && at[a] < reference.geometry.size[a]);
          }
          ASSERT_NEAR(ours.at(i, j, k), reference.at(at[0], at[1], at[2]), 1e-5 * std::abs(ours.at(i, j, k)));
        }
    ++compared;
  }
  EXPECT_GE(compared, 1);
}

TEST(DicomOracle, NineTransferSyntaxesGiveTheReferenceVoxels) {
  // dcm_qa_ts: one EPI mosaic (6 x 6 tiles of 64 x 64, 35 slices) in nine transfer syntaxes; dcm2niix's NIfTI has rows
  // upwards.
  LARC_NEEDS_DATA("imaging/dcm_qa_ts/In");
  const fs::path root = test::data_root() / "imaging/dcm_qa_ts";
  int decoded = 0, without_decoder = 0;
  for (int n = 1; n <= 9; ++n) {
    SCOPED_TRACE(n);
    const auto header = read_header(root / "In" / (std::to_string(n) + ".dcm"));
    ASSERT_TRUE(header);
    const image::Volume reference = read_image(root / "Ref" / (std::to_string(n) + ".nii"));
    std::vector<double> pixels;
    try {
      pixels = read_pixels(*header);
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::unsupported) << error.what();
      EXPECT_NE(std::string(error.what()).find("JPEG 2000"), std::string::npos) << error.what();
      ++without_decoder;
      continue;
    }
    ++decoded;
    std::size_t different = 0;
    for (int k = 0; k < 35; ++k)
      for (int j = 0; j < 64; ++j)
        for (int i = 0; i < 64; ++i) {
          const int row = k / 6 * 64 + j, column = k % 6 * 64 + i;
          if (pixels[static_cast<std::size_t>(row * 384 + column)] != reference.at(i, 63 - j, k)) ++different;
        }
    EXPECT_EQ(different, 0U) << header->transfer_syntax_uid;
  }
  EXPECT_GE(decoded, 7);
  EXPECT_EQ(decoded + without_decoder, 9);
}

TEST(DicomOracle, NemaCodecsGiveTheUncompressedPixels) {
  // NEMA WG-04 images: the lossless codecs must equal the uncompressed reference to the bit, JPEG 2000 is refused by
  // name.
  LARC_NEEDS_DATA("imaging/nema_wg04/REF");
  const fs::path root = test::data_root() / "imaging/nema_wg04";
  int compared = 0, refused = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || entry.path().parent_path().filename() == "REF") continue;
    const auto header = read_header(entry.path());
    if (!header) continue;
    const std::string name = entry.path().filename().string();
    const fs::path reference = root / "REF" / (name.substr(0, name.find('_')) + "_UNC");
    if (!fs::exists(reference)) continue;
    SCOPED_TRACE(entry.path().string() + " " + header->transfer_syntax_uid);
    const std::set<std::string> lossless{"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
                                         "1.2.840.10008.1.2.5"};
    if (lossless.contains(header->transfer_syntax_uid)) {
      EXPECT_EQ(read_pixels(*header), read_pixels(*read_header(reference)));
      ++compared;
    } else if (header->transfer_syntax_uid.starts_with("1.2.840.10008.1.2.4.9")) {
      expect_error(ErrorCode::unsupported, "JPEG 2000", [&] { read_pixels(*header); });
      ++refused;
    }
  }
  EXPECT_GE(compared, 10);
  EXPECT_GE(refused, 5);
}

TEST(DicomOracle, ProstateSeriesAndTheCopyWithAMissingSlice) {
  LARC_NEEDS_DATA("imaging/prostatex/ProstateX-0000");
  const auto all = group_series(headers_under(test::data_root() / "imaging/prostatex/ProstateX-0000"));
  ASSERT_GE(all.size(), 7U);
  const auto find = [&](int number) {
    return *std::find_if(all.begin(), all.end(), [&](const DicomSeries& s) { return s.series_number == number; });
  };
  const image::Volume t2 = read_series(find(4));
  EXPECT_EQ(t2.geometry.size, (image::Index3{384, 384, 19}));
  EXPECT_NEAR(t2.geometry.spacing_mm[2], 3.0, 1e-6);
  EXPECT_EQ(read_series(find(7)).geometry.size, (image::Index3{84, 128, 19}));
  expect_error(ErrorCode::domain, "duplicate positions", [&] { read_series(find(6)); });
  const auto stacks = split_stacks(find(6));
  ASSERT_EQ(stacks.size(), 3U);
  for (std::size_t n = 0; n < 3; ++n) {
    EXPECT_EQ(stacks[n].instances.front().b_value, (std::array{50.0, 400.0, 800.0}[n]));
    EXPECT_EQ(read_series(stacks[n]).geometry.size, (image::Index3{84, 128, 19}));
  }
  LARC_NEEDS_DATA("imaging/prostatex/missing_slice");
  std::vector<DicomInstance> broken;
  for (const auto& entry : fs::recursive_directory_iterator(test::data_root() / "imaging/prostatex/missing_slice",
                                                            fs::directory_options::follow_directory_symlink))
    if (entry.is_regular_file())
      if (auto header = read_header(entry.path())) broken.push_back(*header);
  if (!broken.empty())
    expect_error(ErrorCode::domain, "missing slice", [&] { read_series(group_series(broken).at(0)); });
}

TEST(DicomOracle, DicomAndNiftiOfOnePatientAreTheSame) {
  // Six soft-tissue sarcomas published in both forms: voxels and masks must be equal one by one; the geometry differs
  // by the rounding of NIfTI's float32 header, under 1e-4 mm at the corners.
  LARC_NEEDS_DATA("sts_mr_dicom");
  int patients = 0;
  for (const auto& entry : fs::directory_iterator(test::data_root() / "sts_mr_dicom")) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().filename().string());
    const DicomSeries series = series_under(entry.path() / "MR_T1/image");
    const image::Volume ours = read_series(series);
    const fs::path nifti = test::data_root() / "sts_mr" / entry.path().filename();
    const image::Volume reference = read_image(nifti / "MR_T1_image.nii.gz");
    EXPECT_TRUE(image::same_geometry(ours.geometry, reference.geometry, 1e-4));
    EXPECT_EQ(ours.voxels, reference.voxels);
    const fs::path structures = entry.path() / "MR_T1/mask/RS.dcm";
    const image::Mask mask =
        read_rtstruct(structures, "gtv_mass*", ours.geometry, {series.series_uid, series.frame_of_reference_uid});
    EXPECT_EQ(mask.voxels, read_mask(nifti / "MR_T1_mask.nii.gz").voxels);
    ++patients;
  }
  EXPECT_EQ(patients, 6);
}

TEST(DicomRobustness, MalformedFilesGiveErrorsOnly) {
  // Nothing but an Error may leave; a crash ends the test program.
  LARC_NEEDS_DATA("imaging/dicom_fuzz");
  int files = 0, headers = 0, pixels = 0, errors = 0;
  for (const char* folder : {"imaging/dicom_fuzz", "imaging/pydicom_test_files", "imaging/rt_utils",
                             "imaging/highdicom", "imaging/divest"}) {
    std::vector<DicomInstance> found;
    if (!fs::exists(test::data_root() / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(test::data_root() / folder)) {
      if (!entry.is_regular_file()) continue;
      ++files;
      try {
        const auto header = read_header(entry.path());
        if (!header) continue;
        ++headers;
        found.push_back(*header);
        read_pixels(*header);
        ++pixels;
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
        EXPECT_NE(std::string(error.what()).find(entry.path().filename().string()), std::string::npos) << error.what();
        ++errors;
      }
      try {
        list_rois(entry.path());
      } catch (const Error&) {
      }
    }
    for (const DicomSeries& series : group_series(found)) {
      try {
        read_series(series);
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
      }
    }
  }
  EXPECT_GE(files, 150);
  EXPECT_GE(headers, 100);
  EXPECT_GE(pixels, 20);
  EXPECT_GE(errors, 30);
}

TEST(RtStructOracle, InvalidStructureSetsAreErrors) {
  LARC_NEEDS_DATA("imaging/rt_utils");
  const image::Geometry g = test::oblique_geometry();
  for (const auto& entry : fs::recursive_directory_iterator(test::data_root() / "imaging/rt_utils")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THROW(read_rtstruct(entry.path(), "nothing by this name", g), Error) << entry.path();
  }
}

}  // namespace
}  // namespace larc::io::dicom
