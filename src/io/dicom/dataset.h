#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace larc::io::dicom {

/// Silences DCMTK's own log, loads its dictionary and registers its decoders; once a process, before any use of DCMTK.
/// errors not_ready: the DICOM dictionary is not installed
void start_dcmtk();

/// Loads a file that is known to be DICOM. Values over 4 KiB stay on disk until they are asked for.
/// errors not_found, format
void load(DcmFileFormat& file, const std::filesystem::path& path);

/// Trimmed text of the first value, or of all values with backslashes between; empty when absent.
std::string text_of(DcmItem& item, const DcmTagKey& tag);
std::string all_text_of(DcmItem& item, const DcmTagKey& tag);
/// Decimal values of DS, IS, FD, FL, US ...; empty when absent. errors format: not a number (names tag and `name`)
std::vector<double> numbers_of(DcmItem& item, const DcmTagKey& tag, const std::string& name);
/// The first value, NaN when absent.
double number_of(DcmItem& item, const DcmTagKey& tag, const std::string& name);
std::optional<int> integer_of(DcmItem& item, const DcmTagKey& tag, const std::string& name);

/// Items of a sequence, none when absent.
std::vector<DcmItem*> items_of(DcmItem& item, const DcmTagKey& tag);

void put_text(DcmItem& item, const DcmTagKey& tag, const std::string& value);
void put_number(DcmItem& item, const DcmTagKey& tag, double value);
void put_numbers(DcmItem& item, const DcmTagKey& tag, const std::vector<double>& values);
void put_unsigned(DcmItem& item, const DcmTagKey& tag, unsigned value);
DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence);

/// A decimal string (DS): the most digits that fit in 16 characters.
std::string decimal_string(double value);

/// The whole file, explicit VR little endian, with fixed implementation identifiers. errors internal
std::string to_bytes(DcmFileFormat& file, std::size_t expected_size);

}  // namespace larc::io::dicom
