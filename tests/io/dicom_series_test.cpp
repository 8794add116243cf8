// Grouping, geometry and the refusals of read_series, on written series and on real ones.
#include "core/file.h"
#include "dicom_support.h"
#include "io/dicom/pixels.h"
#include "io/dicom/rtstruct.h"
#include "io/dicom/series.h"
#include "io/dicom/write.h"
#include "io/image_file.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

using test::expect_error;
using test::expect_same_in_patient;
using test::images_under;
using test::series_under;
namespace fs = std::filesystem;

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
  refused(ErrorCode::unsupported, "no pixel data", [](auto& s) { s[1].has_pixel_data = false; });
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
          for (const auto& image : read_instances(cut)) read_pixels(image);
        },
        Error)
        << length << " of " << whole.size();
  }
  write_file_atomic(cut, whole.substr(0, 100));
  EXPECT_TRUE(read_instances(cut).empty());
}

TEST(DicomHeader, OtherFilesAreNotDicom) {
  const test::TemporaryFolder folder;
  const auto file = [&](const std::string& bytes) {
    write_file_atomic(folder.path() / "f", bytes);
    return folder.path() / "f";
  };
  EXPECT_TRUE(read_instances(file("")).empty());
  EXPECT_TRUE(read_instances(file("patient,age\nA,61\n")).empty());
  EXPECT_TRUE(read_instances(file(std::string(5000, '\0'))).empty());
  EXPECT_TRUE(read_instances(file(std::string("\x08\0\x05\0", 4) + std::string(500, 'x'))).empty());
  expect_error(ErrorCode::not_found, "gone", [&] { read_instances(folder.path() / "gone"); });
}

TEST(DicomOracle, NineTransferSyntaxesGiveTheReferenceVoxels) {
  // dcm_qa_ts: one EPI mosaic (6 x 6 tiles of 64 x 64, 35 slices) in nine transfer syntaxes; dcm2niix's NIfTI has rows
  // upwards.
  LARC_NEEDS_DATA("imaging/dcm_qa_ts/In");
  const fs::path root = test::data_root() / "imaging/dcm_qa_ts";
  std::set<std::string> syntaxes;
  for (int n = 1; n <= 9; ++n) {
    SCOPED_TRACE(n);
    const auto slices = read_instances(root / "In" / (std::to_string(n) + ".dcm"));
    ASSERT_EQ(slices.size(), 35U);
    const image::Volume ours = read_series(group_series(slices).at(0));
    expect_same_in_patient(ours, read_image(root / "Ref" / (std::to_string(n) + ".nii")), 1, 0);
    syntaxes.insert(slices.front().transfer_syntax_uid);
  }
  EXPECT_EQ(syntaxes.size(), 7U);
}

TEST(DicomOracle, NemaCodecsGiveTheUncompressedPixels) {
  // NEMA WG-04 images: the lossless codecs must equal the uncompressed reference to the bit, the lossy ones within 5%
  // of its range (root mean square).
  LARC_NEEDS_DATA("imaging/nema_wg04/REF");
  const fs::path root = test::data_root() / "imaging/nema_wg04";
  std::map<std::string, int> equal, near;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || entry.path().parent_path().filename() == "REF") continue;
    const auto images = read_instances(entry.path());
    if (images.empty()) continue;
    const std::string name = entry.path().filename().string(), syntax = images[0].transfer_syntax_uid;
    const fs::path reference = root / "REF" / (name.substr(0, name.find('_')) + "_UNC");
    if (!fs::exists(reference)) continue;
    SCOPED_TRACE(entry.path().string() + " " + syntax);
    const auto ours = read_pixels(images[0]), exact = read_pixels(read_instances(reference).at(0));
    ASSERT_EQ(ours.size(), exact.size());
    const std::set<std::string> lossless{"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
                                         "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"};
    if (lossless.contains(syntax)) {
      EXPECT_EQ(ours, exact);
      ++equal[syntax];
    } else {
      double squares = 0, range = 0;
      for (std::size_t p = 0; p < ours.size(); ++p) squares += (ours[p] - exact[p]) * (ours[p] - exact[p]);
      for (const double value : exact) range = std::max(range, value);
      EXPECT_LT(std::sqrt(squares / static_cast<double>(ours.size())), 0.05 * range);
      ++near[syntax];
    }
  }
  EXPECT_EQ(equal.size(), 4U);  // JPEG lossless, JPEG-LS, JPEG 2000, RLE
  EXPECT_GE(near.size(), 3U);   // JPEG extended, JPEG-LS near-lossless, JPEG 2000
}

TEST(DicomOracle, ProstateSeriesAndTheCopyWithAMissingSlice) {
  LARC_NEEDS_DATA("imaging/prostatex/ProstateX-0000");
  const auto all = group_series(images_under(test::data_root() / "imaging/prostatex/ProstateX-0000"));
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
      for (auto& image : read_instances(entry.path())) broken.push_back(std::move(image));
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
