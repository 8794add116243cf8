#pragma once
#include <string>

class DcmDataset;

namespace larc::io::dicom {

/// Why an object cannot be de-identified by its attributes at all: an encapsulated document, a class that is private or
/// raw or of waveforms, no class or instance UID. Empty: it can.
std::string unsuitable_object(DcmDataset& data);

/// Why text that names the patient may stand in the pixels themselves; empty: nothing says so. BurnedInAnnotation NO
/// is believed, YES is a reason, otherwise the class, modality, origin and ImageType are looked at.
std::string burned_in_risk(DcmDataset& data);

}  // namespace larc::io::dicom
