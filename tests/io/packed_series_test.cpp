// Packed descriptions come back as they were; the collector gives what group_series gives.
#include "io/dicom/packed_series.h"

#include "core/random.h"
#include "io/dicom/middle_slice.h"
#include "io/dicom/write.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

using test::expect_error;
namespace fs = std::filesystem;

using D = DicomInstance;
const std::vector<std::string D::*> kTexts{&D::transfer_syntax_uid,
                                           &D::sop_class_uid,
                                           &D::sop_instance_uid,
                                           &D::series_uid,
                                           &D::study_uid,
                                           &D::frame_of_reference_uid,
                                           &D::patient_id,
                                           &D::patient_sex,
                                           &D::patient_age,
                                           &D::patient_birth_date,
                                           &D::modality,
                                           &D::series_description,
                                           &D::study_description,
                                           &D::study_id,
                                           &D::protocol_name,
                                           &D::sequence_name,
                                           &D::scanning_sequence,
                                           &D::sequence_variant,
                                           &D::scan_options,
                                           &D::mr_acquisition_type,
                                           &D::institution_name,
                                           &D::manufacturer,
                                           &D::model,
                                           &D::software_versions,
                                           &D::station_name,
                                           &D::device_serial_number,
                                           &D::study_date,
                                           &D::study_time,
                                           &D::series_date,
                                           &D::series_time,
                                           &D::acquisition_date,
                                           &D::acquisition_time,
                                           &D::body_part,
                                           &D::patient_position,
                                           &D::burned_in,
                                           &D::derivation,
                                           &D::lossy,
                                           &D::contrast_agent,
                                           &D::phase_encoding_direction,
                                           &D::complex_component,
                                           &D::stack_id,
                                           &D::rescale_type,
                                           &D::photometric_interpretation,
                                           &D::image_comments,
                                           &D::diffusion_directionality,
                                           &D::real_world_unit};
const std::vector<std::optional<int> D::*> kWhole{&D::frame,
                                                  &D::tile,
                                                  &D::series_number,
                                                  &D::instance_number,
                                                  &D::acquisition_number,
                                                  &D::temporal_position,
                                                  &D::echo_number,
                                                  &D::echo_train_length,
                                                  &D::rows,
                                                  &D::columns,
                                                  &D::number_of_frames};
const std::vector<double D::*> kReal{
    &D::slice_thickness_mm, &D::spacing_between_slices_mm, &D::field_strength_t,      &D::repetition_time_ms,
    &D::echo_time_ms,       &D::inversion_time_ms,         &D::flip_angle_deg,        &D::trigger_time_ms,
    &D::number_of_averages, &D::pixel_bandwidth_hz,        &D::imaging_frequency_mhz, &D::b_value,
    &D::rescale_slope,      &D::rescale_intercept,         &D::private_scale_slope,   &D::private_scale_intercept,
    &D::real_world_slope,   &D::real_world_intercept};

/// Every member at random, absent and empty ones among them.
DicomInstance random_image(Random& random) {
  const auto number = [&] { return static_cast<int>(random.uniform() * 1e6) - 500000; };
  const auto maybe = [&] { return random.uniform() < 0.7; };
  DicomInstance image;
  image.path = "/disk/" + std::to_string(number()) + "/影像/" + std::to_string(number());
  for (const auto text : kTexts)
    if (maybe())
      image.*text = std::string(static_cast<std::size_t>(random.uniform() * 200), 'x') + std::to_string(number());
  for (const auto whole : kWhole)
    if (maybe()) image.*whole = number();
  for (const auto real : kReal)
    if (maybe()) image.*real = maybe() ? random.normal() : -0.0;
  if (maybe()) image.image_type = {"ORIGINAL", "", std::to_string(number())};
  if (maybe()) image.dimension_index = {1, number(), 3};
  if (maybe()) image.image_position_lps = image::Vec3{random.normal(), -0.0, kNaN};
  if (maybe()) image.image_orientation = {image::Vec3{1, random.normal(), 0}, image::Vec3{0, 1, random.normal()}};
  if (maybe()) image.pixel_spacing_mm = {random.normal(), 2};
  if (maybe()) image.diffusion_direction = image::Vec3{0, 0, random.normal()};
  image.has_pixel_data = maybe();
  image.has_float_pixel_data = maybe();
  return image;
}

std::uint64_t bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

void expect_same(const DicomInstance& a, const DicomInstance& b) {
  EXPECT_EQ(a.path, b.path);
  for (const auto text : kTexts) EXPECT_EQ(a.*text, b.*text);
  for (const auto whole : kWhole) EXPECT_EQ(a.*whole, b.*whole);
  for (const auto real : kReal) EXPECT_EQ(bits(a.*real), bits(b.*real));
  EXPECT_EQ(a.image_type, b.image_type);
  EXPECT_EQ(a.dimension_index, b.dimension_index);
  ASSERT_EQ(a.image_position_lps.has_value(), b.image_position_lps.has_value());
  for (std::size_t r = 0; a.image_position_lps && r < 3; ++r)
    EXPECT_EQ(bits((*a.image_position_lps)[r]), bits((*b.image_position_lps)[r]));
  EXPECT_EQ(a.image_orientation, b.image_orientation);
  EXPECT_EQ(a.pixel_spacing_mm, b.pixel_spacing_mm);
  EXPECT_EQ(a.diffusion_direction, b.diffusion_direction);
  EXPECT_EQ(a.has_pixel_data, b.has_pixel_data);
  EXPECT_EQ(a.has_float_pixel_data, b.has_float_pixel_data);
}

TEST(PackedSeries, EveryMemberOfEveryImageComesBack) {
  Random random(5);
  std::vector<DicomInstance> images;
  PackedImages packed;
  for (int n = 0; n < 200; ++n) {
    images.push_back(random_image(random));
    packed.add(images.back());
  }
  const auto again = packed.unpack();
  ASSERT_EQ(again.size(), images.size());
  EXPECT_EQ(packed.size(), images.size());
  for (std::size_t n = 0; n < images.size(); ++n) expect_same(again[n], images[n]);
  expect_same(packed.front(), images.front());
  expect_error(ErrorCode::domain, "without images", [] { PackedImages().front(); });
}

class WrittenImages : public testing::Test {
 protected:
  void SetUp() override {
    volume_ = test::random_volume(test::oblique_geometry(), 0, 1000, true);
    for (const char* name : {"b", "a", "c"}) {
      DicomSeriesInfo info;
      info.patient_id = "P1";
      info.study_uid = make_uid("study");
      info.series_uid = make_uid(name);
      info.frame_of_reference_uid = make_uid("frame");
      info.series_description = std::string("series ") + name;
      for (auto& image : write_series(folder_.path() / name, volume_, info)) images_.push_back(std::move(image));
    }
  }
  const test::TemporaryFolder folder_;
  image::Volume volume_;
  std::vector<DicomInstance> images_;
};

TEST_F(WrittenImages, TheCollectorGroupsAsGroupSeriesDoes) {
  // The same images once more under later paths, and two without a UID, which stay apart.
  auto all = images_;
  for (auto copy : images_) {
    copy.path = "/z" / copy.path.relative_path();
    all.push_back(copy);
  }
  for (const char* path : {"/y/1", "/y/2"}) {
    all.push_back(images_.front());
    all.back().path = path;
    all.back().sop_instance_uid.clear();
  }
  auto expected = group_series(all);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  SeriesCollector collector;
  for (const auto& image : all) collector.add(image);
  std::sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.series_uid < b.series_uid; });
  std::size_t n = 0;
  collector.each([&](const DicomSeries& series) {
    ASSERT_LT(n, expected.size());
    EXPECT_EQ(series.series_uid, expected[n].series_uid);
    EXPECT_EQ(series.series_description, expected[n].series_description);
    EXPECT_EQ(series.patient_id, "P1");
    ASSERT_EQ(series.instances.size(), expected[n].instances.size());
    for (std::size_t i = 0; i < series.instances.size(); ++i)
      expect_same(series.instances[i], expected[n].instances[i]);
    ++n;
  });
  EXPECT_EQ(n, 3U);
  collector.each([](const DicomSeries&) { ADD_FAILURE() << "a series is given twice"; });
}

TEST_F(WrittenImages, APackedImageIsSmall) {
  PackedImages packed;
  for (int n = 0; n < 1000; ++n)
    for (std::size_t k = 0; k < 5; ++k) packed.add(images_[k]);
  EXPECT_LT(packed.bytes() / packed.size(), 250U);
  EXPECT_LT(10 * packed.bytes() / packed.size(), sizeof(DicomInstance) * 2);
}

TEST_F(WrittenImages, TheMiddleSliceIsThatOfTheVolume) {
  const DicomSeries series = group_series({images_.begin(), images_.begin() + 5}).at(0);
  const image::Volume whole = read_series(series), middle = read_middle_slice(series);
  EXPECT_EQ(middle.geometry.size, (image::Index3{whole.geometry.size[0], whole.geometry.size[1], 1}));
  EXPECT_EQ(middle.geometry.spacing_mm, whole.geometry.spacing_mm);
  for (int j = 0; j < whole.geometry.size[1]; ++j)
    for (int i = 0; i < whole.geometry.size[0]; ++i) ASSERT_EQ(middle.at(i, j, 0), whole.at(i, j, 2));
  // What keeps the series from being a volume keeps the slice back; pixels of another slice do not.
  DicomSeries gap = series;
  gap.instances.erase(gap.instances.begin() + 1);
  expect_error(ErrorCode::domain, "missing slice", [&] { read_middle_slice(gap); });
  fs::resize_file(series.instances[0].path, fs::file_size(series.instances[0].path) - 20);
  EXPECT_THROW(read_series(series), Error);
  EXPECT_EQ(read_middle_slice(series).voxels, middle.voxels);
}

}  // namespace
}  // namespace larc::io::dicom
