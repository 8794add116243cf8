#include "demo/regression.h"

#include <algorithm>
#include <cmath>

#include "demo/choose.h"
#include "stats/logistic.h"

namespace larc::demo {

namespace {

double tenths(double value) {
  return std::round(value * 10) / 10;
}

double hundredths(double value) {
  return std::round(value * 100) / 100;
}

std::string t_after(const LatentPatient& patient, double seen, Random& random) {
  if (seen < 0.05) return choose(random, {{"T0", 0.45}, {"T1", 0.15}, {"T2", 0.40}});
  if (seen < 0.25) return choose(random, {{"T1", 0.10}, {"T2", 0.50}, {"T3a", 0.25}, {"T3b", 0.15}});
  if (seen < 0.60) return choose(random, {{"T2", 0.10}, {"T3a", 0.25}, {"T3b", 0.30}, {"T3c", 0.20}, {"T4a", 0.15}});
  return random.uniform() < 0.3 ? "T3c" : patient.clinical.ct;
}

int regression_seen(double seen) {
  constexpr double kUpTo[] = {0.06, 0.25, 0.50, 0.80};
  return 1 + static_cast<int>(std::upper_bound(std::begin(kUpTo), std::end(kUpTo), seen) - std::begin(kUpTo));
}

bool invades_in_front(const std::vector<std::string>& organs) {
  return std::any_of(organs.begin(), organs.end(), [](const std::string& organ) {
    return organ == "bladder" || organ == "prostate" || organ == "seminal_vesicle" || organ == "uterus" ||
           organ == "vagina";
  });
}

}  // namespace

ImagingTruth draw_imaging(const LatentPatient& patient, const TumourAppearance& appearance, double response,
                          Random& random) {
  ImagingTruth imaging;
  imaging.before = appearance;
  auto& r = imaging.response;
  r.remaining = stats::logistic(-0.7 * (response + 2.4) + 0.6 * random.normal());
  if (r.remaining < 0.03) r.remaining = 0;
  r.fibrosis = random.uniform(0.08, 0.22);
  r.adc_before = adc_of(patient.traits);
  r.adc_after = std::clamp(r.adc_before + 0.12 + 0.45 * (1.0 - r.remaining) + 0.06 * random.normal(), 0.65, 2.1);
  const auto& b = patient.clinical;
  imaging.mrf_distance_mm_1 = b.mrf_distance_mm;
  imaging.mrf_distance_mm_2 = b.mrf_distance_mm + (1.0 - r.remaining) * random.uniform(0.5, 6.0);
  imaging.stranding_1 = stranding_of(patient.traits);
  imaging.stranding_2 = imaging.stranding_1 * (0.25 + 0.75 * r.remaining);
  imaging.deposits = b.mr_tumour_deposits;
  imaging.bladder_invaded = invades_in_front(b.organs);
  return imaging;
}

Restaging draw_restaging(const LatentPatient& patient, const ImagingTruth& imaging, Random& random) {
  const auto& b = patient.clinical;
  const auto& response = imaging.response;
  Restaging r;
  r.length_cm_1 =
      tenths(std::clamp(5.0 * std::cbrt(imaging.before.volume_ml / 14.0) + 0.5 * random.normal(), 1.5, 14.0));
  r.length_cm_2 = tenths(r.length_cm_1 * std::cbrt(response.remaining) * random.uniform(0.85, 1.1));
  r.adc_1 = hundredths(std::clamp(response.adc_before + 0.05 * random.normal(), 0.5, 1.6));
  const double adc_error = 0.07 * random.normal();
  r.adc_2 = response.remaining > 0 ? hundredths(std::clamp(response.adc_after + adc_error, 0.5, 2.5)) : 0;
  const double seen = response.remaining + 0.30 * random.normal();
  r.mrtrg = regression_seen(seen);
  r.ct = t_after(patient, response.remaining + 0.12 * random.normal(), random);
  const bool nodes_gone = random.uniform() < 0.35 + 0.35 * (1.0 - response.remaining);
  r.cn = nodes_gone || b.cn == "N0" ? "N0" : b.cn == "N2" && random.uniform() < 0.5 ? "N1" : b.cn;
  r.cm = random.uniform() < (b.cm == "M1" ? 0.80 : 0.015) ? "M1" : "M0";
  r.mrf_distance_mm = tenths(imaging.mrf_distance_mm_2);
  const int fall = static_cast<int>(std::lround(3.0 * (1.0 - response.remaining) * random.uniform()));
  r.emvi_score = std::max(0, b.emvi_score - fall);
  r.cea_ng_ml =
      tenths(std::max(0.5, b.cea_ng_ml * std::exp(-0.9 * (1.0 - response.remaining) + 0.3 * random.normal())));
  return r;
}

}  // namespace larc::demo
