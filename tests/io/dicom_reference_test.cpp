// Oracle: conversions equal the NIfTI files that dcm2niix and dicom2nifti made of the same DICOM, voxel by voxel.
#include <cstring>

#include "core/file.h"
#include "core/text.h"
#include "dicom_support.h"
#include "io/dicom/pixels.h"
#include "io/image_file.h"

namespace larc::io::dicom {
namespace {

using test::expect_error;
using test::expect_same_in_patient;
using test::images_under;
using test::series_under;
namespace fs = std::filesystem;

fs::path imaging() {
  return test::data_root() / "imaging";
}

/// One time point of a 4D NIfTI-1 file of 16-bit voxels.
image::Volume time_point(const fs::path& path, std::size_t t) {
  std::string bytes = read_file(path);
  std::array<std::int16_t, 8> dim{};
  std::memcpy(dim.data(), bytes.data() + 40, sizeof dim);
  const std::size_t size =
      2ULL * static_cast<std::size_t>(dim[1]) * static_cast<std::size_t>(dim[2]) * static_cast<std::size_t>(dim[3]);
  dim[0] = 3;
  dim[4] = 1;
  std::memcpy(bytes.data() + 40, dim.data(), sizeof dim);
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "t.nii", bytes.substr(0, 352) + bytes.substr(352 + t * size, size));
  return read_image(folder.path() / "t.nii");
}

TEST(DicomReference, EnhancedPhilipsIsTwoStacks) {
  // dcm2niix 1.0.2020: Philips' private scale for the magnitude, the displayed value for the field map.
  LARC_NEEDS_DATA("imaging/dcm_qa_enh");
  const auto frames = read_instances(imaging() / "dcm_qa_enh/In/Philips/IM_0027_fMAP.dcm");
  ASSERT_EQ(frames.size(), 64U);
  const auto stacks = split_stacks(group_series(frames).at(0));
  ASSERT_EQ(stacks.size(), 2U);
  int seen = 0;
  for (const auto& stack : stacks) {
    const DicomInstance& first = stack.instances.front();
    SCOPED_TRACE(first.complex_component);
    EXPECT_EQ(stack.instances.size(), 32U);
    image::Volume ours = read_series(stack);
    const bool magnitude = first.complex_component == "MAGNITUDE";
    EXPECT_TRUE(magnitude || first.complex_component == "REAL");
    const image::Volume reference =
        read_image(imaging() / "dcm_qa_enh/Ref" /
                   (magnitude ? "Philips_WIP_B0_NS_801_e1.nii" : "Philips_WIP_B0_NS_801_e2_fieldmaphz.nii"));
    // Displayed to private scale: (displayed / slope - private intercept) / private slope. Their header rounds to
    // float32.
    for (double& v : ours.voxels)
      v = ((v - first.rescale_intercept) / first.rescale_slope - first.private_scale_intercept) /
          first.private_scale_slope;
    ASSERT_EQ(ours.voxels.size(), reference.voxels.size());
    if (magnitude) {
      expect_same_in_patient(ours, reference, 1, 1e-6);
    } else {
      for (double& v : ours.voxels) v += 1000;  // away from zero, where a relative tolerance means nothing
      image::Volume moved = reference;
      for (double& v : moved.voxels) v += 1000;
      expect_same_in_patient(ours, moved, 1, 1e-5);
    }
    ++seen;
  }
  EXPECT_EQ(seen, 2);
}

TEST(DicomReference, EnhancedSiemensXaOneFileATimePoint) {
  LARC_NEEDS_DATA("imaging/dcm_qa_enh");
  const DicomSeries series = series_under(imaging() / "dcm_qa_enh/In/Siemens/XA10");
  EXPECT_EQ(series.instances.size(), 24U);
  const auto stacks = split_stacks(series);
  ASSERT_EQ(stacks.size(), 4U);
  for (std::size_t t = 0; t < 4; ++t) {
    SCOPED_TRACE(t);
    EXPECT_EQ(stacks[t].instances.front().echo_time_ms, 30);
    expect_same_in_patient(read_series(stacks[t]),
                           time_point(imaging() / "dcm_qa_enh/Ref/Siemens_REST1_w_SMS_PF7-8_6.nii", t), 1, 0);
  }
  LARC_NEEDS_DATA("imaging/niivue_formats/enh.dcm");
  const auto again = group_series(read_instances(imaging() / "niivue_formats/enh.dcm"));
  ASSERT_EQ(again.size(), 1U);
  const image::Volume volume = read_series(again[0]);
  EXPECT_EQ(volume.geometry.size, (image::Index3{64, 64, 6}));
  EXPECT_TRUE(std::any_of(stacks.begin(), stacks.end(),
                          [&](const auto& stack) { return read_series(stack).voxels == volume.voxels; }));
}

TEST(DicomReference, TwelveBitsSignedAndWithDirtyHighBits) {
  LARC_NEEDS_DATA("imaging/dcm_qa_12bit");
  for (const auto& [file, reference] :
       {std::pair{"12bitUnsigned.dcm", "2.nii"}, std::pair{"12bitUnsigned_0x0F0F.dcm", "3.nii"},
        std::pair{"12bitSigned_0x0F0F.dcm", "4.nii"}}) {
    SCOPED_TRACE(file);
    const auto tiles = group_series(read_instances(imaging() / "dcm_qa_12bit/In" / file));
    ASSERT_EQ(tiles.size(), 1U);
    expect_same_in_patient(read_series(tiles[0]), read_image(imaging() / "dcm_qa_12bit/Ref" / reference), 1, 0);
  }
}

TEST(DicomReference, WhatAPacsMovedReadsTheSame) {
  LARC_NEEDS_DATA("imaging/dcm_qa_agfa");
  for (int n = 1; n <= 4; ++n) {
    const std::string file = "011-000" + std::to_string(n) + ".img";
    SCOPED_TRACE(file);
    const auto moved = group_series(read_instances(imaging() / "dcm_qa_agfa/Agfa" / file)),
               original = group_series(read_instances(imaging() / "dcm_qa_agfa/Siemens" / file));
    ASSERT_EQ(moved.size(), 1U);
    ASSERT_EQ(moved[0].instances.size(), 25U);
    const image::Volume a = read_series(moved[0]), b = read_series(original.at(0));
    EXPECT_TRUE(image::same_geometry(a.geometry, b.geometry, 0));
    EXPECT_EQ(a.voxels, b.voxels);
    EXPECT_EQ(moved[0].instances[0].temporal_position, original[0].instances[0].temporal_position);
  }
}

TEST(DicomReference, GenericSetsAndTheirCodecs) {
  LARC_NEEDS_DATA("imaging/dicom2nifti_tests/data/generic");
  const fs::path root = imaging() / "dicom2nifti_tests/data/generic";
  int compared = 0;
  for (const char* folder : {"anatomical/001", "anatomical/001_implicit", "anatomical/002_non_isotropic",
                             "compressed/001", "compressed_rle/001", "compressed_jpegls/001", "compressed_j2k/001"}) {
    const fs::path reference = root / (std::string(folder) + "_ground_truth.nii.gz");
    if (!fs::exists(reference)) continue;
    SCOPED_TRACE(folder);
    expect_same_in_patient(read_series(series_under(root / folder)), read_image(reference), 1, 1e-5);
    ++compared;
  }
  EXPECT_GE(compared, 5);
  expect_error(ErrorCode::unsupported, "colour", [&] { read_series(series_under(root / "rgb/001")); });
}

TEST(DicomReference, FailingSetsAreRefusedOrResampledAsAsked) {
  LARC_NEEDS_DATA("imaging/dicom2nifti_tests/data/failing");
  const fs::path failing = imaging() / "dicom2nifti_tests/data/failing";
  struct Case {
    const char* folder;
    const char* refusal;    // empty: read as it is
    const char* resampled;  // what is done when the protocol asks; empty: refused still
  };
  const Case cases[] = {
      {"sliceincrement/001", "missing slice: the gap between IM-0001-0009-0001.dcm and IM-0001-0010-0001.dcm",
       "gaps evened out: 4 slices to "},
      {"sliceincrement/002", "1.499 mm, elsewhere 0.750 mm", "gaps evened out: 4 slices to 5"},
      {"gantrytilting/001", "tilt", "tilt removed"},
      {"notavolume/001", "all 4 images lie at one position", ""},
      {"sliceorientation/001", "mixed pixel spacing", ""},
      {"slicecount/001", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.folder);
    const DicomSeries series = series_under(failing / c.folder);
    ReadOptions resample;
    resample.gaps = GapPolicy::resample;
    resample.tilt = TiltPolicy::resample;
    if (*c.refusal == '\0') {
      const SeriesVolume read = read_series(series, resample);
      EXPECT_TRUE(read.done.empty());
      EXPECT_EQ(read.volume.voxels, read_series(series).voxels);
      continue;
    }
    expect_error(ErrorCode::domain, c.refusal, [&] { read_series(series); });
    if (*c.resampled == '\0') {
      expect_error(ErrorCode::domain, c.refusal, [&] { read_series(series, resample); });
      continue;
    }
    const SeriesVolume read = read_series(series, resample);
    ASSERT_FALSE(read.done.empty());
    EXPECT_NE(join(read.done, "; ").find(c.resampled), std::string::npos) << join(read.done, "; ");
    EXPECT_GT(read.volume.voxels.size(), 0U);
  }
}

}  // namespace
}  // namespace larc::io::dicom
