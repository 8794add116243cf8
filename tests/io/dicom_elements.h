#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::test {

/// A DICOM data set as bytes, explicit VR little endian, element by element: for files that no writer would make.
class DicomElements {
 public:
  DicomElements& text(std::uint32_t tag, const char* vr, std::string value) {
    if (value.size() % 2 != 0) value += std::string(vr) == "UI" ? '\0' : ' ';
    return raw(tag, vr, value);
  }
  DicomElements& numbers(std::uint32_t tag, const std::vector<double>& values) {
    std::string value;
    for (const double v : values) value += (value.empty() ? "" : "\\") + format_double(v);
    return text(tag, "DS", value);
  }
  DicomElements& us(std::uint32_t tag, unsigned value) { return raw(tag, "US", little(value, 2)); }
  DicomElements& raw(std::uint32_t tag, const char* vr, const std::string& value) {
    const std::string name = vr;
    std::string bytes = little(tag >> 16, 2) + little(tag & 0xFFFFU, 2) + name;
    if (name == "OB" || name == "OW" || name == "SQ" || name == "UN" || name == "UT")
      bytes += std::string(2, '\0') + little(value.size(), 4);
    else
      bytes += little(value.size(), 2);
    elements_[tag] = bytes + value;
    return *this;
  }
  DicomElements& items(std::uint32_t tag, const std::vector<DicomElements>& items) {
    std::string value;
    for (const auto& item : items) {
      const std::string body = item.bytes();
      value += little(0xFFFE, 2) + little(0xE000, 2) + little(body.size(), 4) + body;
    }
    return raw(tag, "SQ", value);
  }
  std::string bytes() const {
    std::string all;
    for (const auto& [tag, element] : elements_) all += element;
    return all;
  }
  std::string file() const {
    DicomElements meta;
    meta.text(0x00020010, "UI", "1.2.840.10008.1.2.1");
    const std::string rest = meta.bytes();
    return std::string(128, '\0') + "DICM" + DicomElements().raw(0x00020000, "UL", little(rest.size(), 4)).bytes() +
           rest + bytes();
  }

 private:
  static std::string little(std::uint64_t value, int count) {
    std::string bytes;
    for (int b = 0; b < count; ++b) bytes += static_cast<char>((value >> (8 * b)) & 0xFFU);
    return bytes;
  }
  std::map<std::uint32_t, std::string> elements_;  // in the order of tags, as a data set must be
};

}  // namespace larc::test
