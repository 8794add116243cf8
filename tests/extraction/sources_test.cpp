// Unit and edge: images read in parts, label maps, hashes.
#include <fstream>

#include "core/file.h"
#include "extraction/sha1.h"
#include "extraction_support.h"
#include "io/gzip.h"

namespace larc::extraction {
namespace {

using test::expect_error;

// FIPS 180-4 and RFC 3174 examples.
TEST(Sha1, PublishedDigests) {
  const auto digest = [](std::string_view text) {
    Sha1 sha1;
    sha1.update(text);
    return sha1.finish();
  };
  EXPECT_EQ(digest(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(digest("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(digest(std::string(1000000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha1, PiecesMakeNoDifference) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text.push_back(static_cast<char>(i * 31 % 251));
  Sha1 whole;
  whole.update(text);
  const std::string expected = whole.finish();
  for (const std::size_t step : {1, 7, 63, 64, 65, 130}) {
    Sha1 parts;
    for (std::size_t at = 0; at < text.size(); at += step) parts.update(std::string_view(text).substr(at, step));
    EXPECT_EQ(parts.finish(), expected) << step;
  }
}

class Files : public ::testing::TestWithParam<const char*> {
 protected:
  test::TemporaryFolder folder;
  std::filesystem::path path(const std::string& name) const { return folder.path() / (name + GetParam()); }
};

// Every format, with voxels that need 1, 2, 4 and 8 bytes.
TEST_P(Files, APartIsTheCropOfTheWhole) {
  for (const double step : {1.0, 300.0, 0.25, 1.0 / 3}) {
    image::Volume volume = test::make_pair({23, 17, 9}, {0.5, 1, 3}).image;
    for (double& v : volume.voxels) v = step == 1.0 ? std::floor(v / 4) : v * step;
    io::write_image(path("image"), volume);
    const image::Volume whole = io::read_image(path("image"));
    const auto source = image_in_file(path("image"), true);
    EXPECT_EQ(source->geometry().size, whole.geometry.size);
    for (const image::Box& box :
         {image::Box{{3, 2, 1}, {20, 11, 7}}, image::Box{{0, 0, 0}, {22, 16, 8}}, image::Box{{22, 16, 8}, {22, 16, 8}}})
      for (const bool statistics : {false, true}) {
        const ImagePart part = source->read({box, statistics, statistics});
        const image::Volume expected = image::crop(whole, box);
        EXPECT_EQ(part.volume.voxels, expected.voxels);
        EXPECT_TRUE(image::same_geometry(part.volume.geometry, expected.geometry, 1e-9));
        if (!statistics) continue;
        const ImageStatistics all = statistics_of(whole.voxels);
        EXPECT_NEAR(part.statistics.mean, all.mean, 1e-12 * std::abs(all.mean));
        EXPECT_NEAR(part.statistics.deviation, all.deviation, 1e-9 * all.deviation);
        EXPECT_EQ(part.statistics.minimum, *std::min_element(whole.voxels.begin(), whole.voxels.end()));
        EXPECT_EQ(part.statistics.maximum, *std::max_element(whole.voxels.begin(), whole.voxels.end()));
        EXPECT_EQ(part.statistics.sha1.size(), 40u);
      }
  }
}

TEST_P(Files, LabelMapsKeepEveryLabel) {
  image::Volume map = test::make_pair({9, 8, 7}, {1, 1, 1}).image;
  std::fill(map.voxels.begin(), map.voxels.end(), 0.0);
  map.at(1, 2, 3) = 4;
  map.at(5, 2, 3) = 4;
  map.at(7, 7, 6) = 300;
  io::write_image(path("map"), map);
  const LabelMap labels = read_label_map(path("map"), true);
  EXPECT_EQ(labels_of(labels), (std::vector<std::int64_t>{4, 300}));
  const LabelRegion four = find_label(labels, 4);
  EXPECT_EQ(four.box.lower, (image::Index3{1, 2, 3}));
  EXPECT_EQ(four.box.upper, (image::Index3{5, 2, 3}));
  EXPECT_EQ(mask_in_box(labels, four, four.box).voxels, (std::vector<std::uint8_t>{1, 0, 0, 0, 1}));
  expect_error(ErrorCode::domain, {"label 5 is not in the mask", "4, 300", GetParam()}, [&] { find_label(labels, 5); });
}

// Long runs are taken together; every voxel still has its own label, and the hash is that of the labels as 32-bit
// words.
TEST_P(Files, LabelMapsOfLongAndShortRuns) {
  image::Volume map = test::make_pair({67, 40, 9}, {1, 1, 1}).image;
  std::fill(map.voxels.begin(), map.voxels.end(), 0.0);
  const double labels[] = {0, 2, 0, 7, 300};
  std::string words;
  for (std::size_t v = 0, run = 1, next = 0; v < map.voxels.size(); run = run * 5 % 331 + 1, ++next)
    for (std::size_t r = 0; r < run && v < map.voxels.size(); ++r, ++v) map.voxels[v] = labels[next % 5];
  for (const double label : map.voxels) {
    const auto word = static_cast<std::uint32_t>(label);
    words.append(reinterpret_cast<const char*>(&word), 4);
  }
  io::write_image(path("runs"), map);
  const LabelMap read = read_label_map(path("runs"), true);
  ASSERT_EQ(read.codes.size(), map.voxels.size());
  for (std::size_t v = 0; v < map.voxels.size(); ++v)
    ASSERT_EQ(read.codes[v] == 0 ? 0 : read.labels[read.codes[v] - 1u], static_cast<std::int64_t>(map.voxels[v])) << v;
  Sha1 sha1;
  sha1.update(words);
  EXPECT_EQ(read.sha1, sha1.finish());
}

INSTANTIATE_TEST_SUITE_P(Formats, Files, ::testing::Values(".nii", ".nii.gz", ".nrrd", ".mha"));

TEST(LabelMaps, WhatIsNoLabelMapIsRefused) {
  test::TemporaryFolder folder;
  const auto path = folder.path() / "map.nrrd";
  image::Volume map = test::make_pair({20, 20, 4}, {1, 1, 1}).image;
  io::write_image(path, map);
  expect_error(ErrorCode::domain, {"map.nrrd", "more than 255 labels"}, [&] { read_label_map(path, false); });
  std::fill(map.voxels.begin(), map.voxels.end(), 0.0);
  io::write_image(path, map);
  const LabelMap empty = read_label_map(path, false);
  expect_error(ErrorCode::domain, {"map.nrrd", "empty"}, [&] { find_label(empty, 1); });
  map.voxels[5] = 0.5;
  io::write_image(path, map);
  expect_error(ErrorCode::domain, {"map.nrrd", "0.5", "whole numbers"}, [&] { read_label_map(path, false); });
}

TEST(ImageSource, FileAndMemoryGiveTheSame) {
  test::TemporaryFolder folder;
  const auto pair = test::make_pair({30, 28, 20}, {1, 1, 2});
  io::write_image(folder.path() / "i.nrrd", pair.image);
  io::write_image(folder.path() / "m.nrrd", pair.mask);
  const Plan plan = default_plan(radiomics::Naming::pyradiomics);
  BatchRow row;
  row.image = folder.path() / "i.nrrd";
  row.mask = folder.path() / "m.nrrd";
  const auto from_file = extract_row(plan, row).front();
  ASSERT_EQ(from_file.error, "");
  EXPECT_EQ(test::values_of(from_file.result), test::values_of(extract_case(plan, pair.image, pair.mask)));
}

}  // namespace
}  // namespace larc::extraction
