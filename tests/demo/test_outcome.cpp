// Unit and invariant tests of the outcome model: what drives what, and what the best possible model reaches.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <functional>
#include <optional>
#include <set>

#include "core/error.h"
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
  EXPECT_EQ(code_of([] { Cohort(settings_of(Scenario::signal, kFewestPatients - 1)); }), ErrorCode::domain);
  std::set<int> centres;
  for (const auto& patient : draw_cohort(settings_of(Scenario::signal, kFewestPatients)))
    centres.insert(patient.latent.centre);
  EXPECT_EQ(centres.size(), 3u);
}

// The figures of docs/methods/demo.md: standard error of an AUC or C in 200,000 patients is about 0.001.
TEST(DemoTruth, population_values_are_the_documented_ones) {
  const auto truth = compute_truth(Cohort(settings_of(Scenario::signal, 60)));
  struct Row {
    const char* endpoint;
    double best, radiomics_and_clinical, clinical, image, prevalence;
  };
  for (const auto& row :
       {Row{"pcr", 0.864, 0.803, 0.723, 0.785, 0.214}, Row{"good_response", 0.856, 0.791, 0.711, 0.776, 0.430},
        Row{"t_downstage", 0.745, 0.701, 0.646, 0.693, 0.781}, Row{"crm_positive", 0.751, 0.702, 0.639, 0.705, 0.120},
        Row{"deposits", 0.770, 0.721, 0.686, 0.691, 0.174}, Row{"os", 0.744, 0.698, 0.658, 0.681, 0.424},
        Row{"dfs", 0.691, 0.655, 0.624, 0.642, 0.546}, Row{"dmfs", 0.711, 0.671, 0.637, 0.656, 0.505}}) {
    const auto& entry = truth.endpoints.at(row.endpoint);
    EXPECT_NEAR(entry.best_possible, row.best, 0.004) << row.endpoint;
    EXPECT_NEAR(entry.radiomics_and_clinical, row.radiomics_and_clinical, 0.004) << row.endpoint;
    EXPECT_NEAR(entry.clinical_only, row.clinical, 0.004) << row.endpoint;
    EXPECT_NEAR(entry.image_only, row.image, 0.004) << row.endpoint;
    EXPECT_NEAR(entry.prevalence, row.prevalence, 0.004) << row.endpoint;
    EXPECT_GT(entry.best_possible, entry.image_only + 0.02) << row.endpoint;
    // What networks alone can see is worth something, and so is what radiomics adds to the table.
    EXPECT_GT(entry.best_possible, entry.radiomics_and_clinical + 0.03) << row.endpoint;
    EXPECT_GT(entry.radiomics_and_clinical, entry.clinical_only + 0.02) << row.endpoint;
  }
}

TEST(DemoTruth, population_values_do_not_depend_on_seed_or_size) {
  const auto a = compute_truth(Cohort(settings_of(Scenario::signal, 60, 1)));
  const auto b = compute_truth(Cohort(settings_of(Scenario::signal, 90, 77)));
  EXPECT_EQ(a.endpoints.at("pcr").best_possible, b.endpoints.at("pcr").best_possible);
  EXPECT_EQ(a.endpoints.at("os").image_only, b.endpoints.at("os").image_only);
  EXPECT_NE(a.endpoints.at("pcr").cohort_best, b.endpoints.at("pcr").cohort_best);
}

/// AUC for pCR of the predictor of scenario `signal`, computed in the patients of another scenario.
struct SignalAuc {
  double traits, centre;
};
SignalAuc signal_auc(Scenario scenario) {
  std::vector<double> outcome, predictor, centre;
  for (const auto& patient : draw_cohort(settings_of(scenario, 20000, 5))) {
    outcome.push_back(is_pcr(patient.pathology) ? 1 : 0);
    predictor.push_back(predictors_of(patient.latent, Scenario::signal).pcr.honest());
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
    const auto truth = compute_truth(Cohort(settings_of(scenario)));
    for (const auto& [id, endpoint] : truth.endpoints) {
      EXPECT_EQ(endpoint.best_possible, 0.5) << id;
      EXPECT_EQ(endpoint.cohort_best, 0.5) << id;
      EXPECT_EQ(endpoint.image_only, 0.5) << id;
      EXPECT_EQ(endpoint.radiomics_and_clinical, 0.5) << id;
    }
    EXPECT_EQ(truth.endpoints.at("pcr").centre_only > 0.7, scenario == Scenario::centre);
    EXPECT_EQ(truth.leaked_column_auc > 0.97, scenario == Scenario::leak);
  }
}

// Oracle: an unpenalised logistic regression (stats) of 30,000 patients finds the coefficients again. Their standard
// errors are about 0.025, of the deposits (rarer) 0.05.
void expect_coefficients(const std::vector<Effect>& effects, double intercept, double tolerance,
                         std::optional<double> (*outcome_of)(const DemoPatient&)) {
  std::vector<double> outcome;
  std::vector<std::vector<double>> rows;
  const Cohort cohort(settings_of(Scenario::signal, 30000, 3));
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    const auto patient = cohort.patient(i);
    const auto happened = outcome_of(patient);
    if (!happened) continue;
    outcome.push_back(*happened);
    rows.emplace_back();
    for (const auto& effect : effects) rows.back().push_back(effect.value(patient.latent));
  }
  Eigen::MatrixXd x(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(effects.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t e = 0; e < effects.size(); ++e)
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(e)) = rows[i][e];
  const auto fit = stats::fit_logistic(x, outcome);
  ASSERT_TRUE(fit.converged);
  EXPECT_NEAR(fit.intercept, intercept, tolerance);
  for (std::size_t e = 0; e < effects.size(); ++e)
    EXPECT_NEAR(fit.coef(static_cast<Eigen::Index>(e)), effects[e].coefficient, tolerance) << effects[e].variable;
}

TEST(DemoOutcome, logistic_regression_finds_the_coefficients) {
  expect_coefficients(pcr_effects(), kPcrIntercept, 0.10,
                      [](const DemoPatient& p) { return std::optional(is_pcr(p.pathology) ? 1.0 : 0.0); });
  expect_coefficients(deposit_effects(), kDepositIntercept, 0.16, [](const DemoPatient& p) -> std::optional<double> {
    if (p.response > 0) return std::nullopt;
    return p.pathology.deposits > 0 ? 1.0 : 0.0;
  });
  expect_coefficients(crm_effects(), kCrmIntercept, 0.22, [](const DemoPatient& p) -> std::optional<double> {
    if (p.response > 0) return std::nullopt;
    return p.pathology.crm_mm <= 1 ? 1.0 : 0.0;
  });
}

// Without covariates the death time is Weibull: the share dead by t is 1 - exp(-(t / scale)^shape).
TEST(DemoOutcome, death_follows_the_weibull_baseline) {
  Random random(11);
  constexpr int kDraws = 40000;
  int dead_by_60 = 0;
  for (int i = 0; i < kDraws; ++i) dead_by_60 += draw_death_months({}, random) <= 60 ? 1 : 0;
  EXPECT_NEAR(dead_by_60 / double{kDraws}, 1.0 - std::exp(-std::pow(60.0 / kOsScaleMonths, kOsShape)), 0.008);
}

}  // namespace
}  // namespace larc::demo
