// Contours to masks: shapes that writers of structure sets make, and sets that refer to several images or to none.
#include "io/dicom/rtstruct.h"

#include "core/file.h"
#include "dicom_elements.h"
#include "io/dicom/keyholes.h"
#include "io/dicom/series.h"
#include "io/image_file.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

namespace fs = std::filesystem;
using image::Geometry;
using test::DicomElements;
using test::expect_error;

/// Corners in continuous indices (i, j) on slice k of the grid.
struct Contour {
  double slice;
  Loop corners;
  std::string type = "CLOSED_PLANAR";
  std::string image{};  // SOP instance UID; empty: none named
  int announced = -1;
};

Geometry grid() {
  Geometry g = test::oblique_geometry();
  g.size = {12, 10, 6};
  return g;
}

Loop box(double low, double high) {
  return {{low, low}, {high, low}, {high, high}, {low, high}};
}

DicomElements series_item(const std::string& uid, const std::vector<std::string>& images) {
  std::vector<DicomElements> items;
  for (const auto& image : images)
    items.push_back(DicomElements().text(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.4").text(0x00081155, "UI", image));
  return DicomElements().text(0x0020000e, "UI", uid).items(0x30060016, items);
}

DicomElements structure_set(const Geometry& g, const std::vector<Contour>& contours,
                            const std::vector<DicomElements>& series = {}) {
  std::vector<DicomElements> drawn;
  for (const auto& contour : contours) {
    std::vector<double> points;
    for (const auto& corner : contour.corners) {
      const image::Vec3 p = g.point_lps({corner[0], corner[1], contour.slice});
      for (const double v : p) points.push_back(std::round(v * 1e4) / 1e4);
    }
    DicomElements item;
    if (!contour.image.empty()) item.items(0x30060016, {DicomElements().text(0x00081155, "UI", contour.image)});
    item.text(0x30060042, "CS", contour.type).numbers(0x30060050, points);
    item.text(0x30060046, "IS",
              std::to_string(contour.announced >= 0 ? contour.announced : static_cast<int>(contour.corners.size())));
    drawn.push_back(item);
  }
  DicomElements frame;
  frame.text(0x00200052, "UI", "1.2.5");
  if (!series.empty()) frame.items(0x30060012, {DicomElements().items(0x30060014, series)});
  DicomElements data;
  data.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.3").text(0x00080060, "CS", "RTSTRUCT");
  data.items(0x30060010, {frame});
  data.items(0x30060020, {DicomElements().text(0x30060022, "IS", "4").text(0x30060026, "LO", "GTV")});
  data.items(0x30060039, {DicomElements().text(0x30060084, "IS", "4").items(0x30060040, drawn)});
  return data;
}

class Rtstruct : public ::testing::Test {
 protected:
  fs::path write(const DicomElements& data) {
    const fs::path path = folder_.path() / "rs.dcm";
    write_file_atomic(path, data.file());
    return path;
  }
  RtMask read(const std::vector<Contour>& contours, const Geometry& g = grid()) {
    return read_roi(write(structure_set(grid(), contours)), "gtv", g);
  }
  test::TemporaryFolder folder_;
};

std::size_t marked_in(const image::Mask& mask, int k) {
  const std::size_t area =
      static_cast<std::size_t>(mask.geometry.size[0]) * static_cast<std::size_t>(mask.geometry.size[1]);
  const auto first = mask.voxels.begin() + static_cast<std::ptrdiff_t>(mask.geometry.offset(0, 0, k));
  return static_cast<std::size_t>(std::count(first, first + static_cast<std::ptrdiff_t>(area), 1));
}

TEST_F(Rtstruct, AKeyholeIsAHoleWithoutSlit) {
  const auto expected = read({{2, box(0.5, 8.5)}, {2, box(2.5, 5.5)}});
  EXPECT_EQ(marked_in(expected.mask, 2), 64U - 9U);
  // In along row 4 of voxel centres to the hole, around it either way, and out again; the way back is rounded
  // otherwise, so that the centres of row 4 lie between both ways.
  for (const double apart : {0.0, 0.004, -0.004}) {
    Loop backwards{{0.5, 0.5},       {8.5, 0.5},           {8.5, 8.5},      {0.5, 8.5}, {0.5, 4 - apart},
                   {2.5, 4 - apart}, {2.5, 5.5},           {5.5, 5.5},      {5.5, 2.5}, {2.5, 2.5},
                   {2.5, 4 + apart}, {1.5, 4 + 2 * apart}, {0.5, 4 + apart}};
    Loop forwards{{0.5, 0.5}, {8.5, 0.5}, {8.5, 8.5}, {0.5, 8.5}, {0.5, 4 - apart}, {2.5, 4 - apart},
                  {2.5, 2.5}, {5.5, 2.5}, {5.5, 5.5}, {2.5, 5.5}, {2.5, 4 + apart}, {0.5, 4 + apart}};
    for (const Loop& loop : {backwards, forwards}) {
      EXPECT_EQ(open_keyholes(loop).size(), 2U);
      EXPECT_EQ(read({{2, loop}}).mask.voxels, expected.mask.voxels) << apart;
    }
  }
  // Two holes on one path.
  Loop two{{0.5, 0.5}, {8.5, 0.5}, {8.5, 8.5}, {0.5, 8.5}, {0.5, 2},   {1.5, 2},   {1.5, 1.5},
           {2.5, 1.5}, {2.5, 2},   {5.5, 2},   {5.5, 1.5}, {6.5, 1.5}, {6.5, 2.5}, {5.5, 2.5},
           {5.5, 2},   {2.5, 2},   {2.5, 2.5}, {1.5, 2.5}, {1.5, 2},   {0.5, 2}};
  const auto holes = read({{2, two}});
  EXPECT_EQ(marked_in(holes.mask, 2), 62U);
  EXPECT_FALSE(holes.mask.at(2, 2, 2));
  EXPECT_FALSE(holes.mask.at(6, 2, 2));
}

TEST_F(Rtstruct, XorContoursAndContoursWithinEachOther) {
  const std::vector<Contour> rings{{1, box(0.5, 8.5), "CLOSEDPLANAR_XOR"},
                                   {1, box(1.5, 7.5), "CLOSED_PLANAR_XOR"},
                                   {1, box(3.5, 5.5), "CLOSEDPLANAR_XOR"}};
  EXPECT_EQ(marked_in(read(rings).mask, 1), 64U - 36U + 4U);
  // Exclusive or takes a contour stored twice away; a plain one that is stored twice counts once.
  const std::vector<Contour> twice{{1, box(0.5, 8.5)}, {1, box(2.5, 4.5)}, {1, box(2.5, 4.5)}};
  const RtMask once = read(twice);
  EXPECT_EQ(marked_in(once.mask, 1), 64U - 4U);
  ASSERT_EQ(once.notes.size(), 1U);
  EXPECT_NE(once.notes[0].find("counted once"), std::string::npos);
  auto exclusive = twice;
  for (auto& contour : exclusive) contour.type = "CLOSEDPLANAR_XOR";
  EXPECT_EQ(marked_in(read(exclusive).mask, 1), 64U);
}

TEST_F(Rtstruct, OpenContoursPointsAndGapsAreNoted) {
  const RtMask found = read({{0, box(0.5, 4.5)},
                             {3, box(0.5, 4.5)},
                             {1, {{1, 1}, {5, 5}, {5, 1}}, "OPEN_PLANAR"},
                             {1, {{1, 1}}, "POINT"},
                             {2, {{1, 1}, {3, 3}}}});
  EXPECT_EQ(image::voxel_count(found.mask), 32U);
  EXPECT_NEAR(found.volume_mm3, 32 * grid().voxel_volume_mm3(), 1e-9);
  ASSERT_EQ(found.notes.size(), 3U);
  EXPECT_NE(found.notes[0].find("1 contours of fewer than three corners"), std::string::npos) << found.notes[0];
  EXPECT_NE(found.notes[1].find("slices 2, 3 between"), std::string::npos) << found.notes[1];
  EXPECT_NE(found.notes[2].find("2 open contours or points"), std::string::npos) << found.notes[2];
  const auto rois = list_rois(folder_.path() / "rs.dcm");
  EXPECT_EQ(rois.at(0).contour_count, 3);
  EXPECT_EQ(rois.at(0).other_count, 2);
  expect_error(ErrorCode::domain, "no closed planar contour", [&] {
    read({{1, {{1, 1}, {5, 5}, {5, 1}}, "OPEN_PLANAR"}});
  });
}

TEST_F(Rtstruct, ContoursBetweenSlicesAndOffVoxels) {
  const RtMask between = read({{2.3, box(0.5, 4.5)}, {3.5, box(0.5, 4.5)}});
  EXPECT_EQ(marked_in(between.mask, 2), 16U);
  EXPECT_EQ(marked_in(between.mask, 4), 16U);
  ASSERT_EQ(between.notes.size(), 2U);
  EXPECT_NE(between.notes[0].find("0.50 slices"), std::string::npos) << between.notes[0];
  expect_error(ErrorCode::geometry_mismatch, "two heights", [&] { read({{2, box(0.5, 4.5)}, {2.4, box(0.5, 4.5)}}); });
  // Centres decide: a border a third of a voxel further takes no voxel more.
  EXPECT_EQ(read({{2, box(0.83, 4.83)}}).mask.voxels, read({{2, box(0.5, 4.5)}}).mask.voxels);
  EXPECT_NE(read({{2, box(0.83, 5.17)}}).mask.voxels, read({{2, box(0.5, 4.5)}}).mask.voxels);
}

TEST_F(Rtstruct, SlicesInReverse) {
  const std::vector<Contour> contours{{1, box(0.5, 4.5)}, {2, box(1.5, 7.5)}};
  Geometry reversed = grid();
  reversed.origin_lps = grid().point_lps({0, 0, 5});
  for (auto& row : reversed.direction) row[2] = -row[2];
  const image::Mask mask = read(contours, reversed).mask;
  EXPECT_EQ(marked_in(mask, 4), 16U);
  EXPECT_EQ(marked_in(mask, 3), 36U);
}

TEST_F(Rtstruct, SeveralSeriesOrNone) {
  const std::vector<DicomElements> series{series_item("1.2.100", {"1.2.100.1", "1.2.100.2"}),
                                          series_item("1.2.200", {"1.2.200.1"})};
  std::vector<Contour> contours{{1, box(0.5, 4.5)}, {2, box(0.5, 4.5)}, {3, box(0.5, 4.5)}};
  contours[0].image = "1.2.100.1";
  contours[1].image = "1.2.100.2";
  contours[2].image = "1.2.200.1";
  fs::path path = write(structure_set(grid(), contours, series));
  EXPECT_EQ(referenced_series_uids(path), (std::vector<std::string>{"1.2.100", "1.2.200"}));
  expect_error(ErrorCode::conflict, "2 series", [&] { referenced_series_uid(path); });
  const RtMask first = read_roi(path, "GTV", grid(), {"1.2.100", "1.2.5"});
  EXPECT_EQ(image::voxel_count(first.mask), 32U);
  ASSERT_EQ(first.notes.size(), 1U);
  EXPECT_NE(first.notes[0].find("1 contours drawn on other series"), std::string::npos);
  EXPECT_EQ(image::voxel_count(read_rtstruct(path, "GTV", grid(), {"1.2.200", ""})), 16U);
  EXPECT_EQ(image::voxel_count(read_rtstruct(path, "GTV", grid())), 48U);
  expect_error(ErrorCode::conflict, "drawn on series", [&] { read_roi(path, "GTV", grid(), {"1.2.300", ""}); });
  // Only the second series was drawn on, though the file knows both.
  contours.resize(1);
  contours[0].image = "1.2.200.1";
  path = write(structure_set(grid(), contours, series));
  EXPECT_EQ(list_rois(path).at(0).series_uids, std::vector<std::string>{"1.2.200"});
  expect_error(ErrorCode::conflict, "drawn on series 1.2.200", [&] { read_roi(path, "GTV", grid(), {"1.2.100", ""}); });
  // No series named: placed by coordinates, if the frame of reference agrees.
  path = write(structure_set(grid(), contours));
  EXPECT_TRUE(referenced_series_uids(path).empty());
  EXPECT_EQ(referenced_series_uid(path), "");
  EXPECT_EQ(image::voxel_count(read_rtstruct(path, "GTV", grid(), {"1.2.100", "1.2.5"})), 16U);
  expect_error(ErrorCode::conflict, "frame of reference", [&] { read_roi(path, "GTV", grid(), {"1.2.100", "1.2.6"}); });
}

TEST_F(Rtstruct, BrokenContoursAreRefused) {
  Contour bad{1, box(0.5, 4.5)};
  bad.announced = 7;
  expect_error(ErrorCode::format, "12 coordinates for 7 points", [&] { read({bad}); });
  expect_error(ErrorCode::geometry_mismatch, "leaves the image", [&] { read({{1, box(0.5, 14.5)}}); });
  expect_error(ErrorCode::geometry_mismatch, "slice index", [&] { read({{7, box(0.5, 4.5)}}); });
}

// rt_utils' own sets: contours on images that were not delivered, with and without naming a series; and one whose frame
// of reference is not the image's.
TEST_F(Rtstruct, InvalidSetsOfRtUtilsAreRefusedByName) {
  LARC_NEEDS_DATA("imaging/rt_utils");
  const fs::path root = test::data_root() / "imaging/rt_utils";
  std::vector<DicomInstance> instances;
  for (const char* name : {"ct_1.dcm", "ct_2.dcm"})
    instances.push_back(read_instances(root / "mock_data" / name).at(0));
  const DicomSeries ct = group_series(instances).at(0);
  const Geometry g = read_series(ct).geometry;
  const RtReference reference{ct.series_uid, ct.frame_of_reference_uid};
  for (const char* name :
       {"mock_data/invalid_reference_rt.dcm", "mock_data/non_existent_reference_rt.dcm", "empty/dummy_rt.dcm"}) {
    const auto rois = list_rois(root / name);
    ASSERT_EQ(rois.size(), 4U);
    for (const auto& roi : rois)
      expect_error(ErrorCode::geometry_mismatch,
                   "region '" + roi.name + "', contour 1 leaves the image: slice index 2.00",
                   [&] { read_roi(root / name, roi.name, g, reference); });
  }
  EXPECT_TRUE(referenced_series_uids(root / "mock_data/non_existent_reference_rt.dcm").empty());
  const fs::path valid = root / "mock_data/rt.dcm";
  expect_error(ErrorCode::conflict, "frame of reference", [&] { read_roi(valid, "ROI-1", g, reference); });
  const RtMask mask = read_roi(valid, "ROI-1", g, {ct.series_uid, ""});
  EXPECT_GT(image::voxel_count(mask.mask), 0U);
}

}  // namespace
}  // namespace larc::io::dicom
