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

/// Where a variable can be read.
enum class Source {
  clinical,  // the clinical table
  outline,   // T2w before therapy inside the tumour's outline, and the outline itself: what radiomics holds
  beyond     // images before therapy, but not there: diffusion, the fat around the tumour
};

/// One term of a linear predictor: coefficient * value(patient).
struct Effect {
  std::string variable;
  std::string value_text;  // how the value is made from the variable
  double coefficient;
  Source source;
  double (*value)(const LatentPatient&);
};

/// In scenario `signal`. Of the log odds of pCR; of the log hazard of death; of the log odds of a margin of at most 1
/// mm, and of tumour deposits, where the response is not complete.
const std::vector<Effect>& pcr_effects();
const std::vector<Effect>& os_effects();
const std::vector<Effect>& crm_effects();
const std::vector<Effect>& deposit_effects();

/// Constants of the outcome model.
inline constexpr double kPcrIntercept = -2.45;
inline constexpr double kCrmIntercept = -3.18;
inline constexpr double kDepositIntercept = -2.42;
inline constexpr double kOsShape = 1.25;       // Weibull
inline constexpr double kOsScaleMonths = 190;  // at log hazard 0
inline constexpr double kDropoutPerMonth = 0.02 / 12.0;
inline constexpr double kHorizonMonths = 120;
/// pCR prevalence where nothing else drives it, and by centre in scenario `centre`; log hazard by centre there.
inline constexpr double kNullPrevalence = 0.30;
inline constexpr double kCentrePrevalence[3] = {0.14, 0.35, 0.65};
inline constexpr double kCentreLogHazard[3] = {0.7, 0.0, -0.7};
/// Without signal, where the response is not complete.
inline constexpr double kNullCrm = 0.15;
inline constexpr double kNullDeposits = 0.19;

/// What each source contributes, and the whole; `whole` includes intercept and centre.
struct LinearPredictor {
  double clinical = 0;
  double outline = 0;
  double beyond = 0;
  double whole = 0;
  double image() const { return outline + beyond; }
  double radiomics_and_clinical() const { return outline + clinical; }
  /// What a model may use: image + clinical. In the scenarios without signal it is constant.
  double honest() const { return image() + clinical; }
};

struct Predictors {
  LinearPredictor pcr, os, crm, deposits;
};
Predictors predictors_of(const LatentPatient& patient, Scenario scenario);

/// Log odds plus standard logistic noise: above 0 is a complete response, below are weaker ones.
double draw_response(const LinearPredictor& pcr, Random& random);

/// Weibull proportional hazards: months from surgery to death.
double draw_death_months(const LinearPredictor& os, Random& random);

}  // namespace larc::demo
