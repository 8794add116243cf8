#include "io/dicom/clean_value.h"

#include <cstring>

#include "core/number.h"
#include "core/text.h"

namespace larc::io::dicom {

namespace {

using Element = std::unique_ptr<DcmElement>;

constexpr Uint32 kLongestText = 64 * 1024;

bool is_text(DcmEVR vr) {
  return vr == EVR_LO || vr == EVR_SH || vr == EVR_ST || vr == EVR_LT || vr == EVR_UT || vr == EVR_UC;
}
bool is_decimal(DcmEVR vr) {
  return vr == EVR_DS || vr == EVR_IS;
}
bool is_string(DcmEVR vr) {
  return is_text(vr) || is_decimal(vr) || vr == EVR_CS || vr == EVR_AS || vr == EVR_DA || vr == EVR_DT ||
         vr == EVR_TM || vr == EVR_UI || vr == EVR_PN || vr == EVR_AE || vr == EVR_UR;
}
bool is_binary_number(DcmEVR vr) {
  return vr == EVR_US || vr == EVR_SS || vr == EVR_UL || vr == EVR_SL || vr == EVR_FL || vr == EVR_FD || vr == EVR_AT ||
         vr == EVR_UV || vr == EVR_SV || vr == EVR_xs || vr == EVR_lt || vr == EVR_up;
}
bool one_value(DcmEVR vr) {
  return vr == EVR_ST || vr == EVR_LT || vr == EVR_UT || vr == EVR_UR;
}

Element new_element(const DcmTag& tag) {
  DcmElement* made = nullptr;
  if (DcmItem::newDicomElementWithVR(made, tag).bad()) return nullptr;
  return Element(made);
}

Element with_text(const DcmTag& tag, const std::string& text) {
  Element element = new_element(tag);
  if (element && element->putOFStringArray(OFString(text.data(), text.size())).bad()) return nullptr;
  return element;
}

/// Public coding schemes (PS3.16 Table 8-1); those that begin with 99 are anybody's.
bool public_scheme(const std::string& scheme) {
  static const std::set<std::string> kSchemes{"DCM",   "SCT", "SRT",  "SNM3",      "UCUM",   "LN",  "RADLEX",
                                              "NCIt",  "FMA", "UMLS", "MDC",       "IBSI",   "MSH", "I10",
                                              "ICDO3", "ACR", "BI",   "ISO3166_1", "RFC5646"};
  return kSchemes.contains(scheme);
}

/// A value of known width from bytes of unknown meaning.
std::string bytes_of(DcmElement& element) {
  Uint8* bytes = nullptr;
  if (element.getLength() > kLongestText || element.getUint8Array(bytes).bad() || bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), element.getLength()};
}

std::size_t width_of(DcmEVR vr) {
  return vr == EVR_FD ? 8 : vr == EVR_US || vr == EVR_SS ? 2 : 4;
}

template <typename Number>
std::vector<Number> numbers_in(const std::string& bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
  return numbers;
}

/// Little-endian bytes as numbers of the VR.
Element from_bytes(const DcmTag& tag, const std::string& bytes) {
  Element element = new_element(tag);
  if (!element || bytes.empty() || bytes.size() % width_of(tag.getEVR()) != 0) return nullptr;
  OFCondition status = EC_IllegalParameter;
  const auto put = [&](auto numbers, auto write) {
    status = write(numbers.data(), static_cast<unsigned long>(numbers.size()));
  };
  switch (tag.getEVR()) {
    case EVR_FD:
      put(numbers_in<Float64>(bytes),
          [&](const Float64* v, unsigned long n) { return element->putFloat64Array(v, n); });
      break;
    case EVR_FL:
      put(numbers_in<Float32>(bytes),
          [&](const Float32* v, unsigned long n) { return element->putFloat32Array(v, n); });
      break;
    case EVR_US:
      put(numbers_in<Uint16>(bytes), [&](const Uint16* v, unsigned long n) { return element->putUint16Array(v, n); });
      break;
    case EVR_SS:
      put(numbers_in<Sint16>(bytes), [&](const Sint16* v, unsigned long n) { return element->putSint16Array(v, n); });
      break;
    case EVR_SL:
      put(numbers_in<Sint32>(bytes), [&](const Sint32* v, unsigned long n) { return element->putSint32Array(v, n); });
      break;
    default:
      return nullptr;
  }
  return status.good() ? std::move(element) : nullptr;
}

}  // namespace

bool is_standard(const DcmTag& tag) {
  const DcmEVR vr = DcmTag(tag.getXTag()).getEVR();
  return tag.getGroup() % 2 == 0 && vr != EVR_UNKNOWN && vr != EVR_UNKNOWN2B && vr != EVR_UN;
}

std::string raw_text(DcmElement& element) {
  std::string text;
  if (element.getLength() > kLongestText) return {};
  if (is_string(element.ident())) {
    char* value = nullptr;
    Uint32 length = 0;
    if (element.getString(value, length).bad() || value == nullptr) return {};
    text.assign(value, length);
  } else if (element.ident() == EVR_UN || element.ident() == EVR_OB) {
    text = bytes_of(element);
  }
  text.resize(std::min(text.find('\0'), text.size()));
  return std::string(trim(text));
}

std::string ValueCleaner::cleaned_part(const std::string& part, DcmEVR vr, bool verbatim, bool& lost) {
  const auto or_nothing = [&](bool fits) {
    lost = lost || (!fits && !part.empty());
    return fits ? part : std::string();
  };
  switch (vr) {
    case EVR_DS:
    case EVR_IS:
      return or_nothing(part.size() <= 32 && parse_double(part).has_value());
    case EVR_CS: {
      // Defined terms, not prose; only a name that is no harmless word can make one suspicious.
      const bool named = cleaning_.identity.in(part) && harmless_part(part, IdentityWords()).empty();
      return or_nothing(is_code_string(part) && !named);
    }
    case EVR_AS:
      return cleaned_age(part).value_or("");
    case EVR_TM:
      return or_nothing(is_time(part) && cleaning_.options.modified_dates);
    case EVR_DA:
      return cleaning_.options.modified_dates ? shifted_da(part, cleaning_.date_shift_days).value_or("") : "";
    case EVR_DT:
      return cleaning_.options.modified_dates ? shifted_dt(part, cleaning_.date_shift_days).value_or("") : "";
    case EVR_UI:
      if (part.empty() || dcmFindNameOfUID(part.c_str()) != nullptr || (verbatim && is_uid_text(part))) return part;
      return cleaning_.pseudonyms.uid(part);
    default:
      break;
  }
  if (!is_text(vr)) return or_nothing(part.empty());
  if (is_utc_offset(part)) return part;
  if (verbatim && is_plain(part, 64) && !cleaning_.identity.in(part)) return part;
  if (strict_) return or_nothing(part.empty());
  std::string clean = harmless_part(part, cleaning_.identity);
  if (clean != part) lost = true;
  return clean;
}

Element ValueCleaner::rewritten(Element element, bool verbatim) {
  const DcmTag tag = element->getTag();
  const DcmEVR vr = element->ident();
  if (is_binary_number(vr)) return element;
  if (vr == EVR_OF || vr == EVR_OD || vr == EVR_OL || vr == EVR_OV) return element;
  if (vr == EVR_UN) {
    const DcmTag known(tag.getXTag());
    const std::string text = raw_text(*element);
    if (!is_string(known.getEVR())) return nullptr;
    Element named = with_text(known, text);
    return named ? rewritten(std::move(named), verbatim) : nullptr;
  }
  if (!is_string(vr)) return nullptr;
  std::string text;
  if (is_decimal(vr)) {  // contours are long
    char* value = nullptr;
    Uint32 length = 0;
    if (element->getString(value, length).good() && value != nullptr) text.assign(value, length);
    text.resize(std::min(text.find('\0'), text.size()));
  } else {
    text = raw_text(*element);
  }
  bool lost = false;
  std::string clean;
  if (one_value(vr)) {
    clean = cleaned_part(text, vr, verbatim, lost);
  } else {
    const auto parts = split(text, '\\');
    bool any = false;
    for (const std::string& part : parts) {
      const std::string one = cleaned_part(std::string(trim(part)), vr, verbatim, lost);
      any = any || !one.empty();
      if (&part != &parts.front()) clean += '\\';
      clean += one;
    }
    if (!any) clean.clear();
  }
  if (lost && is_text(vr)) ++cleaning_.texts_removed;
  return with_text(tag, clean);
}

Element ValueCleaner::cleaned(Element element) {
  return rewritten(std::move(element), false);
}

Element ValueCleaner::kept(Element element) {
  return rewritten(std::move(element), !strict_);
}

Element ValueCleaner::label(Element element) {
  const DcmTag tag = element->getTag();
  const bool was_empty = element->getLength() == 0;
  Element clean = rewritten(std::move(element), false);
  return clean && (was_empty || clean->getLength() > 0) ? std::move(clean) : dummy(tag);
}

Element ValueCleaner::identifier(Element element) {
  const std::string text = raw_text(*element);
  return with_text(element->getTag(), text.empty() ? "" : cleaning_.pseudonyms.code("identifier", text, 12));
}

Element ValueCleaner::of_vr(Element element, const DcmTag& tag) {
  const DcmEVR vr = tag.getEVR(), stored = element->ident();
  if (stored == vr && is_binary_number(vr)) return element;
  if (stored == EVR_UN || stored == EVR_OB) {
    if (is_string(vr)) {
      const std::string text = raw_text(*element);
      Element named = with_text(tag, text);
      element = std::move(named);
    } else {
      return from_bytes(tag, bytes_of(*element));
    }
  }
  if (!element || (!is_string(element->ident()) && !is_binary_number(element->ident()))) return nullptr;
  // Private values that do not fit their VR are not what they are known as.
  const Uint32 length = element->getLength();
  Element clean = rewritten(std::move(element), true);
  return clean && (clean->getLength() > 0 || length == 0) ? std::move(clean) : nullptr;
}

Element ValueCleaner::empty(const DcmTag& tag) {
  const DcmTag known(tag.getXTag());
  return new_element(is_standard(tag) ? known : tag);
}

Element ValueCleaner::dummy(const DcmTag& tag) {
  DcmTag known(tag.getXTag());
  if (!is_standard(tag)) return nullptr;
  switch (known.getEVR()) {
    case EVR_DA:
      return with_text(known, "19000101");
    case EVR_DT:
      return with_text(known, "19000101000000");
    case EVR_TM:
      return with_text(known, "000000");
    case EVR_IS:
    case EVR_DS:
      return with_text(known, "0");
    case EVR_AS:
      return with_text(known, "000Y");
    case EVR_UI:
      return with_text(known, cleaning_.pseudonyms.uid(std::string("dummy ") + known.toString().c_str()));
    case EVR_UR:
      return with_text(known, "urn:removed");
    default:
      break;
  }
  if (is_string(known.getEVR())) return with_text(known, "REMOVED");
  if (known.getEVR() == EVR_OB) {
    Element element = new_element(known);
    const std::array<Uint8, 2> zeros{};
    return element && element->putUint8Array(zeros.data(), 2).good() ? std::move(element) : nullptr;
  }
  return new_element(known);
}

bool ValueCleaner::coding_of(DcmItem& item) {
  return public_scheme(text_of(item, DCM_CodingSchemeDesignator));
}

}  // namespace larc::io::dicom
