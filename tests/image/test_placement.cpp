#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "image/placement.h"

namespace larc::image {
namespace {

Geometry image_grid() {
  Geometry g;
  g.size = {6, 5, 4};
  g.spacing_mm = {0.7, 0.8, 3.3};
  g.origin_lps = {-12.5, 40.25, -310};
  const double c = std::cos(0.4), s = std::sin(0.4);
  g.direction = {{{1, 0, 0}, {0, c, -s}, {0, s, c}}};
  return g;
}

Volume labels_on(const Geometry& g) {
  Volume labels{g, std::vector<double>(g.voxel_count(), 0)};
  labels.at(1, 2, 3) = 1;
  labels.at(4, 0, 1) = 1;
  labels.at(5, 4, 0) = 2;
  return labels;
}

/// The same labels with axes stored in another order and direction.
Volume stored_otherwise(const Volume& labels, const Index3& order, const Index3& step) {
  const Geometry& g = labels.geometry;
  Geometry turned = g;
  Vec3 first{0, 0, 0};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto b = static_cast<std::size_t>(order[a]);
    turned.size[a] = g.size[b];
    turned.spacing_mm[a] = g.spacing_mm[b];
    for (std::size_t r = 0; r < 3; ++r) turned.direction[r][a] = step[a] * g.direction[r][b];
    if (step[a] < 0) first[b] = g.size[b] - 1.0;
  }
  turned.origin_lps = g.point_lps(first);
  Volume stored{turned, std::vector<double>(labels.voxels.size(), 0)};
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const Index3 from{i, j, k};
        Index3 to{};
        for (std::size_t a = 0; a < 3; ++a) {
          const auto b = static_cast<std::size_t>(order[a]);
          to[a] = step[a] > 0 ? from[b] : g.size[b] - 1 - from[b];
        }
        stored.at(to[0], to[1], to[2]) = labels.at(i, j, k);
      }
  return stored;
}

template <typename Work>
std::string error_of(ErrorCode code, Work work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

TEST(Placement, EveryOrderAndDirectionOfAxesIsExact) {
  const Geometry g = image_grid();
  const Volume labels = labels_on(g);
  const Mask expected = select_label(labels, 1);
  const Index3 orders[] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (const auto& order : orders)
    for (int flips = 0; flips < 8; ++flips) {
      const Index3 step{flips & 1 ? -1 : 1, flips & 2 ? -1 : 1, flips & 4 ? -1 : 1};
      const Volume stored = stored_otherwise(labels, order, step);
      EXPECT_EQ(mask_on(stored, 1, g).voxels, expected.voxels);
      EXPECT_TRUE(same_geometry(reoriented_like(stored.geometry, g), g));
    }
}

TEST(Placement, GridsOfTheSameVoxelsNeedNotCoverTheSameSpace) {
  const Geometry g = image_grid();
  const Volume labels = labels_on(g);
  const Volume part = crop(labels, {{1, 0, 1}, {4, 2, 3}});
  EXPECT_EQ(mask_on(part, 1, g).voxels, select_label(labels, 1).voxels);
  // The image covers less than the mask: exact while nothing marked is lost.
  const Geometry small = crop(labels, {{1, 0, 1}, {4, 2, 3}}).geometry;
  EXPECT_EQ(voxel_count(mask_on(labels, 1, small)), 2U);
  const std::string lost = error_of(ErrorCode::geometry_mismatch, [&] { mask_on(labels, 2, small); });
  EXPECT_NE(lost.find("1 voxels"), std::string::npos) << lost;
}

TEST(Placement, AnotherGridIsRefusedWithWhatDiffersOrResampledWithANote) {
  const Geometry g = image_grid();
  Volume labels = stored_otherwise(labels_on(g), {0, 1, 2}, {-1, 1, 1});
  labels.geometry.spacing_mm[0] = 0.9;
  const std::string text = error_of(ErrorCode::geometry_mismatch, [&] { mask_on(labels, 1, g); });
  EXPECT_NE(text.find("spacing"), std::string::npos) << text;
  EXPECT_EQ(text.find("axes turned"), std::string::npos) << "a flip is no difference: " << text;

  // Twice as fine in the plane: every voxel of the coarse image is one of four.
  Geometry fine = g;
  fine.size = {12, 10, 4};
  fine.spacing_mm = {0.35, 0.4, 3.3};
  fine.origin_lps = g.point_lps({-0.25, -0.25, 0});
  Mask block{g, std::vector<std::uint8_t>(g.voxel_count(), 0)};
  for (int j = 1; j < 4; ++j)
    for (int i = 2; i < 5; ++i) block.voxels[g.offset(i, j, 2)] = 1;
  std::vector<std::string> notes;
  const Mask on_fine = mask_on(block, fine, OtherGrid::nearest, &notes);
  EXPECT_EQ(voxel_count(on_fine), 4 * voxel_count(block));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("nearest neighbour"), std::string::npos);
  EXPECT_NEAR(volume_mm3(on_fine), volume_mm3(block), 1e-9);
  EXPECT_EQ(mask_on(on_fine, g, OtherGrid::nearest).voxels, block.voxels);
  error_of(ErrorCode::geometry_mismatch, [&] { mask_on(block, fine); });

  Geometry far = fine;
  far.origin_lps[0] += 1000;
  error_of(ErrorCode::domain, [&] { mask_on(block, far, OtherGrid::nearest); });
}

TEST(Placement, ASmallRotationIsAnotherGrid) {
  const Geometry g = image_grid();
  Volume labels = labels_on(g);
  const double c = std::cos(0.03), s = std::sin(0.03);
  for (auto& row : labels.geometry.direction) row = {c * row[0] + s * row[1], -s * row[0] + c * row[1], row[2]};
  const std::string text = error_of(ErrorCode::geometry_mismatch, [&] { mask_on(labels, 1, g); });
  EXPECT_NE(text.find("turned"), std::string::npos) << text;
}

TEST(Placement, VolumesOfLabels) {
  const Geometry g = image_grid();
  const auto volumes = label_volumes_mm3(labels_on(g));
  ASSERT_EQ(volumes.size(), 2U);
  EXPECT_NEAR(volumes.at(1), 2 * 0.7 * 0.8 * 3.3, 1e-12);
  EXPECT_NEAR(volumes.at(2), 0.7 * 0.8 * 3.3, 1e-12);
  Volume bad = labels_on(g);
  bad.voxels[0] = 0.5;
  error_of(ErrorCode::domain, [&] { label_volumes_mm3(bad); });
  bad.voxels[0] = -1;
  error_of(ErrorCode::domain, [&] { label_volumes_mm3(bad); });
  error_of(ErrorCode::domain, [&] { mask_on(labels_on(g), 3, g); });
}

}  // namespace
}  // namespace larc::image
