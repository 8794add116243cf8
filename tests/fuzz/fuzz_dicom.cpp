// Any bytes as a DICOM file: described, grouped, split and read as volumes, with and without resampling, or refused
// with an Error. Compressed pixels are decoded in a child process, as they always are.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "io/dicom/series.h"
#include "io/diffusion.h"

namespace {

using namespace larc;
using namespace larc::io;

const std::filesystem::path& scratch_file() {
  static const std::filesystem::path kPath = [] {
    const char* folder = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
    return std::filesystem::path(folder) / ("fuzz_dicom." + std::to_string(::getpid()));
  }();
  static const bool kRemovedAtEnd = std::atexit([] { std::filesystem::remove(scratch_file()); }) == 0;
  (void)kRemovedAtEnd;
  return kPath;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::ofstream(scratch_file(), std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  dicom::ReadOptions resample;
  resample.gaps = dicom::GapPolicy::resample;
  resample.tilt = dicom::TiltPolicy::resample;
  try {
    for (const auto& series : dicom::group_series(dicom::read_instances(scratch_file())))
      for (const auto& stack : dicom::split_stacks(series)) {
        try {
          auto read = dicom::read_series(stack, resample);
          bring_to_adc_unit(read.volume, stack.instances.front());
        } catch (const Error&) {
          // A refusal with its reason.
        }
      }
  } catch (const Error&) {
  }
  return 0;
}
