#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include "io/dicom/pixel_layout.h"

namespace larc::io::dicom {

/// Stored cells of one frame in the machine's byte order.
struct Cells {
  unsigned bytes = 0;  // a cell
  std::vector<std::uint8_t> data;
};

/// Whether the decoder of a transfer syntax runs in a child process: every one does, for damaged bytes let even DCMTK's
/// short RLE decoder read beyond its fragment. Uncompressed pixels are bounded copies.
bool needs_child(const std::string& transfer_syntax_uid);

/// One open file whose frames are read one at a time, so that a file of any length costs the memory of one frame.
class FrameFile {
 public:
  /// errors as read_pixels
  explicit FrameFile(const std::filesystem::path& path);
  const PixelLayout& layout() const { return layout_; }
  /// errors format, unsupported
  Cells frame(int number);

 private:
  bool open_plain();
  Cells native(int number);
  Cells compressed(int number);
  std::string codestream_of(int number, bool whole);

  std::string name_;
  std::filesystem::path path_;
  std::uint64_t plain_at_ = 0;  // where the pixels of an ordinary uncompressed file begin; 0: read by DCMTK
  DcmFileFormat file_;
  PixelLayout layout_;
  DcmElement* element_ = nullptr;
  DcmPixelData* pixels_ = nullptr;
  DcmPixelSequence* fragments_ = nullptr;  // compressed
  E_TransferSyntax syntax_ = EXS_Unknown;
};

}  // namespace larc::io::dicom
