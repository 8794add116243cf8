#include "io/dicom/encode.h"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include <mutex>

namespace larc::io::dicom {

namespace {

void register_encoders() {
  static std::once_flag once;
  std::call_once(once, [] {
    DJEncoderRegistration::registerCodecs();
    // "Cooked" encoding writes beyond its buffer in DCMTK 3.6.7 where pixels do not compress; raw encoding does not.
    DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFFalse);
    DcmRLEEncoderRegistration::registerCodecs();
  });
}

void check(const OFCondition& status) {
  if (status.bad()) throw Error(ErrorCode::internal, std::string("DICOM pixels not encoded: ") + status.text());
}

E_TransferSyntax syntax_of(PixelCoding coding) {
  switch (coding) {
    case PixelCoding::explicit_little:
      return EXS_LittleEndianExplicit;
    case PixelCoding::implicit_little:
      return EXS_LittleEndianImplicit;
    case PixelCoding::jpeg_lossless:
      return EXS_JPEGProcess14SV1;
    case PixelCoding::jpeg_ls:
      return EXS_JPEGLSLossless;
    case PixelCoding::rle:
      return EXS_RLELossless;
    case PixelCoding::jpeg2000:
      return EXS_JPEG2000LosslessOnly;
  }
  return EXS_LittleEndianExplicit;
}

/// DCMTK has no encoder of JPEG 2000: each frame becomes an item of the pixel sequence by hand.
void compress_jpeg2000(DcmDataset& data) {
  Uint16 rows = 0, columns = 0, bits = 16, is_signed = 0;
  data.findAndGetUint16(DCM_Rows, rows);
  data.findAndGetUint16(DCM_Columns, columns);
  data.findAndGetUint16(DCM_BitsStored, bits);
  data.findAndGetUint16(DCM_PixelRepresentation, is_signed);
  const Uint16* pixels = nullptr;
  unsigned long count = 0;
  check(data.findAndGetUint16Array(DCM_PixelData, pixels, &count));
  const unsigned long frame = static_cast<unsigned long>(rows) * columns;
  auto* sequence = new DcmPixelSequence(DcmTag(DCM_PixelData, EVR_OB));
  auto* table = new DcmPixelItem(DcmTag(DCM_Item, EVR_OB));
  sequence->insert(table);
  DcmOffsetList offsets;
  for (unsigned long at = 0; at + frame <= count; at += frame) {
    std::string stream = encode_jpeg2000(pixels + at, columns, rows, bits, is_signed == 1);
    check(sequence->storeCompressedFrame(offsets, reinterpret_cast<Uint8*>(stream.data()),
                                         static_cast<Uint32>(stream.size()), 0));
  }
  check(table->createOffsetTable(offsets));
  auto* compressed = new DcmPixelData(DCM_PixelData);
  compressed->putOriginalRepresentation(EXS_JPEG2000LosslessOnly, nullptr, sequence);
  check(data.insert(compressed, OFTrue));
}

/// DCMTK leaves the byte that makes a JPEG-LS frame even (after the end of image, FF D9) as it was in memory.
void clear_padding(DcmDataset& data) {
  DcmElement* element = nullptr;
  DcmPixelSequence* sequence = nullptr;
  check(data.findAndGetElement(DCM_PixelData, element));
  auto* pixels = dynamic_cast<DcmPixelData*>(element);
  if (pixels == nullptr || pixels->getEncapsulatedRepresentation(EXS_JPEGLSLossless, nullptr, sequence).bad()) return;
  for (unsigned long n = 1; n < sequence->card(); ++n) {
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    check(sequence->getItem(item, n));
    check(item->getUint8Array(bytes));
    const Uint32 size = item->getLength();
    if (size >= 3 && bytes[size - 3] == 0xff && bytes[size - 2] == 0xd9) bytes[size - 1] = 0;
  }
}

void compress(DcmDataset& data, PixelCoding coding) {
  register_encoders();
  const DJ_RPLossless jpeg(1, 0);
  const DJLSRepresentationParameter jpeg_ls(0, OFTrue);
  const DcmRLERepresentationParameter rle;
  if (coding == PixelCoding::jpeg_lossless) check(data.chooseRepresentation(syntax_of(coding), &jpeg));
  if (coding == PixelCoding::jpeg_ls) {
    check(data.chooseRepresentation(syntax_of(coding), &jpeg_ls));
    clear_padding(data);
  }
  if (coding == PixelCoding::rle) check(data.chooseRepresentation(syntax_of(coding), &rle));
  if (coding == PixelCoding::jpeg2000) compress_jpeg2000(data);
}

}  // namespace

void fill_meta(DcmFileFormat& file, E_TransferSyntax syntax) {
  static const std::string kImplementation = make_uid("larc implementation class");
  check(file.validateMetaInfo(syntax, EWM_updateMeta));
  DcmMetaInfo& meta = *file.getMetaInfo();
  put_text(meta, DCM_ImplementationClassUID, kImplementation);
  put_text(meta, DCM_ImplementationVersionName, "LARC_1");
  // Always little endian with explicit VR (PS3.10 7.1); the group length counts what was put.
  check(meta.computeGroupLengthAndPadding(EGL_recalcGL, EPD_noChange, EXS_LittleEndianExplicit, EET_ExplicitLength));
}

std::string encode(DcmFileFormat& file, const FileForm& form, std::size_t expected_size) {
  const bool plain = form.coding == PixelCoding::explicit_little || form.coding == PixelCoding::implicit_little;
  if (!form.preamble && !plain)
    throw Error(ErrorCode::unsupported,
                "a file without preamble cannot say how its pixels are compressed; write it uncompressed");
  if (!plain) compress(*file.getDataset(), form.coding);
  if (form.preamble) fill_meta(file, syntax_of(form.coding));
  for (std::size_t size = expected_size;; size *= 2) {
    std::string bytes(size, '\0');
    DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    const E_TransferSyntax syntax = syntax_of(form.coding);
    OFCondition status = EC_Normal;
    if (form.preamble) {
      file.transferInit();
      status = file.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_withoutPadding, 0, 0, 0,
                          EWM_dontUpdateMeta);
      file.transferEnd();
    } else {
      DcmDataset& data = *file.getDataset();
      data.transferInit();
      status = data.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_withoutPadding);
      data.transferEnd();
    }
    if (status == EC_StreamNotifyClient && size < (std::size_t{1} << 33)) continue;
    check(status);
    void* buffer = nullptr;
    offile_off_t length = 0;
    stream.flushBuffer(buffer, length);
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
  }
}

}  // namespace larc::io::dicom
