// Unit and invariant tests of the outcome model and of clinical.csv.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/number.h"
#include "demo/truth.h"
#include "stats/logistic.h"
#include "stats/roc.h"

namespace larc::demo {
namespace {

DemoSettings settings_of(Scenario scenario, int patients = 400, std::uint64_t seed = 1) {
  DemoSettings settings;
  settings.scenario = scenario;
  settings.patients = patients;
  settings.seed = seed;
  return settings;
}

ErrorCode code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(DemoSettings, scenario_names_go_both_ways_and_others_are_refused) {
  for (const auto scenario : {Scenario::signal, Scenario::null, Scenario::leak, Scenario::centre}) {
    EXPECT_EQ(parse_scenario(to_string(scenario)), scenario);
  }
  EXPECT_EQ(code_of([] { parse_scenario("Signal"); }), ErrorCode::usage);
}

TEST(DemoCohort, too_few_patients_are_refused) {
  EXPECT_EQ(code_of([] { draw_cohort(settings_of(Scenario::signal, kFewestPatients - 1)); }), ErrorCode::domain);
  const auto cohort = draw_cohort(settings_of(Scenario::signal, kFewestPatients));
  std::set<int> centres;
  for (const auto& patient : cohort) centres.insert(patient.latent.centre);
  EXPECT_EQ(centres.size(), 3u);
}

// The figures of docs/methods/demo.md: standard error of an AUC or C in 200,000 patients is about 0.001.
TEST(DemoTruth, population_values_are_the_documented_ones) {
  const auto settings = settings_of(Scenario::signal, 60);
  const auto truth = compute_truth(draw_cohort(settings), settings);
  EXPECT_NEAR(truth.pcr.best_possible, 0.850, 0.003);
  EXPECT_NEAR(truth.pcr.clinical_only, 0.726, 0.004);
  EXPECT_NEAR(truth.pcr.image_only, 0.760, 0.004);
  EXPECT_NEAR(truth.pcr.prevalence, 0.300, 0.004);
  EXPECT_NEAR(truth.os.best_possible, 0.731, 0.004);
  EXPECT_NEAR(truth.os.clinical_only, 0.665, 0.004);
  EXPECT_NEAR(truth.os.image_only, 0.658, 0.004);
  for (const auto& endpoint : {truth.pcr, truth.os}) {
    EXPECT_GT(endpoint.best_possible, endpoint.clinical_only + 0.05);
    EXPECT_GT(endpoint.best_possible, endpoint.image_only + 0.05);
  }
}

TEST(DemoTruth, population_values_do_not_depend_on_seed_or_size) {
  const auto a = settings_of(Scenario::signal, 40, 1);
  const auto b = settings_of(Scenario::signal, 90, 77);
  const auto truth_a = compute_truth(draw_cohort(a), a);
  const auto truth_b = compute_truth(draw_cohort(b), b);
  EXPECT_EQ(truth_a.pcr.best_possible, truth_b.pcr.best_possible);
  EXPECT_EQ(truth_a.os.image_only, truth_b.os.image_only);
  EXPECT_NE(truth_a.pcr.cohort_best, truth_b.pcr.cohort_best);
}

/// AUC for pCR of the predictor of scenario `signal`, computed in the patients of another scenario.
struct SignalAuc {
  double traits, centre;
};
SignalAuc signal_auc(Scenario scenario) {
  std::vector<double> outcome, predictor, centre;
  for (const auto& patient : draw_cohort(settings_of(scenario, 20000, 5))) {
    outcome.push_back(is_pcr(patient.pathology) ? 1 : 0);
    predictor.push_back(pcr_predictor(patient.latent, Scenario::signal).honest());
    centre.push_back(patient.latent.centre);
  }
  return {stats::roc(outcome, predictor).auc, stats::roc(outcome, centre).auc};
}

// 20,000 patients: standard error about 0.004; limits at 4 of them.
TEST(DemoScenario, nothing_predicts_but_what_the_scenario_says) {
  EXPECT_GT(signal_auc(Scenario::signal).traits, 0.83);
  EXPECT_NEAR(signal_auc(Scenario::signal).centre, 0.5, 0.016);
  for (const auto scenario : {Scenario::null, Scenario::leak}) {
    EXPECT_NEAR(signal_auc(scenario).traits, 0.5, 0.016) << to_string(scenario);
    EXPECT_NEAR(signal_auc(scenario).centre, 0.5, 0.016) << to_string(scenario);
  }
  EXPECT_NEAR(signal_auc(Scenario::centre).traits, 0.5, 0.016);
  EXPECT_GT(signal_auc(Scenario::centre).centre, 0.70);
}

TEST(DemoScenario, truth_of_scenarios_without_signal_is_chance) {
  for (const auto scenario : {Scenario::null, Scenario::leak, Scenario::centre}) {
    const auto settings = settings_of(scenario);
    const auto truth = compute_truth(draw_cohort(settings), settings);
    for (const auto& endpoint : {truth.pcr, truth.os}) {
      EXPECT_EQ(endpoint.best_possible, 0.5);
      EXPECT_EQ(endpoint.cohort_best, 0.5);
      EXPECT_EQ(endpoint.image_only, 0.5);
    }
    EXPECT_EQ(truth.pcr.centre_only > 0.7, scenario == Scenario::centre);
    EXPECT_EQ(truth.leaked_column_auc > 0.97, scenario == Scenario::leak);
  }
}

TEST(DemoScenario, only_leak_has_the_leaked_column) {
  for (const auto scenario : {Scenario::signal, Scenario::null, Scenario::leak, Scenario::centre}) {
    const auto settings = settings_of(scenario, 12);
    const auto table = parse_csv(format_clinical_csv(draw_cohort(settings), settings), "clinical.csv");
    EXPECT_EQ(table.find_column("followup_visits").has_value(), scenario == Scenario::leak);
  }
}

// Oracle: an unpenalised logistic regression (stats) of 40,000 patients finds the coefficients again. Their standard
// errors are about 0.02; tolerance 0.08.
TEST(DemoOutcome, logistic_regression_finds_the_coefficients) {
  const auto cohort = draw_cohort(settings_of(Scenario::signal, 40000, 3));
  const auto& effects = pcr_effects();
  Eigen::MatrixXd x(static_cast<Eigen::Index>(cohort.size()), static_cast<Eigen::Index>(effects.size()));
  std::vector<double> outcome;
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    outcome.push_back(is_pcr(cohort[i].pathology) ? 1 : 0);
    for (std::size_t e = 0; e < effects.size(); ++e) {
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(e)) = effects[e].value(cohort[i].latent);
    }
  }
  const auto fit = stats::fit_logistic(x, outcome);
  ASSERT_TRUE(fit.converged);
  EXPECT_NEAR(fit.intercept, kPcrIntercept, 0.08);
  for (std::size_t e = 0; e < effects.size(); ++e) {
    EXPECT_NEAR(fit.coef(static_cast<Eigen::Index>(e)), effects[e].coefficient, 0.08) << effects[e].variable;
  }
}

// Without covariates the death time is Weibull: the share dead by t is 1 - exp(-(t / scale)^shape).
TEST(DemoOutcome, survival_follows_the_weibull_baseline) {
  Random random(11);
  constexpr int kDraws = 40000;
  int dead_by_60 = 0;
  int dropped = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto survival = draw_survival({}, 60.0, random);
    EXPECT_LE(survival.months, 60.0);
    if (survival.event) ++dead_by_60;
    if (!survival.event && survival.months < 60.0) ++dropped;
  }
  const double death = 1.0 - std::exp(-std::pow(60.0 / kOsScaleMonths, kOsShape));
  EXPECT_LT(dead_by_60 / double{kDraws}, death);
  EXPECT_NEAR(dead_by_60 / double{kDraws}, death, 0.02);  // dropout of 2% a year takes about 0.01 of it
  EXPECT_NEAR(dropped / double{kDraws}, 1.0 - std::exp(-60.0 * kDropoutPerMonth), 0.02);
  Random again(11);
  for (int i = 0; i < 1000; ++i) EXPECT_LE(draw_survival({0, 0, -9.0}, 500.0, again).months, kHorizonMonths);
}

TEST(DemoCourse, dates_follow_the_way_of_the_patient) {
  for (const auto& patient : draw_cohort(settings_of(Scenario::signal, 2000))) {
    const auto& c = patient.course;
    EXPECT_LT(c.diagnosis, c.mri_1);
    EXPECT_LT(c.mri_1, c.nat_start);
    EXPECT_LT(c.nat_start, c.nat_end);
    EXPECT_LT(c.nat_end, c.surgery);
    EXPECT_LT(c.surgery, c.last_contact);
    EXPECT_LE((c.last_contact - c.surgery).count(), 120 * kDaysPerMonth + 1);
    EXPECT_GE(patient.latent.clinical.age_years, 18);
    EXPECT_LE(patient.latent.clinical.age_years, 100);
  }
}

TEST(DemoCourse, pathology_agrees_with_itself) {
  int complete = 0;
  int complete_primary_with_nodes = 0;
  for (const auto& patient : draw_cohort(settings_of(Scenario::signal, 4000))) {
    const auto& p = patient.pathology;
    complete += is_pcr(p) ? 1 : 0;
    complete_primary_with_nodes += p.ypt == "0" && !is_pcr(p) ? 1 : 0;
    EXPECT_EQ(is_pcr(p), p.trg == 0);
    EXPECT_LE(p.nodes_positive, p.nodes_examined);
    EXPECT_EQ(p.nodes_positive > 0, p.ypn != "0" && p.ypn != "1c") << p.ypn;
    EXPECT_TRUE(p.ypn != "1c" || p.deposits >= 1);
    EXPECT_TRUE(p.ypn != "0" || p.deposits == 0);
    EXPECT_GE(p.crm_mm, 0.0);
  }
  EXPECT_GT(complete, 1000);
  EXPECT_GT(complete_primary_with_nodes, 10);
}

// The documented model can be recomputed from what is delivered: clinical.csv and truth.json.
TEST(DemoTruth, linear_predictor_can_be_recomputed_from_the_files) {
  const auto settings = settings_of(Scenario::signal, 200);
  const auto cohort = draw_cohort(settings);
  const auto json = to_json(compute_truth(cohort, settings));
  const auto table = parse_csv(format_clinical_csv(cohort, settings), "clinical.csv");
  ASSERT_EQ(table.rows.size(), 200u);
  EXPECT_EQ(json["synthetic"], true);
  EXPECT_EQ(json["planted"].size(), 3u);
  std::size_t complete_rows = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto cell = [&](const char* column) { return table.rows[i][table.column(column)]; };
    const auto& trait = json["traits"][i];
    ASSERT_EQ(trait["patient"], cell("patient_id"));
    EXPECT_EQ(trait["pcr"].get<bool>(),
              cell("ypT") == "0" && cell("ypN") == "0" && cell("tumour_deposit_count") == "0");
    EXPECT_EQ(trait["os_event"].get<bool>(), !cell("death_date").empty());
    if (cell("cea_ng_ml").empty() || cell("haemoglobin_g_l").empty()) continue;
    ++complete_rows;
    const double predictor = kPcrIntercept - 1.0 * std::log(trait["tumour_volume_ml"].get<double>() / 14.0) / 0.5 +
                             0.55 * (trait["tumour_mean_to_muscle"].get<double>() - 2.10) / 0.32 -
                             0.95 * (trait["tumour_texture_sd"].get<double>() - 0.26) / 0.10 -
                             0.95 * std::log(*parse_double(cell("cea_ng_ml")) / 5.0) / 0.75 +
                             (cell("planned_regimen") == "tnt_consolidation" ? 1.0 : 0.0) +
                             0.5 * (*parse_double(cell("haemoglobin_g_l")) - 130.0) / 15.0;
    EXPECT_NEAR(predictor, trait["pcr_linear_predictor"].get<double>(), 1e-9);
  }
  EXPECT_GT(complete_rows, 150u);
}

TEST(DemoCohort, laboratory_values_are_missing_at_the_documented_rate) {
  const auto settings = settings_of(Scenario::signal, 4000);
  const auto table = parse_csv(format_clinical_csv(draw_cohort(settings), settings), "clinical.csv");
  for (const char* column : {"cea_ng_ml", "ca19_9_u_ml", "albumin_g_l", "haemoglobin_g_l", "platelets"}) {
    double empty = 0;
    for (const auto& row : table.rows) empty += row[table.column(column)].empty() ? 1 : 0;
    EXPECT_NEAR(empty / 4000.0, 0.065, 0.03) << column;
  }
  for (const auto& row : table.rows) EXPECT_FALSE(row[table.column("planned_regimen")].empty());
}

TEST(DemoCourse, dates_are_written_with_leading_zeros) {
  const Day day{std::chrono::year{2019} / 3 / 7};
  EXPECT_EQ(iso_date(day), "2019-03-07");
  EXPECT_EQ(dicom_date(day), "20190307");
}

}  // namespace
}  // namespace larc::demo
