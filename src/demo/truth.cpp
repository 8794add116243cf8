#include "demo/truth.h"

#include <mutex>

#include "demo/clinical_record.h"
#include "demo/endpoint_truth.h"
#include "demo/score.h"
#include "demo/screening_truth.h"
#include "stats/concordance.h"
#include "stats/roc.h"

namespace larc::demo {

namespace {

constexpr std::uint64_t kPopulationSeed = 20240630;

using OutcomesByEndpoint = std::map<std::string, ScoredOutcomes>;

/// Eligible patients, drawn as the cohort draws them.
OutcomesByEndpoint simulate(Scenario scenario) {
  OutcomesByEndpoint outcomes;
  Random random(derive_seed(kPopulationSeed, "demo population"));
  for (int i = 0; i < kPopulation; ++i) {
    LatentPatient patient;
    const double u = random.uniform();
    patient.centre = u < 0.42 ? 0 : u < 0.75 ? 1 : 2;
    patient.traits = draw_traits(random);
    patient.clinical = draw_baseline(random);
    const auto predictors = predictors_of(patient, scenario);
    const double response = draw_response(predictors.pcr, random);
    const auto y = draw_pathology(patient, predictors, response, random);
    const Day surgery = draw_surgery_day(random);
    const auto f = draw_follow_up(predictors.os, y.crm_mm <= 1, surgery, random);
    const auto os = observed(f, surgery, {f.death});
    const auto dfs = observed(f, surgery, {f.local, f.regional, f.distant, f.second_crc, f.death});
    const auto dmfs = observed(f, surgery, {f.distant, f.death});
    const auto add = [&](const char* id, double label_or_months, int event) {
      for (const auto& endpoint : scored_endpoints())
        if (std::string_view(endpoint.id) == id)
          outcomes[id].add(endpoint.score(predictors, scenario, patient.centre), label_or_months, event,
                           endpoint.survival);
    };
    add("pcr", is_pcr(y) ? 1 : 0, 0);
    add("good_response", y.regression <= 1 ? 1 : 0, 0);
    add("t_downstage", y.ypt != "4a" && y.ypt != "4b" ? 1 : 0, 0);
    add("crm_positive", y.crm_mm <= 1 ? 1 : 0, 0);
    add("deposits", y.deposits >= 1 ? 1 : 0, 0);
    add("os", os.months, os.event ? 1 : 0);
    if (y.resection != "R2") add("dfs", dfs.months, dfs.event ? 1 : 0);
    add("dmfs", dmfs.months, dmfs.event ? 1 : 0);
  }
  return outcomes;
}

template <typename T>
double mean(const std::vector<T>& values) {
  double sum = 0;
  for (const auto value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double reached(const ScoredOutcomes& data, const std::vector<double>& score, bool survival) {
  return survival ? stats::harrell_c(data.months, data.event, score).c : stats::roc(data.outcome, score).auc;
}

std::map<std::string, EndpointTruth> compute_population(Scenario scenario) {
  std::map<std::string, EndpointTruth> truth;
  const auto population = simulate(scenario);
  for (const auto& endpoint : scored_endpoints()) {
    const auto& data = population.at(endpoint.id);
    auto& entry = truth[endpoint.id];
    entry.survival = endpoint.survival;
    entry.prevalence = endpoint.survival ? mean(data.event) : mean(data.outcome);
    // Without signal the score is the same for all: 0.5 by definition.
    if (scenario == Scenario::signal) {
      entry.best_possible = reached(data, data.all, endpoint.survival);
      entry.clinical_only = reached(data, data.clinical, endpoint.survival);
      entry.image_only = reached(data, data.image, endpoint.survival);
      entry.radiomics_and_clinical = reached(data, data.radiomics_and_clinical, endpoint.survival);
    }
    if (scenario == Scenario::centre) entry.centre_only = reached(data, data.centre, endpoint.survival);
  }
  return truth;
}

const std::map<std::string, EndpointTruth>& population_truth(Scenario scenario) {
  static std::mutex mutex;
  static std::map<Scenario, std::map<std::string, EndpointTruth>> computed;
  const std::lock_guard lock(mutex);
  const auto found = computed.find(scenario);
  return found != computed.end() ? found->second
                                 : computed.emplace(scenario, compute_population(scenario)).first->second;
}

Json endpoint_json(const EndpointTruth& e) {
  return Json{{"metric", e.survival ? "c_harrell" : "auc"},
              {"best_possible", number_or_null(e.best_possible)},
              {"cohort_best", number_or_null(e.cohort_best)},
              {"clinical_only", number_or_null(e.clinical_only)},
              {"image_only", number_or_null(e.image_only)},
              {"radiomics_and_clinical", number_or_null(e.radiomics_and_clinical)},
              {"centre_only", number_or_null(e.centre_only)},
              {"prevalence", number_or_null(e.prevalence)},
              {"cohort_prevalence", number_or_null(e.cohort_prevalence)},
              {"prevalence_of", e.survival ? "event within follow-up" : "positive"}};
}

const char* to_string(Source source) {
  switch (source) {
    case Source::clinical:
      return "clinical";
    case Source::outline:
      return "t2w_inside_outline";
    case Source::beyond:
      return "image_beyond_it";
  }
  return "";
}

Json effects_json(const std::vector<Effect>& effects) {
  Json list = Json::array();
  for (const auto& effect : effects) {
    list.push_back({{"variable", effect.variable},
                    {"x_to", effect.value_text},
                    {"coefficient", effect.coefficient},
                    {"source", to_string(effect.source)}});
  }
  return list;
}

Json model_json(Scenario scenario) {
  Json pcr{{"link", "logit"}};
  const char* where = "the response is not complete";
  Json crm{{"link", "logit"}, {"where", where}}, deposits{{"link", "logit"}, {"where", where}};
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
    crm["intercept"] = kCrmIntercept;
    crm["effects"] = effects_json(crm_effects());
    deposits["intercept"] = kDepositIntercept;
    deposits["effects"] = effects_json(deposit_effects());
  } else if (scenario == Scenario::centre) {
    for (int c = 0; c < 3; ++c) {
      const std::string name(1, "ABC"[c]);
      pcr["prevalence_by_centre"][name] = kCentrePrevalence[c];
      os["log_hazard_by_centre"][name] = kCentreLogHazard[c];
    }
  } else {
    pcr["prevalence"] = kNullPrevalence;
    os["log_hazard"] = predictors_of({}, scenario).os.whole;
  }
  if (scenario != Scenario::signal) {
    crm["prevalence"] = kNullCrm;
    deposits["prevalence"] = kNullDeposits;
  }
  return {{"pcr", pcr}, {"os", os}, {"crm_positive", crm}, {"deposits", deposits}};
}

}  // namespace

DemoTruth compute_truth(const Cohort& cohort) {
  const Scenario scenario = cohort.settings().scenario;
  DemoTruth truth;
  truth.settings = cohort.settings();
  truth.endpoints = population_truth(scenario);
  OutcomesByEndpoint here;
  std::vector<double> complete, visits;
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    const auto patient = cohort.patient(i);
    const auto record = clinical_record(patient, cohort.settings());
    if (screening_truth(record).state != "eligible") continue;
    ++truth.eligible;
    for (const auto& outcome : endpoint_truth(record)) {
      if (outcome.state != "known") continue;
      for (const auto& endpoint : scored_endpoints()) {
        if (outcome.endpoint != endpoint.id) continue;
        here[endpoint.id].add(endpoint.score(patient.predictors, scenario, patient.latent.centre),
                              endpoint.survival ? outcome.time_months : outcome.label, outcome.event,
                              endpoint.survival);
      }
      if (outcome.endpoint != "pcr") continue;
      complete.push_back(outcome.label);
      visits.push_back(patient.followup_visits);
    }
  }
  for (auto& [id, entry] : truth.endpoints) {
    const auto& data = here[id];
    entry.cohort_best = reached(data, data.all, entry.survival);
    entry.cohort_prevalence = entry.survival ? mean(data.event) : mean(data.outcome);
  }
  if (scenario == Scenario::leak) truth.leaked_column_auc = stats::roc(complete, visits).auc;
  return truth;
}

Json to_json(const DemoTruth& truth) {
  Json json;
  json["synthetic"] = true;
  json["scenario"] = to_string(truth.settings.scenario);
  json["seed"] = truth.settings.seed;
  json["patients"] = truth.settings.patients;
  json["eligible"] = truth.eligible;
  for (const auto& endpoint : scored_endpoints())
    json["endpoints"][endpoint.id] = endpoint_json(truth.endpoints.at(endpoint.id));
  json["model"] = model_json(truth.settings.scenario);
  if (truth.settings.scenario == Scenario::leak) {
    json["leaked_column"] = {{"column", "followup_visits"},
                             {"renamed_copy", "visit_score"},
                             {"endpoint", "pcr"},
                             {"cohort_auc", number_or_null(truth.leaked_column_auc)}};
  }
  return json;
}

}  // namespace larc::demo
