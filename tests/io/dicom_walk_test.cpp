// Robustness: every file of the real data goes through the whole intake; nothing but an Error may leave, and the
// reasons are counted.
#include <sys/resource.h>

#include "dicom_support.h"
#include "io/dicom/rtstruct.h"

namespace larc::io::dicom {
namespace {

namespace fs = std::filesystem;

struct Count {
  int files = 0, images = 0, broken = 0, series = 0, stacks = 0, volumes = 0, refused = 0;
};

Count walk(const fs::path& folder) {
  Count count;
  std::vector<DicomInstance> images;
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::follow_directory_symlink)) {
    if (!entry.is_regular_file()) continue;
    ++count.files;
    try {
      const auto here = read_instances(entry.path());
      count.images += here.empty() ? 0 : 1;
      images.insert(images.end(), here.begin(), here.end());
    } catch (const Error& error) {
      EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
      EXPECT_NE(std::string(error.what()).find(entry.path().filename().string()), std::string::npos) << error.what();
      ++count.broken;
    }
    try {
      list_rois(entry.path());
    } catch (const Error&) {
    }
  }
  for (const DicomSeries& series : group_series(images)) {
    ++count.series;
    for (const DicomSeries& stack : split_stacks(series)) {
      ++count.stacks;
      try {
        const image::Volume volume = read_series(stack);
        EXPECT_EQ(volume.voxels.size(), volume.geometry.voxel_count());
        ++count.volumes;
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
        ++count.refused;
      }
    }
  }
  return count;
}

TEST(DicomWalk, AllRealDataEndsInVolumesOrReasons) {
  LARC_NEEDS_DATA("imaging/dicom_fuzz");
  Count all;
  for (const auto& entry : fs::directory_iterator(test::data_root() / "imaging")) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().filename().string());
    const Count c = walk(entry.path());
    std::printf("%-22s %4d files %4d DICOM %3d broken %3d series %3d stacks %3d volumes %3d refused\n",
                entry.path().filename().c_str(), c.files, c.images, c.broken, c.series, c.stacks, c.volumes, c.refused);
    all.files += c.files;
    all.images += c.images;
    all.broken += c.broken;
    all.stacks += c.stacks;
    all.volumes += c.volumes;
    all.refused += c.refused;
  }
  EXPECT_EQ(all.volumes + all.refused, all.stacks);
  EXPECT_GE(all.files, 700);
  EXPECT_GE(all.images, 600);
  EXPECT_GE(all.volumes, 60);
  EXPECT_GE(all.broken, 20);
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  EXPECT_LT(use.ru_maxrss, 500L * 1024) << "kB of memory at most";
}

}  // namespace
}  // namespace larc::io::dicom
