#include "io/dicom/raw_header.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace larc::io::dicom {

namespace {

constexpr std::size_t kFirstBytes = 16384, kMostBytes = std::size_t{1} << 20;
constexpr std::uint32_t kUndefined = 0xffffffff;
constexpr std::uint32_t kItem = 0xfffee000, kItemEnd = 0xfffee00d, kSequenceEnd = 0xfffee0dd;
constexpr int kDeepest = 64;

class File {
 public:
  explicit File(const std::filesystem::path& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode))
      size_ = static_cast<std::size_t>(status.st_size);
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::size_t size() const { return size_; }
  /// Makes the first `count` bytes of the file stand in `bytes`; false beyond the limit or the file.
  bool fill(std::string& bytes, std::size_t count) const {
    if (count <= bytes.size()) return true;
    if (count > kMostBytes || count > size_) return false;
    const std::size_t had = bytes.size(), wanted = std::min(std::max(count, std::max(2 * had, kFirstBytes)), size_);
    bytes.resize(wanted);
    const auto got = ::pread(descriptor_, bytes.data() + had, wanted - had, static_cast<off_t>(had));
    return got == static_cast<ssize_t>(wanted - had);
  }

 private:
  int descriptor_;
  std::size_t size_ = 0;
};

struct Start {
  std::uint32_t key = 0, length = 0;
  std::array<char, 2> vr{};
  std::size_t value = 0;  // where it begins
};

class Scanner {
 public:
  Scanner(const File& file, RawHeader& header) : file_(file), header_(header) {}

  std::uint32_t number(std::size_t at, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t n = 0; n < count; ++n)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(header_.bytes[at + n])) << 8 * n;
    return value;
  }

  /// Tag, VR and length at `at`.
  bool start(std::size_t at, bool explicit_vr, Start& element) {
    if (!file_.fill(header_.bytes, at + 8)) return false;
    element.key = number(at, 2) << 16 | number(at + 2, 2);
    element.vr = {'U', 'N'};
    const bool delimiter = element.key >> 16 == 0xfffe;
    if (!explicit_vr || delimiter) {
      element.length = number(at + 4, 4);
      element.value = at + 8;
      return true;
    }
    const std::string_view vr(header_.bytes.data() + at + 4, 2);
    static constexpr std::string_view kLong = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
    static constexpr std::string_view kShort = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US";
    if (vr[0] < 'A' || vr[0] > 'Z' || vr[1] < 'A' || vr[1] > 'Z') return false;
    element.vr = {vr[0], vr[1]};
    if (kLong.find(vr) != std::string_view::npos) {
      if (!file_.fill(header_.bytes, at + 12)) return false;
      element.length = number(at + 8, 4);
      element.value = at + 12;
      return true;
    }
    if (kShort.find(vr) == std::string_view::npos) return false;
    element.length = number(at + 6, 2);
    element.value = at + 8;
    return true;
  }

  /// Past a sequence of undefined length whose value begins at `at`.
  bool skip_nested(std::size_t& at, bool explicit_vr) {
    for (int depth = 1; depth > 0;) {
      Start element;
      if (!start(at, explicit_vr, element)) return false;
      at = element.value;
      if (element.key == kItemEnd || element.key == kSequenceEnd) {
        --depth;
      } else if (element.length == kUndefined) {
        // Of unknown VR the content is implicit; that is left to DCMTK.
        const bool nests = element.key == kItem || !explicit_vr || (element.vr[0] == 'S' && element.vr[1] == 'Q');
        if (!nests || ++depth > kDeepest) return false;
      } else {
        at += element.length;
      }
    }
    return true;
  }

 private:
  const File& file_;
  RawHeader& header_;
};

/// Nested values that larc reads, by DCMTK.
bool is_read_nested(std::uint32_t key) {
  return key == 0x00180012 || key == 0x00283000 || key == 0x00409096 || key >> 16 == 0x5200 ||
         (key >> 16 == 0x2005 && (key & 0xff) == 0x0f);
}

}  // namespace

bool read_raw_header(const std::filesystem::path& path, RawHeader& header) {
  const File file(path);
  if (!file.fill(header.bytes, 140) || std::string_view(header.bytes).substr(128, 4) != "DICM") return false;
  Scanner scanner(file, header);
  std::size_t at = 132;
  Start element;
  for (; scanner.start(at, true, element) && element.key >> 16 == 2; at = element.value + element.length) {
    if (element.length > 1024 || !file.fill(header.bytes, element.value + element.length)) return false;
    if (element.key == 0x00020010) {
      std::string_view uid(header.bytes.data() + element.value, element.length);
      header.end.transfer_syntax_uid =
          uid.substr(0, std::min(uid.find_last_not_of(std::string_view("\0 ", 2)) + 1, uid.size()));
    }
  }
  const DcmXfer syntax(header.end.transfer_syntax_uid.c_str());
  if (syntax.getXfer() == EXS_Unknown || syntax.getByteOrder() != EBO_LittleEndian ||
      syntax.getStreamCompression() != ESC_none)
    return false;
  const bool explicit_vr = syntax.isExplicitVR();
  header.elements.reserve(256);
  std::uint32_t last = 0x00030000;
  while (at < file.size()) {
    if (!scanner.start(at, explicit_vr, element) || element.key <= last) return false;
    last = element.key;
    if (element.key >= 0x7fe00008) {
      header.end.has_pixel_data = element.key == 0x7fe00010;
      header.end.has_float_pixel_data = element.key == 0x7fe00008 || element.key == 0x7fe00009;
      if (element.length == kUndefined) return header.end.has_pixel_data;
      header.pixels_at = element.value;
      header.pixels_length = syntax.isEncapsulated() ? 0 : element.length;
      return element.value + element.length <= file.size();
    }
    at = element.value;
    if (element.length == kUndefined) {
      const bool sequence = !explicit_vr || (element.vr[0] == 'S' && element.vr[1] == 'Q');
      if (!sequence || is_read_nested(element.key) || !scanner.skip_nested(at, explicit_vr)) return false;
      continue;
    }
    if (is_read_nested(element.key) || element.length % 2 != 0 ||
        !file.fill(header.bytes, element.value + element.length))
      return false;
    header.elements.push_back({element.key, element.vr, element.value, element.length});
    at += element.length;
  }
  return at == file.size();
}

}  // namespace larc::io::dicom
