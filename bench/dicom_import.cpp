// One pass over a folder of DICOM, one thread: headers grouped into series and stacks, and, with an output folder,
// every stack read and written as NIfTI.
//   bench_dicom_import FOLDER [OUT]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "core/error.h"
#include "io/dicom/packed_series.h"
#include "io/image_file.h"

int main(int count, char** arguments) {
  using namespace larc::io;
  if (count < 2) {
    std::fprintf(stderr, "usage: bench_dicom_import FOLDER [OUT]\n");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[1]))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::size_t described = 0, broken = 0, stacks = 0, refused = 0;
  dicom::SeriesCollector images;
  for (const auto& file : files) {
    try {
      for (const auto& image : dicom::read_instances(file)) {
        images.add(image);
        ++described;
      }
    } catch (const larc::Error&) {
      ++broken;
    }
  }
  images.each([&](const dicom::DicomSeries& series) {
    for (const auto& stack : dicom::split_stacks(series)) {
      ++stacks;
      if (count < 3) continue;
      try {
        write_image(std::filesystem::path(arguments[2]) / (std::to_string(stacks) + ".nii"), dicom::read_series(stack));
      } catch (const larc::Error&) {
        ++refused;
      }
    }
  });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu files, %zu images, %zu broken, %zu stacks, %zu refused, %.3f s, %.0f files/s\n", files.size(),
              described, broken, stacks, refused, seconds, static_cast<double>(files.size()) / seconds);
  return 0;
}
