// Writes the benchmark's regions as files for whole-process timings: OUT/r5k, r50k, r500k, r3m (tight boxes) and
// OUT/wide, the 50,000-voxel region in an image of 256 x 256 x 96; each _image.nii and _mask.nii.
#include <filesystem>
#include <iostream>

#include "ellipsoid.h"
#include "io/image_file.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: bench_write_volumes OUT\n";
    return 2;
  }
  const std::filesystem::path out = argv[1];
  std::filesystem::create_directories(out);
  const auto write = [&](const std::string& name, const larc::bench::Case& item) {
    larc::io::write_image(out / (name + "_image.nii"), item.volume);
    larc::io::write_image(out / (name + "_mask.nii"), item.mask);
  };
  write("r5k", larc::bench::make_case(5000));
  write("r50k", larc::bench::make_case(50000));
  write("r500k", larc::bench::make_case(500000));
  write("r3m", larc::bench::make_case(3000000));
  write("wide", larc::bench::make_case(50000, {256, 256, 96}));
}
