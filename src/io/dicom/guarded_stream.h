#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include <filesystem>

#include "io/dicom/dataset.h"

namespace larc::io::dicom {

/// How far a file was read.
struct ReadExtent {
  OFCondition status = EC_Normal;
  DcmTagKey stopped_at;              // group 0xffff: the end of the file was reached
  std::uint64_t stopped_length = 0;  // length that the element stopped at claims, 0xffffffff: not known
  std::uint64_t bytes_after = 0;     // bytes from its value to the end of the file
  bool deflated = false;             // read to the end, whatever `until` says
};

/// DCMTK's parser on untrusted bytes. It calls itself for every nested item, keeps every element and searches its
/// lists, so the stream that feeds it ends, with an error, when the stack, the elements or the time go beyond what an
/// image needs. A deflated data set is inflated first, up to a limit. Stops before `until`; values over 4 KiB stay in
/// the file.
ReadExtent read_guarded(DcmFileFormat& file, const std::filesystem::path& path, const DcmTagKey& until);

}  // namespace larc::io::dicom
