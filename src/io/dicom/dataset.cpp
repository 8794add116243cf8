#include "io/dicom/dataset.h"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <mutex>

#include "core/number.h"
#include "core/text.h"
#include "io/dicom/encode.h"
#include "io/dicom/guarded_stream.h"
#include "io/dicom/raw_header.h"

namespace larc::io::dicom {

namespace {

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

namespace {

ReadExtent read_checked(DcmFileFormat& file, const std::filesystem::path& path, const DcmTagKey& until) {
  if (!std::filesystem::exists(path))
    throw Error(ErrorCode::not_found, "file " + path.string() + " does not exist; check the path");
  const ReadExtent extent = read_guarded(file, path, until);
  if (extent.status.bad())
    throw Error(ErrorCode::format, path.string() + " is DICOM that breaks off or contradicts itself (" +
                                       extent.status.text() + "); send or export the file again");
  return extent;
}

}  // namespace

void load(DcmFileFormat& file, const std::filesystem::path& path) {
  read_checked(file, path, DCM_UndefinedTagKey);
}

HeaderEnd load_header(DcmFileFormat& file, const std::filesystem::path& path) {
  const ReadExtent extent = read_checked(file, path, DcmTagKey(0x7fe0, 0x0008));
  const DcmXfer syntax(file.getDataset()->getOriginalXfer());
  HeaderEnd end;
  end.transfer_syntax_uid = extent.deflated ? UID_DeflatedExplicitVRLittleEndianTransferSyntax : syntax.getXferID();
  if (extent.deflated) {
    DcmDataset& data = *file.getDataset();
    end.has_pixel_data = data.tagExists(DCM_PixelData);
    end.has_float_pixel_data = data.tagExists(DCM_FloatPixelData) || data.tagExists(DCM_DoubleFloatPixelData);
    return end;
  }
  end.has_pixel_data = extent.stopped_at == DCM_PixelData;
  end.has_float_pixel_data = extent.stopped_at == DCM_FloatPixelData || extent.stopped_at == DCM_DoubleFloatPixelData;
  if ((end.has_pixel_data || end.has_float_pixel_data) && extent.stopped_length != DCM_UndefinedLength &&
      extent.stopped_length > extent.bytes_after)
    throw Error(ErrorCode::format, path.string() + " is DICOM that breaks off: the pixel data claim " +
                                       std::to_string(extent.stopped_length) + " bytes, " +
                                       std::to_string(extent.bytes_after) + " follow; send or export the file again");
  return end;
}

namespace {

std::uint32_t key_of(const DcmTagKey& tag) {
  return static_cast<std::uint32_t>(tag.getGroup()) << 16 | tag.getElement();
}

std::string clean(const OFString& value) {
  std::string text(value.c_str(), value.size());
  if (const auto end = text.find('\0'); end != std::string::npos) text.resize(end);
  return std::string(trim(text));
}

std::vector<double> parse_numbers(const std::string& text, const DcmTagKey& tag, const std::string& name) {
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

bool is_whole(double value) {
  return std::abs(value) <= 2147483647.0 && value == std::trunc(value);
}

std::optional<int> whole(double value, const DcmTagKey& tag, const std::string& name) {
  if (std::isnan(value)) return std::nullopt;
  if (!is_whole(value))
    throw Error(ErrorCode::format, name + ": " + tag_name(tag) + " holds " + format_double(value) +
                                       ", which is no whole number; correct or export the file again");
  return static_cast<int>(value);
}

}  // namespace

Attributes::Attributes(DcmItem& item, std::string file_name) : file_name_(std::move(file_name)) {
  elements_.reserve(item.card());
  for (DcmObject* object = item.nextInContainer(nullptr); object != nullptr; object = item.nextInContainer(object))
    elements_.push_back({key_of(object->getTag()), dynamic_cast<DcmElement*>(object), nullptr});
  std::stable_sort(elements_.begin(), elements_.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
}

Attributes::Attributes(const RawHeader& header, std::string file_name)
    : bytes_(&header.bytes), file_name_(std::move(file_name)) {
  elements_.reserve(header.elements.size());
  for (const RawElement& element : header.elements) elements_.push_back({element.key, nullptr, &element});
}

ElementView Attributes::view(const Entry& entry) const {
  if (entry.raw == nullptr) return {entry.parsed, nullptr, {}};
  return {nullptr, entry.raw, std::string_view(*bytes_).substr(entry.raw->at, entry.raw->length)};
}

ElementView Attributes::find(const DcmTagKey& tag) const {
  const auto at = std::lower_bound(elements_.begin(), elements_.end(), key_of(tag),
                                   [](const auto& element, std::uint32_t key) { return element.key < key; });
  return at != elements_.end() && at->key == key_of(tag) ? view(*at) : ElementView{};
}

namespace {

std::string before_nul(std::string_view bytes) {
  return std::string(trim(bytes.substr(0, std::min(bytes.find('\0'), bytes.size()))));
}

bool is_vr(const RawElement& element, const char* vr) {
  return element.vr[0] == vr[0] && element.vr[1] == vr[1];
}

template <typename Number>
std::string decimals(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at + sizeof(Number) <= bytes.size(); at += sizeof(Number)) {
    Number number;
    std::memcpy(&number, bytes.data() + at, sizeof(Number));
    if (!text.empty()) text += '\\';
    text += format_double(static_cast<double>(number));
  }
  return text;
}

/// All values as text. An implicit file does not say the VR: of the standard's binary attributes that larc asks for, it
/// is by the dictionary US, but FD for the diffusion group.
std::string raw_text(const ElementView& element) {
  const RawElement& raw = *element.raw;
  const bool unknown = is_vr(raw, "UN");
  const bool image_group = raw.key >= 0x00280002 && raw.key <= 0x00280103;
  const bool text_there = raw.key == 0x00280004 || raw.key == 0x00280008 || raw.key == 0x00280030;
  if (is_vr(raw, "US") || (unknown && image_group && !text_there)) return decimals<std::uint16_t>(element.bytes);
  if (is_vr(raw, "SS")) return decimals<std::int16_t>(element.bytes);
  if (is_vr(raw, "UL")) return decimals<std::uint32_t>(element.bytes);
  if (is_vr(raw, "SL")) return decimals<std::int32_t>(element.bytes);
  if (is_vr(raw, "FL")) return decimals<float>(element.bytes);
  if (is_vr(raw, "FD") || (unknown && (raw.key == 0x00189087 || raw.key == 0x00189089)))
    return decimals<double>(element.bytes);
  if (is_vr(raw, "OB") || is_vr(raw, "OW") || is_vr(raw, "SQ")) return {};
  const std::string whole = before_nul(element.bytes);
  if (whole.find('\\') == std::string::npos) return whole;
  std::vector<std::string> parts = split(whole, '\\');
  for (std::string& part : parts) part = std::string(trim(part));
  return join(parts, "\\");
}

/// These hold one value, whatever signs it holds.
bool is_one_text(const RawElement& raw) {
  return is_vr(raw, "LT") || is_vr(raw, "ST") || is_vr(raw, "UT") || raw.key == 0x00204000 || raw.key == 0x00082111;
}

}  // namespace

std::string Attributes::text(const DcmTagKey& tag) const {
  const ElementView element = find(tag);
  OFString value;
  if (element.raw != nullptr) {
    if (is_one_text(*element.raw)) return before_nul(element.bytes);
    std::string all = raw_text(element);
    return all.substr(0, all.find('\\'));
  }
  if (!element || element.parsed->getLength() == 0 || element.parsed->getOFString(value, 0).bad()) return {};
  return clean(value);
}

std::string Attributes::all_text(const DcmTagKey& tag) const {
  const ElementView element = find(tag);
  OFString value;
  if (element.raw != nullptr) return raw_text(element);
  if (!element || element.parsed->getLength() == 0 || element.parsed->getOFStringArray(value).bad()) return {};
  return clean(value);
}

std::vector<double> Attributes::numbers(const DcmTagKey& tag) const {
  return parse_numbers(all_text(tag), tag, file_name_);
}

double Attributes::number(const DcmTagKey& tag) const {
  const auto values = numbers(tag);
  return values.empty() ? kNaN : values.front();
}

std::optional<int> Attributes::integer(const DcmTagKey& tag) const {
  return whole(number(tag), tag, file_name_);
}

double Attributes::number_or_nan(const DcmTagKey& tag) const {
  const std::string value = text(tag);
  return value.empty() ? kNaN : parse_double(value).value_or(kNaN);
}

std::optional<int> Attributes::integer_or_none(const DcmTagKey& tag) const {
  const double value = number_or_nan(tag);
  if (!is_whole(value)) return std::nullopt;
  return static_cast<int>(value);
}

std::vector<DcmItem*> Attributes::items(const DcmTagKey& tag) const {
  std::vector<DcmItem*> all;
  auto* sequence = dynamic_cast<DcmSequenceOfItems*>(find(tag).parsed);
  if (sequence == nullptr || sequence->ident() == EVR_PixelData) return all;
  for (DcmObject* object = sequence->nextInContainer(nullptr); object != nullptr;
       object = sequence->nextInContainer(object))
    if (auto* entry = dynamic_cast<DcmItem*>(object)) all.push_back(entry);
  return all;
}

ElementView Attributes::find_private(std::uint16_t group, std::uint8_t element, std::string_view creator) const {
  auto at = std::lower_bound(elements_.begin(), elements_.end(), static_cast<std::uint32_t>(group) << 16 | 0x10U,
                             [](const auto& entry, std::uint32_t key) { return entry.key < key; });
  for (; at != elements_.end() && at->key <= (static_cast<std::uint32_t>(group) << 16 | 0xffU); ++at) {
    if (loose_text(view(*at)) != creator) continue;
    const auto block = static_cast<std::uint16_t>((at->key & 0xffU) << 8);
    if (const auto found = find(DcmTagKey(group, static_cast<std::uint16_t>(block | element)))) return found;
  }
  return {};
}

std::string_view unknown_bytes(const ElementView& element) {
  if (element.raw != nullptr)
    return is_vr(*element.raw, "UN") || is_vr(*element.raw, "OB") ? element.bytes : std::string_view();
  Uint8* bytes = nullptr;
  if (element.parsed == nullptr || element.parsed->getLength() == 0 ||
      (element.parsed->ident() != EVR_OB && element.parsed->ident() != EVR_UN) ||
      element.parsed->getUint8Array(bytes).bad() || bytes == nullptr)
    return {};
  return {reinterpret_cast<const char*>(bytes), element.parsed->getLength()};
}

std::string loose_text(const ElementView& element) {
  if (const auto bytes = unknown_bytes(element); !bytes.empty()) return before_nul(bytes);
  if (element.raw != nullptr) return raw_text(element);
  OFString value;
  if (!element || element.parsed->getLength() == 0 || element.parsed->getOFStringArray(value).bad()) return {};
  return clean(value);
}

std::vector<double> loose_numbers(const ElementView& element, std::size_t size) {
  std::vector<double> values;
  if (!element) return values;
  if (const auto bytes = unknown_bytes(element); size > 0 && !bytes.empty() && bytes.size() % size == 0) {
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      float single = 0;
      double real = 0;
      if (size == 4) {
        std::memcpy(&single, bytes.data() + at, 4);
        real = single;
      } else {
        std::memcpy(&real, bytes.data() + at, 8);
      }
      values.push_back(real);
    }
    return values;
  }
  const std::string text = loose_text(element);
  if (text.empty()) return values;
  for (const std::string& part : split(text, '\\')) {
    const auto value = parse_double(part);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

std::string text_of(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  item.findAndGetOFString(tag, value);
  return clean(value);
}

std::string all_text_of(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  item.findAndGetOFStringArray(tag, value);
  return clean(value);
}

std::vector<double> numbers_of(DcmItem& item, const DcmTagKey& tag, const std::string& name) {
  // DCMTK counts the values of a text anew for each of them; a contour holds thousands.
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).good() && element != nullptr && element->ident() == EVR_DS) {
    char* text = nullptr;
    if (element->getString(text).bad() || text == nullptr) return {};
    return parse_numbers(std::string(trim(text)), tag, name);
  }
  return parse_numbers(all_text_of(item, tag), tag, name);
}

double number_of(DcmItem& item, const DcmTagKey& tag, const std::string& name) {
  const auto values = numbers_of(item, tag, name);
  return values.empty() ? kNaN : values.front();
}

std::optional<int> integer_of(DcmItem& item, const DcmTagKey& tag, const std::string& name) {
  return whole(number_of(item, tag, name), tag, name);
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
  fill_meta(file, EXS_LittleEndianExplicit);
  for (std::size_t size = expected_size;; size *= 2) {
    std::string bytes(size, '\0');
    DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    file.transferInit();
    const OFCondition status = file.write(stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr, EGL_recalcGL,
                                          EPD_withoutPadding, 0, 0, 0, EWM_dontUpdateMeta);
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
