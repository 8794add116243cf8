#pragma once
// DICOM data sets made and read byte by byte (PS3.5 7, explicit VR little endian), so that tests can hold anything and
// do not trust the library they test.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace larc::test {

struct Node {
  std::uint32_t tag;
  std::string vr;
  std::string value;
  std::vector<std::vector<Node>> items;  // of SQ
};

inline Node element(std::uint32_t tag, const std::string& vr, std::string value) {
  if (value.size() % 2 == 1) value += vr == "UI" || vr == "OB" || vr == "UN" ? '\0' : ' ';
  return {tag, vr, std::move(value), {}};
}
inline Node sequence(std::uint32_t tag, std::vector<std::vector<Node>> items) {
  return {tag, "SQ", {}, std::move(items)};
}

inline std::string little(std::uint32_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t n = 0; n < bytes; ++n) text += static_cast<char>((value >> (8 * n)) & 0xffU);
  return text;
}
inline Node unsigned_short(std::uint32_t tag, std::uint16_t value) {
  return {tag, "US", little(value, 2), {}};
}

inline bool long_header(const std::string& vr) {
  for (const char* each : {"OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UN", "UT", "UC", "UR", "SV", "UV"})
    if (vr == each) return true;
  return false;
}

inline std::string encode(std::vector<Node> nodes) {
  std::stable_sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.tag < b.tag; });
  std::string bytes;
  for (const Node& node : nodes) {
    std::string value = node.value;
    if (node.vr == "SQ")
      for (const auto& item : node.items) {
        const std::string inner = encode(item);
        value += little(0xfffe, 2) + little(0xe000, 2) + little(static_cast<std::uint32_t>(inner.size()), 4) + inner;
      }
    bytes += little(node.tag >> 16, 2) + little(node.tag & 0xffffU, 2) + node.vr;
    if (long_header(node.vr))
      bytes += std::string(2, '\0') + little(static_cast<std::uint32_t>(value.size()), 4);
    else
      bytes += little(static_cast<std::uint32_t>(value.size()), 2);
    bytes += value;
  }
  return bytes;
}

/// A file: preamble (128 bytes), mark, meta information and data set.
inline std::string file_bytes(const std::vector<Node>& nodes, const std::string& class_uid,
                              const std::vector<Node>& more_meta = {}, std::string preamble = {},
                              const std::string& syntax = "1.2.840.10008.1.2.1") {
  std::vector<Node> meta{element(0x00020001, "OB", std::string("\0\1", 2)), element(0x00020002, "UI", class_uid),
                         element(0x00020003, "UI", "1.2.3.4"), element(0x00020010, "UI", syntax),
                         element(0x00020012, "UI", "1.2.3.4.5")};
  meta.insert(meta.end(), more_meta.begin(), more_meta.end());
  const std::string rest = encode(meta);
  preamble.resize(128, '\0');
  return preamble + "DICM" + encode({{0x00020000, "UL", little(static_cast<std::uint32_t>(rest.size()), 4), {}}}) +
         rest + encode(nodes);
}

/// Elements of explicit VR little endian with defined lengths; a failure of the test when they do not add up.
inline std::vector<Node> parse(std::string_view bytes) {
  std::vector<Node> nodes;
  const auto number = [&](std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t n = size; n-- > 0;) value = value * 256 + static_cast<unsigned char>(bytes.at(at + n));
    return value;
  };
  std::size_t at = 0;
  while (at + 8 <= bytes.size()) {
    Node node{(number(at, 2) << 16) | number(at + 2, 2), std::string(bytes.substr(at + 4, 2)), {}, {}};
    const bool wide = long_header(node.vr);
    if (wide && at + 12 > bytes.size()) break;
    const std::size_t length = wide ? number(at + 8, 4) : number(at + 6, 2);
    at += wide ? 12 : 8;
    if (length > bytes.size() - at) {
      ADD_FAILURE() << "an element runs over the end";
      return nodes;
    }
    const std::string_view value = bytes.substr(at, length);
    at += length;
    if (node.vr != "SQ") {
      node.value = value;
    } else {
      for (std::size_t item = 0; item + 8 <= value.size();) {
        std::uint32_t size = 0;
        for (std::size_t n = 4; n-- > 0;) size = size * 256 + static_cast<unsigned char>(value[item + 4 + n]);
        node.items.push_back(parse(value.substr(item + 8, size)));
        item += 8 + size;
      }
    }
    nodes.push_back(std::move(node));
  }
  EXPECT_EQ(at, bytes.size()) << "bytes behind the last element";
  return nodes;
}

inline std::vector<Node> parse_file(const std::string& bytes) {
  if (bytes.size() < 132 || bytes.substr(128, 4) != "DICM") {
    ADD_FAILURE() << "no DICOM file";
    return {};
  }
  return parse(std::string_view(bytes).substr(132));
}

inline const Node* find(const std::vector<Node>& nodes, std::uint32_t tag) {
  for (const Node& node : nodes)
    if (node.tag == tag) return &node;
  return nullptr;
}
/// The value without padding; "(absent)" when there is none.
inline std::string text(const std::vector<Node>& nodes, std::uint32_t tag) {
  const Node* node = find(nodes, tag);
  if (node == nullptr) return "(absent)";
  std::string value = node->value;
  while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.pop_back();
  return value;
}

}  // namespace larc::test
