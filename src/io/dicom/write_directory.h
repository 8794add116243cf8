#pragma once
#include "io/dicom/write.h"

namespace larc::io::dicom {

/// One file of a medium, for its DICOMDIR.
struct DirectoryEntry {
  std::vector<std::string> file_id;  // parts of the path below the DICOMDIR: up to 8 of up to 8 of A-Z, 0-9, _
  DicomSeriesInfo info;
  int instance_number = 1;
};

/// Writes folder/DICOMDIR (PS3.3 F): patient, study, series and image records of files that lie below `folder` already.
/// Entries of one series stand together. Same input, same bytes.
/// errors io
void write_directory(const std::filesystem::path& folder, const std::vector<DirectoryEntry>& entries,
                     const std::string& file_set_id);

}  // namespace larc::io::dicom
