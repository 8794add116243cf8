#pragma once
#include <string>

#include "demo/scanner.h"
#include "io/dicom/write.h"

namespace larc::demo {

/// Of which examination of which patient headers are written.
struct ExaminationLabel {
  std::string patient;
  int examination = 0;  // 0 before therapy, 1 after it
  std::string sex;      // M, F
  int age_years = 0;    // at the examination
  double weight_kg = 0;
  std::string date;       // YYYYMMDD
  std::string frame_uid;  // of reference
  std::string uid_seed;   // a UID is made from it and the series' name
};

/// Headers as the scanner's vendor and centre write them. `folder` is how the centre's archive would name the series.
struct SeriesHeader {
  std::string folder;
  io::dicom::DicomSeriesInfo info;
};
SeriesHeader t2w_header(const Scanner& scanner, const ExaminationLabel& label);
/// Siemens and GE put both b-values into one series, Philips into two.
SeriesHeader diffusion_header(const Scanner& scanner, const ExaminationLabel& label, double b_value);
/// Siemens and GE store whole 10^-6 mm^2/s; Philips stores whole numbers that its rescale slope turns into 10^-3
/// mm^2/s.
SeriesHeader adc_header(const Scanner& scanner, const ExaminationLabel& label);
}  // namespace larc::demo
