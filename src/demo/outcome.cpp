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
double diffusion(const LatentPatient& p) {
  return p.traits.diffusion;
}
double stranding(const LatentPatient& p) {
  return p.traits.stranding;
}
double log_cea(const LatentPatient& p) {
  return std::log(p.clinical.cea_ng_ml / 5.0) / 0.75;
}
double haemoglobin(const LatentPatient& p) {
  return (p.clinical.haemoglobin_g_l - 130.0) / 15.0;
}
double total_neoadjuvant(const LatentPatient& p) {
  return p.clinical.planned_regimen.starts_with("tnt_") ? 1.0 : 0.0;
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
double mrf_involved(const LatentPatient& p) {
  return p.clinical.mrf_distance_mm <= 1.0 ? 1.0 : 0.0;
}
double organ_invaded(const LatentPatient& p) {
  return p.clinical.ct == "T4b" ? 1.0 : 0.0;
}
double deposits_seen(const LatentPatient& p) {
  return p.clinical.mr_tumour_deposits >= 1 ? 1.0 : 0.0;
}
double n2(const LatentPatient& p) {
  return p.clinical.cn == "N2" ? 1.0 : 0.0;
}

LinearPredictor sum_effects(const std::vector<Effect>& effects, const LatentPatient& patient, double intercept) {
  LinearPredictor result;
  for (const auto& effect : effects) {
    double& part = effect.source == Source::clinical  ? result.clinical
                   : effect.source == Source::outline ? result.outline
                                                      : result.beyond;
    part += effect.coefficient * effect.value(patient);
  }
  result.whole = intercept + result.honest();
  return result;
}

LinearPredictor constant(double whole) {
  LinearPredictor result;
  result.whole = whole;
  return result;
}

}  // namespace

const std::vector<Effect>& pcr_effects() {
  static const std::vector<Effect> effects{
      {"tumour_volume_ml", "ln(x / 14) / 0.5", -0.80, Source::outline, volume},
      {"tumour_mean_to_muscle", "(x - 2.10) / 0.32", 0.45, Source::outline, intensity},
      {"tumour_texture_sd", "(x - 0.26) / 0.10", -0.75, Source::outline, heterogeneity},
      {"adc_before", "(x - 1.05) / 0.13", -0.80, Source::beyond, diffusion},
      {"fat_stranding", "logit(x) / 1.8", -0.85, Source::beyond, stranding},
      {"cea_ng_ml", "ln(x / 5) / 0.75", -0.95, Source::clinical, log_cea},
      {"planned_regimen", "1 if tnt_induction or tnt_consolidation, else 0", 1.0, Source::clinical, total_neoadjuvant},
      {"haemoglobin_g_l", "(x - 130) / 15", 0.5, Source::clinical, haemoglobin},
  };
  return effects;
}

const std::vector<Effect>& os_effects() {
  static const std::vector<Effect> effects{
      {"tumour_volume_ml", "ln(x / 14) / 0.5", 0.40, Source::outline, volume},
      {"tumour_texture_sd", "(x - 0.26) / 0.10", 0.30, Source::outline, heterogeneity},
      {"tumour_irregularity", "(x - 0.11) / 0.045", 0.20, Source::outline, irregularity},
      {"adc_before", "(x - 1.05) / 0.13", 0.40, Source::beyond, diffusion},
      {"fat_stranding", "logit(x) / 1.8", 0.50, Source::beyond, stranding},
      {"age_years", "(x - 62) / 10", 0.45, Source::clinical, age},
      {"cea_ng_ml", "ln(x / 5) / 0.75", 0.35, Source::clinical, log_cea},
      {"emvi_score_1", "1 if x >= 3, else 0", 0.60, Source::clinical, emvi},
      {"ecog", "x", 0.35, Source::clinical, ecog},
  };
  return effects;
}

const std::vector<Effect>& crm_effects() {
  static const std::vector<Effect> effects{
      {"tumour_volume_ml", "ln(x / 14) / 0.5", 0.40, Source::outline, volume},
      {"tumour_irregularity", "(x - 0.11) / 0.045", 0.35, Source::outline, irregularity},
      {"adc_before", "(x - 1.05) / 0.13", 0.20, Source::beyond, diffusion},
      {"fat_stranding", "logit(x) / 1.8", 0.45, Source::beyond, stranding},
      {"mrf_distance_mm_1", "1 if x <= 1, else 0", 1.10, Source::clinical, mrf_involved},
      {"cT_1", "1 if T4b, else 0", 0.60, Source::clinical, organ_invaded},
  };
  return effects;
}

const std::vector<Effect>& deposit_effects() {
  static const std::vector<Effect> effects{
      {"tumour_texture_sd", "(x - 0.26) / 0.10", 0.40, Source::outline, heterogeneity},
      {"adc_before", "(x - 1.05) / 0.13", 0.20, Source::beyond, diffusion},
      {"fat_stranding", "logit(x) / 1.8", 0.50, Source::beyond, stranding},
      {"mr_tumour_deposits_1", "1 if x >= 1, else 0", 1.30, Source::clinical, deposits_seen},
      {"emvi_score_1", "1 if x >= 3, else 0", 0.80, Source::clinical, emvi},
      {"cN_1", "1 if N2, else 0", 0.50, Source::clinical, n2},
  };
  return effects;
}

Predictors predictors_of(const LatentPatient& patient, Scenario scenario) {
  if (scenario == Scenario::signal)
    return {sum_effects(pcr_effects(), patient, kPcrIntercept), sum_effects(os_effects(), patient, 0.0),
            sum_effects(crm_effects(), patient, kCrmIntercept),
            sum_effects(deposit_effects(), patient, kDepositIntercept)};
  const bool centre = scenario == Scenario::centre;
  const double prevalence = centre ? kCentrePrevalence[patient.centre] : kNullPrevalence;
  const double log_hazard = centre ? kCentreLogHazard[patient.centre] : 0.35;
  return {constant(stats::logit(prevalence)), constant(log_hazard), constant(stats::logit(kNullCrm)),
          constant(stats::logit(kNullDeposits))};
}

double draw_response(const LinearPredictor& pcr, Random& random) {
  const double u = std::max(random.uniform(), 1e-16);
  return pcr.whole + stats::logit(u);
}

double draw_death_months(const LinearPredictor& os, Random& random) {
  const double u = 1.0 - random.uniform();
  return kOsScaleMonths * std::pow(-std::log(u) / std::exp(os.whole), 1.0 / kOsShape);
}

}  // namespace larc::demo
