#pragma once
#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// Whether the image is a map of the apparent diffusion coefficient: by the image type (a value ADC or ADC_...), the
/// unit of its real world mapping, or a description that holds the word ADC or "apparent diffusion". Exponential maps
/// (eADC) are none.
bool is_adc_map(const DicomInstance& instance);

}  // namespace larc::io::dicom
