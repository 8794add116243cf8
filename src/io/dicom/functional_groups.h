#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include "io/dicom/dataset.h"
#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// One description for each frame of an enhanced multi-frame image (PS3.3 C.7.6.16): what its own item of the per-frame
/// functional groups says, else the shared groups, else the data set (`common`).
/// errors format (as many items as frames are needed), unsupported (more frames than larc takes)
std::vector<DicomInstance> frames_of(const Attributes& data, const DicomInstance& common);

/// Philips (2005,100E) and (2005,100D).
void read_private_scale(const Attributes& item, DicomInstance& instance);
/// One item of RealWorldValueMappingSequence; a lookup table there is passed over.
void read_real_world_mapping(DcmItem& mapping, DicomInstance& instance);
/// `named` when it says one of the four, else what the image type says: M, P, R, I and their long forms; empty
/// otherwise.
std::string complex_component(const std::string& named, const std::vector<std::string>& image_type);

}  // namespace larc::io::dicom
