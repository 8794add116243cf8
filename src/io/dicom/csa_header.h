#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include <map>

#include "io/dicom/dataset.h"

namespace larc::io::dicom {

/// Siemens' CSA header: names and their values as text. Whatever does not parse ends it; never an error.
using CsaHeader = std::map<std::string, std::vector<std::string>>;
CsaHeader read_csa_header(const ElementView& element);
CsaHeader parse_csa_header(std::string_view bytes);

/// The first value, NaN when absent.
double csa_number(const CsaHeader& header, const std::string& name);
std::vector<double> csa_numbers(const std::vector<std::string>& values);

}  // namespace larc::io::dicom
