#include "io/dicom/csa_header.h"

#include <cstring>

#include "core/number.h"
#include "core/text.h"

namespace larc::io::dicom {

namespace {

/// Reads little-endian numbers and blocks as long as there are bytes.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  bool take(std::size_t count, std::string_view& block) {
    if (count > bytes_.size() - at_) return false;
    block = bytes_.substr(at_, count);
    at_ += count;
    return true;
  }
  bool number(std::uint32_t& value) {
    std::string_view block;
    if (!take(4, block)) return false;
    std::memcpy(&value, block.data(), 4);
    return true;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::string text_before_nul(std::string_view block) {
  return std::string(trim(block.substr(0, std::min(block.find('\0'), block.size()))));
}

}  // namespace

CsaHeader parse_csa_header(std::string_view raw) {
  CsaHeader header;
  const bool second = raw.substr(0, 4) == "SV10";
  if (second && raw.size() < 8) return header;
  Bytes bytes(second ? raw.substr(8) : raw);
  std::uint32_t tags = 0, unused = 0;
  if (!bytes.number(tags) || !bytes.number(unused) || tags > 1024) return header;
  std::uint32_t first_tag_items = 0;
  for (std::uint32_t n = 0; n < tags; ++n) {
    std::string_view name, representation;
    std::uint32_t multiplicity = 0, type = 0, items = 0, mark = 0;
    if (!bytes.take(64, name) || !bytes.number(multiplicity) || !bytes.take(4, representation) || !bytes.number(type) ||
        !bytes.number(items) || !bytes.number(mark) || items > 4096)
      return header;
    if (n == 0) first_tag_items = items;
    auto& values = header[text_before_nul(name)];
    for (std::uint32_t i = 0; i < items; ++i) {
      std::array<std::uint32_t, 4> sizes{};
      for (auto& size : sizes)
        if (!bytes.number(size)) return header;
      // The first version counts lengths from the number of items of its first tag.
      const std::uint32_t length = second ? sizes[1] : sizes[0] - first_tag_items;
      std::string_view value, padding;
      if (!bytes.take(length, value)) return header;
      if (!value.empty() && values.size() < std::max(multiplicity, 1U)) values.push_back(text_before_nul(value));
      if (!bytes.take((4 - length % 4) % 4, padding)) return header;
    }
  }
  return header;
}

CsaHeader read_csa_header(const ElementView& element) {
  const auto bytes = unknown_bytes(element);
  return bytes.size() < 16 ? CsaHeader{} : parse_csa_header(bytes);
}

double csa_number(const CsaHeader& header, const std::string& name) {
  const auto entry = header.find(name);
  return entry == header.end() || entry->second.empty() ? kNaN : parse_double(entry->second.front()).value_or(kNaN);
}

std::vector<double> csa_numbers(const std::vector<std::string>& values) {
  std::vector<double> numbers;
  for (const auto& value : values) numbers.push_back(parse_double(value).value_or(kNaN));
  return numbers;
}

}  // namespace larc::io::dicom
