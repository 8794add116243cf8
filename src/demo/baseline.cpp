#include "demo/baseline.h"

#include <algorithm>
#include <cmath>

#include "demo/choose.h"
#include "stats/logistic.h"

namespace larc::demo {

namespace {

/// To steps of 1 / per_unit, a power of ten: exactly the double that reading the printed text gives.
double rounded(double value, double per_unit) {
  return std::round(value * per_unit) / per_unit;
}

std::vector<std::string> draw_organs(bool male, Random& random) {
  std::vector<std::string> organs;
  const auto maybe = [&](const char* organ, double share) {
    if (random.uniform() < share) organs.emplace_back(organ);
  };
  maybe("bladder", male ? 0.25 : 0.15);
  maybe("prostate", male ? 0.35 : 0.0);
  maybe("seminal_vesicle", male ? 0.30 : 0.0);
  maybe("uterus", male ? 0.0 : 0.35);
  maybe("vagina", male ? 0.0 : 0.40);
  maybe("small_bowel", 0.05);
  maybe("sacrum", 0.08);
  maybe("pelvic_wall", 0.15);
  if (organs.empty()) organs.emplace_back(male ? "prostate" : "vagina");
  return organs;
}

double trait(Random& random) {
  double z = random.normal();
  while (std::abs(z) > 2.2) z = random.normal();
  return z;
}

}  // namespace

ImageTraits draw_traits(Random& random) {
  ImageTraits traits;
  traits.volume = trait(random);
  traits.intensity = trait(random);
  traits.heterogeneity = trait(random);
  traits.irregularity = trait(random);
  traits.diffusion = trait(random);
  traits.stranding = trait(random);
  return traits;
}

TumourAppearance appearance_of(const ImageTraits& traits, Random& random) {
  TumourAppearance appearance;
  appearance.volume_ml = 14.0 * std::exp(0.5 * traits.volume);
  appearance.mean = 2.10 + 0.32 * traits.intensity;
  appearance.texture_sd = 0.26 + 0.10 * traits.heterogeneity;
  appearance.irregularity = 0.11 + 0.045 * traits.irregularity;
  appearance.texture_sigma_mm = random.uniform(2.6, 3.2);
  return appearance;
}

double adc_of(const ImageTraits& traits) {
  return 1.05 + 0.13 * traits.diffusion;
}

double stranding_of(const ImageTraits& traits) {
  return stats::logistic(1.8 * traits.stranding);
}

ClinicalBaseline draw_baseline(Random& random) {
  ClinicalBaseline b;
  b.age_years = static_cast<int>(std::clamp(std::round(62.0 + 10.0 * random.normal()), 28.0, 88.0));
  const bool male = random.uniform() < 0.62;
  b.sex.assign(1, male ? 'M' : 'F');
  b.height_cm = static_cast<int>(std::clamp(std::round((male ? 174.0 : 162.0) + 6.5 * random.normal()), 145.0, 200.0));
  const double drawn_bmi = std::clamp(25.2 + 3.6 * random.normal(), 16.0, 40.0);
  b.weight_kg = static_cast<int>(std::round(drawn_bmi * std::pow(b.height_cm / 100.0, 2)));
  b.bmi = rounded(b.weight_kg / std::pow(b.height_cm / 100.0, 2), 10);
  b.ecog = random.uniform() < 0.58 ? 0 : random.uniform() < 0.83 ? 1 : 2;
  b.asa = random.uniform() < 0.15 ? 1 : random.uniform() < 0.7 ? 2 : 3;
  b.biopsy_histology = choose(random, {{"adenocarcinoma", 0.88}, {"mucinous", 0.10}, {"signet_ring", 0.02}});
  b.biopsy_grade = choose(random, {{"well", 0.14}, {"moderate", 0.66}, {"poor", 0.19}, {"undifferentiated", 0.01}});
  b.mmr = choose(random, {{"pMMR", 0.86}, {"dMMR", 0.07}, {"unknown", 0.07}});
  b.msi = b.mmr == "pMMR" ? choose(random, {{"MSS", 0.92}, {"MSI-L", 0.08}}) : b.mmr == "dMMR" ? "MSI-H" : "unknown";
  b.cea_ng_ml = std::max(0.5, rounded(5.0 * std::exp(0.75 * random.normal()), 10));
  b.ca19_9_u_ml = std::max(2.0, rounded(15.0 * std::exp(0.8 * random.normal()), 10));
  b.albumin_g_l = std::clamp(std::round(40.0 + 4.0 * random.normal()), 24.0, 52.0);
  b.haemoglobin_g_l = std::clamp(std::round(130.0 + 15.0 * random.normal()), 75.0, 180.0);
  b.neutrophils = rounded(std::clamp(4.4 * std::exp(0.3 * random.normal()), 1.5, 14.0), 10);
  b.lymphocytes = rounded(std::clamp(1.7 * std::exp(0.3 * random.normal()), 0.4, 5.0), 10);
  b.platelets = std::clamp(std::round(260.0 * std::exp(0.25 * random.normal())), 90.0, 700.0);
  b.ct = random.uniform() < 0.6 ? "T4a" : "T4b";
  if (b.ct == "T4b") b.organs = draw_organs(male, random);
  b.cn = choose(random, {{"N0", 0.18}, {"N1", 0.42}, {"N2", 0.40}});
  b.cm = random.uniform() < 0.97 ? "M0" : "M1";
  // A tumour that grows into another organ has crossed the fascia; one that reaches the peritoneum need not have.
  const bool involved = b.ct == "T4b" || random.uniform() < 0.67;
  b.mrf_distance_mm = rounded(involved ? random.uniform(0.0, 1.0) : random.uniform(1.1, 5.0), 10);
  if (b.ct == "T4a")
    b.mrf_closest = choose(random, {{"tumour", 0.66}, {"deposit", 0.10}, {"EMVI", 0.14}, {"node", 0.10}});
  b.emvi_score = std::stoi(choose(random, {{"0", 0.24}, {"1", 0.18}, {"2", 0.18}, {"3", 0.24}, {"4", 0.16}}));
  b.mr_tumour_deposits = random.uniform() < 0.75 ? 0 : whole(random, 1, 3);
  b.lateral_node_mm = random.uniform() < 0.7 ? 0.0 : rounded(3.0 + 2.5 * std::abs(random.normal()), 10);
  b.anal_verge_distance_cm = rounded(random.uniform(1.5, 12.0), 10);
  b.planned_regimen = choose(random, {{"long_course_crt", 0.43},
                                      {"tnt_consolidation", 0.28},
                                      {"tnt_induction", 0.10},
                                      {"short_course_rt", 0.09},
                                      {"chemotherapy_only", 0.06},
                                      {"with_immunotherapy", 0.03},
                                      {"other", 0.01}});
  return b;
}

}  // namespace larc::demo
