#include "io/dicom/frame_file.h"

#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <cstring>

#include "io/dicom/codestream.h"
#include "io/dicom/jpeg2000.h"
#include "io/dicom/raw_header.h"

namespace larc::io::dicom {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
  throw Error(ErrorCode::format,
              name + ": the pixel data cannot be decoded (" + reason + "); send or export the file again");
}

[[noreturn]] void break_off(const std::string& name, std::size_t needed, std::size_t there) {
  throw Error(ErrorCode::format, name + ": the pixel data break off: " + std::to_string(needed) + " bytes needed, " +
                                     std::to_string(there) + " there; send or export the file again");
}

bool is_jpeg2000(E_TransferSyntax syntax) {
  return syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000;
}

bool is_jpeg(E_TransferSyntax syntax) {
  switch (syntax) {
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4:
    case EXS_JPEGProcess6_8:
    case EXS_JPEGProcess10_12:
    case EXS_JPEGProcess14:
    case EXS_JPEGProcess14SV1:
    case EXS_JPEGLSLossless:
    case EXS_JPEGLSLossy:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool needs_child(const std::string& transfer_syntax_uid) {
  return DcmXfer(transfer_syntax_uid.c_str()).isEncapsulated();
}

/// Uncompressed little endian needs no parser.
bool FrameFile::open_plain() {
  RawHeader header;
  if (!read_raw_header(path_, header) || header.pixels_length == 0) return false;
  layout_ = read_layout(Attributes(header, name_), header.end);
  const std::size_t needed =
      layout_.pixels() * static_cast<std::size_t>(std::max(layout_.frames, 1)) * (layout_.allocated / 8);
  if (header.pixels_length < needed) break_off(name_, needed, header.pixels_length);
  plain_at_ = header.pixels_at;
  return true;
}

FrameFile::FrameFile(const std::filesystem::path& path) : name_(path.string()), path_(path) {
  start_dcmtk();
  if (open_plain()) return;
  load(file_, path);
  DcmDataset& data = *file_.getDataset();
  HeaderEnd end;
  end.has_pixel_data = data.tagExists(DCM_PixelData);
  end.has_float_pixel_data = data.tagExists(DCM_FloatPixelData) || data.tagExists(DCM_DoubleFloatPixelData);
  layout_ = read_layout(Attributes(data, name_), end);
  const DcmTagKey tag = end.has_pixel_data                   ? DCM_PixelData
                        : data.tagExists(DCM_FloatPixelData) ? DCM_FloatPixelData
                                                             : DCM_DoubleFloatPixelData;
  data.findAndGetElement(tag, element_);
  if (element_ == nullptr) refuse(name_, "none there");
  const DcmXfer transfer(data.getOriginalXfer());
  syntax_ = transfer.getXfer();
  if (!transfer.isEncapsulated()) {
    if (layout_.kind == CellKind::integer && layout_.allocated == 32 && syntax_ == EXS_BigEndianExplicit)
      throw Error(ErrorCode::unsupported, name_ + ": 32-bit pixels in big endian; export in little endian");
    const std::size_t needed =
        layout_.pixels() * static_cast<std::size_t>(std::max(layout_.frames, 1)) * (layout_.allocated / 8);
    if (element_->getLength() < needed) break_off(name_, needed, element_->getLength());
    return;
  }
  if (layout_.kind != CellKind::integer) refuse(name_, "compressed floating point");
  if (!is_jpeg(syntax_) && !is_jpeg2000(syntax_) && syntax_ != EXS_RLELossless)
    throw Error(ErrorCode::unsupported, name_ + ": no decoder for the transfer syntax " + transfer.getXferName() +
                                            " (" + transfer.getXferID() +
                                            "); export the series uncompressed or as JPEG lossless");
  pixels_ = dynamic_cast<DcmPixelData*>(element_);
  const DcmRepresentationParameter* parameter = nullptr;
  E_TransferSyntax original = EXS_Unknown;
  if (pixels_ != nullptr) {
    pixels_->getOriginalRepresentationKey(original, parameter);
    pixels_->getEncapsulatedRepresentation(original, parameter, fragments_);
  }
  if (fragments_ == nullptr || fragments_->card() < 2) refuse(name_, "no compressed fragment");
}

Cells FrameFile::frame(int number) {
  if (number < 0 || number >= std::max(layout_.frames, 1))
    throw Error(ErrorCode::format, name_ + ": frame " + std::to_string(number + 1) + " of " +
                                       std::to_string(layout_.frames) + " does not exist; export the file again");
  try {
    return fragments_ == nullptr ? native(number) : compressed(number);
  } catch (const std::bad_alloc&) {
    refuse(name_, "out of memory");
  }
}

Cells FrameFile::native(int number) {
  Cells cells;
  cells.bytes = layout_.allocated / 8;
  const std::size_t size = layout_.pixels() * cells.bytes, offset = size * static_cast<std::size_t>(number);
  cells.data.resize(size);
  if (plain_at_ > 0) {
    std::ifstream stream(path_, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(plain_at_ + offset));
    if (!stream.read(reinterpret_cast<char*>(cells.data.data()), static_cast<std::streamsize>(size)))
      refuse(name_, "the file ended");
    return cells;
  }
  // Cells of 16 bits in words, or of 8 bits packed in words, come out in the machine's order.
  const OFCondition status =
      element_->getPartialValue(cells.data.data(), static_cast<Uint32>(offset), static_cast<Uint32>(size));
  if (status.bad()) refuse(name_, status.text());
  return cells;
}

std::string FrameFile::codestream_of(int number, bool whole) {
  const auto frames = static_cast<unsigned long>(std::max(layout_.frames, 1)), count = fragments_->card() - 1;
  unsigned long first = 1, last = count;
  if (frames > 1 && count == frames) {
    first = last = static_cast<unsigned long>(number) + 1;
  } else if (frames > 1) {
    Uint32 start = 0, next = 0;
    if (DcmCodec::determineStartFragment(static_cast<Uint32>(number), layout_.frames, fragments_, start).bad())
      refuse(name_, "no offset of frame " + std::to_string(number + 1));
    first = start;
    if (number + 1 < layout_.frames) {
      if (DcmCodec::determineStartFragment(static_cast<Uint32>(number) + 1, layout_.frames, fragments_, next).bad() ||
          next <= start)
        refuse(name_, "no offset of frame " + std::to_string(number + 2));
      last = next - 1;
    }
  }
  std::string bytes;
  for (unsigned long n = first; n <= last && n <= count; ++n) {
    DcmPixelItem* item = nullptr;
    Uint8* part = nullptr;
    if (fragments_->getItem(item, n).bad() || item == nullptr || item->getUint8Array(part).bad() || part == nullptr)
      refuse(name_, "fragment " + std::to_string(n) + " cannot be read");
    bytes.append(reinterpret_cast<const char*>(part), item->getLength());
    if (!whole) break;
  }
  return bytes;
}

Cells FrameFile::compressed(int number) {
  Cells cells;
  const std::size_t count = layout_.pixels();
  if (is_jpeg2000(syntax_)) {
    Jpeg2000Image image;
    try {
      image = decode_jpeg2000(codestream_of(number, true), layout_.rows, layout_.columns);
    } catch (const Error& error) {
      throw Error(error.code(), name_ + ": " + error.message());
    }
    if (image.precision > layout_.allocated || (image.is_signed && !layout_.is_signed))
      refuse(name_, "the JPEG 2000 codestream has other bits than the header says");
    cells.bytes = layout_.allocated / 8;
    cells.data.resize(count * cells.bytes);
    const unsigned shift = layout_.high_bit + 1 - layout_.stored;
    for (std::size_t p = 0; p < count; ++p) {
      const std::uint32_t raw = static_cast<std::uint32_t>(image.values[p]) << shift;
      std::memcpy(cells.data.data() + p * cells.bytes, &raw, cells.bytes);  // little endian machine
    }
    return cells;
  }
  cells.bytes = layout_.allocated / 8;
  if (is_jpeg(syntax_)) {
    const auto size = jpeg_size(codestream_of(number, false));
    if (!size) refuse(name_, "no JPEG frame header");
    if (size->rows != static_cast<std::uint32_t>(layout_.rows) ||
        size->columns != static_cast<std::uint32_t>(layout_.columns) || size->components != 1)
      refuse(name_, "the JPEG codestream holds " + std::to_string(size->rows) + " x " + std::to_string(size->columns) +
                        " pixels of " + std::to_string(size->components) + " components, the header says " +
                        std::to_string(layout_.rows) + " x " + std::to_string(layout_.columns));
    if (size->precision < 2 || size->precision > layout_.allocated)
      refuse(name_, std::to_string(size->precision) + "-bit JPEG in " + std::to_string(layout_.allocated) + " bits");
    cells.bytes = size->precision <= 8 ? 1 : 2;  // what the decoder writes, whatever BitsAllocated says
  }
  DcmDataset& data = *file_.getDataset();
  Uint32 needed = 0, fragment = 0;
  if (element_->getUncompressedFrameSize(&data, needed).bad() || needed < count * cells.bytes)
    refuse(name_, "no frame size");
  cells.data.resize(needed);
  OFString colour;
  const OFCondition status =
      pixels_->getUncompressedFrame(&data, static_cast<Uint32>(number), fragment, cells.data.data(), needed, colour);
  if (status.bad()) refuse(name_, status.text());
  cells.data.resize(count * cells.bytes);
  return cells;
}

}  // namespace larc::io::dicom
