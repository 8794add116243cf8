#include "demo/cohort.h"

#include <algorithm>
#include <cmath>

#include "core/csv.h"
#include "core/error.h"
#include "core/number.h"

namespace larc::demo {

namespace {

std::string patient_id(int centre, int number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return std::string("LARC-") + "ABC"[centre] + "-" + digits;
}

DemoPatient draw_patient(const DemoSettings& settings, int centre, std::uint64_t index) {
  DemoPatient patient;
  const auto stream = [&](const char* name) { return Random(derive_seed(settings.seed, name, index)); };
  patient.latent.centre = centre;
  auto traits = stream("demo traits");
  patient.latent.traits = draw_traits(traits);
  patient.appearance = appearance_of(patient.latent.traits, traits);
  auto baseline = stream("demo baseline");
  patient.latent.clinical = draw_baseline(baseline);
  patient.pcr = pcr_predictor(patient.latent, settings.scenario);
  patient.os = os_predictor(patient.latent, settings.scenario);
  auto response = stream("demo response");
  patient.pathology = draw_pathology(draw_response(patient.pcr, response), response);
  auto course = stream("demo course");
  patient.course = draw_course(patient.latent, patient.os, course);
  auto visits = stream("demo visits");
  const double mean_visits = is_pcr(patient.pathology) ? 13.0 : 7.0;
  patient.followup_visits = static_cast<int>(std::clamp(std::round(mean_visits + 1.7 * visits.normal()), 1.0, 30.0));
  return patient;
}

/// One faulty delivery at each centre.
void plant_failures(std::vector<DemoPatient>& cohort, std::uint64_t seed) {
  Random random(derive_seed(seed, "demo planted"));
  const char* const kinds[3] = {"truncated_slice", "missing_slice", "no_mask"};
  for (int centre = 0; centre < 3; ++centre) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < cohort.size(); ++i) {
      if (cohort[i].latent.centre == centre) members.push_back(i);
    }
    cohort[members[random.below(members.size())]].planted = kinds[centre];
  }
}

std::string fixed(double value, int digits) {
  return format_fixed(value, digits);
}

}  // namespace

std::vector<DemoPatient> draw_cohort(const DemoSettings& settings) {
  if (settings.patients < kFewestPatients) {
    throw Error(ErrorCode::domain, "the demonstration needs at least " + std::to_string(kFewestPatients) +
                                       " patients for its three centres, not " + std::to_string(settings.patients));
  }
  const int at_a = static_cast<int>(std::lround(0.42 * settings.patients));
  const int at_b = static_cast<int>(std::lround(0.33 * settings.patients));
  std::vector<DemoPatient> cohort;
  int number = 0;
  int last_centre = 0;
  for (int i = 0; i < settings.patients; ++i) {
    const int centre = i < at_a ? 0 : i < at_a + at_b ? 1 : 2;
    number = centre == last_centre ? number + 1 : 1;
    last_centre = centre;
    cohort.push_back(draw_patient(settings, centre, static_cast<std::uint64_t>(i)));
    cohort.back().id = patient_id(centre, number);
  }
  if (settings.patients >= kFewestForPlanted) plant_failures(cohort, settings.seed);
  return cohort;
}

std::string format_clinical_csv(const std::vector<DemoPatient>& cohort, const DemoSettings& settings) {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t index = 0; index < cohort.size(); ++index) {
    const auto& patient = cohort[index];
    const auto& b = patient.latent.clinical;
    const auto& y = patient.pathology;
    Random missing(derive_seed(settings.seed, "demo missing", index));
    std::vector<std::string> row;
    const bool first = index == 0;
    const auto put = [&](const char* column, std::string value) {
      if (first) header.emplace_back(column);
      row.push_back(std::move(value));
    };
    const auto put_laboratory = [&](const char* column, std::string value, double share_missing) {
      put(column, missing.uniform() < share_missing ? std::string() : std::move(value));
    };
    put("patient_id", patient.id);
    put("centre", std::string(1, "ABC"[patient.latent.centre]));
    put("age_years", std::to_string(b.age_years));
    put("sex", b.sex);
    put("height_cm", std::to_string(b.height_cm));
    put("weight_kg", std::to_string(b.weight_kg));
    put("bmi", fixed(b.bmi, 1));
    put("ecog", std::to_string(b.ecog));
    put("asa", std::to_string(b.asa));
    put("diagnosis_date", iso_date(patient.course.diagnosis));
    put("biopsy_histology", b.biopsy_histology);
    put("biopsy_grade", b.biopsy_grade);
    put("mmr", b.mmr);
    put("msi", b.msi);
    put_laboratory("cea_ng_ml", fixed(b.cea_ng_ml, 1), 0.05);
    put_laboratory("ca19_9_u_ml", fixed(b.ca19_9_u_ml, 1), 0.08);
    put_laboratory("albumin_g_l", fixed(b.albumin_g_l, 0), 0.07);
    put_laboratory("haemoglobin_g_l", fixed(b.haemoglobin_g_l, 0), 0.05);
    put_laboratory("neutrophils", fixed(b.neutrophils, 1), 0.06);
    put_laboratory("lymphocytes", fixed(b.lymphocytes, 1), 0.06);
    put_laboratory("platelets", fixed(b.platelets, 0), 0.06);
    put("mri_date_1", iso_date(patient.course.mri_1));
    put("cT_1", b.ct);
    put("cN_1", b.cn);
    put("cM_1", b.cm);
    put("mrf_distance_mm_1", fixed(b.mrf_distance_mm, 1));
    put("emvi_score_1", std::to_string(b.emvi_score));
    put("mr_tumour_deposits_1", std::to_string(b.mr_tumour_deposits));
    put("anal_verge_distance_cm_1", fixed(b.anal_verge_distance_cm, 1));
    put("planned_regimen", b.planned_regimen);
    put("nat_start", iso_date(patient.course.nat_start));
    put("nat_end", iso_date(patient.course.nat_end));
    put("surgery_date", iso_date(patient.course.surgery));
    put("ypT", y.ypt);
    put("ypN", y.ypn);
    put("nodes_examined", std::to_string(y.nodes_examined));
    put("nodes_positive", std::to_string(y.nodes_positive));
    put("trg_value", std::to_string(y.trg));
    put("trg_system", "AJCC");
    put("crm_mm", fixed(y.crm_mm, 1));
    put("tumour_deposit_count", std::to_string(y.deposits));
    if (settings.scenario == Scenario::leak) put("followup_visits", std::to_string(patient.followup_visits));
    put("last_contact_date", iso_date(patient.course.last_contact));
    put("death_date", patient.course.died ? iso_date(patient.course.last_contact) : std::string());
    rows.push_back(std::move(row));
  }
  return format_csv(header, rows);
}

}  // namespace larc::demo
