#include "io/dicom/guarded_stream.h"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcistrmf.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <ctime>
#include <fstream>

namespace larc::io::dicom {

namespace fs = std::filesystem;

namespace {

constexpr Uint32 kKeepInMemory = 4096;
constexpr std::uintptr_t kMostStack = 2 << 20;    // some 1,000 nested items; threads have 8 MiB
constexpr std::uint64_t kMostReads = 12'000'000;  // some 3 to 6 million elements
constexpr double kMostSeconds = 20;               // of processor time
constexpr std::size_t kMostInflated = std::size_t{1} << 28;
constexpr std::size_t kPreamble = 132;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// One of DCMTK's sources of bytes, which ends when a limit is passed.
template <typename Producer>
class Guarded : public Producer {
 public:
  template <typename... Arguments>
  explicit Guarded(std::uintptr_t stack, Arguments&&... arguments)
      : Producer(std::forward<Arguments>(arguments)...), stack_(stack), start_(processor_seconds()) {}
  OFBool good() const override { return !ended_ && Producer::good(); }
  OFCondition status() const override {
    if (ended_) return EC_CorruptedData;
    return Producer::status();
  }
  OFBool eos() override { return ended_ || Producer::eos(); }
  offile_off_t avail() override { return ended_ ? 0 : Producer::avail(); }
  offile_off_t read(void* buffer, offile_off_t length) override {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    const auto depth = here < stack_ ? stack_ - here : here - stack_;
    ++reads_;
    if (depth > kMostStack || reads_ > kMostReads) ended_ = true;
    if (reads_ % 4096 == 0 && processor_seconds() - start_ > kMostSeconds) ended_ = true;
    return ended_ ? 0 : Producer::read(buffer, length);
  }

 private:
  std::uintptr_t stack_;
  double start_;
  std::uint64_t reads_ = 0;
  bool ended_ = false;
};

class FileStream : public DcmInputStream {
 public:
  FileStream(const std::string& path, std::uintptr_t stack)
      : DcmInputStream(&producer_), producer_(stack, OFFilename(path.c_str())), path_(path) {}
  DcmInputStreamFactory* newFactory() const override {
    return currentProducer() == &producer_ ? new DcmInputFileStreamFactory(OFFilename(path_.c_str()), tell()) : nullptr;
  }

 private:
  Guarded<DcmFileProducer> producer_;
  std::string path_;
};

class MemoryStream : public DcmInputStream {
 public:
  MemoryStream(const std::string& bytes, std::uintptr_t stack) : DcmInputStream(&producer_), producer_(stack) {
    producer_.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    producer_.setEos();
  }
  DcmInputStreamFactory* newFactory() const override { return nullptr; }

 private:
  Guarded<DcmBufferProducer> producer_;
};

std::uint32_t little(const char* bytes) {
  const auto* b = reinterpret_cast<const unsigned char*>(bytes);
  return b[0] | static_cast<std::uint32_t>(b[1]) << 8 | static_cast<std::uint32_t>(b[2]) << 16 |
         static_cast<std::uint32_t>(b[3]) << 24;
}

/// Where the data set of a file with meta header begins, when the header names the deflated syntax; otherwise 0.
std::size_t deflated_start(const std::string& head) {
  if (head.size() < kPreamble + 12 || std::string_view(head).substr(128, 4) != "DICM") return 0;
  if (std::string_view(head).substr(kPreamble, 8) != std::string_view("\x02\0\0\0UL\x04\0", 8)) return 0;
  const std::size_t end = kPreamble + 12 + little(head.data() + kPreamble + 8);
  const auto syntax = head.find(UID_DeflatedExplicitVRLittleEndianTransferSyntax);
  return syntax < end ? end : 0;
}

/// errors as a status: broken stream, or more than the limit
OFCondition inflate_raw(const std::string& bytes, std::size_t from, std::string& out) {
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return EC_MemoryExhausted;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())) + from;
  stream.avail_in = static_cast<uInt>(bytes.size() - from);
  std::string block(1 << 16, '\0');
  int status = Z_OK;
  while (status == Z_OK && out.size() <= kMostInflated) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.append(block, 0, block.size() - stream.avail_out);
  }
  ::inflateEnd(&stream);
  if (status != Z_STREAM_END || out.empty()) return EC_CorruptedData;
  return EC_Normal;
}

OFCondition parse(DcmFileFormat& file, DcmInputStream& stream, E_TransferSyntax syntax, const DcmTagKey& until) {
  OFCondition status = stream.status();
  if (status.bad()) return status;
  try {
    file.clear();
    file.transferInit();
    status = file.readUntilTag(stream, syntax, EGL_noChange, kKeepInMemory, until);
    file.transferEnd();
    if (status.good() && stream.status().bad() && stream.status() != EC_EndOfStream) status = stream.status();
  } catch (const std::bad_alloc&) {
    status = EC_MemoryExhausted;
  }
  return status;
}

/// The parser has taken tag, VR and length of the element that it stopped at.
void find_stop(ReadExtent& extent, DcmFileFormat& file, const fs::path& path, std::uint64_t at,
               const DcmTagKey& until) {
  const DcmXfer syntax(file.getDataset()->getOriginalXfer());
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::uint64_t>(stream.tellg());
  if (at < 12 || at > size) return;
  std::array<char, 12> taken{};
  stream.seekg(static_cast<std::streamoff>(at - 12));
  stream.read(taken.data(), taken.size());
  const auto number = [&](std::size_t from, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t n = 0; n < bytes; ++n)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(taken[from + n]))
               << 8 * (syntax.getByteOrder() == EBO_BigEndian ? bytes - 1 - n : n);
    return value;
  };
  for (const std::size_t from : {std::size_t{syntax.isExplicitVR() ? 0U : 4U}, std::size_t{4}}) {
    const DcmTagKey key(static_cast<Uint16>(number(from, 2)), static_cast<Uint16>(number(from + 2, 2)));
    if (key < until || key.getGroup() != until.getGroup()) continue;
    extent.stopped_at = key;
    extent.stopped_length = number(8, 4);
    extent.bytes_after = size - at;
    return;
  }
}

}  // namespace

ReadExtent read_guarded(DcmFileFormat& file, const fs::path& path, const DcmTagKey& until) {
  const auto stack = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  ReadExtent extent;
  extent.stopped_at = DcmTagKey(0xffff, 0xffff);
  std::string head(2048, '\0');
  std::ifstream input(path, std::ios::binary);
  input.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(input.gcount()));
  if (const std::size_t start = deflated_start(head); start > 0) {
    input.clear();
    input.seekg(0);
    std::string bytes((std::istreambuf_iterator<char>(input)), {});
    if (start >= bytes.size()) {
      extent.status = EC_CorruptedData;
      return extent;
    }
    std::string inflated;
    extent.status = inflate_raw(bytes, start, inflated);
    if (extent.status.bad()) return extent;
    if (inflated.size() % 2 != 0) inflated += '\0';
    // The whole data set in memory: there is no file that a value could be read from later.
    MemoryStream stream(inflated, stack);
    extent.deflated = true;
    try {
      DcmDataset& data = *file.getDataset();
      data.clear();
      data.transferInit();
      extent.status = data.readUntilTag(stream, EXS_LittleEndianExplicit, EGL_noChange, DCM_MaxReadLength);
      data.transferEnd();
      if (extent.status.good() && stream.status().bad() && stream.status() != EC_EndOfStream)
        extent.status = stream.status();
    } catch (const std::bad_alloc&) {
      extent.status = EC_MemoryExhausted;
    }
    return extent;
  }
  FileStream stream(path.string(), stack);
  extent.status = parse(file, stream, EXS_Unknown, until);
  if (extent.status.good() && until != DCM_UndefinedTagKey)
    find_stop(extent, file, path, static_cast<std::uint64_t>(stream.tell()), until);
  return extent;
}

}  // namespace larc::io::dicom
