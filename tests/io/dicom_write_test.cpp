// Written series and structure sets come back as they were.
#include "core/file.h"
#include "io/dicom/contours.h"
#include "io/dicom/rtstruct.h"
#include "io/dicom/series.h"
#include "io/dicom/write.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

using test::expect_error;
namespace fs = std::filesystem;

DicomSeriesInfo sample_info() {
  DicomSeriesInfo info;
  info.patient_id = "P001";
  info.patient_sex = "F";
  info.patient_age = "061Y";
  info.study_uid = make_uid("study");
  info.series_uid = make_uid("series");
  info.frame_of_reference_uid = make_uid("frame");
  info.study_date = "20200102";
  info.series_description = "T2w oblique";
  info.protocol_name = "rectum";
  info.manufacturer = "Example";
  info.model = "Scanner 3T";
  info.field_strength_t = 3;
  info.repetition_time_ms = 4000;
  info.echo_time_ms = 101.5;
  info.series_number = 4;
  info.b_value = 800;
  return info;
}

DicomSeries only_series(const fs::path& folder) {
  std::vector<DicomInstance> instances;
  for (const auto& entry : fs::directory_iterator(folder)) instances.push_back(read_instances(entry.path()).at(0));
  const auto series = group_series(instances);
  EXPECT_EQ(series.size(), 1U);
  return series.at(0);
}

TEST(DicomWrite, UidsAreStableAndValid) {
  EXPECT_EQ(make_uid("a"), make_uid("a"));
  EXPECT_NE(make_uid("a"), make_uid("b"));
  // SHA-256 of "a" begins ca978112ca1bbdcafac231b39a23dc4d; with version 8 and variant 2 set this is the number below.
  EXPECT_EQ(make_uid("a"), "2.25.269290709893686844195134956664967650381");
  for (int n = 0; n < 200; ++n) {
    const std::string uid = make_uid(std::to_string(n));
    EXPECT_LE(uid.size(), 44U);
    EXPECT_NE(uid[5], '0');
    EXPECT_EQ(uid.find_first_not_of("0123456789."), std::string::npos);
  }
}

TEST(DicomWrite, ObliqueSeriesRoundTrips) {
  const test::TemporaryFolder folder;
  image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  const auto written = write_series(folder.path() / "s", volume, sample_info());
  ASSERT_EQ(written.size(), 5U);
  const DicomSeries series = only_series(folder.path() / "s");
  const image::Volume back = read_series(series);
  EXPECT_EQ(back.voxels, volume.voxels);
  test::expect_geometry_near(back.geometry, volume.geometry, 1e-10);
  const DicomInstance& first = series.instances.front();
  EXPECT_EQ(first.path.filename(), "IM0001.dcm");
  EXPECT_EQ(first.sop_class_uid, "1.2.840.10008.5.1.4.1.1.4");
  EXPECT_EQ(first.transfer_syntax_uid, "1.2.840.10008.1.2.1");
  EXPECT_EQ(first.patient_id, "P001");
  EXPECT_EQ(first.patient_sex, "F");
  EXPECT_EQ(first.patient_age, "061Y");
  EXPECT_EQ(first.modality, "MR");
  EXPECT_EQ(first.series_description, "T2w oblique");
  EXPECT_EQ(first.protocol_name, "rectum");
  EXPECT_EQ(first.manufacturer, "Example");
  EXPECT_EQ(first.model, "Scanner 3T");
  EXPECT_EQ(first.study_date, "20200102");
  EXPECT_EQ(first.acquisition_date, "20200102");
  EXPECT_EQ(first.field_strength_t, 3);
  EXPECT_EQ(first.echo_time_ms, 101.5);
  EXPECT_EQ(first.repetition_time_ms, 4000);
  EXPECT_EQ(first.b_value, 800);
  EXPECT_EQ(first.series_number, 4);
  EXPECT_EQ(first.instance_number, 1);
  EXPECT_EQ(first.slice_thickness_mm, 3.3);
  EXPECT_EQ(first.sop_instance_uid, slice_uid(sample_info().series_uid, 1, 0));
  EXPECT_EQ(first.image_type, (std::vector<std::string>{"ORIGINAL", "PRIMARY", "M", "ND"}));
}

TEST(DicomWrite, NegativeAndScaledValuesRoundTrip) {
  const test::TemporaryFolder folder;
  image::Volume volume = test::random_volume(test::oblique_geometry(), -500, 500, true);
  write_series(folder.path() / "signed", volume, sample_info());
  EXPECT_EQ(read_series(only_series(folder.path() / "signed")).voxels, volume.voxels);
  DicomSeriesInfo info = sample_info();
  info.rescale_slope = 0.25;
  info.rescale_intercept = -100;
  for (double& v : volume.voxels) v = v / 8;
  write_series(folder.path() / "scaled", volume, info);
  const image::Volume back = read_series(only_series(folder.path() / "scaled"));
  for (std::size_t v = 0; v < volume.voxels.size(); ++v) ASSERT_LE(std::abs(back.voxels[v] - volume.voxels[v]), 0.125);
}

TEST(DicomWrite, SameInputSameBytes) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  const image::Mask mask = test::random_mask(volume.geometry, 0.5, 5);
  for (const char* run : {"a", "b"}) {
    const auto instances = write_series(folder.path() / run, volume, sample_info());
    DicomSeriesInfo info = sample_info();
    info.series_uid = make_uid("structures");
    write_rtstruct(folder.path() / run / "rs.dcm", mask, info, "GTV", instances);
  }
  for (const auto& entry : fs::directory_iterator(folder.path() / "a"))
    EXPECT_EQ(read_file(entry.path()), read_file(folder.path() / "b" / entry.path().filename())) << entry.path();
}

TEST(DicomWrite, BadInputIsRefused) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  const auto write = [&](const image::Volume& v, const std::function<void(DicomSeriesInfo&)>& change) {
    DicomSeriesInfo info = sample_info();
    change(info);
    write_series(folder.path() / "x", v, info);
  };
  const auto nothing = [](DicomSeriesInfo&) {};
  expect_error(ErrorCode::domain, "study_uid", [&] { write(volume, [](auto& i) { i.study_uid = "1.2.a"; }); });
  expect_error(ErrorCode::domain, "series_uid", [&] { write(volume, [](auto& i) { i.series_uid = ""; }); });
  expect_error(ErrorCode::domain, "frame_of_reference_uid",
               [&] { write(volume, [](auto& i) { i.frame_of_reference_uid = "1..2"; }); });
  expect_error(ErrorCode::domain, "patient_id", [&] { write(volume, [](auto& i) { i.patient_id = ""; }); });
  expect_error(ErrorCode::domain, "modality", [&] { write(volume, [](auto& i) { i.modality = ""; }); });
  expect_error(ErrorCode::domain, "rescale_slope", [&] { write(volume, [](auto& i) { i.rescale_slope = 0; }); });
  expect_error(ErrorCode::domain, "slope of at least", [&] { write(volume, [](auto& i) { i.rescale_slope = 0.01; }); });
  image::Volume bad = volume;
  bad.voxels[3] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { write(bad, nothing); });
  bad = volume;
  bad.voxels.pop_back();
  expect_error(ErrorCode::shape_mismatch, "voxels", [&] { write(bad, nothing); });
  bad = volume;
  for (auto& row : bad.geometry.direction) row[2] = -row[2];
  expect_error(ErrorCode::domain, "left-handed", [&] { write(bad, nothing); });
  EXPECT_FALSE(fs::exists(folder.path() / "x"));
}

TEST(RtStruct, AnyMaskComesBackExactly) {
  const test::TemporaryFolder folder;
  image::Geometry g = test::oblique_geometry();
  g.size = {23, 19, 4};
  const image::Volume volume = test::random_volume(g, 0, 100, true);
  const auto instances = write_series(folder.path() / "s", volume, sample_info());
  DicomSeriesInfo info = sample_info();
  info.series_uid = make_uid("structures");
  for (const double share : {0.02, 0.3, 0.5, 0.8, 1.0}) {
    SCOPED_TRACE(share);
    const image::Mask mask = test::random_mask(g, share, 7);
    write_rtstruct(folder.path() / "rs.dcm", mask, info, "GTV primary", instances);
    EXPECT_EQ(referenced_series_uid(folder.path() / "rs.dcm"), sample_info().series_uid);
    EXPECT_EQ(referenced_frame_of_reference_uid(folder.path() / "rs.dcm"), info.frame_of_reference_uid);
    for (const char* name : {"GTV primary", "gtv PRIMARY", "gtv*", "*prim?ry"})
      EXPECT_EQ(
          read_rtstruct(folder.path() / "rs.dcm", name, g, {sample_info().series_uid, info.frame_of_reference_uid})
              .voxels,
          mask.voxels);
    // On the grid as read from the files, too.
    EXPECT_EQ(
        read_rtstruct(folder.path() / "rs.dcm", "gtv*", read_series(only_series(folder.path() / "s")).geometry).voxels,
        mask.voxels);
  }
}

TEST(RtStruct, HolesAreSeparateLoops) {
  image::Mask ring{{{5, 5, 1}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
                   std::vector<std::uint8_t>(25, 0)};
  for (int j = 1; j < 4; ++j)
    for (int i = 1; i < 4; ++i) ring.voxels[ring.geometry.offset(i, j, 0)] = i == 2 && j == 2 ? 0 : 1;
  const auto loops = trace_borders(ring, 0);
  ASSERT_EQ(loops.size(), 2U);
  EXPECT_EQ(loops[0].size(), 4U);
  EXPECT_EQ(loops[1].size(), 4U);
  // Two voxels that touch at a corner: two loops.
  image::Mask diagonal = ring;
  std::fill(diagonal.voxels.begin(), diagonal.voxels.end(), std::uint8_t{0});
  diagonal.voxels[diagonal.geometry.offset(1, 1, 0)] = diagonal.voxels[diagonal.geometry.offset(2, 2, 0)] = 1;
  EXPECT_EQ(trace_borders(diagonal, 0).size(), 2U);
}

TEST(RtStruct, FillFollowsVoxelCentres) {
  image::Mask mask{{{6, 6, 1}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
                   std::vector<std::uint8_t>(36, 0)};
  const auto count = [&](const Loop& loop) {
    std::fill(mask.voxels.begin(), mask.voxels.end(), std::uint8_t{0});
    invert_within(loop, mask, 0);
    return image::voxel_count(mask);
  };
  EXPECT_EQ(count({{0.9, 0.9}, {3.1, 0.9}, {3.1, 2.1}, {0.9, 2.1}}), 6U);
  EXPECT_EQ(count({{1.1, 1.1}, {2.9, 1.1}, {2.9, 1.9}, {1.1, 1.9}}), 0U);
  // Borders on centres: lower edges in, upper edges out, so that four such squares tile without overlap.
  EXPECT_EQ(count({{1, 1}, {3, 1}, {3, 3}, {1, 3}}), 4U);
  EXPECT_TRUE(mask.at(1, 1, 0) && mask.at(2, 2, 0));
  EXPECT_FALSE(mask.at(3, 1, 0) || mask.at(1, 3, 0));
  // Direction of travel does not matter; triangle x + y < 3.5.
  EXPECT_EQ(count({{-0.5, -0.5}, {-0.5, 4}, {4, -0.5}}), count({{4, -0.5}, {-0.5, 4}, {-0.5, -0.5}}));
  EXPECT_EQ(count({{-0.5, -0.5}, {-0.5, 4}, {4, -0.5}}), 10U);
  // A keyhole: outer border, a bridge of no width, the hole.
  EXPECT_EQ(count({{-0.4, -0.4},
                   {4.4, -0.4},
                   {4.4, 4.4},
                   {-0.4, 4.4},
                   {-0.4, 2},
                   {0.6, 2},
                   {0.6, 3.4},
                   {3.4, 3.4},
                   {3.4, 0.6},
                   {0.6, 0.6},
                   {0.6, 2},
                   {-0.4, 2}}),
            16U);
}

TEST(RtStruct, MismatchesAreRefusedByName) {
  const test::TemporaryFolder folder;
  image::Geometry g = test::oblique_geometry();
  const auto instances = write_series(folder.path() / "s", test::random_volume(g, 0, 100, true), sample_info());
  DicomSeriesInfo info = sample_info();
  info.series_uid = make_uid("structures");
  image::Mask mask = test::random_mask(g, 0.5, 7);
  const fs::path path = folder.path() / "rs.dcm";
  write_rtstruct(path, mask, info, "GTV", instances);

  expect_error(ErrorCode::not_found, "'GTV'", [&] { read_rtstruct(path, "CTV", g); });
  expect_error(ErrorCode::conflict, "drawn on series", [&] { read_rtstruct(path, "GTV", g, {"1.2.3", ""}); });
  expect_error(ErrorCode::conflict, "frame of reference", [&] { read_rtstruct(path, "GTV", g, {"", "1.2.3"}); });
  image::Geometry moved = g;
  moved.origin_lps = g.point_lps({3, 0, 0});
  expect_error(ErrorCode::geometry_mismatch, "leaves the image", [&] { read_rtstruct(path, "GTV", moved); });
  moved.origin_lps = g.point_lps({0, 0, -5});
  expect_error(ErrorCode::geometry_mismatch, "slice index", [&] { read_rtstruct(path, "GTV", moved); });
  image::Geometry turned = g;
  turned.direction = test::rotation(0.3, -0.2, 0.7);
  turned.size = {200, 200, 60};
  turned.origin_lps = turned.point_lps({-100, -100, -30});
  expect_error(ErrorCode::geometry_mismatch, "not parallel", [&] { read_rtstruct(path, "GTV", turned); });
  image::Geometry thick = g;
  thick.spacing_mm[2] *= 2;
  expect_error(ErrorCode::geometry_mismatch, "two heights", [&] { read_rtstruct(path, "GTV", thick); });
  expect_error(ErrorCode::not_found, "gone.dcm", [&] { list_rois(folder.path() / "gone.dcm"); });
  expect_error(ErrorCode::format, "not an RTSTRUCT", [&] { list_rois(instances[0].path); });

  std::fill(mask.voxels.begin(), mask.voxels.end(), std::uint8_t{0});
  write_rtstruct(path, mask, info, "GTV", instances);
  ASSERT_EQ(list_rois(path).size(), 1U);
  EXPECT_EQ(list_rois(path)[0].contour_count, 0);
  expect_error(ErrorCode::domain, "no closed planar contour", [&] { read_rtstruct(path, "GTV", g); });

  auto fewer = instances;
  fewer.pop_back();
  expect_error(ErrorCode::geometry_mismatch, "does not hold slice",
               [&] { write_rtstruct(path, mask, info, "GTV", fewer); });
  expect_error(ErrorCode::domain, "roi_name", [&] { write_rtstruct(path, mask, info, "", instances); });
  info.frame_of_reference_uid = make_uid("other");
  expect_error(ErrorCode::geometry_mismatch, "frame_of_reference_uid",
               [&] { write_rtstruct(path, mask, info, "GTV", instances); });
}

}  // namespace
}  // namespace larc::io::dicom
