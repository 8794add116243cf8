#include "demo/clinical_record.h"

#include <algorithm>

#include "core/text.h"
#include "demo/faults.h"
#include "demo/readings.h"

namespace larc::demo {

namespace {

constexpr const char* kOrgansColumn = "ct4b_organs_1___";

void record_baseline(Record& r, const DemoPatient& patient, Random& random) {
  const auto& b = patient.latent.clinical;
  const auto& course = patient.course;
  r.set("age_years", b.age_years);
  r.set("sex", b.sex);
  r.set("height_cm", b.height_cm);
  r.set("weight_kg", b.weight_kg);
  r.set("bmi", b.bmi, 1);
  r.set("ecog", b.ecog);
  r.set("asa", b.asa);
  r.set("diagnosis_date", course.diagnosis);
  r.set("biopsy_histology", b.biopsy_histology);
  r.set("biopsy_grade", b.biopsy_grade);
  r.set("mmr", b.mmr);
  r.set("msi", b.msi);
  r.set("lab_date_1", course.laboratory);
  r.set("cea_ng_ml", b.cea_ng_ml, 1);
  r.set("ca19_9_u_ml", b.ca19_9_u_ml, 1);
  r.set("albumin_g_l", b.albumin_g_l, 0);
  r.set("haemoglobin_g_l", b.haemoglobin_g_l, 0);
  r.set("neutrophils", b.neutrophils, 1);
  r.set("lymphocytes", b.lymphocytes, 1);
  r.set("platelets", b.platelets, 0);
  r.set("mri_date_1", course.mri_1);
  const char* quality = random.uniform() < 0.7 ? "good" : "moderate";
  r.set("mri_quality_1", std::string(patient.faults.motion_1 ? "poor" : quality));
  r.set("cT_1", b.ct);
  std::string organs;
  for (const auto& organ : b.organs) organs += (organs.empty() ? "" : ";") + organ;
  if (!organs.empty()) r.set("ct4b_organs_1", organs);
  r.set("cN_1", b.cn);
  r.set("cM_1", b.cm);
  r.set("mrf_distance_mm_1", b.mrf_distance_mm, 1);
  r.set("mrf_closest_1", b.mrf_closest);
  r.set("emvi_score_1", b.emvi_score);
  r.set("mr_tumour_deposits_1", b.mr_tumour_deposits);
  r.set("lateral_node_short_axis_mm_1", b.lateral_node_mm, 1);
  r.set("anal_verge_distance_cm_1", b.anal_verge_distance_cm, 1);
  r.set("tumour_length_cm_1", patient.restaging.length_cm_1, 1);
  if (!patient.faults.no_diffusion) r.set("adc_mean_1", patient.restaging.adc_1, 2);
  r.set("planned_regimen", b.planned_regimen);
  r.set("actual_regimen", course.actual_regimen);
}

void record_therapy(Record& r, const DemoPatient& patient) {
  const auto& course = patient.course;
  const auto& m = patient.restaging;
  r.set("nat_start", course.nat_start);
  r.set("nat_end", course.nat_end);
  r.set("rt_dose_gy", course.rt_dose_gy, 1);
  r.set("rt_fractions", course.rt_fractions);
  r.set("cea_ng_ml_2", m.cea_ng_ml, 1);
  if (!patient.restaged) return;
  r.set("mri_date_2", course.mri_2);
  r.set("cT_2", m.ct);
  r.set("cN_2", m.cn);
  r.set("cM_2", m.cm);
  r.set("mrf_distance_mm_2", m.mrf_distance_mm, 1);
  r.set("emvi_score_2", m.emvi_score);
  r.set("tumour_length_cm_2", m.length_cm_2, 1);
  if (m.adc_2 > 0 && !patient.faults.no_diffusion) r.set("adc_mean_2", m.adc_2, 2);
  r.set("mrtrg_2", m.mrtrg);
}

void record_pathology(Record& r, const DemoPatient& patient, Random& random) {
  const auto& y = patient.pathology;
  r.set("surgery_date", patient.course.surgery);
  r.set("pathology_date", patient.course.pathology_report);
  r.set("resection", y.resection);
  r.set("ypT", y.ypt);
  r.set("trg_value", y.trg_value);
  r.set("trg_system", y.trg_system);
  r.set("crm_mm", y.crm_mm, 1);
  r.set("pni", y.perineural ? 1 : 0);
  r.set("lvi", y.lymphovascular ? 1 : 0);
  r.set("grade", y.grade);
  r.set("adjuvant", std::string(random.uniform() < (y.ypn == "0" ? 0.35 : 0.65) ? "yes" : "no"));
  // Through the anus no lymph node is taken out.
  if (patient.plan.screening == ScreeningCase::local_excision) return;
  r.set("ypN", y.ypn);
  r.set("nodes_examined", y.nodes_examined);
  r.set("nodes_positive", y.nodes_positive);
  r.set("tumour_deposit_count", y.deposits);
}

void record_follow_up(Record& r, const DemoPatient& patient) {
  const auto& f = patient.follow_up;
  r.set("followup_visits", patient.followup_visits);
  r.set("last_contact_date", f.last_contact);
  r.set("vital_status", std::string(f.dead ? "dead" : "alive"));
  const auto set = [&](const char* variable, const std::optional<Day>& day) {
    if (day) r.set(variable, *day);
  };
  set("death_date", f.death);
  set("local_recurrence_date", f.local);
  set("regional_recurrence_date", f.regional);
  set("distant_metastasis_date", f.distant);
  set("second_crc_date", f.second_crc);
  set("second_other_date", f.second_other);
}

/// Never of what decides on eligibility: that is a matter of quotas.
void lose_at_random(Record& r, Random& random) {
  struct Rate {
    const char* variable;
    double share;
  };
  static constexpr Rate kRates[] = {
      {"cea_ng_ml", 0.05},
      {"ca19_9_u_ml", 0.08},
      {"albumin_g_l", 0.07},
      {"haemoglobin_g_l", 0.05},
      {"neutrophils", 0.06},
      {"lymphocytes", 0.06},
      {"platelets", 0.06},
      {"cea_ng_ml_2", 0.08},
      {"height_cm", 0.015},
      {"asa", 0.02},
      {"ecog", 0.01},
      {"biopsy_grade", 0.02},
      {"lab_date_1", 0.01},
      {"mrf_closest_1", 0.02},
      {"lateral_node_short_axis_mm_1", 0.03},
      {"tumour_length_cm_1", 0.01},
      {"adc_mean_1", 0.03},
      {"adc_mean_2", 0.03},
      {"rt_dose_gy", 0.015},
      {"cM_2", 0.02},
      {"resection", 0.01},
      {"ypT", 0.01},
      {"ypN", 0.01},
      {"nodes_examined", 0.01},
      {"trg_value", 0.03},
      {"trg_system", 0.01},
      {"crm_mm", 0.03},
      {"tumour_deposit_count", 0.02},
      {"pni", 0.03},
      {"lvi", 0.03},
      {"grade", 0.02},
      {"adjuvant", 0.02},
      {"pathology_date", 0.01},
      {"last_contact_date", 0.005},
      {"vital_status", 0.01},
  };
  for (const auto& [variable, share] : kRates) {
    const bool lost = random.uniform() < share;
    std::string code = missing_code(random);
    if (lost && r.known(variable)) r.lose(variable, std::move(code));
  }
}

void lose_by_screening(Record& r, const DemoPatient& patient, Random& random) {
  const auto lose = [&](const char* variable) { r.lose(variable, missing_code(random)); };
  switch (patient.plan.screening) {
    case ScreeningCase::no_stage: {
      const double u = random.uniform();
      if (u < 0.4) return leave_open(r, "cT_1", "T4a", "T3d");
      if (u < 0.7) return leave_open(r, "cN_1", "N0", "N1");
      return lose("cM_1");
    }
    case ScreeningCase::ct3:
      if (random.uniform() < 0.2) lose("biopsy_histology");
      return;
    case ScreeningCase::unknown_histology:
      return lose("biopsy_histology");
    case ScreeningCase::unknown_regimen:
      return lose("actual_regimen");
    case ScreeningCase::unknown_height:
      return lose("anal_verge_distance_cm_1");
    case ScreeningCase::unknown_surgery:
      return lose("surgery_type");
    case ScreeningCase::unknown_quality:
      return lose("mri_quality_1");
    default:
      return;
  }
}

}  // namespace

Record clinical_record(const DemoPatient& patient, const DemoSettings& settings) {
  const auto stream = [&](const char* name) { return Random(derive_seed(settings.seed, name, patient.index)); };
  Record record;
  auto notes = stream("demo notes");
  record_baseline(record, patient, notes);
  if (patient.treated()) record_therapy(record, patient);
  record.set("surgery_type", patient.course.surgery_type);
  if (patient.operated()) record_pathology(record, patient, notes);
  record_follow_up(record, patient);
  if (settings.scenario == Scenario::leak) record.set("visit_score", 2.5 * patient.followup_visits - 4.0, 1);
  auto readers = stream("demo readers");
  add_readings(record, readers);
  auto missing = stream("demo missing");
  lose_at_random(record, missing);
  lose_by_screening(record, patient, missing);
  if (patient.plan.faulty_cell >= 0) {
    const auto& fault = cell_faults()[static_cast<std::size_t>(patient.plan.faulty_cell)];
    record.lose(fault.variable, fault.delivered);
  }
  if (patient.plan.broken_check > 0) break_check(patient.plan.broken_check, record);
  return record;
}

std::vector<std::string> clinical_columns(Scenario scenario) {
  static const char* const kVariables[] = {"age_years",
                                           "sex",
                                           "height_cm",
                                           "weight_kg",
                                           "bmi",
                                           "ecog",
                                           "asa",
                                           "diagnosis_date",
                                           "biopsy_histology",
                                           "biopsy_grade",
                                           "mmr",
                                           "msi",
                                           "lab_date_1",
                                           "cea_ng_ml",
                                           "ca19_9_u_ml",
                                           "albumin_g_l",
                                           "haemoglobin_g_l",
                                           "neutrophils",
                                           "lymphocytes",
                                           "platelets",
                                           "mri_date_1",
                                           "mri_quality_1",
                                           "cT_1",
                                           "cT_1__r1",
                                           "cT_1__r2",
                                           "ct4b_organs_1___bladder",
                                           "ct4b_organs_1___prostate",
                                           "ct4b_organs_1___seminal_vesicle",
                                           "ct4b_organs_1___uterus",
                                           "ct4b_organs_1___vagina",
                                           "ct4b_organs_1___small_bowel",
                                           "ct4b_organs_1___sacrum",
                                           "ct4b_organs_1___pelvic_wall",
                                           "ct4b_organs_1___other",
                                           "cN_1",
                                           "cN_1__r1",
                                           "cN_1__r2",
                                           "cM_1",
                                           "mrf_distance_mm_1",
                                           "mrf_distance_mm_1__r1",
                                           "mrf_distance_mm_1__r2",
                                           "mrf_closest_1",
                                           "emvi_score_1",
                                           "emvi_score_1__r1",
                                           "emvi_score_1__r2",
                                           "mr_tumour_deposits_1",
                                           "lateral_node_short_axis_mm_1",
                                           "anal_verge_distance_cm_1",
                                           "tumour_length_cm_1",
                                           "adc_mean_1",
                                           "planned_regimen",
                                           "nat_start",
                                           "nat_end",
                                           "actual_regimen",
                                           "rt_dose_gy",
                                           "rt_fractions",
                                           "mri_date_2",
                                           "cT_2",
                                           "cT_2__r1",
                                           "cT_2__r2",
                                           "cN_2",
                                           "cN_2__r1",
                                           "cN_2__r2",
                                           "cM_2",
                                           "mrf_distance_mm_2",
                                           "mrf_distance_mm_2__r1",
                                           "mrf_distance_mm_2__r2",
                                           "emvi_score_2",
                                           "tumour_length_cm_2",
                                           "adc_mean_2",
                                           "mrtrg_2",
                                           "mrtrg_2__r1",
                                           "mrtrg_2__r2",
                                           "cea_ng_ml_2",
                                           "surgery_date",
                                           "surgery_type",
                                           "resection",
                                           "pathology_date",
                                           "ypT",
                                           "ypN",
                                           "nodes_examined",
                                           "nodes_positive",
                                           "trg_value",
                                           "trg_system",
                                           "crm_mm",
                                           "tumour_deposit_count",
                                           "pni",
                                           "lvi",
                                           "grade",
                                           "adjuvant",
                                           "followup_visits",
                                           "last_contact_date",
                                           "vital_status",
                                           "death_date",
                                           "local_recurrence_date",
                                           "regional_recurrence_date",
                                           "distant_metastasis_date",
                                           "second_crc_date",
                                           "second_other_date"};
  std::vector<std::string> columns(std::begin(kVariables), std::end(kVariables));
  if (scenario == Scenario::leak) columns.emplace_back("visit_score");
  return columns;
}

std::string clinical_cell(const Record& record, const std::string& column) {
  if (!column.starts_with(kOrgansColumn)) return record.cell(column);
  const auto organs = record.text("ct4b_organs_1");
  if (!organs && !record.known("cT_1")) return "";
  const std::string organ = column.substr(std::string(kOrgansColumn).size());
  const auto invaded = organs ? split(*organs, ';') : std::vector<std::string>{};
  return std::find(invaded.begin(), invaded.end(), organ) == invaded.end() ? "0" : "1";
}

}  // namespace larc::demo
