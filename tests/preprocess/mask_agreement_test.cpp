// Overlap and distances of two masks with known geometry.
#include "preprocess/mask_agreement.h"

#include "preprocess_support.h"

namespace larc::preprocess {
namespace {

using image::Geometry;
using image::Index3;
using image::Mask;
using test::expect_error;

Geometry grid(const Index3& size, const image::Vec3& spacing_mm) {
  return {size, spacing_mm, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
}

/// Voxels from lower to upper, both included.
Mask block(const Geometry& g, const Index3& lower, const Index3& upper) {
  Mask mask{g, std::vector<std::uint8_t>(g.voxel_count(), 0)};
  for (int k = lower[2]; k <= upper[2]; ++k)
    for (int j = lower[1]; j <= upper[1]; ++j)
      for (int i = lower[0]; i <= upper[0]; ++i) mask.voxels[g.offset(i, j, k)] = 1;
  return mask;
}

TEST(MaskAgreement, SameMask) {
  const Mask mask = test::ball(grid({20, 20, 12}, {1, 1, 2}), 8.0);
  const MaskAgreement result = mask_agreement(mask, mask, 0.0);
  EXPECT_EQ(result.dice, 1.0);
  EXPECT_EQ(result.jaccard, 1.0);
  EXPECT_EQ(result.hausdorff_mm, 0.0);
  EXPECT_EQ(result.hausdorff95_mm, 0.0);
  EXPECT_EQ(result.assd_mm, 0.0);
  EXPECT_EQ(result.surface_dice, 1.0);
  EXPECT_TRUE(result.reason.empty());
}

// Two single voxels: every number is the one distance.
TEST(MaskAgreement, TwoVoxels) {
  const Geometry g = grid({10, 10, 10}, {1, 2, 3});
  const MaskAgreement result = mask_agreement(block(g, {1, 1, 1}, {1, 1, 1}), block(g, {4, 3, 5}, {4, 3, 5}), 13.0);
  const double distance = std::sqrt(9.0 + 16.0 + 144.0);
  EXPECT_EQ(result.dice, 0.0);
  EXPECT_EQ(result.jaccard, 0.0);
  EXPECT_DOUBLE_EQ(result.hausdorff_mm, distance);
  EXPECT_DOUBLE_EQ(result.hausdorff95_mm, distance);
  EXPECT_DOUBLE_EQ(result.assd_mm, distance);
  EXPECT_EQ(result.surface_dice, 1.0);  // exactly 13 mm is within 13 mm
  EXPECT_EQ(mask_agreement(block(g, {1, 1, 1}, {1, 1, 1}), block(g, {4, 3, 5}, {4, 3, 5}), 12.9).surface_dice, 0.0);
}

// A plate of 5 x 5 voxels moved by two along its normal, 1.5 mm apart: all voxels are border, all distances 3 mm.
TEST(MaskAgreement, MovedPlate) {
  const Geometry g = grid({9, 9, 9}, {1, 1, 1.5});
  const MaskAgreement result = mask_agreement(block(g, {2, 2, 2}, {6, 6, 2}), block(g, {2, 2, 4}, {6, 6, 4}), 2.9);
  EXPECT_EQ(result.voxels_a, 25u);
  EXPECT_DOUBLE_EQ(result.hausdorff_mm, 3.0);
  EXPECT_DOUBLE_EQ(result.hausdorff95_mm, 3.0);
  EXPECT_DOUBLE_EQ(result.assd_mm, 3.0);
  EXPECT_EQ(result.surface_dice, 0.0);
}

// A line of ten voxels against the same with one more: nineteen or twenty distances of 0 and one of a voxel.
TEST(MaskAgreement, OneVoxelMore) {
  const Geometry g = grid({12, 3, 3}, {2, 1, 1});
  const MaskAgreement result = mask_agreement(block(g, {0, 1, 1}, {9, 1, 1}), block(g, {0, 1, 1}, {10, 1, 1}), 1.0);
  EXPECT_DOUBLE_EQ(result.dice, 20.0 / 21.0);
  EXPECT_DOUBLE_EQ(result.jaccard, 10.0 / 11.0);
  EXPECT_DOUBLE_EQ(result.hausdorff_mm, 2.0);
  EXPECT_DOUBLE_EQ(result.hausdorff95_mm, 2.0 * (0.95 * 10.0 - 9.0));  // half way from the tenth to the eleventh
  EXPECT_DOUBLE_EQ(result.assd_mm, 2.0 / 21.0);
  EXPECT_DOUBLE_EQ(result.surface_dice, 20.0 / 21.0);
}

// Inside voxels are no border: a 3 x 3 x 3 cube has 26; in an image one voxel thick a 3 x 3 square has 8.
TEST(MaskAgreement, BorderIsTheOutside) {
  const Geometry g = grid({9, 9, 9}, {1, 1, 1});
  const MaskAgreement cube = mask_agreement(block(g, {3, 3, 3}, {5, 5, 5}), block(g, {4, 4, 4}, {4, 4, 4}));
  // 6 at 1, 12 at sqrt 2, 8 at sqrt 3; the middle voxel is 1 from the nearest of them.
  EXPECT_NEAR(cube.assd_mm, (6.0 + 12.0 * std::sqrt(2.0) + 8.0 * std::sqrt(3.0) + 1.0) / 27.0, 1e-14);
  EXPECT_DOUBLE_EQ(cube.hausdorff_mm, std::sqrt(3.0));
  const Geometry flat = grid({9, 9, 1}, {1, 1, 1});
  const MaskAgreement square = mask_agreement(block(flat, {3, 3, 0}, {5, 5, 0}), block(flat, {4, 4, 0}, {4, 4, 0}));
  EXPECT_NEAR(square.assd_mm, (4.0 + 4.0 * std::sqrt(2.0) + 1.0) / 9.0, 1e-14);
}

TEST(MaskAgreement, EitherMayComeFirst) {
  const Geometry g = test::oblique({18, 16, 10});
  const Mask a = test::ball(g, 6.0), b = block(g, {5, 4, 2}, {14, 11, 7});
  const MaskAgreement forth = mask_agreement(a, b, 1.5), back = mask_agreement(b, a, 1.5);
  EXPECT_EQ(forth.dice, back.dice);
  EXPECT_EQ(forth.hausdorff_mm, back.hausdorff_mm);
  EXPECT_EQ(forth.hausdorff95_mm, back.hausdorff95_mm);
  EXPECT_NEAR(forth.assd_mm, back.assd_mm, 1e-12);
  EXPECT_EQ(forth.surface_dice, back.surface_dice);
  EXPECT_LE(forth.hausdorff95_mm, forth.hausdorff_mm);
  EXPECT_NEAR(forth.jaccard, forth.dice / (2.0 - forth.dice), 1e-15);
}

TEST(MaskAgreement, EmptyMasksSayWhy) {
  const Geometry g = grid({5, 5, 5}, {1, 1, 1});
  const Mask none{g, std::vector<std::uint8_t>(g.voxel_count(), 0)}, some = block(g, {1, 1, 1}, {2, 2, 2});
  const MaskAgreement both = mask_agreement(none, none);
  EXPECT_TRUE(std::isnan(both.dice));
  EXPECT_EQ(both.reason, "both masks are empty");
  const MaskAgreement one = mask_agreement(some, none);
  EXPECT_EQ(one.dice, 0.0);
  EXPECT_EQ(one.surface_dice, 0.0);
  EXPECT_TRUE(std::isnan(one.hausdorff_mm));
  EXPECT_TRUE(std::isnan(one.assd_mm));
  EXPECT_EQ(one.reason, "mask b is empty: no distances");
}

TEST(MaskAgreement, Errors) {
  const Geometry g = grid({5, 5, 5}, {1, 1, 1}), other = grid({5, 5, 5}, {1, 1, 2});
  const Mask a = block(g, {1, 1, 1}, {2, 2, 2}), b = block(other, {1, 1, 1}, {2, 2, 2});
  expect_error(ErrorCode::geometry_mismatch, "masks of one image", [&] { mask_agreement(a, b); });
  expect_error(ErrorCode::domain, "tolerance", [&] { mask_agreement(a, a, -1.0); });
}

}  // namespace
}  // namespace larc::preprocess
