#include <gtest/gtest.h>

#include "core/error.h"
#include "core/number.h"
#include "image/volume.h"

namespace larc::image {
namespace {

Geometry oblique() {
  Geometry geometry;
  geometry.size = {5, 4, 3};
  geometry.spacing_mm = {0.7, 0.8, 3.3};
  geometry.origin_lps = {-12.5, 40.25, -310};
  const double c = std::cos(0.4), s = std::sin(0.4);
  geometry.direction = {{{1, 0, 0}, {0, c, -s}, {0, s, c}}};
  return geometry;
}

Mask mask_of(const Geometry& geometry, const std::vector<Index3>& inside) {
  Mask mask{geometry, std::vector<std::uint8_t>(geometry.voxel_count(), 0)};
  for (const auto& v : inside) mask.voxels[geometry.offset(v[0], v[1], v[2])] = 1;
  return mask;
}

TEST(Geometry, GoesToThePatientAndBack) {
  const Geometry geometry = oblique();
  const Vec3 index{1.25, -2.5, 0.75};
  const Vec3 back = geometry.index_ijk(geometry.point_lps(index));
  for (std::size_t axis = 0; axis < 3; ++axis) EXPECT_NEAR(back[axis], index[axis], 1e-12);
}

TEST(Geometry, SaysWhatDiffers) {
  const Geometry a = oblique();
  Geometry b = a;
  EXPECT_TRUE(same_geometry(a, b));
  b.origin_lps[2] += 3.2;
  EXPECT_FALSE(same_geometry(a, b));
  EXPECT_EQ(describe_difference(a, b), "origin differs by 3.200 mm");
  b = a;
  b.size[2] = 4;
  EXPECT_EQ(describe_difference(a, b), "size 5x4x3 against 5x4x4");
  b = a;
  b.direction = Geometry{}.direction;
  EXPECT_NE(describe_difference(a, b).find("axes turned by up to 22.92 degrees"), std::string::npos);
}

TEST(Geometry, FindsAThicknessThatCornersCannotShow) {
  Geometry a = oblique();
  a.size[2] = 1;
  Geometry b = a;
  b.spacing_mm[2] = 5;
  EXPECT_FALSE(same_geometry(a, b));
}

TEST(Geometry, RefusesWhatIsNoGrid) {
  for (const double spacing : {0.0, -1.0, kNaN}) {
    Geometry geometry = oblique();
    geometry.spacing_mm[1] = spacing;
    EXPECT_THROW(check_geometry(geometry, "x"), Error);
  }
  Geometry sheared = oblique();
  sheared.direction[0][1] = 0.2;
  EXPECT_THROW(check_geometry(sheared, "x"), Error);
  Geometry empty = oblique();
  empty.size[0] = 0;
  EXPECT_THROW(check_geometry(empty, "x"), Error);
  EXPECT_NO_THROW(check_geometry(oblique(), "x"));
}

TEST(Volume, CropKeepsEveryVoxelAtItsPlace) {
  Volume volume{oblique(), {}};
  for (std::size_t v = 0; v < volume.geometry.voxel_count(); ++v) volume.voxels.push_back(static_cast<double>(v));
  const Volume part = crop(volume, {{1, -3, 1}, {3, 2, 9}});
  EXPECT_EQ(part.geometry.size, (Index3{3, 3, 2}));
  EXPECT_EQ(part.at(0, 0, 0), volume.at(1, 0, 1));
  EXPECT_EQ(part.at(2, 2, 1), volume.at(3, 2, 2));
  const Vec3 a = part.geometry.point_lps({2, 2, 1}), b = volume.geometry.point_lps({3, 2, 2});
  for (std::size_t axis = 0; axis < 3; ++axis) EXPECT_NEAR(a[axis], b[axis], 1e-12);
}

TEST(Mask, HasItsSmallestBox) {
  const Box box = bounding_box(mask_of(oblique(), {{1, 2, 0}, {4, 0, 2}}));
  EXPECT_EQ(box.lower, (Index3{1, 0, 0}));
  EXPECT_EQ(box.upper, (Index3{4, 2, 2}));
  EXPECT_THROW(bounding_box(mask_of(oblique(), {})), Error);
}

TEST(Mask, NamesTheLabelsThereAre) {
  Volume labels{oblique(), std::vector<double>(oblique().voxel_count(), 0)};
  EXPECT_THROW(select_label(labels, 1), Error);
  labels.voxels[3] = 2;
  labels.voxels[7] = 5;
  EXPECT_EQ(voxel_count(select_label(labels, 5)), 1u);
  try {
    select_label(labels, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("2, 5"), std::string::npos);
  }
  labels.voxels[0] = 0.5;
  EXPECT_THROW(select_label(labels, 5), Error);
}

TEST(Volume, NamesTheFirstBadVoxel) {
  Volume volume{oblique(), std::vector<double>(oblique().voxel_count(), 1)};
  EXPECT_NO_THROW(check_finite(volume, "x"));
  volume.at(2, 3, 1) = kNaN;
  try {
    check_finite(volume, "x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("(2, 3, 1)"), std::string::npos) << error.message();
  }
}

TEST(Volume, SaysHowImageAndMaskDiffer) {
  Geometry other = oblique();
  other.size[2] = 2;
  const Volume volume{oblique(), std::vector<double>(oblique().voxel_count(), 1)};
  EXPECT_THROW(check_same_geometry(volume, mask_of(other, {})), Error);
  EXPECT_NO_THROW(check_same_geometry(volume, mask_of(oblique(), {})));
}

}  // namespace
}  // namespace larc::image
