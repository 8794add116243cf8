#pragma once
#include <string>
#include <vector>

#include "core/random.h"
#include "demo/tumour.h"

namespace larc::demo {

/// What the image shows of a tumour, each trait standardised: normal, mean 0, redrawn beyond +-2.2.
struct ImageTraits {
  double volume = 0;         // log tumour volume
  double intensity = 0;      // mean T2 signal relative to muscle
  double heterogeneity = 0;  // standard deviation of the texture
  double irregularity = 0;   // bumps of the surface
  double diffusion = 0;      // mean ADC before therapy
  double stranding = 0;      // dark strands in the fat around it
};
ImageTraits draw_traits(Random& random);

/// The phantom's parameters. volume_ml = 14 exp(0.5 z); mean = 2.10 + 0.32 z; texture_sd = 0.26 + 0.10 z;
/// irregularity = 0.11 + 0.045 z. The coarseness of the texture is no trait: it is drawn from `random`.
TumourAppearance appearance_of(const ImageTraits& traits, Random& random);

/// Mean ADC of the tumour before therapy, 1.05 + 0.13 z in 10^-3 mm^2/s.
double adc_of(const ImageTraits& traits);

/// Amount of stranding before therapy, logistic(1.8 z): 0 none, 1 marked; see Stranding.
double stranding_of(const ImageTraits& traits);

/// What is known before therapy, as it stands in the clinical table (rounded as there). Names and codes are those of
/// the data dictionary.
struct ClinicalBaseline {
  int age_years = 62;
  std::string sex = "M";
  int height_cm = 170;
  int weight_kg = 72;
  double bmi = 25;
  int ecog = 0;
  int asa = 2;
  std::string biopsy_histology = "adenocarcinoma";
  std::string biopsy_grade = "moderate";
  std::string mmr = "pMMR";
  std::string msi = "MSS";
  double cea_ng_ml = 5;
  double ca19_9_u_ml = 15;
  double albumin_g_l = 40;
  double haemoglobin_g_l = 130;
  double neutrophils = 4.5;
  double lymphocytes = 1.7;
  double platelets = 260;
  std::string ct = "T4a";
  std::vector<std::string> organs;  // invaded; only with T4b
  std::string cn = "N1";
  std::string cm = "M0";
  double mrf_distance_mm = 0;
  std::string mrf_closest = "tumour";
  int emvi_score = 0;
  int mr_tumour_deposits = 0;
  double lateral_node_mm = 0;  // short axis; 0: none seen
  double anal_verge_distance_cm = 7;
  std::string planned_regimen = "long_course_crt";
};
ClinicalBaseline draw_baseline(Random& random);

}  // namespace larc::demo
