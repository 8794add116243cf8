// Unit and edge: images read in pieces.
#include "io/image_reader.h"

#include <cstring>
#include <fstream>

#include "core/file.h"
#include "io/gzip.h"
#include "io/image_file.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io {
namespace {

using test::expect_error;

std::vector<double> values_of(const ImageReader& reader, std::size_t first, std::size_t last) {
  std::vector<double> values;
  std::size_t expected = first;
  reader.read(first, last, [&](std::string_view bytes, std::size_t at) {
    EXPECT_EQ(at, expected);
    with_type(reader.type(), [&](auto zero) {
      using T = decltype(zero);
      for (std::size_t b = 0; b < bytes.size(); b += sizeof(T)) {
        T value;
        std::memcpy(&value, bytes.data() + b, sizeof(T));
        values.push_back(static_cast<double>(value) * reader.slope() + reader.intercept());
      }
      expected += bytes.size() / sizeof(T);
    });
  });
  return values;
}

// More voxels than one piece holds, in every format and width.
TEST(ImageReader, GivesTheVoxelsOfReadImage) {
  test::TemporaryFolder folder;
  for (const double step : {1.0, 200.0, 1e6, 0.125, 0.1}) {
    image::Geometry geometry = test::oblique_geometry();
    geometry.size = {101, 83, 37};
    image::Volume volume = test::random_volume(geometry, 0, 255, true);
    for (double& v : volume.voxels) v *= step;
    for (const char* name : {"i.nii", "i.nii.gz", "i.nrrd", "i.mha"}) {
      const auto path = folder.path() / name;
      write_image(path, volume);
      const ImageReader reader(path);
      const image::Volume whole = read_image(path);
      EXPECT_TRUE(image::same_geometry(reader.geometry(), whole.geometry, 0)) << name;
      EXPECT_TRUE(values_of(reader, 0, whole.voxels.size()) == whole.voxels) << name << " " << step;
      const std::size_t first = 12345, last = 298765;
      EXPECT_TRUE(values_of(reader, first, last) ==
                  std::vector<double>(whole.voxels.begin() + first, whole.voxels.begin() + last))
          << name << " " << step;
      EXPECT_TRUE(values_of(reader, 5, 5).empty());
    }
  }
}

TEST(ImageReader, EveryTruncationIsNoticed) {
  test::TemporaryFolder folder;
  image::Geometry geometry = test::oblique_geometry();
  const image::Volume volume = test::random_volume(geometry, 0, 1000, true);
  for (const char* name : {"i.nii", "i.nii.gz", "i.nrrd", "i.mha"}) {
    write_image(folder.path() / name, volume);
    const std::string whole = read_file(folder.path() / name);
    for (std::size_t length = 0; length<whole.size(); length += length> 500 && length + 20 < whole.size() ? 13 : 1) {
      const auto cut = folder.path() / (std::string("cut_") + name);
      std::ofstream(cut, std::ios::binary) << whole.substr(0, length);
      try {
        const ImageReader reader(cut);
        reader.read([](std::string_view, std::size_t) {});
        ADD_FAILURE() << name << " cut to " << length << " of " << whole.size() << " bytes was read";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::format) << name << " at " << length << ": " << error.what();
      }
    }
  }
}

TEST(ImageReader, RefusesWhatReadImageRefuses) {
  test::TemporaryFolder folder;
  const auto at = [&](const char* name) { return folder.path() / name; };
  expect_error(ErrorCode::not_found, "does not exist", [&] { ImageReader reader(at("absent.nii")); });
  std::filesystem::create_directory(at("folder.nii"));
  expect_error(ErrorCode::not_found, "is a folder", [&] { ImageReader reader(at("folder.nii")); });
  std::ofstream(at("empty.nii.gz")).flush();
  expect_error(ErrorCode::format, "is empty", [&] { ImageReader reader(at("empty.nii.gz")); });
  std::ofstream(at("letter.nrrd")) << "a letter";
  expect_error(ErrorCode::format, "is not an NRRD image", [&] { ImageReader reader(at("letter.nrrd")); });
  std::ofstream(at("letter.docx")) << "a letter";
  expect_error(ErrorCode::unsupported, ".nii", [&] { ImageReader reader(at("letter.docx")); });
  write_image(at("i.nii"), test::random_volume(test::oblique_geometry(), 0, 9, true));
  std::ofstream(at("packed.nii"), std::ios::binary) << gzip(read_file(at("i.nii")));
  expect_error(ErrorCode::format, "rename it to .nii.gz", [&] { ImageReader reader(at("packed.nii")); });
  write_image(at("long.nrrd"), test::random_volume(test::oblique_geometry(), 0, 9, true));
  const std::string packed = read_file(at("long.nrrd"));
  std::ofstream(at("long.nrrd"), std::ios::binary) << packed << gzip("more");
  const ImageReader longer(at("long.nrrd"));
  expect_error(ErrorCode::format, "more bytes", [&] { longer.read([](std::string_view, std::size_t) {}); });
}

// Scaled integers, big endian: as the NIfTI header says.
TEST(ImageReader, ScalesAndTurnsBytes) {
  test::TemporaryFolder folder;
  const auto path = folder.path() / "i.nii";
  image::Volume volume = test::random_volume(test::oblique_geometry(), -3000, 3000, true);
  write_image(path, volume);
  std::string bytes = read_file(path);
  const auto put = [&](std::size_t offset, float value) { std::memcpy(bytes.data() + offset, &value, 4); };
  put(112, 0.5f);    // scl_slope
  put(116, -10.0f);  // scl_inter
  std::ofstream(path, std::ios::binary) << bytes;
  const ImageReader reader(path);
  EXPECT_TRUE(reader.scaled());
  EXPECT_EQ(reader.slope(), 0.5);
  EXPECT_EQ(reader.intercept(), -10);
  EXPECT_EQ(values_of(reader, 0, volume.voxels.size()), read_image(path).voxels);
  for (double& v : volume.voxels) v = v * 0.5 - 10;
  EXPECT_EQ(read_image(path).voxels, volume.voxels);
}

TEST(Gunzip, PiecesOfAnySizeGiveTheWhole) {
  std::string text;
  for (std::uint32_t i = 0; i < 300000; ++i) text.push_back(static_cast<char>((i * i) >> 7));
  const std::string packed = gzip(text) + gzip("and a second member");
  for (const std::size_t in : {1, 7, 1000, 1000000})
    for (const std::size_t out : {3, 4096, 1000000}) {
      if (in == 1 && out == 3) continue;
      std::size_t at = 0;
      Gunzip stream(
          [&] {
            const std::string_view piece = std::string_view(packed).substr(at, in);
            at += piece.size();
            return piece;
          },
          "t");
      std::string back, buffer(out, '\0');
      while (const std::size_t count = stream.read(buffer.data(), out)) back.append(buffer, 0, count);
      EXPECT_TRUE(back == text + "and a second member") << in << " " << out;
    }
}

}  // namespace
}  // namespace larc::io
