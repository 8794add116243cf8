#include "io/dicom/clean_pixels.h"

#include <dcmtk/dcmdata/dcpxitem.h>

#include "io/dicom/dataset.h"
#include "io/dicom/pixel_slack.h"

namespace larc::io::dicom {

namespace {

struct Layout {
  std::uint64_t bytes = 0;  // of all frames
  std::size_t frame_pixels = 0;
  std::size_t allocated = 0, stored = 0, high_bit = 0, samples = 1;
  bool is_signed = false;
};

/// nullopt: the header does not say how long the pixel data are.
std::optional<Layout> layout_of(DcmDataset& data) {
  const auto whole = [&](const DcmTagKey& tag, std::uint64_t otherwise) -> std::uint64_t {
    Uint16 small = 0;
    if (data.findAndGetUint16(tag, small).good()) return small;
    Sint32 number = 0;
    return data.findAndGetSint32(tag, number).good() && number > 0 ? static_cast<std::uint64_t>(number) : otherwise;
  };
  Layout layout;
  const std::uint64_t rows = whole(DCM_Rows, 0), columns = whole(DCM_Columns, 0);
  const std::uint64_t frames = whole(DCM_NumberOfFrames, 1);
  layout.samples = whole(DCM_SamplesPerPixel, 1);
  layout.allocated = whole(DCM_BitsAllocated, 0);
  layout.stored = whole(DCM_BitsStored, layout.allocated);
  layout.high_bit = whole(DCM_HighBit, layout.stored == 0 ? 0 : layout.stored - 1);
  layout.is_signed = whole(DCM_PixelRepresentation, 0) == 1;
  if (rows == 0 || columns == 0 || layout.allocated == 0 || layout.samples == 0 || layout.samples > 4 ||
      layout.allocated > 64)
    return std::nullopt;
  layout.frame_pixels = rows * columns;
  if (frames > (std::uint64_t{1} << 40) / (layout.frame_pixels * layout.samples)) return std::nullopt;
  std::uint64_t samples = layout.frame_pixels * layout.samples * frames;
  // PS3.3 C.7.6.3.1.2: YBR_FULL_422 and YBR_PARTIAL_422 hold two samples for each pixel
  if (text_of(data, DCM_PhotometricInterpretation).ends_with("_422")) samples = layout.frame_pixels * 2 * frames;
  layout.bytes = (samples * layout.allocated + 7) / 8;
  return layout;
}

bool overlay_in_pixels(DcmDataset& data) {
  for (unsigned group = 0x6000; group <= 0x601e; group += 2) {
    const auto tag = [&](unsigned element) {
      return DcmTagKey(static_cast<Uint16>(group), static_cast<Uint16>(element));
    };
    if (data.tagExists(tag(0x0010)) && !data.tagExists(tag(0x3000))) return true;
  }
  return false;
}

/// Native cells of 16 bits: what lies outside the stored bits becomes what the value itself implies.
void clear_unused_bits(std::vector<Uint16>& cells, const Layout& layout) {
  const unsigned low = static_cast<unsigned>(layout.high_bit + 1 - layout.stored);
  const unsigned mask = ((1U << layout.stored) - 1U) << low;
  const unsigned sign = 1U << layout.high_bit;
  for (Uint16& cell : cells) {
    unsigned value = cell & mask;
    if (layout.is_signed && (value & sign) != 0) value |= ~((sign << 1) - 1U) & 0xffffU;
    cell = static_cast<Uint16>(value);
  }
}

std::string clean_native(DcmDataset& data, DcmElement& pixels) {
  const auto layout = layout_of(data);
  const bool overlay = overlay_in_pixels(data);
  if (!layout) return "pixel data whose size its header does not give; export the object again";
  const std::uint64_t length = pixels.getLength();
  const std::uint64_t wanted = layout->bytes + layout->bytes % 2;
  if (length < layout->bytes) return "pixel data that end before the last frame; export the object again";
  if (overlay && layout->allocated != 16) return "an overlay within pixels that are not of 16 bits; leave it out";
  const bool odd = layout->bytes % 2 == 1;  // the padding byte is somebody's too
  if (length == wanted && !overlay && !odd) return {};
  if (pixels.getVR() == EVR_OW || layout->allocated == 16) {
    Uint16* cells = nullptr;
    if (pixels.getUint16Array(cells).bad() || cells == nullptr) return "pixel data that cannot be read to their end";
    std::vector<Uint16> kept(cells, cells + std::min(wanted, length) / 2);
    kept.resize(wanted / 2, 0);
    if (odd) kept.back() = static_cast<Uint16>(kept.back() & 0x00ffU);
    if (overlay && layout->stored < 16 && layout->high_bit < 16 && layout->stored >= 1 &&
        layout->high_bit + 1 >= layout->stored)
      clear_unused_bits(kept, *layout);
    if (pixels.putUint16Array(kept.data(), static_cast<unsigned long>(kept.size())).bad())
      return "pixel data too large";
    return {};
  }
  Uint8* bytes = nullptr;
  if (pixels.getUint8Array(bytes).bad() || bytes == nullptr) return "pixel data that cannot be read to their end";
  std::vector<Uint8> kept(bytes, bytes + std::min(wanted, length));
  kept.resize(wanted, 0);
  if (odd) kept.back() = 0;
  if (pixels.putUint8Array(kept.data(), static_cast<unsigned long>(kept.size())).bad()) return "pixel data too large";
  return {};
}

std::string clean_compressed(DcmDataset& data, DcmPixelData& pixels, const DcmXfer& syntax) {
  DcmPixelSequence* sequence = nullptr;
  const DcmRepresentationParameter* parameter = nullptr;
  E_TransferSyntax key = EXS_Unknown;
  pixels.getOriginalRepresentationKey(key, parameter);
  if (pixels.getEncapsulatedRepresentation(key, parameter, sequence).bad() || sequence == nullptr)
    return "compressed pixel data without frames; export the object again";
  if (overlay_in_pixels(data)) return "an overlay within compressed pixels; leave it out";
  const std::string uid = syntax.getXferID();
  const bool rle = uid == UID_RLELosslessTransferSyntax;
  const bool jpeg2000 = uid.starts_with("1.2.840.10008.1.2.4.9");
  const auto layout = layout_of(data);
  // the first item is the table of offsets
  for (unsigned long n = 1; n < sequence->card(); ++n) {
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    if (sequence->getItem(item, n).bad() || item == nullptr) continue;
    if (item->getLength() == 0) continue;
    if (item->getUint8Array(bytes).bad() || bytes == nullptr)
      return "a compressed frame that cannot be read to its end";
    std::vector<Uint8> frame(bytes, bytes + item->getLength());
    const bool jpeg = frame.size() > 2 && frame[0] == 0xFF && frame[1] == 0xD8;
    const bool codestream = frame.size() > 2 && frame[0] == 0xFF && frame[1] == 0x4F;
    bool changed = false;
    if (rle && layout)
      changed = blank_rle_notes(frame, layout->frame_pixels);
    else if (jpeg2000 && codestream)
      changed = blank_jpeg2000_notes(frame);
    else if (jpeg)
      changed = blank_jpeg_notes(frame);
    if (changed && item->putUint8Array(frame.data(), static_cast<unsigned long>(frame.size())).bad())
      return "a compressed frame that cannot be written";
  }
  return {};
}

}  // namespace

std::string clean_pixels(DcmDataset& data) {
  DcmElement* element = nullptr;
  if (data.findAndGetElement(DCM_PixelData, element).bad() || element == nullptr) return {};
  auto* pixels = dynamic_cast<DcmPixelData*>(element);
  if (pixels == nullptr) return "pixel data that are no pixel data; export the object again";
  const DcmXfer syntax(data.getOriginalXfer());
  return syntax.isEncapsulated() ? clean_compressed(data, *pixels, syntax) : clean_native(data, *pixels);
}

}  // namespace larc::io::dicom
