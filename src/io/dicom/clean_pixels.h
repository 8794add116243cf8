#pragma once
#include <string>

class DcmDataset;

namespace larc::io::dicom {

/// Takes from the pixel data what no image needs: bytes behind the last frame, notes in compressed frames, and overlays
/// in unused high bits. Call before the attributes are cleaned, which drops the overlays' descriptions.
/// returns why the object must be refused, empty when all is well
std::string clean_pixels(DcmDataset& data);

}  // namespace larc::io::dicom
