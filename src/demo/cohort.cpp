#include "demo/cohort.h"

#include <algorithm>
#include <cmath>

#include "demo/choose.h"

namespace larc::demo {

namespace {

std::string patient_id(int centre, std::size_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return std::string("LARC-") + "ABC"[centre] + "-" + digits;
}

/// What of an ineligible patient differs from the start on; what is only left out of the table is done there.
void apply_screening(ScreeningCase screening, ClinicalBaseline& baseline, Random& random) {
  switch (screening) {
    case ScreeningCase::other_histology:
      baseline.biopsy_histology = "other";
      break;
    case ScreeningCase::ct3:
      baseline.ct = choose(random, {{"T3b", 0.3}, {"T3c", 0.4}, {"T3d", 0.3}});
      baseline.organs.clear();
      // A second reason does not count: the first criterion that fails decides.
      if (random.uniform() < 0.3) baseline.anal_verge_distance_cm = 13.5;
      break;
    case ScreeningCase::high_tumour:
      baseline.anal_verge_distance_cm = std::round(random.uniform(122, 150)) / 10;
      break;
    default:
      break;
  }
}

int draw_visits(const DemoPatient& patient, Scenario scenario, Random& random) {
  if (scenario == Scenario::leak) {
    const double mean = is_pcr(patient.pathology) ? 13.0 : 7.0;
    return static_cast<int>(std::clamp(std::round(mean + 1.7 * random.normal()), 1.0, 30.0));
  }
  const double years = static_cast<double>((patient.follow_up.last_contact - patient.course.surgery).count()) / 365.25;
  return static_cast<int>(std::clamp(std::round(2.0 + 2.0 * std::min(years, 5.0) + random.normal()), 1.0, 30.0));
}

void draw_imaging_faults(DemoPatient& patient, const DemoSettings& settings, Random& random) {
  auto& faults = patient.faults;
  faults.gas_1 = random.uniform() < 0.25;
  faults.gas_2 = random.uniform() < 0.25;
  const double no_diffusion = random.uniform(), second = random.uniform();
  faults.motion_1 = patient.plan.screening == ScreeningCase::poor_images;
  faults.truncated_slice = patient.plan.truncated_slice;
  faults.missing_slice = patient.plan.missing_slice;
  faults.no_outline = patient.plan.no_outline;
  const bool planted = settings.patients >= kFewestForPlanted;
  faults.no_diffusion = planted && no_diffusion < 0.03;
  // Half of the second examinations that are not delivered were never made.
  faults.no_second_examination = !patient.treated() || (planted && second < 0.04);
  patient.restaged = patient.treated() && !(planted && second < 0.02);
}

}  // namespace

Cohort::Cohort(const DemoSettings& settings) : settings_(settings), plan_(plan_cohort(settings)) {}

DemoPatient Cohort::patient(std::size_t index) const {
  DemoPatient patient;
  patient.index = index;
  patient.plan = plan_[index];
  const auto stream = [&](const char* name) { return Random(derive_seed(settings_.seed, name, index)); };
  const auto [centre, number] = centre_of(settings_.patients, index);
  patient.id = patient_id(centre, number);
  patient.latent.centre = centre;

  auto traits = stream("demo traits");
  patient.latent.traits = draw_traits(traits);
  const auto appearance = appearance_of(patient.latent.traits, traits);
  auto baseline = stream("demo baseline");
  patient.latent.clinical = draw_baseline(baseline);
  apply_screening(patient.plan.screening, patient.latent.clinical, baseline);
  patient.predictors = predictors_of(patient.latent, settings_.scenario);
  auto response = stream("demo response");
  patient.response = draw_response(patient.predictors.pcr, response);
  auto regression = stream("demo regression");
  patient.imaging = draw_imaging(patient.latent, appearance, patient.response, regression);
  patient.restaging = draw_restaging(patient.latent, patient.imaging, regression);

  auto course = stream("demo course");
  patient.course = draw_course(patient.latent.clinical, course);
  if (!patient.treated()) patient.course.actual_regimen = "none";
  if (!patient.operated()) patient.course.surgery_type = "none";
  if (patient.plan.screening == ScreeningCase::local_excision) patient.course.surgery_type = "local_excision";
  auto pathology = stream("demo pathology");
  patient.pathology = draw_pathology(patient.latent, patient.predictors, patient.response, pathology);
  grade_regression(patient.pathology, centre, patient.course.surgery, pathology);
  auto follow_up = stream("demo follow-up");
  patient.follow_up =
      draw_follow_up(patient.predictors.os, patient.pathology.crm_mm <= 1, patient.course.surgery, follow_up);
  auto visits = stream("demo visits");
  patient.followup_visits = draw_visits(patient, settings_.scenario, visits);
  auto faults = stream("demo imaging faults");
  draw_imaging_faults(patient, settings_, faults);
  return patient;
}

std::vector<DemoPatient> draw_cohort(const DemoSettings& settings) {
  const Cohort cohort(settings);
  std::vector<DemoPatient> patients;
  patients.reserve(cohort.size());
  for (std::size_t i = 0; i < cohort.size(); ++i) patients.push_back(cohort.patient(i));
  return patients;
}

}  // namespace larc::demo
