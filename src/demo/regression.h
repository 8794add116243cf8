#pragma once
#include <string>

#include "demo/imaging_truth.h"
#include "demo/outcome.h"

namespace larc::demo {

/// What of the tumour is left at MRI 2, given the response (see `draw_response`): the share that still looks like
/// tumour is logistic(-0.7 (response + 2.4) + 0.6 z), none below 3%.
ImagingTruth draw_imaging(const LatentPatient& patient, const TumourAppearance& appearance, double response,
                          Random& random);

/// Numbers and stages a radiologist takes from the images, and laboratory values at MRI 2.
struct Restaging {
  double length_cm_1 = 5, length_cm_2 = 0;
  double adc_1 = 1, adc_2 = 0;  // 10^-3 mm^2/s; adc_2 0: nothing to measure
  std::string ct = "T3b", cn = "N0", cm = "M0";
  double mrf_distance_mm = 3;
  int emvi_score = 0;
  int mrtrg = 3;
  double cea_ng_ml = 3;
};
/// mrTRG follows what remains with an error of 0.30 of the tumour: it agrees poorly with pathology, as in practice.
Restaging draw_restaging(const LatentPatient& patient, const ImagingTruth& imaging, Random& random);

}  // namespace larc::demo
