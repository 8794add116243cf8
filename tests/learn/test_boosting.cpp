#include <gtest/gtest.h>

#include "learn/boosting.h"
#include "stats/concordance.h"
#include "stats/roc.h"
#include "support/agreement.h"
#include "tree_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

BoostSettings settings_for(BoostObjective objective) {
  BoostSettings settings;
  settings.objective = objective;
  return settings;
}

/// One column that splits 12 patients in two halves.
Eigen::MatrixXd halves() {
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(12, 1);
  x.bottomRows(6).setOnes();
  return x;
}

Outcome survival_outcome(std::vector<double> time, std::vector<int> event) {
  Outcome outcome;
  outcome.kind = OutcomeKind::survival;
  outcome.time_months = std::move(time);
  outcome.event = std::move(event);
  return outcome;
}

Eigen::MatrixXd matrix_of(const learn::Frame& frame) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(frame.rows), static_cast<Eigen::Index>(frame.columns.size()));
  for (std::size_t j = 0; j < frame.columns.size(); ++j)
    x.col(static_cast<Eigen::Index>(j)) = Eigen::Map<const Eigen::VectorXd>(frame.columns[j].values.data(), x.rows());
  return x;
}

}  // namespace

// oracle: xgboost 1.7.4 from Python (ref10): every third row held out, eta 0.05, depth 3, log loss of the training rows
// and area of the others after 1, 11, ... 91 rounds. Same library, so single precision is all that may differ.
TEST(BoostingOracle, EqualsXgboostFromPython) {
  LARC_NEEDS_DATA("reference/ref10_xgboost.json");
  const Json reference = read_json(data_root() / "reference/ref10_xgboost.json");
  const CsvTable table = gzipped_table(data_root() / "tabular/radiomics_binary/Dai2023.csv.gz");
  const std::vector<double> target = numbers(table, "Target");
  std::vector<std::string> names;
  for (const std::string& name : table.header)
    if (name != "ID" && name != "Target") names.push_back(name);
  std::vector<Eigen::Index> training, test;
  Outcome outcome;
  std::vector<double> test_label;
  for (std::size_t i = 0; i < target.size(); ++i) {
    (i % 3 == 0 ? test : training).push_back(static_cast<Eigen::Index>(i));
    (i % 3 == 0 ? test_label : outcome.label).push_back(target[i]);
  }
  Eigen::MatrixXd x(static_cast<Eigen::Index>(target.size()), static_cast<Eigen::Index>(names.size()));
  for (std::size_t j = 0; j < names.size(); ++j) {
    const std::vector<double> values = numbers(table, names[j]);
    x.col(static_cast<Eigen::Index>(j)) = Eigen::Map<const Eigen::VectorXd>(values.data(), x.rows());
  }
  const Eigen::MatrixXd x_training = x(training, Eigen::all);
  const Eigen::MatrixXd x_test = x(test, Eigen::all);
  Agreement agreement("boosting", "xgboost 1.7.4");
  for (const bool histogram : {false, true}) {
    const std::string name = histogram ? "logistic, histogram" : "logistic, exact";
    const Json& expected = reference.at(histogram ? "logit_Dai2023_hist" : "logit_Dai2023_exact");
    const std::size_t checks = expected.at("train_logloss").size();
    for (std::size_t k = 0; k < checks; ++k) {
      BoostSettings settings;
      settings.learning_rate = 0.05;
      settings.bins = histogram ? 256 : 0;
      settings.rounds = 1 + 10 * static_cast<int>(k);
      const BoostedModel model = fit_boosting(x_training, outcome, settings, 1);
      const Eigen::VectorXd p = predict_boosted_probability(model, x_training);
      double loss = 0.0;
      for (Eigen::Index i = 0; i < p.size(); ++i)
        loss -= std::log(outcome.label[static_cast<std::size_t>(i)] == 1.0 ? p[i] : 1.0 - p[i]) /
                static_cast<double>(p.size());
      const Eigen::VectorXd q = predict_boosted_probability(model, x_test);
      agreement.check(name, "Dai2023", "training log loss", loss, expected.at("train_logloss").at(k).get<double>(),
                      1e-6);
      agreement.check(name, "Dai2023", "area, held out", stats::roc(test_label, {q.begin(), q.end()}).auc,
                      expected.at("val_auc").at(k).get<double>(), 1e-12);
    }
  }
  agreement.finish();
}

// oracle: one round with one cut by hand. Margin 0, gradient p - y, curvature p (1 - p): a leaf is -G / (H + lambda).
TEST(BoostingOracle, OneLogisticRoundByHand) {
  Outcome outcome;
  outcome.label = {1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1};
  BoostSettings settings;
  settings.rounds = 1;
  settings.max_depth = 1;
  settings.learning_rate = 1.0;
  const BoostedModel model = fit_boosting(halves(), outcome, settings, 1);
  const Eigen::VectorXd margin = predict_margin(model, halves());
  EXPECT_NEAR(margin[0], -(5 * 0.5 - 0.5) / (6 * 0.25 + 1.0), 1e-6);
  EXPECT_NEAR(margin[11], -(0.5 - 5 * 0.5) / (6 * 0.25 + 1.0), 1e-6);
  // Gain: G^2 / (H + lambda) of both sides less that of the node, whose G is 0.
  EXPECT_NEAR(model.gain[0], 2.0 * 4.0 / 2.5, 1e-5);
}

// oracle: one Cox round by hand. All margins equal: with n_k at risk, a patient's gradient is the Nelson-Aalen hazard
// at its time less its event, its curvature sum d (1 / n - 1 / n^2).
TEST(BoostingOracle, OneCoxRoundByHand) {
  const std::vector<double> time{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const std::vector<int> event{1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0};
  BoostSettings settings = settings_for(BoostObjective::cox);
  settings.rounds = 1;
  settings.max_depth = 1;
  settings.learning_rate = 1.0;
  settings.min_child_weight = 0.0;
  const BoostedModel model = fit_boosting(halves(), survival_outcome(time, event), settings, 1);
  double hazard = 0.0, square = 0.0;
  double gradient[2] = {0.0, 0.0}, curvature[2] = {0.0, 0.0};
  for (std::size_t i = 0; i < 12; ++i) {
    const double at_risk = 12.0 - static_cast<double>(i);
    hazard += event[i] / at_risk;
    square += event[i] / (at_risk * at_risk);
    gradient[i / 6] += hazard - event[i];
    curvature[i / 6] += hazard - square;
  }
  const Eigen::VectorXd margin = predict_margin(model, halves());
  EXPECT_NEAR(margin[0] - margin[11], -gradient[0] / (curvature[0] + 1.0) + gradient[1] / (curvature[1] + 1.0), 1e-6);
}

TEST(Boosting, CoxBaselineIsBreslowOverItsMargins) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 150, 5, 2, 1.0, 4);
  const Eigen::MatrixXd x = matrix_of(cohort.frame);
  const BoostedModel model = fit_boosting(x, cohort.outcome, settings_for(BoostObjective::cox), 1);
  const Eigen::VectorXd margin = predict_margin(model, x);
  const stats::BaselineHazard baseline =
      stats::baseline_hazard({margin.begin(), margin.end()}, cohort.outcome.time_months, cohort.outcome.event);
  EXPECT_EQ(model.baseline.time, baseline.time);
  EXPECT_EQ(model.baseline.cumulative, baseline.cumulative);
  const Eigen::MatrixXd survival = predict_boosted_survival(model, x, {0.0, 12.0, 24.0});
  EXPECT_EQ(survival(3, 1), std::exp(-baseline.at(12.0) * std::exp(margin[3])));
  EXPECT_GE(survival.col(1).minCoeff(), survival.col(2).minCoeff());
  EXPECT_GT(stats::harrell_c(cohort.outcome.time_months, cohort.outcome.event, {margin.begin(), margin.end()}).c, 0.75);
}

// Times that single precision cannot tell apart stay in order.
TEST(Boosting, CoxSeesTheOrderOfTimesAlone) {
  Cohort cohort = make_cohort(OutcomeKind::survival, 100, 4, 2, 1.0, 5);
  const Eigen::MatrixXd x = matrix_of(cohort.frame);
  const BoostSettings settings = settings_for(BoostObjective::cox);
  const Eigen::VectorXd before = predict_margin(fit_boosting(x, cohort.outcome, settings, 1), x);
  for (double& t : cohort.outcome.time_months) t = 1e6 + t * 1e-4;
  EXPECT_EQ(predict_margin(fit_boosting(x, cohort.outcome, settings, 1), x), before);
}

TEST(Boosting, AftSurvivalFollowsItsNoise) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 150, 4, 2, 1.0, 6);
  const Eigen::MatrixXd x = matrix_of(cohort.frame);
  Outcome outcome = cohort.outcome;
  for (const AftNoise noise : {AftNoise::normal, AftNoise::logistic, AftNoise::extreme}) {
    BoostSettings settings = settings_for(BoostObjective::aft);
    settings.aft_noise = noise;
    settings.aft_scale = 0.8;
    const BoostedModel model = fit_boosting(x, outcome, settings, 1);
    const Eigen::VectorXd margin = predict_margin(model, x);
    const double median =
        noise == AftNoise::extreme ? std::exp(margin[2] + 0.8 * std::log(std::log(2.0))) : std::exp(margin[2]);
    const Eigen::MatrixXd survival = predict_boosted_survival(model, x, {0.0, median});
    EXPECT_EQ(survival(2, 0), 1.0);
    EXPECT_NEAR(survival(2, 1), 0.5, 1e-12);
    const Eigen::VectorXd risk = -margin;
    EXPECT_GT(stats::harrell_c(outcome.time_months, outcome.event, {risk.begin(), risk.end()}).c, 0.75);
  }
  outcome.time_months[7] = 0.0;
  EXPECT_LARC_ERROR(fit_boosting(x, outcome, settings_for(BoostObjective::aft), 1), domain, "row 8");
}

TEST(Boosting, IsRepeatableAndReadsBackToTheBit) {
  const StreamTable table = stream_table(120, 6);
  const StreamTable fresh = stream_table(200, 6);
  BoostSettings settings;
  settings.row_share = 0.7;
  settings.column_share = 0.5;
  settings.rounds = 30;
  const BoostedModel model = fit_boosting(table.x, table.outcome, settings, 3);
  const std::string text = dump_json(to_json(model));
  EXPECT_EQ(text, dump_json(to_json(fit_boosting(table.x, table.outcome, settings, 3))));
  EXPECT_NE(text, dump_json(to_json(fit_boosting(table.x, table.outcome, settings, 4))));
  const BoostedModel back = boosted_model_from_json(parse_json(text, "model"));
  EXPECT_EQ(predict_boosted_probability(model, fresh.x), predict_boosted_probability(back, fresh.x));
  EXPECT_EQ(dump_json(to_json(back)), text);
  for (const BoostObjective objective : {BoostObjective::cox, BoostObjective::aft}) {
    settings.objective = objective;
    settings.aft_noise = AftNoise::extreme;
    EXPECT_EQ(dump_json(to_json(boost_settings_from_json(to_json(settings)))), dump_json(to_json(settings)));
  }
  EXPECT_EQ(predict_margin(model, Eigen::MatrixXd(0, 6)).size(), 0);
  EXPECT_EQ(xgboost_version().substr(0, 2), "1.");
}

TEST(Boosting, Refusals) {
  StreamTable table = stream_table(30, 3);
  const Cohort cohort = make_cohort(OutcomeKind::survival, 30, 3, 1, 1.0, 1);
  const auto fit = [&](auto change) {
    BoostSettings settings;
    settings.rounds = 2;
    change(settings);
    return fit_boosting(table.x, table.outcome, settings, 1);
  };
  EXPECT_LARC_ERROR(fit([](auto& s) { s.rounds = 0; }), domain, "rounds");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.max_depth = 0; }), domain, "max_depth");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.learning_rate = 0.0; }), domain, "learning_rate");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.min_child_weight = -1.0; }), domain, "min_child_weight");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.l2 = -1.0; }), domain, "l2");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.row_share = 1.5; }), domain, "row_share");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.column_share = 0.0; }), domain, "column_share");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.aft_scale = 0.0; }), domain, "aft_scale");
  EXPECT_LARC_ERROR(fit([](auto& s) { s.objective = BoostObjective::cox; }), unsupported, "survival");
  const BoostedModel model = fit([](auto&) {});
  EXPECT_LARC_ERROR(fit_boosting(table.x, cohort.outcome, model.settings, 1), unsupported, "binary");
  EXPECT_LARC_ERROR(fit_boosting(Eigen::MatrixXd(30, 0), table.outcome, model.settings, 1), domain, "columns");
  EXPECT_LARC_ERROR(predict_margin(model, Eigen::MatrixXd::Zero(2, 4)), shape_mismatch, "4 columns");
  EXPECT_LARC_ERROR(predict_margin(model, Eigen::MatrixXd::Constant(2, 3, 1e300)), domain, "single precision");
  EXPECT_LARC_ERROR(predict_boosted_survival(model, table.x, {1.0}), unsupported, "no survival curve");
  const BoostedModel cox = fit_boosting(table.x, cohort.outcome, settings_for(BoostObjective::cox), 1);
  EXPECT_LARC_ERROR(predict_boosted_probability(cox, table.x), unsupported, "without a time");
  EXPECT_LARC_ERROR(predict_boosted_survival(cox, table.x, {-1.0}), domain, "entry 1");
  Outcome none = cohort.outcome;
  none.event.assign(30, 0);
  EXPECT_LARC_ERROR(fit_boosting(table.x, none, cox.settings, 1), domain, "no patient has an event");
  BoostedModel broken = model;
  broken.bytes.resize(10);
  EXPECT_LARC_ERROR(predict_margin(broken, table.x), internal, "XGBoost");
  Json json = to_json(model);
  json["format"] = "other";
  EXPECT_LARC_ERROR(boosted_model_from_json(json), format, "no boosted model");
  json = to_json(model);
  json["gain"] = Json::array();
  EXPECT_LARC_ERROR(boosted_model_from_json(json), format, "damaged");
  json = to_json(model.settings);
  json["objective"] = "gini";
  EXPECT_LARC_ERROR(boost_settings_from_json(json), domain, "gini");
  table.x(4, 1) = kNaN;
  EXPECT_LARC_ERROR(fit([](auto&) {}), domain, "column 2, row 5");
  table.x(4, 1) = 0.0;
  table.outcome.label.assign(30, 0.0);
  EXPECT_LARC_ERROR(fit([](auto&) {}), domain, "same label");
  table.outcome.label.pop_back();
  EXPECT_LARC_ERROR(fit([](auto&) {}), shape_mismatch, "29");
}
