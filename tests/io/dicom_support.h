#pragma once
#include <set>

#include "io/dicom/series.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::test {

inline std::vector<io::dicom::DicomInstance> images_under(const std::filesystem::path& folder) {
  std::vector<io::dicom::DicomInstance> instances;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      for (auto& image : io::dicom::read_instances(entry.path())) instances.push_back(std::move(image));
  return instances;
}

inline io::dicom::DicomSeries series_under(const std::filesystem::path& folder) {
  const auto series = io::dicom::group_series(images_under(folder));
  EXPECT_EQ(series.size(), 1U) << folder;
  return series.at(0);
}

/// Every voxel of ours, times `factor`, equals the reference at the same place in the patient: other programs keep rows
/// in another order. tolerance relative; 0: equal.
inline void expect_same_in_patient(const image::Volume& ours, const image::Volume& reference, double factor,
                                   double tolerance) {
  ASSERT_EQ(ours.voxels.size(), reference.voxels.size());
  std::size_t different = 0;
  for (int k = 0; k < ours.geometry.size[2]; ++k)
    for (int j = 0; j < ours.geometry.size[1]; ++j)
      for (int i = 0; i < ours.geometry.size[0]; ++i) {
        const auto index = reference.geometry.index_ijk(ours.geometry.point_lps({double(i), double(j), double(k)}));
        const image::Index3 at{int(std::lround(index[0])), int(std::lround(index[1])), int(std::lround(index[2]))};
        for (std::size_t a = 0; a < 3; ++a) {
          ASSERT_NEAR(index[a], at[a], 2e-3);
          ASSERT_TRUE(at[a] >= 0 && at[a] < reference.geometry.size[a]);
        }
        const double here = ours.at(i, j, k) * factor, there = reference.at(at[0], at[1], at[2]);
        if (!(std::abs(here - there) <= tolerance * std::max(std::abs(here), std::abs(there)))) ++different;
      }
  EXPECT_EQ(different, 0U);
}

}  // namespace larc::test
