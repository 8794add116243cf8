#pragma once
#include <string>
#include <vector>

#include "core/random.h"
#include "demo/baseline.h"
#include "demo/settings.h"

namespace larc::demo {

/// Everything about a patient that can drive an outcome.
struct LatentPatient {
  int centre = 0;  // 0 A, 1 B, 2 C
  ImageTraits traits;
  ClinicalBaseline clinical;
};

/// One term of a linear predictor: coefficient * value(patient).
struct Effect {
  std::string variable;
  std::string value_text;  // how the value is made from the variable
  double coefficient;
  bool image;  // seen in the image, not in the clinical table
  double (*value)(const LatentPatient&);
};

/// Terms of the log odds of pCR, and of the log hazard of death, in scenario `signal`.
const std::vector<Effect>& pcr_effects();
const std::vector<Effect>& os_effects();

/// Constants of the outcome model.
inline constexpr double kPcrIntercept = -1.68;
inline constexpr double kOsShape = 1.25;       // Weibull
inline constexpr double kOsScaleMonths = 190;  // at log hazard 0
inline constexpr double kDropoutPerMonth = 0.02 / 12.0;
inline constexpr double kHorizonMonths = 120;
/// pCR prevalence where nothing else drives it, and by centre in scenario `centre`; log hazard by centre there.
inline constexpr double kNullPrevalence = 0.30;
inline constexpr double kCentrePrevalence[3] = {0.14, 0.35, 0.65};
inline constexpr double kCentreLogHazard[3] = {0.7, 0.0, -0.7};

/// What the two kinds of data contribute, and the whole; `whole` includes intercept and centre.
struct LinearPredictor {
  double image = 0;
  double clinical = 0;
  double whole = 0;
  /// What a model may use: image + clinical. In the scenarios without signal it is constant.
  double honest() const { return image + clinical; }
};
LinearPredictor pcr_predictor(const LatentPatient& patient, Scenario scenario);
LinearPredictor os_predictor(const LatentPatient& patient, Scenario scenario);

/// Log odds plus standard logistic noise: above 0 is a complete response, below are weaker ones.
double draw_response(const LinearPredictor& pcr, Random& random);

struct Survival {
  double months = 0;  // from surgery
  bool event = false;
};
/// Weibull proportional hazards, exponential dropout, end of observation after `administrative_months`, at most 120.
Survival draw_survival(const LinearPredictor& os, double administrative_months, Random& random);

}  // namespace larc::demo
