#pragma once
#include "core/file.h"
#include "core/pseudonym.h"
#include "core/text.h"
#include "dicom_bytes.h"
#include "io/dicom/deidentify.h"
#include "support/test_data.h"

namespace larc::test {

inline constexpr const char* kMr = "1.2.840.10008.5.1.4.1.1.4";

inline Secret fixed_secret(unsigned char first = 1) {
  std::array<unsigned char, 32> key{};
  for (std::size_t n = 0; n < key.size(); ++n) key[n] = static_cast<unsigned char>(first + n);
  return Secret::from_bytes(key);
}

/// A small MR image: 4 x 3 pixels of 16 bits.
inline std::vector<Node> mr_image(const std::string& patient_id = "MRN-7710",
                                  const std::string& name = "Zebra^Quincy") {
  return {element(0x00080016, "UI", kMr),
          element(0x00080018, "UI", "1.2.3.4"),
          element(0x00080008, "CS", "ORIGINAL\\PRIMARY\\M"),
          element(0x00080020, "DA", "20200131"),
          element(0x00080060, "CS", "MR"),
          element(0x00080070, "LO", "Example Works"),
          element(0x00100010, "PN", name),
          element(0x00100020, "LO", patient_id),
          element(0x0020000d, "UI", "1.2.3.1"),
          element(0x0020000e, "UI", "1.2.3.2"),
          element(0x00200052, "UI", "1.2.3.3"),
          unsigned_short(0x00280002, 1),
          element(0x00280004, "CS", "MONOCHROME2"),
          unsigned_short(0x00280010, 3),
          unsigned_short(0x00280011, 4),
          unsigned_short(0x00280100, 16),
          unsigned_short(0x00280101, 12),
          unsigned_short(0x00280102, 11),
          unsigned_short(0x00280103, 0),
          element(0x7fe00010, "OW", std::string("\1\2\3\4\5\6\7\10\11\12\13\14\1\2\3\4\5\6\7\10\11\12\13\14", 24))};
}

inline void set(std::vector<Node>& nodes, Node node) {
  std::erase_if(nodes, [&](const Node& old) { return old.tag == node.tag; });
  nodes.push_back(std::move(node));
}
inline void drop(std::vector<Node>& nodes, std::uint32_t tag) {
  std::erase_if(nodes, [&](const Node& old) { return old.tag == tag; });
}

struct Result {
  io::dicom::Deidentified object;
  std::string bytes;        // of the written file, empty when none
  std::vector<Node> nodes;  // meta information and data set
};

inline Result deidentify(const std::string& bytes, const io::dicom::DeidentifyOptions& options = {},
                         Secret secret = fixed_secret()) {
  const TemporaryFolder folder;
  write_file_atomic(folder.path() / "in", bytes);
  Pseudonyms pseudonyms(secret);
  Result result;
  result.object = io::dicom::deidentify_file(folder.path() / "in", folder.path() / "out", options, pseudonyms);
  if (std::filesystem::exists(folder.path() / "out")) {
    result.bytes = read_file(folder.path() / "out");
    result.nodes = parse_file(result.bytes);
  }
  return result;
}
inline Result deidentify(const std::vector<Node>& nodes, const io::dicom::DeidentifyOptions& options = {}) {
  return deidentify(file_bytes(nodes, text(nodes, 0x00080016)), options);
}

inline bool written(const Result& result) {
  return result.object.outcome == io::dicom::Deidentified::Outcome::written;
}

/// Where a text stands in bytes, whatever its case; npos: nowhere.
inline std::size_t position_of(const std::string& bytes, const std::string& wanted) {
  return to_lower(bytes).find(to_lower(wanted));
}

}  // namespace larc::test
