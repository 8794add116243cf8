#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace larc::io::dicom {

/// Silences DCMTK's own log, loads its dictionary and registers its decoders; once a process, before any use of DCMTK.
/// errors not_ready: the DICOM dictionary is not installed
void start_dcmtk();

/// Loads a file that is known to be DICOM. Values over 4 KiB stay on disk until they are asked for.
/// errors not_found, format
void load(DcmFileFormat& file, const std::filesystem::path& path);

/// As `load`, but the pixel data and what follows them stay unread. errors as load, and format: the pixel data are
/// longer than the rest of the file
struct HeaderEnd {
  bool has_pixel_data = false;        // PixelData
  bool has_float_pixel_data = false;  // FloatPixelData or DoubleFloatPixelData
  std::string transfer_syntax_uid;
};
HeaderEnd load_header(DcmFileFormat& file, const std::filesystem::path& path);

/// An element of a header that was not parsed by DCMTK: where its value lies.
struct RawElement {
  std::uint32_t key;       // group and element
  std::array<char, 2> vr;  // UN where the file does not say
  std::size_t at, length;
};

/// One element, of either kind.
struct ElementView {
  DcmElement* parsed = nullptr;
  const RawElement* raw = nullptr;
  std::string_view bytes;  // value of a raw one
  explicit operator bool() const { return parsed != nullptr || raw != nullptr; }
};

struct RawHeader;

/// The elements of one item, found by halving: DCMTK's own search walks a list, which counts where a header is asked
/// for sixty attributes.
class Attributes {
 public:
  Attributes(DcmItem& item, std::string file_name);
  /// `header` must outlive this; it has no items.
  Attributes(const RawHeader& header, std::string file_name);
  ElementView find(const DcmTagKey& tag) const;
  bool has(const DcmTagKey& tag) const { return static_cast<bool>(find(tag)); }
  /// As the free functions of the same names.
  std::string text(const DcmTagKey& tag) const;
  std::string all_text(const DcmTagKey& tag) const;
  std::vector<double> numbers(const DcmTagKey& tag) const;
  double number(const DcmTagKey& tag) const;
  std::optional<int> integer(const DcmTagKey& tag) const;
  std::vector<DcmItem*> items(const DcmTagKey& tag) const;
  /// NaN, or nothing, where the free functions would throw: what larc only shows must not make a file unreadable.
  double number_or_nan(const DcmTagKey& tag) const;
  std::optional<int> integer_or_none(const DcmTagKey& tag) const;
  /// A private attribute by its creator (PS3.5 7.8.1), whose block a PACS may have moved. `element` is the low byte.
  ElementView find_private(std::uint16_t group, std::uint8_t element, std::string_view creator) const;
  const std::string& file_name() const { return file_name_; }

 private:
  struct Entry {
    std::uint32_t key;
    DcmElement* parsed;
    const RawElement* raw;
  };
  ElementView view(const Entry& entry) const;
  std::vector<Entry> elements_;
  const std::string* bytes_ = nullptr;  // of a raw header
  std::string file_name_;
};

/// The value of an element of unknown VR (UN, OB); empty for others.
std::string_view unknown_bytes(const ElementView& element);
/// Text of an element that may be of unknown VR (UN, OB): its bytes up to the first NUL.
std::string loose_text(const ElementView& element);
/// The numbers of a private element: its own VR, or, where that is unknown, `size` 4 or 8 for float and double and 0
/// for decimal text. Empty where it holds none.
std::vector<double> loose_numbers(const ElementView& element, std::size_t size);

/// Trimmed text of the first value, or of all values with backslashes between; empty when absent.
std::string text_of(DcmItem& item, const DcmTagKey& tag);
std::string all_text_of(DcmItem& item, const DcmTagKey& tag);
/// Decimal values of DS, IS, FD, FL, US ...; empty when absent. errors format: not a number (names tag and `name`)
std::vector<double> numbers_of(DcmItem& item, const DcmTagKey& tag, const std::string& name);
/// The first value, NaN when absent.
double number_of(DcmItem& item, const DcmTagKey& tag, const std::string& name);
std::optional<int> integer_of(DcmItem& item, const DcmTagKey& tag, const std::string& name);

/// Items of a sequence, none when absent.
std::vector<DcmItem*> items_of(DcmItem& item, const DcmTagKey& tag);

void put_text(DcmItem& item, const DcmTagKey& tag, const std::string& value);
void put_number(DcmItem& item, const DcmTagKey& tag, double value);
void put_numbers(DcmItem& item, const DcmTagKey& tag, const std::vector<double>& values);
void put_unsigned(DcmItem& item, const DcmTagKey& tag, unsigned value);
DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence);

/// A decimal string (DS): the most digits that fit in 16 characters.
std::string decimal_string(double value);

/// The whole file, explicit VR little endian, with fixed implementation identifiers. errors internal
std::string to_bytes(DcmFileFormat& file, std::size_t expected_size);

}  // namespace larc::io::dicom
