// One pass over a folder of DICOM, one thread: headers grouped into series and stacks, and, with an output folder,
// every stack read and written as NIfTI.
//   bench_dicom_import FOLDER [OUT]
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "core/error.h"
#include "io/dicom/series.h"
#include "io/image_file.h"

int main(int count, char** arguments) {
  using namespace larc::io;
  if (count < 2) {
    std::fprintf(stderr, "usage: bench_dicom_import FOLDER [OUT]\n");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  std::size_t files = 0, broken = 0, stacks = 0, refused = 0;
  std::vector<dicom::DicomInstance> images;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[1])) {
    if (!entry.is_regular_file()) continue;
    ++files;
    try {
      auto here = dicom::read_instances(entry.path());
      images.insert(images.end(), std::make_move_iterator(here.begin()), std::make_move_iterator(here.end()));
    } catch (const larc::Error&) {
      ++broken;
    }
  }
  const std::size_t described = images.size();
  for (const auto& series : dicom::group_series(std::move(images)))
    for (const auto& stack : dicom::split_stacks(series)) {
      ++stacks;
      if (count < 3) continue;
      try {
        write_image(std::filesystem::path(arguments[2]) / (std::to_string(stacks) + ".nii"), dicom::read_series(stack));
      } catch (const larc::Error&) {
        ++refused;
      }
    }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu files, %zu images, %zu broken, %zu stacks, %zu refused, %.3f s, %.0f files/s\n", files, described,
              broken, stacks, refused, seconds, static_cast<double>(files) / seconds);
  return 0;
}
