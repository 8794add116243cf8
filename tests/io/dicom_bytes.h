#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace larc::test {

/// A DICOM data set written byte by byte, explicit VR little endian (PS3.5 7.1.2), so that tests can say what no writer
/// would. Elements stand in ascending order of their tags, as `file` sorts them.
class DicomBytes {
 public:
  DicomBytes& put(std::uint16_t group, std::uint16_t element, const std::string& vr, std::string value) {
    if (value.size() % 2 != 0) value += vr == "UI" || vr == "OB" || vr == "UN" ? '\0' : ' ';
    const auto length = static_cast<std::uint32_t>(value.size());
    return raw(group, element, vr, length, std::move(value));
  }
  /// With a length of its own, true or not.
  DicomBytes& raw(std::uint16_t group, std::uint16_t element, const std::string& vr, std::uint32_t length,
                  std::string value) {
    std::string bytes = little(group, 2) + little(element, 2) + vr;
    static const std::string kLong = "OB OW OF OD OL SQ UN UC UR UT";
    bytes += kLong.find(vr) != std::string::npos ? std::string(2, '\0') + little(length, 4) : little(length, 2);
    elements_.push_back({std::uint32_t{group} << 16 | element, bytes + value});
    return *this;
  }
  DicomBytes& us(std::uint16_t group, std::uint16_t element, std::vector<int> values, const char* vr = "US") {
    std::string bytes;
    for (const int value : values) bytes += little(static_cast<std::uint32_t>(value), 2);
    return put(group, element, vr, bytes);
  }
  DicomBytes& fl(std::uint16_t group, std::uint16_t element, float value, const char* vr = "FL") {
    std::string bytes(4, '\0');
    std::memcpy(bytes.data(), &value, 4);
    return put(group, element, vr, bytes);
  }
  DicomBytes& fd(std::uint16_t group, std::uint16_t element, std::vector<double> values) {
    std::string bytes(8 * values.size(), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return put(group, element, "FD", bytes);
  }
  DicomBytes& sequence(std::uint16_t group, std::uint16_t element, const std::vector<DicomBytes>& items) {
    std::string value;
    for (const DicomBytes& item : items) {
      const std::string bytes = item.bytes();
      value += little(0xfffe, 2) + little(0xe000, 2) + little(static_cast<std::uint32_t>(bytes.size()), 4) + bytes;
    }
    return put(group, element, "SQ", value);
  }
  /// PixelData of a compressed syntax: an empty offset table and one fragment a frame.
  DicomBytes& fragments(const std::vector<std::string>& frames) {
    std::string value = little(0xfffe, 2) + little(0xe000, 2) + little(0, 4);
    for (std::string frame : frames) {
      if (frame.size() % 2 != 0) frame += '\0';
      value += little(0xfffe, 2) + little(0xe000, 2) + little(static_cast<std::uint32_t>(frame.size()), 4) + frame;
    }
    value += little(0xfffe, 2) + little(0xe0dd, 2) + little(0, 4);
    return raw(0x7fe0, 0x0010, "OB", 0xffffffff, value);
  }
  DicomBytes& without(std::uint16_t group, std::uint16_t element) {
    std::erase_if(elements_, [&](const auto& e) { return e.tag == (std::uint32_t{group} << 16 | element); });
    return *this;
  }
  std::string bytes() const {
    auto sorted = elements_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.tag < b.tag; });
    std::string all;
    for (const auto& element : sorted) all += element.bytes;
    return all;
  }
  std::string file(const std::string& syntax = "1.2.840.10008.1.2.1") const {
    DicomBytes meta;
    meta.put(2, 2, "UI", "1.2.840.10008.5.1.4.1.1.4").put(2, 3, "UI", "1.2.3.4").put(2, 0x10, "UI", syntax);
    const std::string group = meta.bytes();
    return std::string(128, '\0') + "DICM" +
           DicomBytes().put(2, 0, "UL", little(static_cast<std::uint32_t>(group.size()), 4)).bytes() + group + bytes();
  }
  static std::string little(std::uint32_t value, int count) {
    std::string bytes;
    for (int n = 0; n < count; ++n) bytes += static_cast<char>(value >> 8 * n & 0xff);
    return bytes;
  }

 private:
  struct Element {
    std::uint32_t tag;
    std::string bytes;
  };
  std::vector<Element> elements_;
};

/// An axial MR slice of 4 x 3 pixels, 2 x 1.5 mm, all but PixelData.
inline DicomBytes mr_header(int slice = 0) {
  DicomBytes d;
  d.put(8, 8, "CS", "ORIGINAL\\PRIMARY\\M\\ND").put(8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.4");
  d.put(8, 0x18, "UI", "1.2.3." + std::to_string(slice + 1)).put(8, 0x60, "CS", "MR").put(8, 0x70, "LO", "Maker");
  d.put(0x10, 0x20, "LO", "P1")
      .put(0x18, 0x50, "DS", "9")
      .put(0x20, 0x0d, "UI", "1.2.1")
      .put(0x20, 0x0e, "UI", "1.2.2");
  d.put(0x20, 0x11, "IS", "3").put(0x20, 0x13, "IS", std::to_string(slice + 1));
  d.put(0x20, 0x32, "DS", "-10\\-20\\" + std::to_string(5 * slice)).put(0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0");
  d.us(0x28, 2, {1}).put(0x28, 4, "CS", "MONOCHROME2").us(0x28, 0x10, {3}).us(0x28, 0x11, {4});
  d.put(0x28, 0x30, "DS", "2\\1.5")
      .us(0x28, 0x100, {16})
      .us(0x28, 0x101, {16})
      .us(0x28, 0x102, {15})
      .us(0x28, 0x103, {0});
  return d;
}

/// Values 0, 1, 2, ... in 16 bits, `count` of them.
inline std::string counting_words(int count) {
  std::string bytes;
  for (int n = 0; n < count; ++n) bytes += DicomBytes::little(static_cast<std::uint32_t>(n), 2);
  return bytes;
}

inline DicomBytes mr_slice(int slice = 0) {
  return mr_header(slice).put(0x7fe0, 0x10, "OW", counting_words(12));
}

/// Enhanced MR of `frames` frames of 4 x 3 pixels, 5 mm apart, b 0 and 800 by turns, rescale slope n + 1.
inline DicomBytes enhanced_mr(int frames) {
  DicomBytes d = mr_header();
  for (const auto& [group, element] :
       std::vector<std::pair<int, int>>{{8, 0x16}, {0x20, 0x32}, {0x20, 0x37}, {0x28, 0x30}})
    d.without(static_cast<std::uint16_t>(group), static_cast<std::uint16_t>(element));
  d.put(8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.4.1").put(0x28, 8, "IS", std::to_string(frames));
  std::vector<DicomBytes> own;
  for (int n = 0; n < frames; ++n) {
    const int slice = n / 2, weighted = n % 2;
    DicomBytes diffusion;
    diffusion.put(0x18, 0x9075, "CS", weighted != 0 ? "DIRECTIONAL" : "NONE").fd(0x18, 0x9087, {800.0 * weighted});
    if (weighted != 0) diffusion.sequence(0x18, 0x9076, {DicomBytes().fd(0x18, 0x9089, {0, 1, 0})});
    DicomBytes frame;
    frame.sequence(0x18, 0x9114, {DicomBytes().fd(0x18, 0x9082, {70})});
    frame.sequence(0x18, 0x9117, {diffusion});
    frame.sequence(0x20, 0x9111, {DicomBytes().put(0x20, 0x9056, "SH", "1")});
    frame.sequence(0x20, 0x9113, {DicomBytes().put(0x20, 0x32, "DS", "-10\\-20\\" + std::to_string(5 * slice))});
    frame.sequence(0x28, 0x9145,
                   {DicomBytes()
                        .put(0x28, 0x1052, "DS", "0")
                        .put(0x28, 0x1053, "DS", std::to_string(n + 1))
                        .put(0x28, 0x1054, "LO", "US")});
    own.push_back(frame);
  }
  d.sequence(0x5200, 0x9229,
             {DicomBytes()
                  .sequence(0x20, 0x9116, {DicomBytes().put(0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0")})
                  .sequence(0x28, 0x9110, {DicomBytes().put(0x18, 0x50, "DS", "9").put(0x28, 0x30, "DS", "2\\1.5")})});
  d.sequence(0x5200, 0x9230, own);
  return d.put(0x7fe0, 0x10, "OW", counting_words(12 * frames));
}

/// A Siemens mosaic of three tiles of 2 x 2 pixels in 4 x 4, 6 mm apart; `normal_z` -1: slices towards the feet.
inline DicomBytes siemens_mosaic(int normal_z = 1) {
  const auto csa_tag = [](const std::string& name, const std::vector<std::string>& values) {
    std::string bytes = name + std::string(64 - name.size(), '\0');
    const auto count = static_cast<std::uint32_t>(values.size());
    bytes += DicomBytes::little(count, 4) + "DS  " + DicomBytes::little(3, 4) + DicomBytes::little(count, 4) +
             DicomBytes::little(77, 4);
    for (const auto& value : values) {
      const auto size = static_cast<std::uint32_t>(value.size());
      for (int n = 0; n < 4; ++n) bytes += DicomBytes::little(n == 2 ? 77 : size, 4);
      bytes += value + std::string((4 - value.size() % 4) % 4, '\0');
    }
    return bytes;
  };
  const std::string csa = std::string("SV10\4\3\2\1", 8) + DicomBytes::little(2, 4) + DicomBytes::little(77, 4) +
                          csa_tag("NumberOfImagesInMosaic", {"3"}) +
                          csa_tag("SliceNormalVector", {"0.0", "0.0", std::to_string(normal_z) + ".0"});
  DicomBytes d = mr_header();
  d.without(8, 8).put(8, 8, "CS", "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC").without(8, 0x70).put(8, 0x70, "LO", "SIEMENS");
  d.without(0x28, 0x10).us(0x28, 0x10, {4}).put(0x18, 0x88, "DS", "6");
  d.put(0x29, 0x10, "LO", "SIEMENS CSA HEADER").put(0x29, 0x1010, "OB", csa);
  return d.put(0x7fe0, 0x10, "OW", counting_words(16));
}

}  // namespace larc::test
