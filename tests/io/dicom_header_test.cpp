// What read_instances makes of headers that only bytes written by hand can have, and what is refused.
#include "core/file.h"
#include "dicom_bytes.h"
#include "dicom_support.h"
#include "io/dicom/pixels.h"

namespace larc::io::dicom {
namespace {

using test::DicomBytes;
using test::expect_error;
using test::mr_header;
using test::mr_slice;

class Header : public testing::Test {
 protected:
  std::filesystem::path written(const std::string& bytes) {
    const auto path = folder_.path() / ("f" + std::to_string(++count_) + ".dcm");
    write_file_atomic(path, bytes);
    return path;
  }
  DicomInstance only(const DicomBytes& bytes) {
    const auto all = read_instances(written(bytes.file()));
    EXPECT_EQ(all.size(), 1U);
    return all.at(0);
  }
  std::vector<double> pixels(const DicomBytes& bytes, const std::string& syntax = "1.2.840.10008.1.2.1") {
    return read_pixels(read_instances(written(bytes.file(syntax))).at(0));
  }
  test::TemporaryFolder folder_;
  int count_ = 0;
};

TEST_F(Header, BValuesOfEveryMaker) {
  const auto of = [&](const std::string& maker) {
    DicomBytes d = mr_slice();
    return d.without(8, 0x70).put(8, 0x70, "LO", maker);
  };
  EXPECT_TRUE(std::isnan(only(of("SIEMENS")).b_value));
  EXPECT_EQ(only(of("Other").fd(0x18, 0x9087, {600})).b_value, 600);
  EXPECT_EQ(only(of("SIEMENS").put(0x19, 0x10, "LO", "SIEMENS MR HEADER").put(0x19, 0x100c, "IS", "800")).b_value, 800);
  EXPECT_EQ(only(of("SIEMENS").put(0x19, 0x10, "LO", "SIEMENS MR HEADER").put(0x19, 0x100c, "OB", "50 ")).b_value, 50);
  // A PACS moved the block.
  EXPECT_EQ(only(of("SIEMENS").put(0x19, 0x11, "LO", "SIEMENS MR HEADER").put(0x19, 0x110c, "UN", "1000")).b_value,
            1000);
  EXPECT_EQ(only(of("SIEMENS").put(0x18, 0x24, "SH", "*ep_b400t")).b_value, 400);
  EXPECT_EQ(only(of("GE MEDICAL SYSTEMS").put(0x43, 0x1039, "IS", "1000000800\\8\\0\\0")).b_value, 800);
  EXPECT_EQ(only(of("GE MEDICAL SYSTEMS").put(0x43, 0x1039, "UN", "500\\8\\0\\0")).b_value, 500);
  EXPECT_EQ(only(of("Philips").put(0x2001, 0x10, "LO", "Philips Imaging DD 001").fl(0x2001, 0x1003, 750)).b_value, 750);
  EXPECT_EQ(only(of("Philips").put(0x2001, 0x10, "LO", "Philips Imaging DD 001").fl(0x2001, 0x1003, 750, "UN")).b_value,
            750);
  EXPECT_TRUE(std::isnan(only(of("Philips").fl(0x2001, 0x1003, 7e30F)).b_value));
  const auto uih = only(
      of("UIH").put(0x65, 0x10, "LO", "Image Private Header").fd(0x65, 0x1009, {1200}).fd(0x65, 0x1037, {0, 0, 1}));
  EXPECT_EQ(uih.b_value, 1200);
  EXPECT_EQ(uih.diffusion_direction, (image::Vec3{0, 0, 1}));
  const auto canon = only(of("CANON_MEC").put(0x20, 0x4000, "LT", "b=1500(0.6,0.8,0)"));
  EXPECT_EQ(canon.b_value, 1500);
  EXPECT_NEAR((*canon.diffusion_direction)[1], 0.8, 1e-12);
}

TEST_F(Header, AnAdcMapHasNoBValue) {
  DicomBytes d = mr_slice().fd(0x18, 0x9087, {800});
  EXPECT_EQ(only(d).b_value, 800);
  EXPECT_TRUE(std::isnan(only(DicomBytes(d).put(8, 0x103e, "LO", "ep2d_diff_ADC")).b_value));
  EXPECT_TRUE(std::isnan(only(DicomBytes(d).put(8, 0x103e, "LO", "Apparent Diffusion Coefficient (mm2/s)")).b_value));
  EXPECT_EQ(only(DicomBytes(d).put(8, 0x103e, "LO", "eADC")).b_value, 800);
  EXPECT_EQ(only(DicomBytes(d).put(8, 0x103e, "LO", "broadcast")).b_value, 800);
  d.without(8, 8).put(8, 8, "CS", "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\ND");
  EXPECT_TRUE(std::isnan(only(d).b_value));
}

TEST_F(Header, PhilipsKeepsTheDisplayedValueAndNamesItsOwnScale) {
  const auto philips = mr_slice()
                           .put(0x28, 0x1052, "DS", "-10")
                           .put(0x28, 0x1053, "DS", "2")
                           .put(0x2005, 0x10, "LO", "Philips MR Imaging DD 001")
                           .fl(0x2005, 0x100d, 3)
                           .fl(0x2005, 0x100e, 0.5F);
  const auto instance = only(philips);
  EXPECT_EQ(instance.private_scale_slope, 0.5);
  EXPECT_EQ(instance.private_scale_intercept, 3);
  EXPECT_EQ(read_pixels(instance)[5], 0);
  EXPECT_EQ(read_pixels(instance)[6], 2);
}

TEST_F(Header, StoredValuesToDisplayedOnes) {
  DicomBytes d = mr_header();
  d.without(0x28, 0x101).without(0x28, 0x102).without(0x28, 0x103);
  d.us(0x28, 0x101, {12}).us(0x28, 0x102, {11}).us(0x28, 0x103, {1});
  std::string words;
  for (int n = 0; n < 12; ++n) words += DicomBytes::little(n == 0 ? 0xFFFF : n == 1 ? 0x0F0F : 0xF001, 2);
  d.put(0x7fe0, 0x10, "OW", words);
  const auto values = pixels(d);
  EXPECT_EQ(values[0], -1);
  EXPECT_EQ(values[1], -241);
  EXPECT_EQ(values[2], 1);
  // PS3.3 C.11.1: values before the first mapped one take the first entry, those after the last the last.
  const auto table =
      mr_slice().sequence(0x28, 0x3000, {DicomBytes().us(0x28, 0x3002, {3, 2, 16}).us(0x28, 0x3006, {100, 200, 300})});
  const auto looked_up = pixels(table);
  EXPECT_EQ(looked_up[0], 100);
  EXPECT_EQ(looked_up[3], 200);
  EXPECT_EQ(looked_up[11], 300);
  DicomBytes inverse = mr_slice();
  inverse.without(0x28, 4).put(0x28, 4, "CS", "MONOCHROME1");
  EXPECT_EQ(pixels(inverse)[7], 7);
  DicomBytes real = mr_header();
  real.without(0x28, 0x100).us(0x28, 0x100, {32});
  std::string floats;
  for (int n = 0; n < 12; ++n) {
    const float value = 0.25F * static_cast<float>(n);
    floats.append(reinterpret_cast<const char*>(&value), 4);
  }
  EXPECT_EQ(pixels(real.put(0x7fe0, 8, "OF", floats))[3], 0.75);
}

TEST_F(Header, RefusedByName) {
  const auto refused = [&](ErrorCode code, const char* part, DicomBytes d) {
    SCOPED_TRACE(part);
    expect_error(code, part, [&] { pixels(d); });
  };
  const auto changed = [&](std::uint16_t element, int value) {
    DicomBytes d = mr_slice();
    return d.without(0x28, element).us(0x28, element, {value});
  };
  refused(ErrorCode::unsupported, "colour", changed(2, 3));
  refused(ErrorCode::unsupported, "12 bits allocated a pixel (packed)", changed(0x100, 12));
  refused(ErrorCode::unsupported, "1 bits allocated a pixel (a bitmap)", changed(0x100, 1));
  refused(ErrorCode::format, "cannot come from", changed(0x10, 60000));
  refused(ErrorCode::format, "break off", changed(0x10, 20));
  DicomBytes palette = mr_slice();
  refused(ErrorCode::unsupported, "PALETTE COLOR", palette.without(0x28, 4).put(0x28, 4, "CS", "PALETTE COLOR"));
  refused(ErrorCode::unsupported, "no pixel data", mr_header());
  refused(ErrorCode::unsupported, "multi-frame image of an older kind with 2 frames",
          mr_header().put(0x28, 8, "IS", "2").put(0x7fe0, 0x10, "OW", test::counting_words(24)));
  expect_error(ErrorCode::format, "per-frame functional groups for 5 frames", [&] {
    DicomBytes d = test::enhanced_mr(4);
    read_instances(written(d.without(0x28, 8).put(0x28, 8, "IS", "5").file()));
  });
  expect_error(ErrorCode::unsupported, "frames in one file", [&] {
    DicomBytes d = test::enhanced_mr(4);
    read_instances(written(d.without(0x28, 8).put(0x28, 8, "IS", "2000000000").file()));
  });
  expect_error(ErrorCode::unsupported, "no decoder for the transfer syntax MPEG2",
               [&] { pixels(mr_header().fragments({"xx"}), "1.2.840.10008.1.2.4.100"); });
  for (const char* syntax : {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
                             "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"})
    expect_error(ErrorCode::format, "cannot be decoded",
                 [&] { pixels(mr_header().fragments({"not a codestream at all"}), syntax); });
  // A JPEG whose own header claims 60,000 x 60,000 pixels.
  expect_error(ErrorCode::format, "holds 60000 x 60000 pixels of 1 components, the header says 3 x 4", [&] {
    pixels(mr_header().fragments({std::string("\xff\xd8\xff\xc3\0\x0b\x10\xea\x60\xea\x60\1\1\x11\0", 15)}),
           "1.2.840.10008.1.2.4.70");
  });
}

TEST_F(Header, NestingBombsEnd) {
  // 100,000 sequences in each other, in the middle of the data set.
  std::string nested;
  for (int n = 0; n < 100000; ++n)
    nested += DicomBytes::little(0x0008, 2) + DicomBytes::little(0x1140, 2) + std::string("SQ\0\0", 4) +
              DicomBytes::little(0xffffffff, 4) + DicomBytes::little(0xfffe, 2) + DicomBytes::little(0xe000, 2) +
              DicomBytes::little(0xffffffff, 4);
  expect_error(ErrorCode::format, "breaks off or contradicts",
               [&] { read_instances(written(mr_header().file() + nested)); });
}

TEST_F(Header, FramesTilesAndTheirPlaces) {
  const auto frames = read_instances(written(test::enhanced_mr(8).file()));
  ASSERT_EQ(frames.size(), 8U);
  EXPECT_EQ(frames[3].frame, 3);
  EXPECT_EQ(frames[3].b_value, 800);
  EXPECT_EQ(frames[3].diffusion_direction, (image::Vec3{0, 1, 0}));
  EXPECT_EQ(frames[3].echo_time_ms, 70);
  EXPECT_EQ(frames[3].rescale_slope, 4);
  EXPECT_EQ((*frames[3].image_position_lps)[2], 5);
  const auto stacks = split_stacks(group_series(frames).at(0));
  ASSERT_EQ(stacks.size(), 2U);
  const image::Volume weighted = read_series(stacks[1]);
  EXPECT_EQ(weighted.geometry.size, (image::Index3{4, 3, 4}));
  EXPECT_EQ(weighted.geometry.spacing_mm, (image::Vec3{1.5, 2, 5}));  // not the thickness of 9
  EXPECT_EQ(weighted.at(1, 2, 2), (5 * 12 + 9) * 6);

  for (const int normal : {1, -1}) {
    const auto tiles = read_instances(written(test::siemens_mosaic(normal).file()));
    ASSERT_EQ(tiles.size(), 3U);
    // Corner of a tile: one pixel further along row and column than the corner of the mosaic.
    EXPECT_EQ(*tiles[2].image_position_lps, (image::Vec3{-10 + 1.5, -20 + 2, 12.0 * normal}));
    const image::Volume volume = read_series(group_series(tiles).at(0));
    EXPECT_EQ(volume.geometry.size, (image::Index3{2, 2, 3}));
    EXPECT_EQ(volume.at(1, 1, normal > 0 ? 1 : 1), 7);
    EXPECT_EQ(volume.at(0, 0, normal > 0 ? 2 : 0), 8);
  }
  DicomBytes odd = test::siemens_mosaic();
  expect_error(ErrorCode::format, "without SpacingBetweenSlices",
               [&] { read_instances(written(odd.without(0x18, 0x88).file())); });
}

}  // namespace
}  // namespace larc::io::dicom
