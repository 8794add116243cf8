#pragma once
#include <filesystem>
#include <string>

#include "demo/imaging_truth.h"
#include "demo/phantom.h"
#include "demo/scanner.h"

namespace larc::demo {

/// What the image side has to know of one patient.
struct ImagingCase {
  std::string patient;
  ImagingTruth truth;
  ImagingFaults faults;
  Habitus habitus;
  int age_years[2] = {60, 60};  // at the two examinations
  double weight_kg = 70;
  std::string date[2];  // of the two examinations, YYYYMMDD
};

/// Writes the delivery of one patient below `folder`:
///   <YYYY-MM-DD>/<series as the centre calls it>/IM0001.dcm ...   T2w; DWI in one or two series; ADC
///   <YYYY-MM-DD>/rtstruct.dcm                                     on T2w: kTumourRoi unless nothing remains,
///   kMesorectumRoi
/// for each examination that was delivered. Faults as they are asked for. Everything comes from `seed` and the patient.
void write_images(const std::filesystem::path& folder, const ImagingCase& patient, const Scanner& scanner,
                  std::uint64_t seed);

inline constexpr const char* kTumourRoi = "GTV_tumour";
inline constexpr const char* kMesorectumRoi = "Mesorectum";

}  // namespace larc::demo
