// Reading and writing of NIfTI, NRRD and MetaImage files.
#include "io/image_file.h"

#include <limits>

#include "core/file.h"
#include "io/gzip.h"
#include "io/nrrd.h"
#include "io/voxels.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io {
namespace {

using image::Volume;
using test::expect_error;
namespace fs = std::filesystem;

struct Values {
  const char* name;
  double low, high;
  bool whole;
  VoxelType type;
};
const Values kKinds[] = {{"uint8", 0, 255, true, VoxelType::uint8},
                         {"int16", -3000, 3000, true, VoxelType::int16},
                         {"uint16", 0, 65535, true, VoxelType::uint16},
                         {"int32", -1e6, 1e6, true, VoxelType::int32},
                         {"float64", -1, 1, false, VoxelType::float64}};

void expect_same(const Volume& a, const Volume& b) {
  EXPECT_EQ(a.geometry.size, b.geometry.size);
  EXPECT_EQ(a.geometry.spacing_mm, b.geometry.spacing_mm);
  EXPECT_EQ(a.geometry.origin_lps, b.geometry.origin_lps);
  EXPECT_EQ(a.geometry.direction, b.geometry.direction);
  EXPECT_EQ(a.voxels, b.voxels);
}

/// A file of that name and content, read as an image.
Volume read_text(const std::string& name, const std::string& bytes) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / name, bytes);
  return read_image(folder.path() / name);
}

TEST(ImageFile, NamesDecideWhatLooksLikeAnImage) {
  for (const char* name : {"a.nii", "a.NII.GZ", "b.nrrd", "b.nhdr", "c.mha", "c.mhd"})
    EXPECT_TRUE(looks_like_image_file(name));
  for (const char* name : {"a.gz", "nii", "a.dcm", "a.nii.txt", ""}) EXPECT_FALSE(looks_like_image_file(name));
}

TEST(ImageFile, NrrdAndMhaGiveBackEveryDouble) {
  const test::TemporaryFolder folder;
  for (const Values& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    const Volume volume = test::random_volume(test::oblique_geometry(), kind.low, kind.high, kind.whole);
    EXPECT_EQ(smallest_exact_type(volume.voxels), kind.type);
    for (const char* name : {"v.nrrd", "v.mha"}) {
      write_image(folder.path() / name, volume);
      expect_same(read_image(folder.path() / name), volume);
    }
    expect_same(decode_nrrd(encode_nrrd(volume)), volume);
    expect_same({decode_nrrd_geometry(encode_nrrd(volume), "stored"), volume.voxels}, volume);
  }
}

TEST(ImageFile, SpecialValuesRoundTrip) {
  Volume volume{test::oblique_geometry(), {}};
  volume.voxels.assign(volume.geometry.voxel_count(), 0.5);
  EXPECT_EQ(smallest_exact_type(volume.voxels), VoxelType::float32);
  volume.voxels[3] = std::numeric_limits<double>::quiet_NaN();
  volume.voxels[4] = -std::numeric_limits<double>::infinity();
  volume.voxels[5] = -0.0;
  volume.voxels[6] = 3e9;
  const Volume back = decode_nrrd(encode_nrrd(volume));
  EXPECT_TRUE(std::isnan(back.voxels[3]));
  EXPECT_EQ(back.voxels[4], volume.voxels[4]);
  EXPECT_TRUE(std::signbit(back.voxels[5]));
  EXPECT_EQ(back.voxels[6], 3e9);
  volume.voxels.assign(volume.voxels.size(), 0.0);
  volume.voxels[0] = -0.0;
  EXPECT_EQ(smallest_exact_type(volume.voxels), VoxelType::float32);
}

TEST(ImageFile, NiftiGivesBackVoxelsAndFloatGeometry) {
  const test::TemporaryFolder folder;
  for (const Values& kind : kKinds)
    for (const char* name : {"v.nii", "v.nii.gz"}) {
      SCOPED_TRACE(std::string(kind.name) + " " + name);
      const Volume volume = test::random_volume(test::oblique_geometry(), kind.low, kind.high, kind.whole);
      write_image(folder.path() / name, volume);
      const Volume back = read_image(folder.path() / name);
      EXPECT_EQ(back.voxels, volume.voxels);
      EXPECT_TRUE(image::same_geometry(back.geometry, volume.geometry, 1e-4));
    }
}

TEST(ImageFile, NiftiHoldsEveryOrientation) {
  // 48 signed permutations, and a quaternion with a vanishing real part among them.
  std::array<std::size_t, 3> order{0, 1, 2};
  const test::TemporaryFolder folder;
  do {
    for (int signs = 0; signs < 8; ++signs) {
      Volume volume = test::random_volume(test::oblique_geometry(), 0, 9, true);
      volume.geometry.direction = {};
      for (std::size_t c = 0; c < 3; ++c) volume.geometry.direction[order[c]][c] = signs >> c & 1 ? -1 : 1;
      write_image(folder.path() / "v.nii", volume);
      const Volume back = read_image(folder.path() / "v.nii");
      EXPECT_EQ(back.geometry.direction, volume.geometry.direction);
      // The qform alone tells the same.
      std::string bytes = read_file(folder.path() / "v.nii");
      bytes[254] = 0;
      write_file_atomic(folder.path() / "q.nii", bytes);
      test::expect_geometry_near(read_image(folder.path() / "q.nii").geometry, volume.geometry, 1e-6);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(ImageFile, SameImageSameBytes) {
  const Volume volume = test::random_volume(test::oblique_geometry(), 0, 4000, true);
  const test::TemporaryFolder folder;
  for (const char* name : {"v.nrrd", "v.nii.gz", "v.nii", "v.mha"}) {
    write_image(folder.path() / name, volume);
    const std::string first = read_file(folder.path() / name);
    write_image(folder.path() / name, volume);
    EXPECT_EQ(read_file(folder.path() / name), first);
  }
  EXPECT_EQ(encode_nrrd(volume), read_file(folder.path() / "v.nrrd"));
}

TEST(ImageFile, MasksRoundTrip) {
  const image::Mask mask = test::random_mask(test::oblique_geometry(), 0.4, 3);
  const image::Mask back = decode_nrrd_mask(encode_nrrd(mask));
  EXPECT_EQ(back.voxels, mask.voxels);
  EXPECT_EQ(back.geometry.direction, mask.geometry.direction);
  const test::TemporaryFolder folder;
  write_image(folder.path() / "m.nii.gz", mask);
  EXPECT_EQ(read_mask(folder.path() / "m.nii.gz").voxels, mask.voxels);
  const Volume probability = test::random_volume(test::oblique_geometry(), 0, 1, false);
  expect_error(ErrorCode::domain, "label map", [&] { decode_nrrd_mask(encode_nrrd(probability)); });
}

TEST(ImageFile, OneSliceAndOneFrameAreRead) {
  const std::string flat =
      "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 2 3\nspacings: 0.5 2\nencoding: raw\n\n"
      "\x01\x02\x03\x04\x05\x06";
  const Volume slice = read_text("v.nrrd", flat);
  EXPECT_EQ(slice.geometry.size, (image::Index3{2, 3, 1}));
  EXPECT_EQ(slice.geometry.spacing_mm, (image::Vec3{0.5, 2, 1}));
  EXPECT_EQ(slice.voxels, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  // `kinds` says which axis is not of space; ITK wants it said, "none" among the directions alone is not enough for it.
  const std::string framed =
      "NRRD0005\n# comment\ntype: uchar\ndimension: 4\nspace: right-anterior-superior\nsizes: 1 2 1 2\n"
      "space directions: none (2,0,0) (0,3,0) (0,0,4)\nkinds: list domain domain domain\n"
      "space origin: (10,20,30)\nkey:=value\nencoding: raw\n\n" +
      std::string("\x01\x02\x03\x04", 4);
  const Volume frame = read_text("v.nrrd", framed);
  EXPECT_EQ(frame.geometry.size, (image::Index3{2, 1, 2}));
  EXPECT_EQ(frame.geometry.origin_lps, (image::Vec3{-10, -20, 30}));
  EXPECT_EQ(frame.geometry.direction[0][0], -1);
  EXPECT_EQ(frame.voxels, (std::vector<double>{1, 2, 3, 4}));
  std::string several = framed;
  several.replace(several.find("sizes: 1"), 8, "sizes: 2");
  expect_error(ErrorCode::unsupported, "2 frames", [&] { read_text("v.nrrd", several); });
}

TEST(ImageFile, BigEndianIsRead) {
  const std::string nrrd = "NRRD0004\ntype: ushort\ndimension: 3\nsizes: 2 1 1\nendian: big\nencoding: raw\n\n" +
                           std::string("\x01\x02\x00\x05", 4);
  EXPECT_EQ(read_text("v.nrrd", nrrd).voxels, (std::vector<double>{258, 5}));
  const std::string meta =
      "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = True\nDimSize = 2 1 1\n"
      "ElementType = MET_USHORT\nElementDataFile = LOCAL\n" +
      std::string("\x01\x02\x00\x05", 4);
  EXPECT_EQ(read_text("v.mha", meta).voxels, (std::vector<double>{258, 5}));
}

TEST(ImageFile, NotANumberStaysNotANumber) {
  // The NIfTI library behind ITK would turn NaN and infinity into 0, and an image with holes would look whole.
  Volume volume = test::random_volume(test::oblique_geometry(), 0, 1, false);
  for (double& v : volume.voxels) v = static_cast<double>(static_cast<float>(v));
  for (const bool single : {true, false}) {
    if (!single) volume.voxels[0] = 0.1;
    volume.voxels[3] = std::numeric_limits<double>::quiet_NaN();
    volume.voxels[4] = -std::numeric_limits<double>::infinity();
    EXPECT_EQ(smallest_exact_type(volume.voxels), single ? VoxelType::float32 : VoxelType::float64);
    const test::TemporaryFolder folder;
    for (const char* name : {"v.nii", "v.nii.gz", "v.nrrd", "v.mha"}) {
      SCOPED_TRACE(name);
      write_image(folder.path() / name, volume);
      const Volume back = read_image(folder.path() / name);
      EXPECT_TRUE(std::isnan(back.voxels[3]));
      EXPECT_EQ(back.voxels[4], volume.voxels[4]);
      EXPECT_EQ(back.voxels[5], volume.voxels[5]);
    }
  }
}

TEST(ImageFile, DetachedDataAreFoundBesideTheHeader) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "v.nhdr",
                    "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 1 1\nencoding: raw\ndata file: v.raw\n");
  write_file_atomic(folder.path() / "v.raw", "ab");
  write_file_atomic(folder.path() / "v.mhd",
                    "ObjectType = Image\nNDims = 2\nDimSize = 2 1\nElementType = MET_UCHAR\nElementSpacing = 2 "
                    "3\nElementDataFile = v.raw\n");
  EXPECT_EQ(read_image(folder.path() / "v.nhdr").voxels, (std::vector<double>{97, 98}));
  EXPECT_EQ(read_image(folder.path() / "v.mhd").voxels, (std::vector<double>{97, 98}));
  fs::remove(folder.path() / "v.raw");
  expect_error(ErrorCode::not_found, "v.raw", [&] { read_image(folder.path() / "v.mhd"); });
  expect_error(ErrorCode::not_found, "v.raw", [&] { read_image(folder.path() / "v.nhdr"); });
  for (const char* name : {"v.nhdr", "v.mhd"}) {
    write_file_atomic(folder.path() / "v.raw", "a");
    expect_error(ErrorCode::format, "breaks off", [&] { read_image(folder.path() / name); });
    std::string listed = read_file(folder.path() / name);
    listed.replace(listed.find("v.raw"), 5, "LIST");
    expect_error(ErrorCode::unsupported, "voxels lie in", [&] { read_text(name, listed); });
  }
}

TEST(ImageFile, EveryTruncationIsNoticed) {
  const Volume volume = test::random_volume(test::oblique_geometry(), 0, 4000, true);
  const test::TemporaryFolder folder;
  for (const char* name : {"v.nrrd", "v.nii.gz", "v.nii", "v.mha"}) {
    write_image(folder.path() / name, volume);
    const std::string whole = read_file(folder.path() / name);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      std::ofstream(folder.path() / (std::string("cut_") + name), std::ios::binary) << whole.substr(0, length);
      try {
        read_image(folder.path() / (std::string("cut_") + name));
        ADD_FAILURE() << name << " cut to " << length << " of " << whole.size() << " bytes was read";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::format) << name << " at " << length << ": " << error.what();
      }
      if (length > 500 && length + 20 < whole.size()) length += 13;
    }
  }
}

TEST(ImageFile, EveryFlippedByteOfACompressedStreamIsNoticed) {
  const std::string text(300, 'x');
  const std::string packed = gzip(text);
  EXPECT_EQ(gunzip(packed, "t"), text);
  EXPECT_EQ(gunzip(packed + packed, "t"), text + text);
  EXPECT_EQ(gunzip(gzip(""), "t"), "");
  expect_error(ErrorCode::format, "other bytes", [&] { gunzip(packed + "rest", "t"); });
  std::size_t noticed = 0;
  for (std::size_t byte = 10; byte < packed.size(); ++byte) {
    std::string damaged = packed;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x10);
    std::string back;
    try {
      back = gunzip(damaged, "t");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::format);
      ++noticed;
      continue;
    }
    EXPECT_EQ(back, text) << "byte " << byte;  // padding bits carry nothing
  }
  EXPECT_GE(noticed + 2, packed.size() - 10);
}

TEST(ImageFile, BadFilesAreNamedWithARemedy) {
  const test::TemporaryFolder folder;
  const auto file = [&](const char* name, const std::string& bytes) {
    write_file_atomic(folder.path() / name, bytes);
    return folder.path() / name;
  };
  expect_error(ErrorCode::not_found, "gone.nii.gz", [&] { read_image(folder.path() / "gone.nii.gz"); });
  expect_error(ErrorCode::format, "empty.nii is empty", [&] { read_image(file("empty.nii", "")); });
  for (const char* name : {"text.nii", "text.nii.gz", "text.nrrd", "text.mha"})
    expect_error(ErrorCode::format, name,
                 [&] { read_image(file(name, "this is a letter, not an image\nof anything\n")); });
  expect_error(ErrorCode::unsupported, "give .nii", [&] { read_image(file("image.png", "x")); });
  expect_error(ErrorCode::not_found, "folder", [&] {
    fs::create_directory(folder.path() / "d.nii");
    read_image(folder.path() / "d.nii");
  });
  const Volume volume = test::random_volume(test::oblique_geometry(), 0, 9, true);
  expect_error(ErrorCode::unsupported, ".nrrd", [&] { write_image(folder.path() / "v.png", volume); });
  Volume short_volume = volume;
  short_volume.voxels.pop_back();
  expect_error(ErrorCode::shape_mismatch, "voxels", [&] { write_image(folder.path() / "v.nrrd", short_volume); });
  expect_error(ErrorCode::shape_mismatch, "voxels", [&] { encode_nrrd(short_volume); });
}

TEST(ImageFile, NrrdHeadersAreChecked) {
  const std::string start = "NRRD0004\ntype: uchar\ndimension: 3\n";
  const std::string sizes = "sizes: 1 1 2\n", end = "encoding: raw\n\nab";
  const auto refused = [](ErrorCode code, const std::string& part, const std::string& bytes) {
    expect_error(code, part, [&] { read_text("v.nrrd", bytes); });
  };
  EXPECT_EQ(read_text("v.nrrd", start + sizes + end).voxels.size(), 2U);
  refused(ErrorCode::format, "size", start + end);
  refused(ErrorCode::format, "size", start + "sizes: 1 2\n" + end);
  refused(ErrorCode::format, "size", start + "sizes: 1 0 2\n" + end);
  refused(ErrorCode::format, "breaks off", start + "sizes: 1 1 3\n" + end);
  refused(ErrorCode::format, "more bytes", start + "sizes: 1 1 1\n" + end);
  refused(ErrorCode::format, "2^31", start + "sizes: 100000 100000 100000\n" + end);
  refused(ErrorCode::format, "size", start + "sizes: 1 1 b\n" + end);
  refused(ErrorCode::format, "already set", start + sizes + sizes + end);
  refused(ErrorCode::format, "nonsense", start + sizes + "nonsense\n" + end);
  refused(ErrorCode::unsupported, "bzip2", start + sizes + "encoding: bzip2\n\nab");
  refused(ErrorCode::unsupported, "text", start + sizes + "encoding: text\n\n1 2");
  refused(ErrorCode::unsupported, "skipped", start + sizes + "byte skip: 1\nencoding: raw\n\nxab");
  refused(ErrorCode::unsupported, "space", start + sizes + "space: scanner-xyz\n" + end);
  refused(ErrorCode::format, "block", "NRRD0004\ntype: block\ndimension: 3\n" + sizes + end);
  refused(ErrorCode::format, "endian", "NRRD0004\ntype: short\ndimension: 3\n" + sizes + "encoding: raw\n\nabcd");
  const std::string space = "space: left-posterior-superior\nspace directions: ";
  refused(ErrorCode::domain, "right angles", start + space + "(1,0,0) (0.1,1,0) (0,0,1)\n" + sizes + end);
  expect_error(ErrorCode::domain, "v.nrrd",
               [&] { read_text("v.nrrd", start + space + "(1,0,0) (0,0,0) (0,0,1)\n" + sizes + end); });
}

TEST(ImageFile, MetaImageHeadersAreChecked) {
  const std::string start = "ObjectType = Image\nNDims = 3\n";
  const std::string grid = "DimSize = 1 1 2\nElementType = MET_UCHAR\n", end = "ElementDataFile = LOCAL\nab";
  const auto refused = [](ErrorCode code, const std::string& part, const std::string& bytes) {
    expect_error(code, part, [&] { read_text("v.mha", bytes); });
  };
  EXPECT_EQ(read_text("v.mha", start + grid + end).voxels, (std::vector<double>{97, 98}));
  refused(ErrorCode::format, "DimSize", start + "ElementType = MET_UCHAR\n" + end);
  refused(ErrorCode::format, "breaks off within its header", start + grid);
  refused(ErrorCode::format, "breaks off", start + grid + "ElementDataFile = LOCAL\na");
  refused(ErrorCode::unsupported, "text voxels", start + "BinaryData = False\n" + grid + end);
  refused(ErrorCode::unsupported, "3 frames or channels",
          start + "ElementNumberOfChannels = 3\n" + grid + "ElementDataFile = LOCAL\nabcdef");
  refused(ErrorCode::unsupported, "voxel type", start + "DimSize = 1 1 2\nElementType = MET_OTHER\n" + end);
  refused(ErrorCode::domain, "right angles", start + "TransformMatrix = 1 0 0 0.1 1 0 0 0 1\n" + grid + end);
  // Each row of the matrix is the direction of one axis.
  const Volume turned = read_text(
      "v.mha", start + "TransformMatrix = 0 1 0 -1 0 0 0 0 1\nOffset = 4 5 6\nElementSpacing = 2 3 0.5\n" + grid + end);
  EXPECT_EQ(turned.geometry.direction, (image::Mat3{{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}}));
  EXPECT_EQ(turned.geometry.origin_lps, (image::Vec3{4, 5, 6}));
  EXPECT_EQ(turned.geometry.spacing_mm, (image::Vec3{2, 3, 0.5}));
  refused(ErrorCode::format, "NDims is not", "ObjectType = Image\nNDims = -3\n" + grid + end);
  refused(ErrorCode::format, "DimSize holds no size", start + "DimSize = 1 -1 2\nElementType = MET_UCHAR\n" + end);
  refused(ErrorCode::format, "Offset needs 3 numbers, it has 2", start + "Offset = 1 2\n" + grid + end);
  refused(ErrorCode::format, "ElementSpacing needs 3 numbers", start + "ElementSpacing = 1 2 x\n" + grid + end);
  const std::string packed = gzip("ab");
  const std::string zipped = "CompressedData = True\n" + grid + "ElementDataFile = LOCAL\n";
  EXPECT_EQ(read_text("v.mha", start + zipped + packed).voxels, (std::vector<double>{97, 98}));
  for (std::size_t length = 0; length < packed.size(); ++length)
    refused(ErrorCode::format, "compressed data", start + zipped + packed.substr(0, length));
  refused(ErrorCode::format, "breaks off", start + "CompressedDataSize = 100\n" + zipped + packed);
}

TEST(ImageFile, TheStoreTakesOnlyItsOwnForm) {
  const Volume volume{{{2, 1, 1}, {2, 3, 4}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {1, 2}};
  const std::string bytes = encode_nrrd(volume);
  expect_same(decode_nrrd(bytes), volume);
  const auto refused = [&](const std::string& part, const std::string& by) {
    std::string changed = bytes;
    changed.replace(changed.find(part), part.size(), by);
    expect_error(ErrorCode::format, "import the image again", [&] { decode_nrrd(changed, "stored"); });
    expect_error(ErrorCode::format, "import the image again", [&] { decode_nrrd_geometry(changed, "stored"); });
  };
  refused("(2,0,0)", "(5,0,0)");
  refused("sizes: 2 1 1", "sizes: 0 1 1");
  refused("type: uint8", "type: int8");
  refused("endian: little", "endian: big");
  refused("larc_direction", "other_direction");
  refused("NRRD0004", "NRRD0005");
  for (std::size_t length = 0; length < bytes.size(); ++length)
    expect_error(ErrorCode::format, "stored", [&] { decode_nrrd(bytes.substr(0, length), "stored"); });
  std::string longer = bytes;
  longer.replace(longer.find("\n\n") + 2, std::string::npos, gzip("abc"));
  expect_error(ErrorCode::format, "2 bytes of voxels announced, 3 there", [&] { decode_nrrd(longer); });
}

TEST(ImageFile, AnEditedNrrdGeometryWinsOverTheExactKeys) {
  const Volume volume{{{2, 1, 1}, {2, 3, 4}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {1, 2}};
  std::string bytes = encode_nrrd(volume);
  bytes.replace(bytes.find("(2,0,0)"), 7, "(5,0,0)");
  EXPECT_EQ(read_text("v.nrrd", bytes).geometry.spacing_mm[0], 5);
}

TEST(ImageFile, NearlyOrthonormalHeadersAreMended) {
  image::Mat3 direction = test::rotation(0.1, 0.2, 0.3);
  image::Mat3 rounded = direction;
  for (auto& row : rounded)
    for (double& v : row) v = std::round(v * 1e4) / 1e4;
  const image::Mat3 mended = nearest_orthonormal(rounded, "header");
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) {
      double dot = 0;
      for (std::size_t r = 0; r < 3; ++r) dot += mended[r][a] * mended[r][b];
      EXPECT_NEAR(dot, a == b ? 1 : 0, 1e-14);
      EXPECT_NEAR(mended[a][b], direction[a][b], 1e-4);
    }
  direction[0][1] += 0.01;
  expect_error(ErrorCode::domain, "right angles", [&] { nearest_orthonormal(direction, "header"); });
  expect_error(ErrorCode::domain, "degenerate", [&] {
    nearest_orthonormal({{{1, 1, 0}, {0, 0, 0}, {0, 0, 1}}}, "header");
  });
}

TEST(ImageFile, NiftiHeadersAreChecked) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "v.nii";
  write_image(path, test::random_volume(test::oblique_geometry(), 0, 9, true));
  const std::string good = read_file(path);
  const auto with = [&](std::size_t offset, const std::string& bytes) {
    std::string changed = good;
    changed.replace(offset, bytes.size(), bytes);
    write_file_atomic(path, changed);
    return read_image(path);
  };
  using namespace std::string_literals;
  EXPECT_NO_THROW(with(0, good));
  expect_error(ErrorCode::unsupported, "2 frames", [&] {
    with(40, "\4\0"s);
    with(48, "\2\0"s);
    std::string c = good;
    c[40] = 4;
    c[48] = 2;
    write_file_atomic(path, c);
    read_image(path);
  });
  expect_error(ErrorCode::format, "dimensions", [&] { with(40, "\x09\0"s); });
  expect_error(ErrorCode::unsupported, "2D NIfTI", [&] { with(40, "\2\0"s); });
  expect_error(ErrorCode::unsupported, "mixed case", [&] { read_text("v.Nii", good); });
  EXPECT_EQ(read_text("v.NII", good).voxels, read_text("v.NII.GZ", gzip(good)).voxels);
  expect_error(ErrorCode::format, "size of 0", [&] { with(42, "\0\0"s); });
  expect_error(ErrorCode::unsupported, "type 32", [&] { with(70, "\x20\0"s); });
  expect_error(ErrorCode::unsupported, "pair", [&] { with(344, "ni1"s); });
  expect_error(ErrorCode::format, "not a NIfTI", [&] { with(344, "abc"s); });
  expect_error(ErrorCode::format, "breaks off", [&] { with(108, "\0\0\0\x7f"s); });
  expect_error(ErrorCode::unsupported, "NIfTI-2", [&] { with(0, "\x1c\x02"s); });
  expect_error(ErrorCode::domain, "pixdim", [&] { with(84, "\0\0\0\0"s); });
  expect_error(ErrorCode::domain, "by the sform", [&] { with(84, "\0\0\x80\x40"s); });
  expect_error(ErrorCode::domain, "right angles", [&] { with(280, "\0\0\0\x3f\0\0\0\x3f"s); });
  expect_error(ErrorCode::format, "rename", [&] { with(0, gzip(good)); });
  EXPECT_DOUBLE_EQ(with(123, "\1"s).geometry.origin_lps[0], 1000 * static_cast<double>(-100.1f));
  EXPECT_DOUBLE_EQ(with(123, "\1"s).geometry.spacing_mm[2], 1000 * static_cast<double>(3.3f));
  // scl_slope 2, scl_inter 1
  std::string scaled = good;
  scaled.replace(112, 8, "\0\0\0\x40\0\0\x80\x3f"s);
  write_file_atomic(path, scaled);
  const Volume after = read_image(path);
  write_file_atomic(path, good);
  const Volume before = read_image(path);
  for (std::size_t v = 0; v < before.voxels.size(); ++v) ASSERT_EQ(after.voxels[v], 2 * before.voxels[v] + 1);
}

TEST(ImageFileOracle, PairedNiftiAndNrrdAgree) {
  // One image in two formats by another program: same voxels, geometry to the rounding of the NIfTI float header.
  LARC_NEEDS_DATA("imaging/niivue_formats/FLAIR.nrrd");
  const Volume nrrd = read_image(test::data_root() / "imaging/niivue_formats/FLAIR.nrrd");
  const Volume nifti = read_image(test::data_root() / "imaging/niivue_formats/FLAIR.nii.gz");
  EXPECT_EQ(nrrd.voxels, nifti.voxels);
  EXPECT_TRUE(image::same_geometry(nrrd.geometry, nifti.geometry, 1e-4));
}

TEST(ImageFileOracle, GeometryAndSumsAsInItk) {
  // Read with ITK 5.2.1 (NiftiImageIO, NrrdImageIO, MetaImageIO): spacing and origin to the last digit, voxel sums
  // exact because the voxels are whole numbers.
  LARC_NEEDS_DATA("imaging/niivue_formats");
  struct Row {
    const char* file;
    image::Index3 size;
    image::Vec3 spacing, origin;
    double sum;
  };
  const Row rows[] = {
      {"imaging/niivue_formats/mha.mha",
       {64, 64, 37},
       {3.4375000000000009, 3.4375000000000009, 3.7999999999999994},
       {-108.281, 82.3795, -47.8356},
       79944614},
      {"imaging/niivue_formats/avg152T1_RL_nifti.nii.gz", {91, 109, 91}, {2, 2, 2}, {90, 126, -72}, 74825382},
      {"imaging/pyradiomics_data/brain1_image.nrrd",
       {256, 256, 25},
       {0.78124999999999989, 0.78124999999999989, 6.4999999999999982},
       {-99.609375, 99.609375, -78},
       631859459},
      {"imaging/autoradiomics/nifti/prostate/seg_multilabel.nrrd",
       {105, 81, 15},
       {0.60000002384185791, 0.60000032186508179, 4.000002384185791},
       {221.09300231933594, 235.56399536132812, -39.175399780273438},
       -1},
      {"sts_mr/STS_002/MR_T1_image.nii.gz",
       {115, 90, 35},
       {0.9765620231628418, 0.9765620231628418, 3.2699549198150635},
       {30.273311614990234, 88.867027282714844, -609.41741943359375},
       167980381}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.file);
    const Volume volume = read_image(test::data_root() / row.file);
    EXPECT_EQ(volume.geometry.size, row.size);
    for (std::size_t a = 0; a < 3; ++a) {
      EXPECT_NEAR(volume.geometry.spacing_mm[a], row.spacing[a], 1e-15 * row.spacing[a] * 4);
      EXPECT_NEAR(volume.geometry.origin_lps[a], row.origin[a], 1e-12);
    }
    double sum = 0;
    for (const double v : volume.voxels) sum += v;
    if (row.sum >= 0) {
      EXPECT_EQ(sum, row.sum);
    }
  }
}

TEST(ImageFileOracle, ShearedImagesAreRefused) {
  LARC_NEEDS_DATA("imaging/niivue_formats/shear.nii.gz");
  expect_error(ErrorCode::domain, "right angles",
               [] { read_image(test::data_root() / "imaging/niivue_formats/shear.nii.gz"); });
  expect_error(ErrorCode::unsupported, "type 32",
               [] { read_image(test::data_root() / "imaging/niivue_formats/complex.nii.gz"); });
}

}  // namespace
}  // namespace larc::io
