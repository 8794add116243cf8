// Every way of writing gives back the same voxels, and the same input the same bytes.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <openjpeg.h>

#include "core/file.h"
#include "io/dicom/series.h"
#include "io/dicom/write_directory.h"
#include "io/dicom/write_multiframe.h"
#include "io_support.h"
#include "support/test_data.h"

namespace larc::io::dicom {
namespace {

using test::expect_error;
namespace fs = std::filesystem;

DicomSeriesInfo info_of(const std::string& name) {
  DicomSeriesInfo info;
  info.patient_id = "P001";
  info.patient_name = "Doe^Jane";
  info.study_uid = make_uid("study");
  info.series_uid = make_uid("series " + name);
  info.frame_of_reference_uid = make_uid("frame");
  info.study_date = "20200102";
  info.study_time = "101500";
  info.series_description = name;
  info.manufacturer = "Example";
  info.scanning_sequence = "EP";
  return info;
}

std::vector<fs::path> write_files(const fs::path& folder, const std::vector<DicomFile>& files) {
  ensure_directory(folder);
  std::vector<fs::path> paths;
  for (const auto& file : files) {
    paths.push_back(folder / ("F" + std::to_string(paths.size())));
    write_dicom_file(paths.back(), file.bytes);
  }
  return paths;
}

DcmItem& item_of(DcmItem& data, const DcmTagKey& sequence, long number) {
  DcmItem* item = nullptr;
  EXPECT_TRUE(data.findAndGetSequenceItem(sequence, item, number).good()) << sequence.toString();
  return *item;
}

std::string text(DcmItem& data, const DcmTagKey& tag) {
  OFString value;
  data.findAndGetOFStringArray(tag, value);
  return value.c_str();
}

/// The one frame of a code stream, by OpenJPEG's own decoder.
std::vector<std::uint16_t> decode_jpeg2000(const std::uint8_t* bytes, std::size_t size) {
  struct Source {
    const std::uint8_t* bytes;
    std::size_t size, at;
  } source{bytes, size, 0};
  opj_stream_t* stream = opj_stream_default_create(OPJ_TRUE);
  opj_stream_set_user_data(stream, &source, nullptr);
  opj_stream_set_user_data_length(stream, size);
  opj_stream_set_read_function(stream, [](void* to, OPJ_SIZE_T count, void* user) -> OPJ_SIZE_T {
    auto& from = *static_cast<Source*>(user);
    const std::size_t given = std::min<std::size_t>(count, from.size - from.at);
    if (given == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::copy_n(from.bytes + from.at, given, static_cast<std::uint8_t*>(to));
    from.at += given;
    return given;
  });
  opj_codec_t* codec = opj_create_decompress(OPJ_CODEC_J2K);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* image = nullptr;
  EXPECT_TRUE(opj_setup_decoder(codec, &parameters) && opj_read_header(stream, codec, &image) &&
              opj_decode(codec, stream, image));
  std::vector<std::uint16_t> values;
  for (std::uint32_t p = 0; p < image->comps[0].w * image->comps[0].h; ++p)
    values.push_back(static_cast<std::uint16_t>(image->comps[0].data[p]));
  opj_image_destroy(image);
  opj_destroy_codec(codec);
  opj_stream_destroy(stream);
  return values;
}

TEST(DicomEncode, UncompressedAndCompressedFilesGiveBackTheSameVoxels) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  const auto places = all_slices(volume);
  const std::pair<PixelCoding, const char*> forms[] = {{PixelCoding::explicit_little, "1.2.840.10008.1.2.1"},
                                                       {PixelCoding::implicit_little, "1.2.840.10008.1.2"},
                                                       {PixelCoding::jpeg_lossless, "1.2.840.10008.1.2.4.70"},
                                                       {PixelCoding::jpeg_ls, "1.2.840.10008.1.2.4.80"},
                                                       {PixelCoding::rle, "1.2.840.10008.1.2.5"}};
  for (const auto& [coding, syntax] : forms) {
    const auto files = encode_series(volume, info_of("a"), places, {coding, true});
    const auto again = encode_series(volume, info_of("a"), places, {coding, true});
    ASSERT_EQ(files.size(), 5U);
    for (std::size_t n = 0; n < files.size(); ++n) EXPECT_EQ(files[n].bytes, again[n].bytes) << syntax;
    for (std::size_t n = 0; n < files.size(); ++n) {
      const auto path = write_files(folder.path() / syntax, {files[n]}).front();
      DcmFileFormat file;
      ASSERT_TRUE(file.loadFile(path.c_str()).good());
      DcmDataset& data = *file.getDataset();
      EXPECT_EQ(std::string(DcmXfer(data.getOriginalXfer()).getXferID()), syntax);
      ASSERT_TRUE(data.chooseRepresentation(EXS_LittleEndianExplicit, nullptr).good()) << syntax;
      const Uint16* pixels = nullptr;
      unsigned long count = 0;
      ASSERT_TRUE(data.findAndGetUint16Array(DCM_PixelData, pixels, &count).good());
      ASSERT_EQ(count * 5, volume.voxels.size());
      for (unsigned long p = 0; p < count; ++p) ASSERT_EQ(pixels[p], volume.voxels[n * count + p]) << syntax;
    }
  }
}

/// The meta information names larc as the writer, and the object that the data set holds.
void expect_written_by_larc(const fs::path& path) {
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(path.c_str()).good());
  DcmMetaInfo& meta = *file.getMetaInfo();
  EXPECT_EQ(text(meta, DCM_ImplementationClassUID), make_uid("larc implementation class"));
  EXPECT_EQ(text(meta, DCM_ImplementationVersionName), "LARC_1");
  EXPECT_EQ(text(meta, DCM_MediaStorageSOPClassUID), text(*file.getDataset(), DCM_SOPClassUID));
  EXPECT_EQ(text(meta, DCM_MediaStorageSOPInstanceUID), text(*file.getDataset(), DCM_SOPInstanceUID));
  EXPECT_EQ(text(meta, DCM_TransferSyntaxUID), DcmXfer(file.getDataset()->getOriginalXfer()).getXferID());
  // The group length leads to the data set, whose first group is 8.
  Uint32 length = 0;
  ASSERT_TRUE(meta.findAndGetUint32(DCM_FileMetaInformationGroupLength, length).good());
  EXPECT_EQ(read_file(path).substr(144 + length, 2), std::string("\x08\0", 2));
}

TEST(DicomEncode, MetaInformationNamesLarc) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  for (const auto coding : {PixelCoding::explicit_little, PixelCoding::implicit_little, PixelCoding::jpeg_lossless,
                            PixelCoding::jpeg_ls, PixelCoding::rle, PixelCoding::jpeg2000})
    expect_written_by_larc(
        write_files(folder.path(), encode_series(volume, info_of("m"), {{0, 1, 0}}, {coding, true})).front());
  expect_written_by_larc(write_files(folder.path(), {encode_multiframe({{&volume, 0.0}}, info_of("f"))}).front());
  const auto images = write_series(folder.path() / "series", volume, info_of("images"));
  const image::Mask mask = test::random_mask(volume.geometry, 0.5, 7);
  write_rtstruct(folder.path() / "structures", mask, info_of("structures"), "GTV", images);
  expect_written_by_larc(folder.path() / "structures");
}

TEST(DicomEncode, Jpeg2000IsLossless) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 65535, true);
  const auto files = encode_series(volume, info_of("j2k"), all_slices(volume), {PixelCoding::jpeg2000, true});
  const auto path = write_files(folder.path(), {files[2]}).front();
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(path.c_str()).good());
  EXPECT_EQ(file.getDataset()->getOriginalXfer(), EXS_JPEG2000LosslessOnly);
  DcmElement* element = nullptr;
  ASSERT_TRUE(file.getDataset()->findAndGetElement(DCM_PixelData, element).good());
  DcmPixelSequence* sequence = nullptr;
  ASSERT_TRUE(dynamic_cast<DcmPixelData*>(element)
                  ->getEncapsulatedRepresentation(EXS_JPEG2000LosslessOnly, nullptr, sequence)
                  .good());
  ASSERT_EQ(sequence->card(), 2U);
  DcmPixelItem* item = nullptr;
  ASSERT_TRUE(sequence->getItem(item, 1).good());
  Uint8* bytes = nullptr;
  ASSERT_TRUE(item->getUint8Array(bytes).good());
  const auto values = decode_jpeg2000(bytes, item->getLength());
  ASSERT_EQ(values.size() * 5, volume.voxels.size());
  for (std::size_t p = 0; p < values.size(); ++p) ASSERT_EQ(values[p], volume.voxels[2 * values.size() + p]);
}

TEST(DicomEncode, SlicesMayBeAbsentMovedAndThereTwice) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  const auto files = encode_series(volume, info_of("s"), {{0, 1, 0}, {2, 3, 1.5}, {2, 9, 0}});
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[1].sop_instance_uid, slice_uid(info_of("s").series_uid, 1, 2));
  const auto paths = write_files(folder.path(), files);
  const auto position = [](const fs::path& path) {
    DcmFileFormat file;
    EXPECT_TRUE(file.loadFile(path.c_str()).good());
    image::Vec3 at{};
    for (unsigned long r = 0; r < 3; ++r) file.getDataset()->findAndGetFloat64(DCM_ImagePositionPatient, at[r], r);
    return at;
  };
  const auto moved = position(paths[1]), still = position(paths[2]);
  EXPECT_NEAR(std::hypot(moved[0] - still[0], moved[1] - still[1], moved[2] - still[2]), 1.5, 1e-6);
  expect_error(ErrorCode::domain, "slice 5", [&] { encode_series(volume, info_of("s"), {{5, 1, 0}}); });
  expect_error(ErrorCode::unsupported, "preamble", [&] {
    encode_series(volume, info_of("s"), {{0, 1, 0}}, {PixelCoding::rle, false});
  });
}

TEST(DicomEncode, ABareDataSetHasNoPreambleAndIsRead) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  for (const auto coding : {PixelCoding::explicit_little, PixelCoding::implicit_little}) {
    const auto files = encode_series(volume, info_of("bare"), all_slices(volume), {coding, false});
    EXPECT_EQ(files[0].bytes.substr(0, 2), std::string("\x08\0", 2));
    const auto path = write_files(folder.path(), {files[0]}).front();
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(path.c_str()).good());
    EXPECT_EQ(text(*file.getDataset(), DCM_PatientName), "Doe^Jane");
  }
}

TEST(DicomEncode, AttributesOfAnyKindAreWritten) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  auto info = info_of("extra");
  info.extra = {{0x0010, 0x4000, "LT", "a comment", {}},
                {0x0008, 0x0096, "SQ", "", {{0x0040, 0x1101, "SQ", "", {{0x0008, 0x0104, "LO", "Dr. Inner", {}}}}}},
                {0x0029, 0x0010, "LO", "MAKER", {}},
                {0x0029, 0x1010, "OB", std::string("a\0b", 3), {}}};
  const auto path = write_files(folder.path(), encode_series(volume, info, {{0, 1, 0}})).front();
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(path.c_str()).good());
  DcmDataset& data = *file.getDataset();
  EXPECT_EQ(text(data, DCM_PatientComments), "a comment");
  DcmItem& outer = item_of(data, DCM_ReferringPhysicianIdentificationSequence, 0);
  EXPECT_EQ(text(item_of(outer, DCM_PersonIdentificationCodeSequence, 0), DCM_CodeMeaning), "Dr. Inner");
  const Uint8* bytes = nullptr;
  unsigned long count = 0;
  ASSERT_TRUE(data.findAndGetUint8Array(DcmTagKey(0x0029, 0x1010), bytes, &count).good());
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes), count), std::string("a\0b\0", 4));
}

TEST(DicomEncode, SecondaryCaptureHasNoPlaceInThePatient) {
  const test::TemporaryFolder folder;
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 255, true);
  auto info = info_of("screen");
  info.secondary_capture = true;
  info.modality = "OT";
  info.burned_in_annotation = "YES";
  const auto path = write_files(folder.path(), encode_series(volume, info, {{0, 1, 0}})).front();
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(path.c_str()).good());
  EXPECT_EQ(text(*file.getDataset(), DCM_BurnedInAnnotation), "YES");
  EXPECT_EQ(text(*file.getDataset(), DCM_SOPClassUID), UID_SecondaryCaptureImageStorage);
  EXPECT_FALSE(file.getDataset()->tagExists(DCM_ImagePositionPatient));
}

TEST(DicomEncode, MultiframeHoldsEveryVolume) {
  const test::TemporaryFolder folder;
  const image::Volume low = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  image::Volume high = low;
  for (auto& value : high.voxels) value = std::floor(value / 3);
  const auto one = encode_multiframe({{&low, 0.0}, {&high, 1000.0}}, info_of("frames"));
  EXPECT_EQ(one.bytes, encode_multiframe({{&low, 0.0}, {&high, 1000.0}}, info_of("frames")).bytes);
  const auto path = write_files(folder.path(), {one}).front();
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(path.c_str()).good());
  DcmDataset& data = *file.getDataset();
  EXPECT_EQ(text(data, DCM_NumberOfFrames), "10");
  DcmItem& frame = item_of(data, DCM_PerFrameFunctionalGroupsSequence, 7);
  Float64 b_value = 0, z = 0;
  item_of(frame, DCM_MRDiffusionSequence, 0).findAndGetFloat64(DCM_DiffusionBValue, b_value);
  EXPECT_EQ(b_value, 1000);
  item_of(frame, DCM_PlanePositionSequence, 0).findAndGetFloat64(DCM_ImagePositionPatient, z, 2);
  EXPECT_NEAR(z, low.geometry.point_lps({0, 0, 2})[2], 1e-6);
  const Uint16* pixels = nullptr;
  ASSERT_TRUE(data.findAndGetUint16Array(DCM_PixelData, pixels).good());
  for (std::size_t v = 0; v < high.voxels.size(); ++v) ASSERT_EQ(pixels[low.voxels.size() + v], high.voxels[v]);
  image::Volume other = low;
  other.geometry.origin_lps[0] += 1;
  expect_error(ErrorCode::geometry_mismatch, "grids", [&] {
    encode_multiframe({{&low, 0.0}, {&other, 1000.0}}, info_of("f"));
  });
}

TEST(DicomEncode, DirectoryNamesEveryFileAndIsTheSameEveryTime) {
  const image::Volume volume = test::random_volume(test::oblique_geometry(), 0, 4095, true);
  std::string bytes[2];
  for (auto& own : bytes) {
    const test::TemporaryFolder folder;
    std::vector<DirectoryEntry> entries;
    for (const char* name : {"one", "two"}) {
      const auto files = encode_series(volume, info_of(name), all_slices(volume));
      ensure_directory(folder.path() / "D1");
      for (std::size_t n = 0; n < files.size(); ++n) {
        entries.push_back({{"D1", name[0] + std::string("X") + std::to_string(n)}, info_of(name), static_cast<int>(n)});
        entries.back().file_id[1][0] = static_cast<char>(std::toupper(entries.back().file_id[1][0]));
        write_dicom_file(folder.path() / "D1" / entries.back().file_id[1], files[n].bytes);
      }
    }
    write_directory(folder.path(), entries, "DISC");
    own = read_file(folder.path() / "DICOMDIR");
    DcmDicomDir directory(OFFilename((folder.path() / "DICOMDIR").c_str()));
    ASSERT_TRUE(directory.error().good());
    DcmDirectoryRecord* study = directory.getRootRecord().getSub(0)->getSub(0);
    ASSERT_EQ(study->cardSub(), 2U);
    EXPECT_EQ(study->getSub(1)->cardSub(), 5U);
    EXPECT_EQ(text(*study->getSub(1)->getSub(4), DCM_ReferencedFileID), "D1\\TX4");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 2);
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

}  // namespace
}  // namespace larc::io::dicom
