// Invariant tests of the patients and of the table: quotas, the course of a patient, rates, faults.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/csv.h"
#include "core/file.h"
#include "core/number.h"
#include "demo/clinical_record.h"
#include "demo/delivery.h"
#include "demo/endpoint_truth.h"
#include "demo/faults.h"
#include "demo/screening_truth.h"
#include "stats/logistic.h"
#include "support/test_data.h"

namespace larc::demo {
namespace {

DemoSettings settings_of(int patients, Scenario scenario = Scenario::signal, std::uint64_t seed = 1) {
  DemoSettings settings;
  settings.scenario = scenario;
  settings.patients = patients;
  settings.seed = seed;
  return settings;
}

template <typename Visit>
void visit(const DemoSettings& settings, Visit work) {
  const Cohort cohort(settings);
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    const auto patient = cohort.patient(i);
    work(patient, clinical_record(patient, settings));
  }
}

/// "" for an eligible patient, otherwise the criterion of the rectal protocol that decides.
std::string deciding_criterion(ScreeningCase screening) {
  switch (screening) {
    case ScreeningCase::eligible:
      return "";
    case ScreeningCase::other_histology:
    case ScreeningCase::unknown_histology:
      return "I1";
    case ScreeningCase::ct3:
      return "I2";
    case ScreeningCase::no_therapy:
    case ScreeningCase::unknown_regimen:
      return "I3";
    case ScreeningCase::high_tumour:
    case ScreeningCase::unknown_height:
      return "I4";
    case ScreeningCase::no_surgery:
    case ScreeningCase::local_excision:
    case ScreeningCase::unknown_surgery:
      return "I5";
    case ScreeningCase::no_stage:
      return "E1";
    case ScreeningCase::poor_images:
    case ScreeningCase::unknown_quality:
      return "E2";
  }
  return "";
}

bool is_unknown(ScreeningCase screening) {
  return screening >= ScreeningCase::unknown_histology;
}

std::string where(const DemoPatient& patient) {
  return patient.id + ", planted C" + std::to_string(patient.plan.broken_check);
}

TEST(DemoCohort, quotas_of_screening_are_exact) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    std::map<std::string, int> states, excluded, unknown;
    visit(settings_of(240, Scenario::signal, seed), [&](const DemoPatient& patient, const Record& record) {
      const auto screening = screening_truth(record);
      ++states[screening.state];
      if (screening.state == "excluded") ++excluded[screening.criterion];
      if (screening.state == "unknown") ++unknown[screening.criterion];
      EXPECT_EQ(screening.criterion, deciding_criterion(patient.plan.screening)) << where(patient);
      EXPECT_EQ(screening.state == "unknown", is_unknown(patient.plan.screening)) << where(patient);
      EXPECT_EQ(patient.faults.motion_1, screening.criterion == "E2" && screening.state == "excluded");
    });
    EXPECT_EQ(states, (std::map<std::string, int>{{"eligible", 186}, {"excluded", 48}, {"unknown", 6}}));
    EXPECT_EQ(excluded, (std::map<std::string, int>{
                            {"I1", 6}, {"I2", 10}, {"I3", 7}, {"I4", 8}, {"I5", 8}, {"E1", 4}, {"E2", 5}}));
    EXPECT_EQ(unknown, (std::map<std::string, int>{{"I1", 1}, {"I3", 1}, {"I4", 2}, {"I5", 1}, {"E2", 1}}));
  }
}

TEST(DemoCohort, every_check_is_broken_where_planted_and_nowhere_else_without_a_faulty_cell) {
  std::set<std::string> seen;
  visit(settings_of(1000), [&](const DemoPatient& patient, const Record& record) {
    const auto broken = broken_checks(record);
    const int planted = patient.plan.broken_check;
    if (planted > 0) {
      const std::string id = (planted < 10 ? "C0" : "C") + std::to_string(planted);
      EXPECT_NE(std::find(broken.begin(), broken.end(), id), broken.end()) << where(patient);
      seen.insert(id);
      const auto& affected = endpoints_affected(id);
      for (const auto& outcome : endpoint_truth(record)) {
        if (std::find(affected.begin(), affected.end(), outcome.endpoint) == affected.end()) continue;
        EXPECT_EQ(outcome.state, "contradictory") << where(patient) << " " << outcome.endpoint;
      }
    } else if (patient.plan.faulty_cell < 0) {
      EXPECT_TRUE(broken.empty()) << where(patient) << " " << broken.front();
    }
  });
  EXPECT_EQ(seen.size(), std::size_t{kChecks});
}

TEST(DemoCohort, every_endpoint_meets_every_state_it_can_have) {
  std::map<std::string, std::set<std::string>> states;
  std::map<std::string, std::set<int>> events;
  visit(settings_of(2000), [&](const DemoPatient&, const Record& record) {
    for (const auto& outcome : endpoint_truth(record)) {
      states[outcome.endpoint].insert(outcome.state);
      if (outcome.state != "known") continue;
      events[outcome.endpoint].insert(outcome.kind == OutcomeTruth::Kind::time ? outcome.event : outcome.label);
      if (outcome.kind == OutcomeTruth::Kind::time) {
        EXPECT_GT(outcome.time_months, 0);
        EXPECT_LE(outcome.time_months, 120);
      }
    }
  });
  EXPECT_EQ(states.size(), 13u);
  for (const auto& [endpoint, found] : states)
    EXPECT_TRUE(found.contains("known") && found.contains("unknown")) << endpoint;
  for (const char* endpoint : {"dfs", "lrfs", "dmfs", "time_to_local_recurrence", "time_to_distant_metastasis"})
    EXPECT_EQ(states[endpoint].size(), 4u) << endpoint;
  for (const char* endpoint : {"time_to_local_recurrence", "time_to_distant_metastasis"})
    EXPECT_EQ(events[endpoint], (std::set<int>{0, 1, 2})) << endpoint;
}

TEST(DemoCourse, dates_follow_the_way_of_the_patient) {
  visit(settings_of(2000), [&](const DemoPatient& patient, const Record&) {
    const auto& c = patient.course;
    const auto& f = patient.follow_up;
    EXPECT_LT(c.diagnosis, c.mri_1);
    EXPECT_LT(c.mri_1, c.nat_start);
    EXPECT_LT(c.laboratory, c.nat_start + std::chrono::days(1));
    EXPECT_LT(c.nat_start, c.nat_end);
    EXPECT_LT(c.nat_end, c.mri_2);
    EXPECT_LT(c.mri_2, c.surgery);
    EXPECT_LT(c.surgery, c.pathology_report);
    EXPECT_LT(c.surgery, f.last_contact);
    EXPECT_LE(f.last_contact, kExport);
    EXPECT_EQ(f.dead, f.death.has_value());
    EXPECT_LE(f.last_contact, f.death.value_or(kExport));
    for (const auto& day : {f.local, f.regional, f.distant, f.second_crc}) {
      if (!day) continue;
      EXPECT_GT(*day, c.surgery);
      EXPECT_LE(*day, f.last_contact);
    }
  });
}

TEST(DemoCourse, pathology_agrees_with_itself) {
  int complete = 0, complete_primary_with_nodes = 0;
  visit(settings_of(4000), [&](const DemoPatient& patient, const Record&) {
    const auto& p = patient.pathology;
    complete += is_pcr(p) ? 1 : 0;
    complete_primary_with_nodes += p.ypt == "0" && !is_pcr(p) ? 1 : 0;
    EXPECT_EQ(is_pcr(p), patient.response > 0);
    EXPECT_EQ(p.regression == 0, p.ypt == "0");
    EXPECT_LE(p.nodes_positive, p.nodes_examined);
    EXPECT_EQ(p.resection == "R0", p.crm_mm > 1);
  });
  EXPECT_GT(complete, 700);
  EXPECT_GT(complete_primary_with_nodes, 8);
}

// Rates that docs/methods/demo.md gives; in 6,200 eligible patients of whom 2,600 have chemoradiotherapy the standard
// error is at most 0.009.
TEST(DemoCohort, rates_are_the_documented_ones) {
  double n = 0, crt = 0, crt_complete = 0, tnt = 0, tnt_complete = 0, involved = 0, deposits = 0, local = 0,
         distant = 0;
  double alive = 0;
  visit(settings_of(8000), [&](const DemoPatient& patient, const Record&) {
    if (patient.plan.screening != ScreeningCase::eligible) return;
    ++n;
    const double complete = is_pcr(patient.pathology) ? 1 : 0;
    const auto& regimen = patient.latent.clinical.planned_regimen;
    if (regimen == "long_course_crt") {
      ++crt;
      crt_complete += complete;
    } else if (regimen.starts_with("tnt_")) {
      ++tnt;
      tnt_complete += complete;
    }
    involved += patient.pathology.crm_mm <= 1 ? 1 : 0;
    deposits += patient.pathology.deposits > 0 ? 1 : 0;
    local += patient.follow_up.local ? 1 : 0;
    distant += patient.follow_up.distant ? 1 : 0;
    alive += std::exp(-std::pow(60.0 / kOsScaleMonths, kOsShape) * std::exp(patient.predictors.os.whole));
  });
  EXPECT_NEAR(crt_complete / crt, 0.17, 0.03);
  EXPECT_NEAR(tnt_complete / tnt, 0.28, 0.03);
  EXPECT_NEAR(involved / n, 0.120, 0.015);
  EXPECT_NEAR(deposits / n, 0.174, 0.02);
  EXPECT_NEAR(local / n, 0.099, 0.015);
  EXPECT_NEAR(distant / n, 0.322, 0.02);
  EXPECT_NEAR(alive / n, 0.641, 0.01);
}

struct Delivered {
  CsvTable table;
  Json truth;
};
Delivered deliver(const DemoSettings& settings) {
  const test::TemporaryFolder folder;
  const Cohort cohort(settings);
  write_clinical_csv(folder.path() / "clinical.csv", cohort);
  write_truth(folder.path() / "truth.json", cohort, compute_truth(cohort));
  return {read_csv(folder.path() / "clinical.csv"), read_json(folder.path() / "truth.json")};
}

// The documented model can be recomputed from what is delivered: clinical.csv and truth.json.
TEST(DemoTruth, linear_predictor_can_be_recomputed_from_the_files) {
  const auto [table, json] = deliver(settings_of(240));
  ASSERT_EQ(table.rows.size(), 240u);
  EXPECT_EQ(json["synthetic"], true);
  EXPECT_EQ(json["eligible"], 186);
  for (const char* key : {"eligibility", "endpoints_of_patients", "traits"}) EXPECT_EQ(json[key].size(), 240u) << key;
  EXPECT_EQ(json["faulty_cells"].size(), 12u);
  EXPECT_GE(json["contradictions"].size(), 22u);
  std::size_t complete_rows = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto cell = [&](const char* column) { return table.rows[i][table.column(column)]; };
    const auto& trait = json["traits"][i];
    ASSERT_EQ(trait["patient"], cell("patient_id"));
    const auto cea = parse_double(cell("cea_ng_ml")), haemoglobin = parse_double(cell("haemoglobin_g_l"));
    if (!cea || *cea < 0 || !haemoglobin || *haemoglobin < 0 || cell("planned_regimen") == "CRT") continue;
    ++complete_rows;
    const double predictor =
        kPcrIntercept - 0.80 * std::log(trait["tumour_volume_ml"].get<double>() / 14.0) / 0.5 +
        0.45 * (trait["tumour_mean_to_muscle"].get<double>() - 2.10) / 0.32 -
        0.75 * (trait["tumour_texture_sd"].get<double>() - 0.26) / 0.10 -
        0.80 * (trait["adc_before"].get<double>() - 1.05) / 0.13 -
        0.85 * stats::logit(trait["fat_stranding"].get<double>()) / 1.8 - 0.95 * std::log(*cea / 5.0) / 0.75 +
        (cell("planned_regimen").starts_with("tnt_") ? 1.0 : 0.0) + 0.5 * (*haemoglobin - 130.0) / 15.0;
    EXPECT_NEAR(predictor, trait["pcr_linear_predictor"].get<double>(), 1e-9);
  }
  EXPECT_GT(complete_rows, 180u);
}

TEST(DemoTruth, file_says_what_only_more_than_t2w_inside_the_outline_shows) {
  const auto json = deliver(settings_of(60)).truth;
  for (const auto& [endpoint, worth] : {std::pair{"pcr", 0.04}, {"os", 0.03}, {"dfs", 0.03}}) {
    const auto& entry = json["endpoints"][endpoint];
    EXPECT_GT(entry["best_possible"].get<double>(), entry["radiomics_and_clinical"].get<double>() + worth) << endpoint;
  }
  for (const char* outcome : {"pcr", "os", "crm_positive", "deposits"}) {
    std::set<std::string> beyond;
    for (const auto& effect : json["model"][outcome]["effects"])
      if (effect["source"] == "image_beyond_it") beyond.insert(effect["variable"]);
    EXPECT_EQ(beyond, (std::set<std::string>{"adc_before", "fat_stranding"})) << outcome;
  }
}

TEST(DemoTable, faulty_cells_stand_where_the_truth_says) {
  const auto [table, json] = deliver(settings_of(240));
  std::map<std::string, std::size_t> row_of;
  for (std::size_t i = 0; i < table.rows.size(); ++i) row_of[table.rows[i][0]] = i;
  for (const auto& fault : json["faulty_cells"])
    EXPECT_EQ(table.rows[row_of.at(fault["patient"])][table.column(fault["column"])], fault["cell"]);
}

TEST(DemoTable, laboratory_values_are_missing_at_the_documented_rate) {
  const std::set<std::string> codes{"", "NA", "-99", "unk"};
  std::map<std::string, double> missing, coded;
  visit(settings_of(4000), [&](const DemoPatient&, const Record& record) {
    for (const char* column : {"cea_ng_ml", "ca19_9_u_ml", "albumin_g_l", "haemoglobin_g_l", "platelets"}) {
      if (!codes.contains(record.cell(column))) continue;
      ++missing[column];
      if (!record.cell(column).empty()) ++coded[column];
    }
  });
  for (const auto& [column, count] : missing) {
    EXPECT_NEAR(count / 4000.0, 0.065, 0.03) << column;
    EXPECT_GT(coded[column], 20) << column;
  }
}

TEST(DemoTable, readers_err_around_the_consensus) {
  double both = 0, agree = 0, open = 0, left = 0;
  visit(settings_of(3000), [&](const DemoPatient&, const Record& record) {
    const auto first = record.text("emvi_score_1__r1"), second = record.text("emvi_score_1__r2");
    if (!first || !second) return;
    ++both;
    agree += first == second ? 1 : 0;
    if (first != second && record.cell("emvi_score_1").empty()) ++open;
    if (first == second && record.cell("emvi_score_1").empty()) ++left;
    EXPECT_TRUE(!record.known("emvi_score_1") || record.text("emvi_score_1") == first ||
                record.text("emvi_score_1") == second);
  });
  EXPECT_NEAR(agree / both, 0.72, 0.04);
  EXPECT_NEAR(open / (both - agree), 0.25, 0.06);
  EXPECT_NEAR(left / agree, 0.10, 0.03);
}

TEST(DemoScenario, visits_give_the_response_away_in_leak_alone) {
  for (const auto scenario : {Scenario::signal, Scenario::leak}) {
    const auto columns = clinical_columns(scenario);
    EXPECT_EQ(std::count(columns.begin(), columns.end(), "visit_score"), scenario == Scenario::leak ? 1 : 0);
  }
  visit(settings_of(60, Scenario::leak), [](const DemoPatient& patient, const Record& record) {
    EXPECT_NEAR(*record.number("visit_score"), 2.5 * *record.number("followup_visits") - 4, 1e-9);
    EXPECT_NEAR(*record.number("followup_visits"), is_pcr(patient.pathology) ? 13 : 7, 7);
  });
}

TEST(DemoCourse, dates_are_written_with_leading_zeros_and_read_back) {
  const Day day{std::chrono::year{2019} / 3 / 7};
  EXPECT_EQ(iso_date(day), "2019-03-07");
  EXPECT_EQ(dicom_date(day), "20190307");
  EXPECT_EQ(parse_day("2019-03-07"), day);
}

}  // namespace
}  // namespace larc::demo
