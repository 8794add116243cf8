#include "io/dicom/dataset.h"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <charconv>
#include <mutex>

#include "core/number.h"
#include "core/text.h"
#include "io/dicom/write.h"

namespace larc::io::dicom {

namespace {

constexpr Uint32 kKeepInMemory = 4096;

void check(const OFCondition& status, const char* what) {
  if (status.bad())
    throw Error(ErrorCode::internal, std::string("DICOM attribute not written (") + what + "): " + status.text());
}

std::string tag_name(const DcmTagKey& tag) {
  return std::string(DcmTag(tag).getTagName()) + " " + tag.toString().c_str();
}

}  // namespace

void start_dcmtk() {
  static std::once_flag once;
  std::call_once(once, [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DJDecoderRegistration::registerCodecs();
    DJLSDecoderRegistration::registerCodecs();
    DcmRLEDecoderRegistration::registerCodecs();
  });
  if (!dcmDataDict.isDictionaryLoaded())
    throw Error(ErrorCode::not_ready,
                "the DICOM dictionary of DCMTK is not installed; install the package libdcmtk17 or set DCMDICTPATH");
}

void load(DcmFileFormat& file, const std::filesystem::path& path) {
  if (!std::filesystem::exists(path))
    throw Error(ErrorCode::not_found, "file " + path.string() + " does not exist; check the path");
  OFCondition status = EC_Normal;
  try {
    status = file.loadFile(path.string().c_str(), EXS_Unknown, EGL_noChange, kKeepInMemory, ERM_autoDetect);
  } catch (const std::bad_alloc&) {
    status = EC_MemoryExhausted;
  }
  if (status.bad())
    throw Error(ErrorCode::format, path.string() + " is DICOM that breaks off or contradicts itself (" + status.text() +
                                       "); send or export the file again");
}

std::string text_of(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  item.findAndGetOFString(tag, value);
  std::string text(value.c_str(), value.size());
  if (const auto end = text.find('\0'); end != std::string::npos) text.resize(end);
  return std::string(trim(text));
}

std::string all_text_of(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  item.findAndGetOFStringArray(tag, value);
  std::string text(value.c_str(), value.size());
  if (const auto end = text.find('\0'); end != std::string::npos) text.resize(end);
  return std::string(trim(text));
}

std::vector<double> numbers_of(DcmItem& item, const DcmTagKey& tag, const std::string& name) {
  const std::string text = all_text_of(item, tag);
  std::vector<double> values;
  if (text.empty()) return values;
  for (const std::string& part : split(text, '\\')) {
    const auto value = parse_double(part);
    if (!value || !std::isfinite(*value))
      throw Error(ErrorCode::format, name + ": " + tag_name(tag) + " holds '" + part.substr(0, 24) +
                                         "', which is no number; correct or export the file again");
    values.push_back(*value);
  }
  return values;
}

double number_of(DcmItem& item, const DcmTagKey& tag, const std::string& name) {
  const auto values = numbers_of(item, tag, name);
  return values.empty() ? kNaN : values.front();
}

std::optional<int> integer_of(DcmItem& item, const DcmTagKey& tag, const std::string& name) {
  const double value = number_of(item, tag, name);
  if (std::isnan(value)) return std::nullopt;
  if (!(std::abs(value) <= 2147483647.0) || value != std::trunc(value))
    throw Error(ErrorCode::format, name + ": " + tag_name(tag) + " holds " + format_double(value) +
                                       ", which is no whole number; correct or export the file again");
  return static_cast<int>(value);
}

std::vector<DcmItem*> items_of(DcmItem& item, const DcmTagKey& tag) {
  std::vector<DcmItem*> items;
  DcmSequenceOfItems* sequence = nullptr;
  if (item.findAndGetSequence(tag, sequence).bad() || sequence == nullptr) return items;
  for (unsigned long n = 0; n < sequence->card(); ++n) items.push_back(sequence->getItem(n));
  return items;
}

void put_text(DcmItem& item, const DcmTagKey& tag, const std::string& value) {
  check(item.putAndInsertString(tag, value.c_str()), DcmTag(tag).getTagName());
}

void put_number(DcmItem& item, const DcmTagKey& tag, double value) {
  put_text(item, tag, decimal_string(value));
}

void put_numbers(DcmItem& item, const DcmTagKey& tag, const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    if (!text.empty()) text += '\\';
    text += decimal_string(value);
  }
  put_text(item, tag, text);
}

void put_unsigned(DcmItem& item, const DcmTagKey& tag, unsigned value) {
  check(item.putAndInsertUint16(tag, static_cast<Uint16>(value)), DcmTag(tag).getTagName());
}

DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence) {
  DcmItem* added = nullptr;
  check(item.findOrCreateSequenceItem(sequence, added, -2), DcmTag(sequence).getTagName());
  return *added;
}

std::string decimal_string(double value) {
  value += 0.0;  // no negative zero
  std::string text = format_double(value);
  char buffer[64];
  for (int digits = 16; text.size() > 16 && digits > 0; --digits) {
    const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
    text.assign(buffer, end);
  }
  return text;
}

std::string to_bytes(DcmFileFormat& file, std::size_t expected_size) {
  static const std::string kImplementation = make_uid("larc implementation class");
  DcmMetaInfo& meta = *file.getMetaInfo();
  put_text(meta, DCM_ImplementationClassUID, kImplementation);
  put_text(meta, DCM_ImplementationVersionName, "LARC_1");
  for (std::size_t size = expected_size;; size *= 2) {
    std::string bytes(size, '\0');
    DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    file.transferInit();
    const OFCondition status = file.write(stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr, EGL_recalcGL,
                                          EPD_withoutPadding, 0, 0, 0, EWM_updateMeta);
    file.transferEnd();
    if (status == EC_StreamNotifyClient && size < (std::size_t{1} << 33)) continue;
    if (status.bad()) throw Error(ErrorCode::internal, std::string("DICOM file not encoded: ") + status.text());
    void* buffer = nullptr;
    offile_off_t length = 0;
    stream.flushBuffer(buffer, length);
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
  }
}

}  // namespace larc::io::dicom
