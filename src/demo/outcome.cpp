#include "demo/outcome.h"

#include <algorithm>
#include <cmath>

#include "stats/logistic.h"

namespace larc::demo {

namespace {

double volume(const LatentPatient& p) {
  return p.traits.volume;
}
double intensity(const LatentPatient& p) {
  return p.traits.intensity;
}
double heterogeneity(const LatentPatient& p) {
  return p.traits.heterogeneity;
}
double irregularity(const LatentPatient& p) {
  return p.traits.irregularity;
}
double log_cea(const LatentPatient& p) {
  return std::log(p.clinical.cea_ng_ml / 5.0) / 0.75;
}
double haemoglobin(const LatentPatient& p) {
  return (p.clinical.haemoglobin_g_l - 130.0) / 15.0;
}
double total_neoadjuvant(const LatentPatient& p) {
  return p.clinical.planned_regimen == "tnt_consolidation" ? 1.0 : 0.0;
}
double age(const LatentPatient& p) {
  return (p.clinical.age_years - 62.0) / 10.0;
}
double ecog(const LatentPatient& p) {
  return p.clinical.ecog;
}
double emvi(const LatentPatient& p) {
  return p.clinical.emvi_score >= 3 ? 1.0 : 0.0;
}

LinearPredictor sum_effects(const std::vector<Effect>& effects, const LatentPatient& patient, double intercept) {
  LinearPredictor result;
  for (const auto& effect : effects) {
    (effect.image ? result.image : result.clinical) += effect.coefficient * effect.value(patient);
  }
  result.whole = intercept + result.image + result.clinical;
  return result;
}

}  // namespace

const std::vector<Effect>& pcr_effects() {
  static const std::vector<Effect> effects{
      {"tumour_volume_ml", "ln(x / 14) / 0.5", -1.0, true, volume},
      {"tumour_mean_to_muscle", "(x - 2.10) / 0.32", 0.55, true, intensity},
      {"tumour_texture_sd", "(x - 0.26) / 0.10", -0.95, true, heterogeneity},
      {"cea_ng_ml", "ln(x / 5) / 0.75", -0.95, false, log_cea},
      {"planned_regimen", "1 if tnt_consolidation, else 0", 1.0, false, total_neoadjuvant},
      {"haemoglobin_g_l", "(x - 130) / 15", 0.5, false, haemoglobin},
  };
  return effects;
}

const std::vector<Effect>& os_effects() {
  static const std::vector<Effect> effects{
      {"tumour_volume_ml", "ln(x / 14) / 0.5", 0.55, true, volume},
      {"tumour_texture_sd", "(x - 0.26) / 0.10", 0.40, true, heterogeneity},
      {"tumour_irregularity", "(x - 0.11) / 0.045", 0.20, true, irregularity},
      {"age_years", "(x - 62) / 10", 0.45, false, age},
      {"cea_ng_ml", "ln(x / 5) / 0.75", 0.35, false, log_cea},
      {"emvi_score_1", "1 if x >= 3, else 0", 0.60, false, emvi},
      {"ecog", "x", 0.35, false, ecog},
  };
  return effects;
}

LinearPredictor pcr_predictor(const LatentPatient& patient, Scenario scenario) {
  if (scenario == Scenario::signal) return sum_effects(pcr_effects(), patient, kPcrIntercept);
  const double prevalence = scenario == Scenario::centre ? kCentrePrevalence[patient.centre] : kNullPrevalence;
  return {0, 0, stats::logit(prevalence)};
}

LinearPredictor os_predictor(const LatentPatient& patient, Scenario scenario) {
  if (scenario == Scenario::signal) return sum_effects(os_effects(), patient, 0.0);
  return {0, 0, scenario == Scenario::centre ? kCentreLogHazard[patient.centre] : 0.35};
}

double draw_response(const LinearPredictor& pcr, Random& random) {
  const double u = std::max(random.uniform(), 1e-16);
  return pcr.whole + stats::logit(u);
}

Survival draw_survival(const LinearPredictor& os, double administrative_months, Random& random) {
  const double u = 1.0 - random.uniform();
  const double death = kOsScaleMonths * std::pow(-std::log(u) / std::exp(os.whole), 1.0 / kOsShape);
  const double dropout = -std::log(1.0 - random.uniform()) / kDropoutPerMonth;
  const double censored = std::min({administrative_months, dropout, kHorizonMonths});
  return death <= censored ? Survival{death, true} : Survival{censored, false};
}

}  // namespace larc::demo
