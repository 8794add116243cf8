#pragma once
#include <map>
#include <string>

#include "io/dicom/scan.h"

namespace larc::study {

/// What an image role may ask of a DICOM series, by the names of study.yaml. An absent attribute is empty text.
std::map<std::string, std::string> series_attributes(const io::dicom::DicomInstance& instance);

bool is_series_attribute(const std::string& name);
/// All names, for messages.
std::string series_attribute_names();

}  // namespace larc::study
