// DICOM Segmentations: made by hand for what writers seldom do, and those of dcmqi, highdicom and TCIA against their
// truths.
#include "core/file.h"
#include "dicom_elements.h"
#include "io/dicom/segmentation.h"
#include "io/dicom/series.h"
#include "io/dicom/write.h"
#include "io/image_file.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

namespace fs = std::filesystem;
using image::Geometry;
using test::DicomElements;
using test::expect_error;

struct Frame {
  int segment;
  int slice;
  std::vector<int> pixels;  // columns * rows values
};

struct Seg {
  Geometry grid;
  std::string type = "BINARY";
  std::vector<std::string> labels{"tumour"};
  std::vector<Frame> frames{};
  int bits = 1;
  bool spacing_between = true;
};

DicomElements code(const char* value, const char* meaning) {
  return DicomElements().text(0x00080100, "SH", value).text(0x00080102, "SH", "SCT").text(0x00080104, "LO", meaning);
}

DicomElements data_set(const Seg& seg) {
  const Geometry& g = seg.grid;
  const auto& d = g.direction;
  std::vector<DicomElements> segments, frames;
  const int first = seg.type == "LABELMAP" ? 0 : 1;
  for (std::size_t s = 0; s < seg.labels.size(); ++s)
    segments.push_back(DicomElements()
                           .us(0x00620004, static_cast<unsigned>(first) + static_cast<unsigned>(s))
                           .text(0x00620005, "LO", seg.labels[s])
                           .text(0x00620008, "CS", "MANUAL")
                           .items(0x00620003, {code("49755003", "Morphologically Abnormal Structure")})
                           .items(0x0062000f, {code("108369006", "Neoplasm")})
                           .text(0x00620020, "UT", "lesion 1"));
  std::vector<int> all;
  for (const auto& frame : seg.frames) {
    const image::Vec3 at = g.point_lps({0, 0, static_cast<double>(frame.slice)});
    DicomElements group;
    group.items(0x00209113, {DicomElements().numbers(0x00200032, {at[0], at[1], at[2]})});
    if (seg.type != "LABELMAP")
      group.items(0x0062000a, {DicomElements().us(0x0062000b, static_cast<unsigned>(frame.segment))});
    frames.push_back(group);
    all.insert(all.end(), frame.pixels.begin(), frame.pixels.end());
  }
  std::string pixels;
  if (seg.bits == 1) {
    pixels.assign((all.size() + 7) / 8, '\0');
    for (std::size_t p = 0; p < all.size(); ++p)
      if (all[p] != 0) pixels[p / 8] = static_cast<char>(pixels[p / 8] | (1 << (p % 8)));
  } else {
    for (const int value : all) {
      pixels += static_cast<char>(value & 0xFF);
      if (seg.bits == 16) pixels += static_cast<char>(value >> 8);
    }
  }
  if (pixels.size() % 2 != 0) pixels += '\0';
  DicomElements measures;
  measures.numbers(0x00280030, {g.spacing_mm[1], g.spacing_mm[0]});
  if (seg.spacing_between) measures.numbers(0x00180088, {g.spacing_mm[2]});
  DicomElements shared;
  shared.items(0x00289110, {measures});
  shared.items(0x00209116,
               {DicomElements().numbers(0x00200037, {d[0][0], d[1][0], d[2][0], d[0][1], d[1][1], d[2][1]})});
  DicomElements data;
  data.text(0x00080016, "UI", seg.type == "LABELMAP" ? "1.2.840.10008.5.1.4.1.1.66.7" : "1.2.840.10008.5.1.4.1.1.66.4");
  data.text(0x00080018, "UI", "1.2.3").text(0x00080060, "CS", "SEG").text(0x00200052, "UI", "1.2.5");
  data.items(0x00081115, {DicomElements().text(0x0020000e, "UI", "1.2.7")});
  data.text(0x00280008, "IS", std::to_string(seg.frames.size()));
  data.us(0x00280010, static_cast<unsigned>(g.size[1])).us(0x00280011, static_cast<unsigned>(g.size[0]));
  const auto bits = static_cast<unsigned>(seg.bits);
  data.us(0x00280100, bits).us(0x00280101, bits).us(0x00280102, bits - 1).us(0x00280103, 0).us(0x00280002, 1);
  data.text(0x00620001, "CS", seg.type).items(0x00620002, segments);
  if (seg.type == "FRACTIONAL") data.us(0x0062000e, 200).text(0x00620010, "CS", "PROBABILITY");
  data.items(0x52009229, {shared}).items(0x52009230, frames).raw(0x7fe00010, seg.bits == 16 ? "OW" : "OB", pixels);
  return data;
}

/// 5 x 3 pixels, so that frames do not begin at whole bytes.
Geometry small_grid() {
  Geometry g = test::oblique_geometry();
  g.size = {5, 3, 4};
  g.spacing_mm = {0.75, 0.5, 3.25};
  return g;
}

std::vector<int> random_pixels(std::uint64_t seed, int most = 1) {
  Random random(seed);
  std::vector<int> pixels(15);
  for (int& p : pixels) p = static_cast<int>(random.uniform() * (most + 1));
  return pixels;
}

std::vector<std::uint8_t> expected_of(const Seg& seg, int segment, const std::function<bool(int)>& inside) {
  std::vector<std::uint8_t> voxels(seg.grid.voxel_count(), 0);
  for (const auto& frame : seg.frames)
    if (seg.type == "LABELMAP" || frame.segment == segment)
      for (std::size_t p = 0; p < frame.pixels.size(); ++p)
        if (inside(frame.pixels[p])) voxels[seg.grid.offset(0, 0, frame.slice) + p] = 1;
  return voxels;
}

class SegByHand : public ::testing::Test {
 protected:
  fs::path write(const Seg& seg) { return write(data_set(seg)); }
  fs::path write(const DicomElements& data) {
    const fs::path path = folder_.path() / "seg.dcm";
    write_file_atomic(path, data.file());
    return path;
  }
  test::TemporaryFolder folder_;
};

TEST_F(SegByHand, OverlappingSparseSegmentsInAnyOrderOfFrames) {
  Seg seg{small_grid()};
  seg.labels = {"tumour", "rectum"};
  // Slice 2 has no frame of the tumour; the frames of both are mixed and not in order.
  seg.frames = {{2, 3, random_pixels(1)}, {1, 3, random_pixels(2)}, {2, 1, random_pixels(3)}, {1, 0, random_pixels(4)},
                {2, 2, random_pixels(5)}, {1, 1, random_pixels(6)}, {2, 0, random_pixels(7)}};
  const fs::path path = write(seg);
  const auto segments = list_segments(path);
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0].label, "tumour");
  EXPECT_EQ(segments[0].frame_count, 3);
  EXPECT_EQ(segments[1].frame_count, 4);
  EXPECT_EQ(segments[0].type, (Code{"108369006", "SCT", ""}));
  EXPECT_EQ(segments[0].category.meaning, "Morphologically Abnormal Structure");
  EXPECT_EQ(segments[0].algorithm_type, "MANUAL");
  EXPECT_EQ(segments[0].tracking_id, "lesion 1");
  EXPECT_EQ(segmentation_references(path).series_uids, std::vector<std::string>{"1.2.7"});
  for (int s = 1; s <= 2; ++s) {
    const auto expected = expected_of(seg, s, [](int v) { return v != 0; });
    EXPECT_EQ(read_segment(path, s, seg.grid).voxels, expected);
    const SegMask by_label = read_segment(path, s == 1 ? "TUM*" : "rectum", seg.grid, {"1.2.7", "1.2.5"});
    EXPECT_EQ(by_label.mask.voxels, expected);
    EXPECT_TRUE(by_label.notes.empty());
    const auto count = static_cast<double>(std::count(expected.begin(), expected.end(), 1));
    EXPECT_NEAR(by_label.volume_mm3, count * 0.75 * 0.5 * 3.25, 1e-9);
    EXPECT_NEAR(by_label.drawn_volume_mm3, by_label.volume_mm3, 1e-6);
  }
}

TEST_F(SegByHand, ImagesWithOtherAxesAndOtherSlices) {
  Seg seg{small_grid()};
  for (int k = 1; k <= 2; ++k) seg.frames.push_back({1, k, random_pixels(static_cast<std::uint64_t>(k))});
  const fs::path path = write(seg);
  const image::Mask upright = read_segment(path, 1, seg.grid);
  // The slices of the image in reverse: a left-handed grid.
  Geometry reversed = seg.grid;
  reversed.origin_lps = seg.grid.point_lps({0, 0, 3});
  for (auto& row : reversed.direction) row[2] = -row[2];
  const image::Mask turned = read_segment(path, 1, reversed);
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 5; ++i) EXPECT_EQ(turned.at(i, j, k), upright.at(i, j, 3 - k));
  // An image that begins at the second slice holds all of it, one that ends there does not.
  Geometry part = seg.grid;
  part.origin_lps = seg.grid.point_lps({0, 0, 1});
  part.size[2] = 3;
  EXPECT_EQ(image::voxel_count(read_segment(path, 1, part)), image::voxel_count(upright));
  part.size[2] = 1;
  expect_error(ErrorCode::geometry_mismatch, "outside the image", [&] { read_segment(path, 1, part); });
  SegOptions options;
  options.other_grid = image::OtherGrid::nearest;
  const SegMask clipped = read_segment(path, "1", part, options);
  ASSERT_EQ(clipped.notes.size(), 1U);
  EXPECT_NE(clipped.notes[0].find("left out"), std::string::npos);
}

TEST_F(SegByHand, AnotherGridIsRefusedOrResampled) {
  Seg seg{small_grid()};
  for (int k = 0; k < 4; ++k) seg.frames.push_back({1, k, random_pixels(static_cast<std::uint64_t>(k))});
  const fs::path path = write(seg);
  Geometry fine = seg.grid;
  fine.size = {10, 6, 8};
  for (std::size_t a = 0; a < 3; ++a) fine.spacing_mm[a] /= 2;
  fine.origin_lps = seg.grid.point_lps({-0.25, -0.25, -0.25});
  expect_error(ErrorCode::geometry_mismatch, "spacing", [&] { read_segment(path, 1, fine); });
  SegOptions options;
  options.other_grid = image::OtherGrid::nearest;
  const SegMask resampled = read_segment(path, "1", fine, options);
  ASSERT_EQ(resampled.notes.size(), 1U);
  EXPECT_NE(resampled.notes[0].find("nearest neighbour"), std::string::npos);
  EXPECT_EQ(image::voxel_count(resampled.mask), 8 * image::voxel_count(read_segment(path, 1, seg.grid)));
  EXPECT_NEAR(resampled.volume_mm3, resampled.drawn_volume_mm3, 1e-6);
  // Frames at uneven places cannot be resampled, but lie on an image that has these slices.
  Seg uneven{small_grid()};
  uneven.spacing_between = false;
  for (const int k : {0, 2, 5}) uneven.frames.push_back({1, k, std::vector<int>(15, 1)});
  const fs::path sparse = write(uneven);
  Geometry long_grid = seg.grid;
  long_grid.size[2] = 6;
  EXPECT_EQ(image::voxel_count(read_segment(sparse, 1, long_grid)), 45U);
  expect_error(ErrorCode::geometry_mismatch, "unevenly spaced", [&] { read_segment(sparse, "1", fine, options); });
}

TEST_F(SegByHand, FractionalByThreshold) {
  Seg seg{small_grid(), "FRACTIONAL"};
  seg.bits = 8;
  for (int k = 0; k < 4; ++k) seg.frames.push_back({1, k, random_pixels(static_cast<std::uint64_t>(k), 200)});
  seg.frames[0].pixels[0] = 100;  // exactly half of MaximumFractionalValue is inside
  seg.frames[0].pixels[1] = 99;
  const fs::path path = write(seg);
  const SegMask half = read_segment(path, "1", seg.grid);
  EXPECT_EQ(half.mask.voxels, expected_of(seg, 1, [](int v) { return v >= 100; }));
  ASSERT_EQ(half.notes.size(), 1U);
  EXPECT_NE(half.notes[0].find("0.5"), std::string::npos);
  EXPECT_NE(half.notes[0].find("probability"), std::string::npos);
  SegOptions options;
  options.threshold = 0.9;
  EXPECT_EQ(read_segment(path, "1", seg.grid, options).mask.voxels,
            expected_of(seg, 1, [](int v) { return v >= 180; }));
  options.threshold = 0;
  expect_error(ErrorCode::domain, "threshold", [&] { read_segment(path, "1", seg.grid, options); });
}

TEST_F(SegByHand, LabelMapOfEightAndSixteenBits) {
  for (const int bits : {8, 16}) {
    Seg seg{small_grid(), "LABELMAP"};
    seg.bits = bits;
    seg.labels = {"Background", "tumour", "rectum"};
    for (const int k : {3, 0}) seg.frames.push_back({0, k, random_pixels(static_cast<std::uint64_t>(k), 2)});
    const fs::path path = write(seg);
    EXPECT_EQ(list_segments(path).size(), 3U);
    for (int s = 1; s <= 2; ++s)
      EXPECT_EQ(read_segment(path, s, seg.grid).voxels, expected_of(seg, s, [&](int v) { return v == s; }));
    expect_error(ErrorCode::conflict, "2 segments match", [&] { read_segment(path, "*", seg.grid); });
  }
}

TEST_F(SegByHand, WhatDoesNotFitIsRefused) {
  Seg seg{small_grid()};
  for (int k = 0; k < 4; ++k) seg.frames.push_back({1, k, random_pixels(static_cast<std::uint64_t>(k))});
  const fs::path path = write(seg);
  expect_error(ErrorCode::not_found, "1 'tumour'", [&] { read_segment(path, "liver", seg.grid); });
  expect_error(ErrorCode::not_found, "no segment '7'", [&] { read_segment(path, 7, seg.grid); });
  expect_error(ErrorCode::conflict, "drawn on series", [&] { read_segment(path, "1", seg.grid, {"1.2.8", ""}); });
  expect_error(ErrorCode::conflict, "frame of reference", [&] { read_segment(path, "1", seg.grid, {"", "1.9"}); });
  write(data_set(seg).text(0x00280008, "IS", "5"));
  expect_error(ErrorCode::format, "5 frames are announced", [&] { read_segment(path, 1, seg.grid); });
  write(data_set(seg).us(0x00280010, 300));
  expect_error(ErrorCode::format, "pixel", [&] { read_segment(path, 1, seg.grid); });
  write(data_set(seg).us(0x00280010, 65535).us(0x00280011, 65535));
  expect_error(ErrorCode::format, "break off", [&] { read_segment(path, 1, seg.grid); });
  write(data_set(seg).us(0x00280100, 8));
  expect_error(ErrorCode::format, "bits allocated", [&] { read_segment(path, 1, seg.grid); });
  write(data_set(seg).text(0x00620001, "CS", "MESH"));
  expect_error(ErrorCode::format, "MESH", [&] { list_segments(path); });
  write(data_set(seg).text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.4"));
  expect_error(ErrorCode::format, "not a DICOM segmentation", [&] { list_segments(path); });
  write(data_set(seg).items(0x52009229, {DicomElements()}));
  expect_error(ErrorCode::unsupported, "no position", [&] { read_segment(path, 1, seg.grid); });
  seg.frames[2].segment = 3;
  write(seg);
  expect_error(ErrorCode::format, "frame 3", [&] { read_segment(path, 1, seg.grid); });
  seg.frames.assign(1, {1, 0, std::vector<int>(15, 0)});
  write(seg);
  expect_error(ErrorCode::domain, "marks no voxel", [&] { read_segment(path, 1, seg.grid); });
  expect_error(ErrorCode::not_found, "gone", [&] { list_segments(folder_.path() / "gone"); });
}

// Oracle: label maps that dcmqi's own converter makes of these segmentations (its regression data).
TEST(SegOracle, Dcmqi) {
  LARC_NEEDS_DATA("imaging/dcmqi");
  const fs::path root = test::data_root() / "imaging/dcmqi/data/segmentations";
  struct Case {
    const char* seg;
    int segment;
    const char* labels;
    int label;
  };
  const Case cases[] = {{"liver.dcm", 1, "liver_seg.nrrd", 1},
                        {"24x38x3/seg/label.seg", 1, "24x38x3/nrrd/label.nrrd", 1},
                        {"23x38x3/seg/label.seg", 1, "23x38x3/nrrd/label.nrrd", 1},
                        {"sparse-labelmap-noppv.dcm", 1, "sparse_labelmap_noppv_seg.nrrd", 1},
                        {"sparse-labelmap-ppv5.dcm", 1, "sparse_labelmap_ppv5_seg.nrrd", 1},
                        {"partial_overlaps.dcm", 1, "partial_overlaps-1.nrrd", 1},
                        {"partial_overlaps.dcm", 4, "partial_overlaps-1.nrrd", 4},
                        {"partial_overlaps.dcm", 5, "partial_overlaps-1.nrrd", 5},
                        {"partial_overlaps.dcm", 2, "partial_overlaps-2.nrrd", 2},
                        {"partial_overlaps.dcm", 3, "partial_overlaps-3.nrrd", 3}};
  for (const auto& c : cases) {
    const image::Volume labels = read_image(root / c.labels);
    EXPECT_EQ(read_segment(root / c.seg, c.segment, labels.geometry).voxels,
              image::select_label(labels, c.label).voxels)
        << c.seg << " " << c.segment;
  }
}

// Oracle: the volume that the structured report beside it states (33.5824 ml).
TEST(SegOracle, VolumeOfTheReport) {
  LARC_NEEDS_DATA("imaging/dcmqi");
  Geometry grid;
  grid.size = {128, 128, 13};
  grid.spacing_mm = {3.537818, 3.537818, 3.375};
  grid.origin_lps = {-226.4105, -430.7887, -119.271};
  const SegMask found = read_segment(test::data_root() / "imaging/dcmqi/data/sr-example/seg.dcm", "neoplasm*", grid);
  EXPECT_EQ(image::voxel_count(found.mask), 795U);
  EXPECT_NEAR(found.drawn_volume_mm3, 33582.4, 0.1);
}

DicomSeries series_in(const fs::path& folder) {
  std::vector<DicomInstance> instances;
  for (const auto& entry : fs::directory_iterator(folder))
    for (auto& instance : read_instances(entry.path())) instances.push_back(std::move(instance));
  return group_series(instances).at(0);
}

// Oracle: voxels counted with pydicom 2.3.1 (its own unpacking of bits).
TEST(SegOracle, AdcWithSegmentation) {
  LARC_NEEDS_DATA("imaging/autoradiomics");
  const fs::path root = test::data_root() / "imaging/autoradiomics/DICOM/QIN-PROSTATE-001";
  const DicomSeries series = series_in(root / "ADC");
  const image::Volume adc = read_series(series);
  const fs::path seg = root / "seg/1-1.dcm";
  const std::size_t counts[] = {140, 2158, 118, 15306};
  const auto segments = list_segments(seg);
  ASSERT_EQ(segments.size(), 4U);
  for (std::size_t s = 0; s < 4; ++s) {
    const SegMask found =
        read_segment(seg, std::to_string(s + 1), adc.geometry, {series.series_uid, series.frame_of_reference_uid});
    EXPECT_EQ(image::voxel_count(found.mask), counts[s]) << segments[s].label;
    EXPECT_NEAR(found.volume_mm3, static_cast<double>(counts[s]) * adc.geometry.voxel_volume_mm3(), 1e-6);
    EXPECT_TRUE(found.notes.empty());
  }
  expect_error(ErrorCode::conflict, "2 segments match", [&] { read_segment(seg, "*prostate", adc.geometry); });
  EXPECT_EQ(read_segment(seg, "LESION", adc.geometry).segment.number, 3);
}

// Oracle: as above. The grid is that of the CT that these segmentations were made from (three slices and one far below,
// whose gap is 162 slices).
TEST(SegOracle, Highdicom) {
  LARC_NEEDS_DATA("imaging/highdicom");
  const fs::path root = test::data_root() / "imaging/highdicom";
  Geometry grid;
  grid.size = {16, 16, 165};
  grid.spacing_mm = {0.488281, 0.488281, 1.25};
  grid.origin_lps = {-125, -128.100006, -99.480003};
  const auto count = [&](const char* name, int segment) {
    return image::voxel_count(read_segment(root / name, segment, grid));
  };
  EXPECT_EQ(count("seg_image_ct_binary.dcm", 1), 638U);
  EXPECT_EQ(count("seg_image_ct_binary_overlap.dcm", 1), 64U);
  EXPECT_EQ(count("seg_image_ct_binary_overlap.dcm", 2), 16U);
  EXPECT_EQ(count("seg_image_ct_binary_fractional.dcm", 1), 638U);
  EXPECT_EQ(count("seg_image_ct_true_fractional.dcm", 1), 638U);
  SegOptions all;
  all.threshold = 1.0 / 255;
  EXPECT_EQ(image::voxel_count(read_segment(root / "seg_image_ct_true_fractional.dcm", "1", grid, all).mask), 661U);
  EXPECT_EQ(list_segments(root / "seg_image_ct_binary_overlap.dcm").size(), 2U);
  EXPECT_EQ(list_segments(root / "seg_image_ct_binary.dcm").at(0).tracking_id,
            "test segmentation of computed tomography image");
  expect_error(ErrorCode::unsupported, "slide", [&] { read_segment(root / "seg_image_sm_dots.dcm", 1, grid); });
  expect_error(ErrorCode::unsupported, "slide",
               [&] { read_segment(root / "seg_image_sm_dots_tiled_full.dcm", 1, grid); });
  expect_error(ErrorCode::unsupported, "slide",
               [&] { read_segment(root / "seg_image_sm_control_labelmap.dcm", 1, grid); });
  expect_error(ErrorCode::unsupported, "no position", [&] { read_segment(root / "seg_image_cr_binary.dcm", 1, grid); });
}

}  // namespace
}  // namespace larc::io::dicom
