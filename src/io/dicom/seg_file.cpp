#include "io/dicom/seg_file.h"

#include <dcmtk/dcmdata/dcpixel.h>

#include <cstring>
#include <map>
#include <set>

#include "core/number.h"
#include "io/dicom/isolated.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;
using image::Geometry;

namespace {

constexpr const char* kLabelMapStorage = "1.2.840.10008.5.1.4.1.1.66.7";  // newer than DCMTK 3.6.7's dictionary
constexpr double kMostMm = 1e5;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

[[noreturn]] void broken(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::format, name + ": " + what + "; export the segmentation again");
}

DcmItem* first_item(DcmItem& item, const DcmTagKey& tag) {
  const auto items = items_of(item, tag);
  return items.empty() ? nullptr : items.front();
}

Code code_of(DcmItem& item, const DcmTagKey& sequence) {
  DcmItem* code = first_item(item, sequence);
  if (code == nullptr) return {};
  std::string value = text_of(*code, DCM_CodeValue);
  if (value.empty()) value = text_of(*code, DCM_LongCodeValue);
  return {value, text_of(*code, DCM_CodingSchemeDesignator), text_of(*code, DCM_CodeMeaning)};
}

SegKind kind_of(DcmDataset& data, const std::string& name) {
  const std::string type = text_of(data, DCM_SegmentationType);
  if (type == "BINARY") return SegKind::binary;
  if (type == "FRACTIONAL") return SegKind::fractional;
  if (type == "LABELMAP") return SegKind::label_map;
  broken(name, "SegmentationType '" + type.substr(0, 24) + "' is none of BINARY, FRACTIONAL, LABELMAP");
}

std::vector<SegSegment> segments_of(DcmDataset& data, const std::string& name) {
  std::map<int, SegSegment> by_number;
  for (DcmItem* item : items_of(data, DCM_SegmentSequence)) {
    const auto number = integer_of(*item, DCM_SegmentNumber, name);
    if (!number || *number < 0 || *number > 65535) broken(name, "a segment without a number");
    SegSegment segment{*number,
                       text_of(*item, DCM_SegmentLabel),
                       code_of(*item, DCM_SegmentedPropertyCategoryCodeSequence),
                       code_of(*item, DCM_SegmentedPropertyTypeCodeSequence),
                       code_of(*item, DCM_AnatomicRegionSequence),
                       text_of(*item, DCM_SegmentAlgorithmType),
                       text_of(*item, DCM_SegmentAlgorithmName),
                       text_of(*item, DCM_TrackingID),
                       text_of(*item, DCM_TrackingUID)};
    if (!by_number.emplace(*number, std::move(segment)).second)
      broken(name, "two segments have the number " + std::to_string(*number));
  }
  if (by_number.empty()) broken(name, "no segment is described");
  std::vector<SegSegment> segments;
  for (auto& [number, segment] : by_number) segments.push_back(std::move(segment));
  return segments;
}

SegReferences references_of(DcmDataset& data) {
  std::set<std::string> series;
  for (DcmItem* item : items_of(data, DCM_ReferencedSeriesSequence))
    if (const std::string uid = text_of(*item, DCM_SeriesInstanceUID); !uid.empty()) series.insert(uid);
  for (DcmItem* study : items_of(data, DCM_StudiesContainingOtherReferencedInstancesSequence))
    for (DcmItem* item : items_of(*study, DCM_ReferencedSeriesSequence))
      if (const std::string uid = text_of(*item, DCM_SeriesInstanceUID); !uid.empty()) series.insert(uid);
  return {text_of(data, DCM_FrameOfReferenceUID), {series.begin(), series.end()}};
}

/// A functional group of a frame: its own, else the shared one (PS3.3 C.7.6.16).
DcmItem* group_of(DcmItem* shared, DcmItem& frame, const DcmTagKey& tag) {
  if (DcmItem* own = first_item(frame, tag)) return own;
  return shared == nullptr ? nullptr : first_item(*shared, tag);
}

Geometry grid_of(DcmItem* shared, DcmItem& frame, const SegFile& file, const std::string& where) {
  DcmItem* place = group_of(shared, frame, DCM_PlanePositionSequence);
  DcmItem* turn = group_of(shared, frame, DCM_PlaneOrientationSequence);
  DcmItem* measure = group_of(shared, frame, DCM_PixelMeasuresSequence);
  if (place == nullptr || turn == nullptr || measure == nullptr)
    throw Error(ErrorCode::unsupported,
                where +
                    " has no position, orientation or pixel spacing in the patient; give a segmentation of a "
                    "cross-sectional image");
  const auto position = numbers_of(*place, DCM_ImagePositionPatient, where);
  const auto cosines = numbers_of(*turn, DCM_ImageOrientationPatient, where);
  const auto spacing = numbers_of(*measure, DCM_PixelSpacing, where);
  if (position.size() != 3 || cosines.size() != 6 || spacing.size() != 2)
    broken(where, "position, orientation or pixel spacing is incomplete");
  for (const double value : position)
    if (std::abs(value) > kMostMm) broken(where, "it lies " + format_double(value) + " mm from the origin");
  Geometry grid;
  grid.size = {file.columns, file.rows, 1};
  grid.spacing_mm = {spacing[1], spacing[0], 1};
  grid.origin_lps = {position[0], position[1], position[2]};
  image::Vec3 row{cosines[0], cosines[1], cosines[2]}, column{cosines[3], cosines[4], cosines[5]};
  const image::Vec3 normal{row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
                           row[0] * column[1] - row[1] * column[0]};
  for (std::size_t r = 0; r < 3; ++r) grid.direction[r] = {row[r], column[r], normal[r]};
  image::check_geometry(grid, where);
  return grid;
}

void read_frames(DcmDataset& data, SegFile& file) {
  if (data.tagExists(DCM_TotalPixelMatrixRows))
    throw Error(ErrorCode::unsupported,
                file.name + ": tiles of a slide; give a segmentation of a cross-sectional image");
  const auto frame_count = integer_of(data, DCM_NumberOfFrames, file.name);
  DcmItem* shared = first_item(data, DCM_SharedFunctionalGroupsSequence);
  const auto items = items_of(data, DCM_PerFrameFunctionalGroupsSequence);
  if (!frame_count || *frame_count < 1 || static_cast<std::size_t>(*frame_count) != items.size())
    broken(file.name, std::to_string(frame_count.value_or(0)) + " frames are announced, " +
                          std::to_string(items.size()) + " described");
  std::map<int, SegSegment*> by_number;
  for (auto& segment : file.segments) by_number[segment.number] = &segment;
  for (std::size_t f = 0; f < items.size(); ++f) {
    const std::string where = file.name + ", frame " + std::to_string(f + 1);
    SegFrame frame{0, grid_of(shared, *items[f], file, where)};
    if (file.kind != SegKind::label_map) {
      DcmItem* identity = group_of(shared, *items[f], DCM_SegmentIdentificationSequence);
      const auto number =
          identity == nullptr ? std::nullopt : integer_of(*identity, DCM_ReferencedSegmentNumber, where);
      if (!number || !by_number.contains(*number)) broken(where, "it does not belong to a described segment");
      frame.segment = *number;
      ++by_number[*number]->frame_count;
    }
    file.frames.push_back(frame);
    if (f == 0)
      if (DcmItem* measure = group_of(shared, *items[f], DCM_PixelMeasuresSequence)) {
        const double between = number_of(*measure, DCM_SpacingBetweenSlices, where);
        const double thickness = number_of(*measure, DCM_SliceThickness, where);
        file.spacing_between_mm = between > 0 ? between : 0;
        file.thickness_mm = thickness > 0 ? thickness : 0;
      }
  }
  if (file.kind == SegKind::label_map)
    for (auto& segment : file.segments) segment.frame_count = *frame_count;
}

/// What a decoder may make of compressed bytes at most: PS3.5 annex G (RLE) packs 128 bytes into 2, JPEG-LS run mode
/// and JPEG 2000 far more.
std::uint64_t most_decoded(std::uint64_t compressed, E_TransferSyntax syntax) {
  return compressed * (syntax == EXS_RLELossless ? 64 : 8192) + 4096;
}

/// Copies the pixels, which are not compressed any more; gives the reason where that cannot be done, or nothing.
std::string copy_pixels(DcmDataset& data, std::uint64_t needed, std::uint8_t* to) {
  DcmElement* element = nullptr;
  Uint8* bytes = nullptr;
  OFCondition status = data.findAndGetElement(DCM_PixelData, element);
  // Words are kept in the machine's order, which is the file's own, so bits and bytes come in file order.
  if (status.good()) status = element->getUint8Array(bytes);
  if (status.bad() || bytes == nullptr) return std::string("the pixel data cannot be read (") + status.text() + ")";
  const std::uint64_t there = element->getLength();
  if (there < needed || there > needed + 1)  // an even length is asked for
    return std::to_string(needed) + " bytes of pixels needed, " + std::to_string(there) + " there";
  std::memcpy(to, bytes, needed);
  return {};
}

/// What a child process says of its decoding, before the pixels.
struct DecodedHeader {
  std::uint32_t state;  // 1 decoded, 2 no decoder, 3 refused, with the reason
  char reason[200];
};

/// Pixels of a compressed segmentation, decoded in a child process (ADR 12).
/// errors unsupported (no decoder), format
std::vector<std::uint8_t> decode(DcmDataset& data, const std::string& name, std::uint64_t needed) {
  std::vector<std::uint8_t> pixels;
  const IsolatedEnd end = run_isolated(
      sizeof(DecodedHeader) + needed,
      [&](std::byte* shared, Progress&) {
        auto& header = *reinterpret_cast<DecodedHeader*>(shared);
        const auto refuse = [&](std::uint32_t state, const std::string& reason) {
          reason.copy(header.reason, sizeof header.reason - 1);
          header.state = state;
        };
        const OFCondition status = data.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
        if (status == EC_CannotChangeRepresentation || status == EC_UnsupportedEncoding) return refuse(2, "");
        if (status.bad()) return refuse(3, std::string("the pixel data cannot be read (") + status.text() + ")");
        const std::string reason = copy_pixels(data, needed, reinterpret_cast<std::uint8_t*>(shared + sizeof header));
        if (!reason.empty()) return refuse(3, reason);
        header.state = 1;
      },
      [&](const std::byte* shared) {
        const auto& header = *reinterpret_cast<const DecodedHeader*>(shared);
        if (header.state == 2)
          throw Error(ErrorCode::unsupported, name + ": no decoder for the transfer syntax " +
                                                  DcmXfer(data.getOriginalXfer()).getXferName() +
                                                  "; export the segmentation uncompressed");
        if (header.state != 1) broken(name, header.reason);
        const auto* first = reinterpret_cast<const std::uint8_t*>(shared + sizeof header);
        pixels.assign(first, first + needed);
      });
  if (!end.completed) broken(name, "the pixel data cannot be decoded (the decoder " + end.reason + ")");
  return pixels;
}

void read_pixels(DcmDataset& data, SegFile& file, const fs::path& path) {
  const std::uint64_t pixel_count = static_cast<std::uint64_t>(file.frames.size()) *
                                    static_cast<std::uint64_t>(file.rows) * static_cast<std::uint64_t>(file.columns);
  const std::uint64_t needed =
      file.bits == 1 ? (pixel_count + 7) / 8 : pixel_count * static_cast<unsigned>(file.bits / 8);
  const std::uint64_t in_file = fs::file_size(path);
  const DcmXfer syntax(data.getOriginalXfer());
  if (syntax.isEncapsulated()) {
    if (file.bits == 1)
      throw Error(ErrorCode::unsupported,
                  file.name + ": compressed bits (" + syntax.getXferName() + "); export the segmentation uncompressed");
    if (needed > kMostBytes || needed > most_decoded(in_file, data.getOriginalXfer()))
      broken(file.name,
             "its " + std::to_string(in_file) + " bytes cannot hold " + std::to_string(needed) + " bytes of pixels");
  } else if (needed > in_file) {
    broken(file.name, "the pixel data break off: " + std::to_string(needed) + " bytes needed, the file has " +
                          std::to_string(in_file));
  }
  OFCondition status = EC_Normal;
  try {
    DcmElement* element = nullptr;
    status = data.findAndGetElement(DCM_PixelData, element);
    if (status.good() && !syntax.isEncapsulated() && element->getLength() > in_file) status = EC_StreamNotifyClient;
    if (status.good()) status = data.loadAllDataIntoMemory();
    if (status.good() && syntax.isEncapsulated()) {
      file.pixels = decode(data, file.name, needed);
      return;
    }
    if (status.good()) {
      file.pixels.resize(needed);
      if (const std::string reason = copy_pixels(data, needed, file.pixels.data()); !reason.empty())
        broken(file.name, reason);
    }
  } catch (const std::bad_alloc&) {
    status = EC_MemoryExhausted;
  }
  if (status.bad()) broken(file.name, std::string("the pixel data cannot be read (") + status.text() + ")");
}

void read_layout(DcmDataset& data, SegFile& file) {
  const auto get = [&](const DcmTagKey& tag) {
    const auto value = integer_of(data, tag, file.name);
    if (!value) broken(file.name, std::string(DcmTag(tag).getTagName()) + " is absent");
    return *value;
  };
  file.rows = get(DCM_Rows);
  file.columns = get(DCM_Columns);
  file.bits = get(DCM_BitsAllocated);
  if (file.rows < 1 || file.columns < 1 || file.rows > 65535 || file.columns > 65535)
    broken(file.name, "Rows or Columns are zero");
  const bool fits = file.kind == SegKind::binary       ? file.bits == 1
                    : file.kind == SegKind::fractional ? file.bits == 8
                                                       : file.bits == 8 || file.bits == 16;
  if (!fits || get(DCM_BitsStored) != file.bits || integer_of(data, DCM_SamplesPerPixel, file.name).value_or(1) != 1)
    broken(file.name, std::to_string(file.bits) + " bits allocated a pixel, which this SegmentationType does not have");
  if (file.kind != SegKind::fractional) return;
  const int most = get(DCM_MaximumFractionalValue);
  if (most < 1 || most > 255) broken(file.name, "MaximumFractionalValue is " + std::to_string(most));
  file.most_value = static_cast<unsigned>(most);
  file.fractional_type = text_of(data, DCM_SegmentationFractionalType);
}

SegFile open_file(DcmFileFormat& format, const fs::path& path) {
  start_dcmtk();
  load(format, path);
  DcmDataset& data = *format.getDataset();
  SegFile file;
  file.name = path.string();
  if (!is_segmentation(text_of(data, DCM_SOPClassUID)))
    throw Error(ErrorCode::format, file.name + " is not a DICOM segmentation; give the SEG file");
  file.kind = kind_of(data, file.name);
  file.segments = segments_of(data, file.name);
  file.references = references_of(data);
  return file;
}

}  // namespace

bool is_segmentation(const std::string& sop_class_uid) {
  return sop_class_uid == UID_SegmentationStorage || sop_class_uid == kLabelMapStorage;
}

SegFile open_segments(const fs::path& path) {
  DcmFileFormat format;
  SegFile file = open_file(format, path);
  DcmDataset& data = *format.getDataset();
  std::map<int, int> frames;
  for (DcmItem* item : items_of(data, DCM_PerFrameFunctionalGroupsSequence))
    if (DcmItem* identity =
            group_of(first_item(data, DCM_SharedFunctionalGroupsSequence), *item, DCM_SegmentIdentificationSequence))
      if (const auto number = integer_of(*identity, DCM_ReferencedSegmentNumber, file.name)) ++frames[*number];
  const int all = static_cast<int>(items_of(data, DCM_PerFrameFunctionalGroupsSequence).size());
  for (auto& segment : file.segments)
    segment.frame_count = file.kind == SegKind::label_map ? all : frames[segment.number];
  return file;
}

SegFile open_segmentation(const fs::path& path) {
  DcmFileFormat format;
  SegFile file = open_file(format, path);
  DcmDataset& data = *format.getDataset();
  read_layout(data, file);
  read_frames(data, file);
  read_pixels(data, file, path);
  return file;
}

}  // namespace larc::io::dicom
