#pragma once
#include <filesystem>
#include <functional>

#include "demo/truth.h"
#include "demo/write_images.h"

namespace larc::demo {

/// Called as patients are finished, from any thread, one call at a time.
using DemoProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Writes a synthetic multicentre cohort as hospitals would deliver it:
///   incoming/dicom/<patient>/...   as write_images writes it, or incoming/DISK1 ... DISK3 as write_raw_patient does;
///                                  only with settings.images
///   incoming/clinical.csv
/// and what is true about it as `truth_path`. The same settings give the same bytes, whatever `threads` is.
/// errors domain (too few patients), conflict (`incoming` already holds images or clinical.csv), io
DemoTruth write_demo(const std::filesystem::path& incoming, const std::filesystem::path& truth_path,
                     const DemoSettings& settings, const DemoProgress& progress = {});

/// What the images of this patient have to show.
ImagingCase imaging_of(const DemoPatient& patient);

}  // namespace larc::demo
