#include "quality/near_duplicate.h"

#include "preprocess/resample.h"
#include "quality_support.h"

namespace larc::quality {
namespace {

using test::Body;
using test::Volume;

Volume patient(std::uint64_t seed, double noise = 8) {
  Body body;
  body.size = {160, 160, 22};
  body.spacing_mm = {1, 1, 4};
  body.reach = 2;
  body.seed = seed;
  body.noise_sd = noise;
  return test::body_of(body);
}

double likeness(const Volume& a, const Volume& b) {
  return similarity(signature_of(a), signature_of(b));
}

TEST(NearDuplicate, ExactBySizeAndVoxelsAlone) {
  auto volume = patient(1);
  const auto first = signature_of(volume);
  volume.geometry.origin_lps = {5, 6, 7};
  EXPECT_EQ(signature_of(volume).pixel_hash, first.pixel_hash);
  volume.voxels[100] += 1;
  EXPECT_NE(signature_of(volume).pixel_hash, first.pixel_hash);
}

TEST(NearDuplicate, SeesThroughWhatExportDoes) {
  const auto volume = patient(2);
  auto rescaled = volume;
  for (auto& x : rescaled.voxels) x = std::floor(0.25 * x + 1000);  // 12 bits in place of 16, and an offset
  EXPECT_GT(likeness(volume, rescaled), 0.95);
  auto noisy = volume;
  Random random(3);
  for (auto& x : noisy.voxels) x += 10 * random.normal();
  EXPECT_GT(likeness(volume, noisy), 0.95);
  auto lost = image::crop(volume, {{3, 1, 0}, {156, 159, 21}});
  lost.geometry.origin_lps = {0, 0, 0};
  EXPECT_GT(likeness(volume, lost), 0.9);
  const auto fewer = image::crop(volume, {{4, 0, 1}, {159, 155, 21}});
  EXPECT_GT(likeness(volume, fewer), 0.95) << "its geometry says where it lies";
  const auto grid = preprocess::resampled_geometry(volume.geometry, {0.7, 0.7, 3});
  const auto finer = preprocess::resample(volume, grid, preprocess::Interpolation::linear);
  EXPECT_GT(likeness(volume, finer), 0.9);
  auto flipped = volume;
  const auto& g = volume.geometry;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) flipped.at(i, g.size[1] - 1 - j, k) = volume.at(i, j, k);
  flipped.geometry.direction = {{{1, 0, 0}, {0, -1, 0}, {0, 0, 1}}};
  flipped.geometry.origin_lps = {0, 159, 0};
  EXPECT_GT(likeness(volume, flipped), 0.99);
  EXPECT_NE(signature_of(flipped).pixel_hash, signature_of(volume).pixel_hash);
}

TEST(NearDuplicate, OthersAreFarApart) {
  const auto first = signature_of(patient(10));
  for (std::uint64_t seed = 11; seed < 16; ++seed) EXPECT_LT(similarity(first, signature_of(patient(seed))), 0.4);
  // Symmetric but for the reading between cells.
  const auto second = signature_of(patient(11));
  EXPECT_NEAR(similarity(first, second), similarity(second, first), 0.05);
  EXPECT_NEAR(similarity(first, first), 1, 1e-12);
}

TEST(NearDuplicate, FindsThemInAList) {
  std::vector<SignedImage> images;
  for (std::uint64_t seed = 20; seed < 30; ++seed) images.push_back({"t2w", signature_of(patient(seed))});
  images.push_back({"t2w", images[3].signature});
  auto scaled = patient(26);
  for (auto& x : scaled.voxels) x = std::floor(3.5 * x + 10);
  images.push_back({"t2w", signature_of(scaled)});
  images.push_back({"dwi", signature_of(scaled)});
  const auto found = find_duplicates(images);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].first, 3u);
  EXPECT_EQ(found[0].second, 10u);
  EXPECT_EQ(found[0].kind, DuplicateKind::exact);
  EXPECT_EQ(found[1].first, 6u);
  EXPECT_EQ(found[1].second, 11u);
  EXPECT_EQ(found[1].kind, DuplicateKind::near);
  EXPECT_GT(found[1].similarity, 0.95);
  EXPECT_EQ(found[2].kind, DuplicateKind::exact) << "the same voxels under two roles are exact";
  for (const int threads : {2, 5}) {
    const auto again = find_duplicates(images, threads);
    ASSERT_EQ(again.size(), found.size());
    for (std::size_t n = 0; n < found.size(); ++n) EXPECT_EQ(again[n].similarity, found[n].similarity);
  }
  EXPECT_TRUE(find_duplicates({}).empty());
}

TEST(NearDuplicate, EmptyAndTinyImagesAreLikeNothing) {
  auto blank = patient(1);
  blank.voxels.assign(blank.voxels.size(), 0);
  EXPECT_EQ(likeness(blank, patient(1)), 0);
  Volume tiny{{{4, 4, 1}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, std::vector<double>(16, 1)};
  EXPECT_EQ(likeness(tiny, tiny), 0);
  blank.voxels[4] = kNaN;
  test::expect_error(ErrorCode::domain, "image", [&] { signature_of(blank); });
}

}  // namespace
}  // namespace larc::quality
