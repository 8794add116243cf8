#pragma once
#include "demo/tumour.h"

namespace larc::demo {

/// What the tumour does between the two examinations, as the image has to show it.
struct TumourResponse {
  double remaining = 1;      // share of the first volume that still looks like tumour at MRI 2; 0: scar only
  double fibrosis = 0;       // share of the former tumour bed that is dark scar at MRI 2
  double adc_before = 1.05;  // mean of the viable tumour, 10^-3 mm^2/s
  double adc_after = 1.35;   // the same at MRI 2; not used when nothing remains
};

/// Everything the image side knows of a patient. Drawn by the cohort, so that tables of 20,000 patients need no image.
struct ImagingTruth {
  TumourAppearance before;
  TumourResponse response;
  double mrf_distance_mm_1 = 2;  // tumour's outer border to the mesorectal fascia at MRI 1; 0: at it or beyond
  double mrf_distance_mm_2 = 4;  // at MRI 2
  double stranding_1 = 0;        // of the fat around the tumour at MRI 1: 0 none, 1 marked
  double stranding_2 = 0;        // at MRI 2
  int deposits = 0;              // tumour deposits in the mesorectum
  bool bladder_invaded = false;  // cT4b: grows into the organ in front (bladder, prostate or uterus)
};

/// What goes wrong when this patient is scanned and delivered.
struct ImagingFaults {
  bool gas_1 = false, gas_2 = false;   // susceptibility: DWI and ADC distorted and dark around rectal gas
  bool motion_1 = false;               // ghosts and blur of T2w at MRI 1: unreadable
  bool missing_slice = false;          // a file of T2w at MRI 1 is absent
  bool truncated_slice = false;        // a file of T2w at MRI 1 is cut off
  bool no_outline = false;             // no RTSTRUCT at either time
  bool no_diffusion = false;           // DWI and ADC were not acquired
  bool no_second_examination = false;  // MRI 2 was not delivered
};

}  // namespace larc::demo
