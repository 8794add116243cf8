#include "demo/truth.h"

#include "stats/concordance.h"
#include "stats/logistic.h"
#include "stats/roc.h"

namespace larc::demo {

namespace {

constexpr std::uint64_t kPopulationSeed = 20240630;

/// Columns of one simulated or realised group of patients.
struct Columns {
  std::vector<double> pcr, pcr_all, pcr_clinical, pcr_image, pcr_centre;
  std::vector<double> months, os_all, os_clinical, os_image, os_centre;
  std::vector<int> died;

  void add(const LatentPatient& patient, const LinearPredictor& p, const LinearPredictor& o, bool complete,
           double time_months, bool event) {
    pcr.push_back(complete ? 1.0 : 0.0);
    pcr_all.push_back(p.honest());
    pcr_clinical.push_back(p.clinical);
    pcr_image.push_back(p.image);
    pcr_centre.push_back(kCentrePrevalence[patient.centre]);
    months.push_back(time_months);
    died.push_back(event ? 1 : 0);
    os_all.push_back(o.honest());
    os_clinical.push_back(o.clinical);
    os_image.push_back(o.image);
    os_centre.push_back(kCentreLogHazard[patient.centre]);
  }
};

Columns simulate(Scenario scenario) {
  Columns columns;
  Random random(derive_seed(kPopulationSeed, "demo population"));
  for (int i = 0; i < kPopulation; ++i) {
    LatentPatient patient;
    const double u = random.uniform();
    patient.centre = u < 0.42 ? 0 : u < 0.75 ? 1 : 2;
    patient.traits = draw_traits(random);
    patient.clinical = draw_baseline(random);
    const auto p = pcr_predictor(patient, scenario);
    const auto o = os_predictor(patient, scenario);
    const bool complete = draw_response(p, random) > 0;
    const double administrative = draw_administrative_months(random);
    const auto survival = draw_survival(o, administrative, random);
    columns.add(patient, p, o, complete, survival.months, survival.event);
  }
  return columns;
}

template <typename T>
double mean(const std::vector<T>& values) {
  double sum = 0;
  for (const auto value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Json endpoint_json(const EndpointTruth& e, const char* metric, const char* prevalence_of) {
  return Json{{"metric", metric},
              {"best_possible", number_or_null(e.best_possible)},
              {"cohort_best", number_or_null(e.cohort_best)},
              {"clinical_only", number_or_null(e.clinical_only)},
              {"image_only", number_or_null(e.image_only)},
              {"centre_only", number_or_null(e.centre_only)},
              {"prevalence", number_or_null(e.prevalence)},
              {"cohort_prevalence", number_or_null(e.cohort_prevalence)},
              {"prevalence_of", prevalence_of}};
}

Json effects_json(const std::vector<Effect>& effects) {
  Json list = Json::array();
  for (const auto& effect : effects) {
    list.push_back({{"variable", effect.variable},
                    {"x_to", effect.value_text},
                    {"coefficient", effect.coefficient},
                    {"source", effect.image ? "image" : "clinical"}});
  }
  return list;
}

Json model_json(Scenario scenario) {
  Json pcr{{"link", "logit"}};
  Json os{{"link", "log hazard"},
          {"baseline", "weibull"},
          {"shape", kOsShape},
          {"scale_months", kOsScaleMonths},
          {"dropout_per_month", kDropoutPerMonth},
          {"horizon_months", kHorizonMonths}};
  if (scenario == Scenario::signal) {
    pcr["intercept"] = kPcrIntercept;
    pcr["effects"] = effects_json(pcr_effects());
    os["effects"] = effects_json(os_effects());
  } else if (scenario == Scenario::centre) {
    for (int c = 0; c < 3; ++c) {
      const std::string name(1, "ABC"[c]);
      pcr["prevalence_by_centre"][name] = kCentrePrevalence[c];
      os["log_hazard_by_centre"][name] = kCentreLogHazard[c];
    }
  } else {
    pcr["prevalence"] = kNullPrevalence;
    os["log_hazard"] = os_predictor({}, scenario).whole;
  }
  return {{"pcr", pcr}, {"os", os}};
}

Json trait_json(const DemoPatient& patient) {
  const auto& z = patient.latent.traits;
  const auto& a = patient.appearance;
  return {{"patient", patient.id},
          {"centre", std::string(1, "ABC"[patient.latent.centre])},
          {"tumour_volume_ml", a.volume_ml},
          {"tumour_mean_to_muscle", a.mean},
          {"tumour_texture_sd", a.texture_sd},
          {"tumour_irregularity", a.irregularity},
          {"texture_sigma_mm", a.texture_sigma_mm},
          {"volume_z", z.volume},
          {"intensity_z", z.intensity},
          {"heterogeneity_z", z.heterogeneity},
          {"irregularity_z", z.irregularity},
          {"pcr", is_pcr(patient.pathology)},
          {"pcr_linear_predictor", patient.pcr.whole},
          {"pcr_probability", stats::logistic(patient.pcr.whole)},
          {"os_linear_predictor", patient.os.whole},
          {"os_months",
           static_cast<double>((patient.course.last_contact - patient.course.surgery).count()) / kDaysPerMonth},
          {"os_event", patient.course.died}};
}

}  // namespace

DemoTruth compute_truth(const std::vector<DemoPatient>& cohort, const DemoSettings& settings) {
  DemoTruth truth;
  truth.settings = settings;
  truth.patients = cohort;
  const auto population = simulate(settings.scenario);
  Columns here;
  std::vector<double> visits;
  for (const auto& patient : cohort) {
    const double months =
        static_cast<double>((patient.course.last_contact - patient.course.surgery).count()) / kDaysPerMonth;
    here.add(patient.latent, patient.pcr, patient.os, is_pcr(patient.pathology), months, patient.course.died);
    visits.push_back(patient.followup_visits);
  }

  const bool confounded = settings.scenario == Scenario::centre;
  truth.pcr.best_possible = stats::roc(population.pcr, population.pcr_all).auc;
  truth.pcr.clinical_only = stats::roc(population.pcr, population.pcr_clinical).auc;
  truth.pcr.image_only = stats::roc(population.pcr, population.pcr_image).auc;
  if (confounded) truth.pcr.centre_only = stats::roc(population.pcr, population.pcr_centre).auc;
  truth.pcr.cohort_best = stats::roc(here.pcr, here.pcr_all).auc;
  truth.pcr.prevalence = mean(population.pcr);
  truth.pcr.cohort_prevalence = mean(here.pcr);
  if (settings.scenario == Scenario::leak) truth.leaked_column_auc = stats::roc(here.pcr, visits).auc;

  truth.os.best_possible = stats::harrell_c(population.months, population.died, population.os_all).c;
  truth.os.clinical_only = stats::harrell_c(population.months, population.died, population.os_clinical).c;
  truth.os.image_only = stats::harrell_c(population.months, population.died, population.os_image).c;
  if (confounded) truth.os.centre_only = stats::harrell_c(population.months, population.died, population.os_centre).c;
  truth.os.cohort_best = stats::harrell_c(here.months, here.died, here.os_all).c;
  truth.os.prevalence = mean(population.died);
  truth.os.cohort_prevalence = mean(here.died);
  return truth;
}

Json to_json(const DemoTruth& truth) {
  Json json;
  json["synthetic"] = true;
  json["scenario"] = to_string(truth.settings.scenario);
  json["seed"] = truth.settings.seed;
  json["patients"] = truth.settings.patients;
  json["endpoints"] = {{"pcr", endpoint_json(truth.pcr, "auc", "complete response")},
                       {"os", endpoint_json(truth.os, "c_harrell", "death within follow-up")}};
  json["model"] = model_json(truth.settings.scenario);
  if (truth.settings.scenario == Scenario::leak) {
    json["leaked_column"] = {
        {"column", "followup_visits"}, {"endpoint", "pcr"}, {"cohort_auc", truth.leaked_column_auc}};
  }
  json["planted"] = Json::array();
  json["traits"] = Json::array();
  for (const auto& patient : truth.patients) {
    if (!patient.planted.empty()) json["planted"].push_back({{"patient", patient.id}, {"what", patient.planted}});
    json["traits"].push_back(trait_json(patient));
  }
  return json;
}

}  // namespace larc::demo
