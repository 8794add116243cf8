// Segmentations and reports that larc writes: read back by larc, by pydicom and by dcmtk's own tools.
#include <cstdio>
#include <cstdlib>

#include "core/file.h"
#include "core/parallel.h"
#include "core/text.h"
#include "io/dicom/segmentation.h"
#include "io/dicom/series.h"
#include "io/dicom/write_multiframe.h"
#include "io/dicom/write_report.h"
#include "io/dicom/write_segmentation.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

namespace fs = std::filesystem;
using image::Geometry;
using test::expect_error;

/// What a command says; its exit code.
std::pair<int, std::string> run(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, ""};
  std::string text;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, count);
  return {::pclose(pipe), text};
}

/// A Python that has pydicom; empty when there is none.
std::string python_with_pydicom() {
  for (const char* python : {"python3", "/usr/bin/python3"})
    if (run(std::string(python) + " -c 'import pydicom, numpy'").first == 0) return python;
  return "";
}

bool has_tool(const char* name) {
  return run(std::string("command -v ") + name).first == 0;
}

DicomSeriesInfo image_info() {
  DicomSeriesInfo info;
  info.patient_id = "P001";
  info.study_uid = make_uid("study");
  info.series_uid = make_uid("image");
  info.frame_of_reference_uid = make_uid("frame");
  info.study_date = "20200102";
  info.study_time = "101500";
  info.manufacturer = "Example";
  return info;
}

DicomSeriesInfo derived_info(const char* what, int number) {
  DicomSeriesInfo info = image_info();
  info.series_uid = make_uid(what);
  info.series_number = number;
  info.series_description = what;
  return info;
}

class Derived : public ::testing::Test {
 protected:
  void SetUp() override {
    grid_ = test::oblique_geometry();  // 7 x 6: frames do not end at whole bytes
    tumour_ = test::random_mask(grid_, 0.4, 1);
    node_ = test::random_mask(grid_, 0.3, 2);
    for (int j = 0; j < 6; ++j)
      for (int i = 0; i < 7; ++i) node_.voxels[grid_.offset(i, j, 2)] = 0;  // a slice without the node
    series_ = write_series(folder_.path() / "image", test::random_volume(grid_, 0, 4095, true), image_info());
    regions_ = {{"tumour", &tumour_, term_of("tumour")}, {"lymph node 1", &node_, term_of("lymph node 1")}};
    regions_[1].algorithm_type = "AUTOMATIC";
    regions_[1].algorithm_name = "larc network";
  }
  WrittenSegmentation write() { return write_segmentation(seg(), regions_, derived_info("seg", 100), series_); }
  std::string report(const WrittenSegmentation& written) { return report(written, sr()); }
  std::string report(const WrittenSegmentation& written, const fs::path& path) {
    return write_report(path,
                        {{1,
                          regions_[0].term,
                          {volume_measurement(1234.5), diameter_measurement(41.25), mean_adc_measurement(1.0625)},
                          {{{"RESPONSE", kOwnScheme, "Response"}, {"PCR", kOwnScheme, "Complete response"}}}},
                         {2, regions_[1].term, {volume_measurement(87), diameter_measurement(kNaN)}, {}}},
                        written, derived_info("sr", 101), series_);
  }
  fs::path seg() const { return folder_.path() / "seg.dcm"; }
  fs::path sr() const { return folder_.path() / "sr.dcm"; }

  test::TemporaryFolder folder_;
  Geometry grid_;
  image::Mask tumour_, node_;
  std::vector<DicomInstance> series_;
  std::vector<SegRegion> regions_;
};

TEST_F(Derived, SegmentationReadsBackBitForBit) {
  const WrittenSegmentation written = write();
  const auto segments = list_segments(seg());
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0].label, "tumour");
  EXPECT_EQ(segments[0].type, (Code{"86049000", "SCT", ""}));
  EXPECT_EQ(segments[0].anatomic_region, (Code{"34402009", "SCT", ""}));
  EXPECT_EQ(segments[0].frame_count, 5);
  EXPECT_EQ(segments[1].type, (Code{"59441001", "SCT", ""}));
  EXPECT_EQ(segments[1].algorithm_name, "larc network");
  EXPECT_EQ(segments[1].frame_count, 4);
  EXPECT_EQ(segments[1].tracking_uid, written.tracking_uids.at(1));
  const SegReferences references = segmentation_references(seg());
  EXPECT_EQ(references.frame_of_reference_uid, image_info().frame_of_reference_uid);
  EXPECT_EQ(references.series_uids, std::vector<std::string>{image_info().series_uid});
  const SegOptions options{image_info().series_uid, image_info().frame_of_reference_uid};
  const SegMask tumour = read_segment(seg(), "tumour", grid_, options), node = read_segment(seg(), "2", grid_, options);
  EXPECT_EQ(tumour.mask.voxels, tumour_.voxels);
  EXPECT_EQ(node.mask.voxels, node_.voxels);
  EXPECT_TRUE(tumour.notes.empty());
  EXPECT_NEAR(tumour.drawn_volume_mm3, image::volume_mm3(tumour_), 1e-6);
}

TEST_F(Derived, SameInputSameBytes) {
  report(write());
  const std::string first_seg = read_file(seg()), first_sr = read_file(sr());
  report(write());
  EXPECT_EQ(read_file(seg()), first_seg);
  EXPECT_EQ(read_file(sr()), first_sr);
}

TEST_F(Derived, PydicomReadsTheSegmentation) {
  const std::string python = python_with_pydicom();
  if (python.empty()) GTEST_SKIP() << "pydicom absent; install python3-pydicom";
  const WrittenSegmentation written = write();
  const fs::path pixels = folder_.path() / "pixels";
  const auto [status, says] = run(python + " " + (test::source_root() / "tests/io/read_written.py").string() + " seg " +
                                  seg().string() + " " + pixels.string());
  ASSERT_EQ(status, 0) << says;
  EXPECT_NE(says.find("class 1.2.840.10008.5.1.4.1.1.66.4 " + image_info().frame_of_reference_uid), std::string::npos);
  EXPECT_NE(says.find("segment 1 tumour 86049000|SCT " + written.tracking_uids[0]), std::string::npos) << says;
  EXPECT_NE(says.find("segment 2 lymph node 1 59441001|SCT"), std::string::npos) << says;
  std::string expected, frames;
  for (const auto& region : regions_)
    for (int k = 0; k < 5; ++k) {
      std::string slice;
      for (int j = 0; j < 6; ++j)
        for (int i = 0; i < 7; ++i) slice += region.mask->at(i, j, k) ? '\1' : '\0';
      if (slice.find('\1') == std::string::npos) continue;
      expected += slice;
      frames += std::string("frame ") + (region.label == "tumour" ? "1 " : "2 ") +
                series_[static_cast<std::size_t>(k)].sop_instance_uid + "\n";
    }
  EXPECT_EQ(read_file(pixels), expected);
  EXPECT_NE(says.find(frames), std::string::npos) << says;
}

TEST_F(Derived, AMultiFrameImageIsReferredToByFrame) {
  const std::string python = python_with_pydicom();
  if (python.empty()) GTEST_SKIP() << "pydicom absent; install python3-pydicom";
  const image::Volume low = test::random_volume(grid_, 0, 4095, true), high = test::random_volume(grid_, 0, 999, true);
  const fs::path image = folder_.path() / "frames.dcm";
  write_dicom_file(image, encode_multiframe({{&low, 0.0}, {&high, 800.0}}, image_info()).bytes);
  const auto stacks = split_stacks(group_series(read_instances(image)).at(0));
  ASSERT_EQ(stacks.size(), 2U);
  series_ = stacks[1].instances;  // b 800: frames 6 to 10
  const WrittenSegmentation written = write();
  report(written);
  EXPECT_EQ(read_segment(seg(), "tumour", grid_).mask.voxels, tumour_.voxels);
  const std::string script = python + " " + (test::source_root() / "tests/io/read_written.py").string();
  const auto [status, says] = run(script + " seg " + seg().string() + " " + (folder_.path() / "pixels").string());
  ASSERT_EQ(status, 0) << says;
  const std::string& uid = series_[0].sop_instance_uid;
  for (const char* line : {"frame 1 ", "frame 2 "})
    for (const char* number : {" 6", " 7", " 9", " 10"})
      EXPECT_NE(says.find(line + uid + number + "\n"), std::string::npos) << line << number << "\n" << says;
  EXPECT_EQ(says.find("frame 2 " + uid + " 8\n"), std::string::npos) << "the slice without the node";
  const auto [report_status, report_says] = run(script + " sr " + sr().string());
  ASSERT_EQ(report_status, 0) << report_says;
  const auto named = report_says.find("IMAGE - " + uid);
  EXPECT_NE(named, std::string::npos) << report_says;
  EXPECT_EQ(report_says.find("IMAGE - " + uid, named + 1), std::string::npos) << "one file is one image";
}

TEST_F(Derived, PydicomReadsTheReport) {
  const std::string python = python_with_pydicom();
  if (python.empty()) GTEST_SKIP() << "pydicom absent; install python3-pydicom";
  const WrittenSegmentation written = write();
  report(written);
  const auto [status, says] =
      run(python + " " + (test::source_root() / "tests/io/read_written.py").string() + " sr " + sr().string());
  ASSERT_EQ(status, 0) << says;
  for (const std::string& line :
       {std::string("class 1.2.840.10008.5.1.4.1.1.88.22 SR"), std::string("NUM 118565006|SCT 1.2345 cm3"),
        std::string("NUM L0JK|IBSI 41.25 mm"), std::string("NUM 113041|DCM 1062.5 um2/s"),
        std::string("CODE 121401|DCM 373098007|SCT"), std::string("NUM L0JK|IBSI none -"),
        std::string("NUM 118565006|SCT 0.087 cm3"), std::string("CODE RESPONSE|99LARC PCR|99LARC"),
        "IMAGE 121191|DCM " + written.sop_instance_uid + " 1", "IMAGE 121191|DCM " + written.sop_instance_uid + " 2",
        "IMAGE - " + series_[3].sop_instance_uid, "UIDREF 112040|DCM " + written.tracking_uids[1]})
    EXPECT_NE(says.find(line), std::string::npos) << line << "\n" << says;
}

TEST_F(Derived, DcmtkToolsAcceptBoth) {
  if (!has_tool("dsrdump") || !has_tool("dcmdump")) GTEST_SKIP() << "dsrdump absent; install dcmtk";
  report(write());
  const auto [dump_status, dump] = run("dcmdump +E " + seg().string());  // +E: stop at a parse error
  EXPECT_EQ(dump_status, 0);
  EXPECT_EQ(dump.find("W: "), std::string::npos) << dump;
  EXPECT_EQ(dump.find("E: "), std::string::npos) << dump;
  const auto [status, says] = run("dsrdump -v " + sr().string());
  EXPECT_EQ(status, 0) << says;
  EXPECT_EQ(says.find("E: "), std::string::npos) << says;
  // The one thing dsrdump minds is that it cannot check text in UTF-8.
  for (const auto& line : split(says, '\n')) {
    if (line.rfind("W: ", 0) == 0) {
      EXPECT_NE(line.find("ISO_IR 192"), std::string::npos) << line;
    }
  }
  EXPECT_NE(says.find("Enhanced SR Document"), std::string::npos) << says;
  EXPECT_NE(says.find("1.2345"), std::string::npos);
}

TEST_F(Derived, NothingOfTheClockOrTheMachine) {
  report(write());
  for (const auto& path : {seg(), sr()}) {
    const std::string bytes = read_file(path);
    EXPECT_EQ(bytes.find("1.2.276.0.7230010.3.1"), std::string::npos) << "a UID that DCMTK generated: " << path;
  }
}

TEST_F(Derived, BadRegionsAreRefused) {
  const auto bad = [&](ErrorCode error, const std::string& part, const std::function<void()>& change) {
    const auto kept = regions_;
    change();
    expect_error(error, part, [&] { write(); });
    regions_ = kept;
  };
  bad(ErrorCode::domain, "without region", [&] { regions_.clear(); });
  bad(ErrorCode::domain, "1 to 64 characters", [&] { regions_[0].label = ""; });
  bad(ErrorCode::domain, "coded category", [&] { regions_[0].term = {}; });
  bad(ErrorCode::domain, "algorithm type", [&] { regions_[0].algorithm_type = "NET"; });
  bad(ErrorCode::domain, "name the algorithm", [&] { regions_[0].algorithm_type = "AUTOMATIC"; });
  image::Mask other = node_;
  bad(ErrorCode::domain, "is empty", [&] {
    std::fill(other.voxels.begin(), other.voxels.end(), std::uint8_t{0});
    regions_[1].mask = &other;
  });
  other = node_;
  bad(ErrorCode::geometry_mismatch, "another grid", [&] {
    other.geometry.origin_lps[0] += 1;
    regions_[1].mask = &other;
  });
  DicomSeriesInfo info = derived_info("seg", 100);
  info.study_date = "";
  expect_error(ErrorCode::domain, "study_date", [&] { write_segmentation(seg(), regions_, info, series_); });
  info = derived_info("seg", 100);
  info.frame_of_reference_uid = "1.2.3";
  expect_error(ErrorCode::geometry_mismatch, "frame_of_reference_uid",
               [&] { write_segmentation(seg(), regions_, info, series_); });
  const auto all = series_;
  series_.pop_back();
  expect_error(ErrorCode::geometry_mismatch, "slice 5", [&] { write(); });
  series_ = all;
  EXPECT_FALSE(fs::exists(seg()));
  const WrittenSegmentation written = write();
  expect_error(ErrorCode::domain, "segment 3", [&] {
    write_report(sr(), {{3, term_of("tumour"), {volume_measurement(1)}, {}}}, written, derived_info("sr", 1), series_);
  });
  expect_error(ErrorCode::domain, "no measurement", [&] {
    write_report(sr(), {{1, term_of("tumour"), {}, {}}}, written, derived_info("sr", 1), series_);
  });
  EXPECT_FALSE(fs::exists(sr()));
}

// Two processors and as many reports as this made about one in forty exports lose some before they were written one by
// one.
TEST_F(Derived, ReportsOfSeveralThreadsAreWhole) {
  const WrittenSegmentation written = write();
  report(written);
  const std::string expected = read_file(sr());
  constexpr std::size_t kReports = 120;
  std::vector<std::string> bytes(kReports);
  parallel_for(kReports, 8, [&](std::size_t i) {
    const fs::path path = folder_.path() / ("sr" + std::to_string(i) + ".dcm");
    report(written, path);
    bytes[i] = read_file(path);
  });
  for (const auto& item : bytes) EXPECT_EQ(item, expected);
}

TEST(Terms, NamesOfTheField) {
  EXPECT_EQ(term_of("Tumour").type.value, "86049000");
  EXPECT_EQ(term_of("GTV_primary").type.value, "86049000");
  EXPECT_EQ(term_of("rectum").type.value, "34402009");
  EXPECT_EQ(term_of("Lymph-Node 3").type.value, "59441001");
  EXPECT_EQ(term_of("mesorectal fascia").type, (Code{"MRF", kOwnScheme, ""}));
  EXPECT_EQ(term_of("mesorectum").type, (Code{"MESORECTUM", kOwnScheme, ""}));
  EXPECT_EQ(term_of("Presacral space").type.value, "PRESACRALSPACE");
  EXPECT_EQ(term_of("Presacral space").type.meaning, "Presacral space");
}

}  // namespace
}  // namespace larc::io::dicom
