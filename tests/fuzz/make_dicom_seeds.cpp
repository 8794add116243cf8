// Writes the seeds of fuzz_dicom: small images of every kind that the reader takes, by larc's own byte writer.
//   make_dicom_seeds FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "io/dicom_bytes.h"

int main(int count, char** arguments) {
  using namespace larc::test;
  if (count != 2) {
    std::fprintf(stderr, "usage: make_dicom_seeds FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  };
  write("classic", mr_slice().file());
  write("enhanced", enhanced_mr(4).file());
  write("mosaic", siemens_mosaic().file());
  write("no_preamble", mr_slice().bytes());
  std::string floats;
  for (int n = 0; n < 12; ++n) floats += DicomBytes::little(0x3f800000U, 4);
  write("float", mr_header().without(0x28, 0x100).us(0x28, 0x100, {32}).put(0x7fe0, 8, "OF", floats).file());
  write("lookup",
        mr_slice()
            .sequence(0x28, 0x3000, {DicomBytes().us(0x28, 0x3002, {3, 2, 16}).us(0x28, 0x3006, {100, 200, 300})})
            .file());
  write("philips", mr_slice()
                       .without(8, 0x70)
                       .put(8, 0x70, "LO", "Philips")
                       .put(0x2001, 0x10, "LO", "Philips Imaging DD 001")
                       .fl(0x2001, 0x1003, 800)
                       .put(0x2005, 0x10, "LO", "Philips MR Imaging DD 001")
                       .fl(0x2005, 0x100e, 0.5F)
                       .file());
  // RLE (PS3.5 G): a header of two segments, each one literal run of the 12 bytes of its half.
  std::string rle =
      DicomBytes::little(2, 4) + DicomBytes::little(64, 4) + DicomBytes::little(78, 4) + std::string(52, '\0');
  for (int segment = 0; segment < 2; ++segment) rle += std::string(1, 11) + std::string(12, 'a') + '\0';
  write("rle", mr_header().fragments({rle}).file("1.2.840.10008.1.2.5"));
  // A JPEG lossless and a JPEG 2000 header with nothing behind them.
  write("jpeg", mr_header()
                    .fragments({std::string("\xff\xd8\xff\xc3\0\x0b\x10\0\3\0\4\1\1\x11\0\xff\xd9", 17)})
                    .file("1.2.840.10008.1.2.4.70"));
  std::string siz("\xff\x4f\xff\x51\0\x29\0\0", 8);
  for (const unsigned value : {4U, 3U, 0U, 0U, 4U, 3U, 0U, 0U})
    for (int n = 3; n >= 0; --n) siz += static_cast<char>(value >> 8 * n & 0xff);
  siz += std::string("\0\1\x0f\1\1\xff\xd9", 7);
  write("jpeg2000", mr_header().fragments({siz}).file("1.2.840.10008.1.2.4.90"));
  return 0;
}
