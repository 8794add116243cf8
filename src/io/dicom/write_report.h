#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "io/dicom/terms.h"
#include "io/dicom/write.h"
#include "io/dicom/write_segmentation.h"

namespace larc::io::dicom {

/// A number with its coded name and unit (UCUM). NaN is written as not a number, never as a value.
struct ReportMeasurement {
  Code name;
  double value;
  Code unit;
  Code derivation;  // such as Mean; may be empty
};

/// Written in cm3, which is mL.
ReportMeasurement volume_measurement(double mm3);
/// The largest distance within the region (IBSI L0JK).
ReportMeasurement diameter_measurement(double mm);
/// ADC as larc keeps it, in 10^-3 mm2/s; written in um2/s.
ReportMeasurement mean_adc_measurement(double adc_1e3_mm2_s);

/// A finding in codes, such as a response category.
struct ReportFinding {
  Code name;
  Code value;
};

/// The measurements of one segment.
struct ReportRegion {
  int segment_number = 1;  // in the segmentation, from 1
  RegionTerm term;
  std::vector<ReportMeasurement> measurements;
  std::vector<ReportFinding> findings;
};

/// Writes an Imaging Measurement Report (PS3.16 TID 1500, as Enhanced SR): a volumetric ROI measurement group (TID
/// 1411) for each region that refers to its segment, and an image library of the images. `info` gives patient, study,
/// equipment and `extra` attributes, its series_uid is that of the report; `segmentation` is what write_segmentation
/// gave back; `series` are the instances of the image. Same input, same bytes. errors domain (no region, a segment
/// number that the segmentation does not have, no measurement; as write_series), io returns the SOP instance UID
std::string write_report(const std::filesystem::path& path, const std::vector<ReportRegion>& regions,
                         const WrittenSegmentation& segmentation, const DicomSeriesInfo& info,
                         const std::vector<DicomInstance>& series);

}  // namespace larc::io::dicom
