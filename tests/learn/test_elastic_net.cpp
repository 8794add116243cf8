#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "learn/elastic_net.h"
#include "learn_data.h"
#include "stats/cox.h"
#include "stats/logistic.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

Eigen::MatrixXd standardised(const std::vector<std::vector<double>>& columns, Eigen::VectorXd* sd = nullptr) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(columns[0].size()), static_cast<Eigen::Index>(columns.size()));
  if (sd != nullptr) sd->resize(x.cols());
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    x.col(j) = Eigen::Map<const Eigen::VectorXd>(columns[static_cast<std::size_t>(j)].data(), x.rows());
    x.col(j).array() -= x.col(j).mean();
    const double scale = std::sqrt(x.col(j).squaredNorm() / static_cast<double>(x.rows()));
    if (scale > 0.0) x.col(j) /= scale;
    if (sd != nullptr) (*sd)[j] = scale;
  }
  return x;
}

Eigen::MatrixXd features(const Frame& frame) {
  std::vector<std::vector<double>> columns;
  for (const auto& column : frame.columns) columns.push_back(column.values);
  return standardised(columns);
}

double log_likelihood(const Eigen::MatrixXd& x, const Outcome& outcome, const ElasticNetFit& fit) {
  const Eigen::VectorXd eta = (x * fit.coef).array() + fit.intercept;
  return make_loss(outcome)->log_likelihood(eta);
}

double objective(const Eigen::MatrixXd& x, const Outcome& outcome, const ElasticNetFit& fit, double alpha) {
  return -log_likelihood(x, outcome, fit) / static_cast<double>(x.rows()) +
         fit.lambda * (alpha * fit.coef.lpNorm<1>() + 0.5 * (1.0 - alpha) * fit.coef.squaredNorm());
}

// Largest violation of the optimality conditions, with the gradient taken by differences of the likelihood of the
// statistics module, which shares no code with the solver.
double violation(const Eigen::MatrixXd& x, const Outcome& outcome, const ElasticNetFit& fit,
                 const ElasticNetSettings& settings) {
  const auto value = [&](const Eigen::VectorXd& coef) {
    const Eigen::VectorXd eta = (x * coef).array() + fit.intercept;
    if (outcome.kind == OutcomeKind::survival)
      return stats::cox_log_likelihood({eta.data(), eta.data() + eta.size()}, outcome.time_months, outcome.event,
                                       stats::Ties::breslow);
    double sum = 0.0;
    for (Eigen::Index i = 0; i < eta.size(); ++i)
      sum += outcome.label[static_cast<std::size_t>(i)] * eta[i] - stats::log1p_exp(eta[i]);
    return sum;
  };
  const double n = static_cast<double>(x.rows());
  double worst = 0.0;
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    Eigen::VectorXd up = fit.coef;
    Eigen::VectorXd down = fit.coef;
    up[j] += 1e-5;
    down[j] -= 1e-5;
    const double f = settings.penalty_factor.empty() ? 1.0 : settings.penalty_factor[static_cast<std::size_t>(j)];
    const double gradient =
        (value(up) - value(down)) / 2e-5 / n - fit.lambda * f * (1.0 - settings.alpha) * fit.coef[j];
    const double bound = fit.lambda * f * settings.alpha;
    worst = std::max(worst, fit.coef[j] == 0.0 ? std::abs(gradient) - bound
                                               : std::abs(gradient - (fit.coef[j] > 0.0 ? bound : -bound)));
  }
  return worst;
}

}  // namespace

// Oracle: glmnet 4.1-6 (family = "cox"), polished in the reference to optimality conditions of 1e-12. Coefficients on
// the standardised scale; our own stopping rule of 1e-12 leaves about 1e-10.
TEST(ElasticNet, CoxMatchesPolishedGlmnet) {
  LARC_NEEDS_DATA("reference/ref03b_cox_enet_polished.json");
  const Json meta = read_json(data_root() / "reference" / "ref03_glmnet.json")["cox_gse7390"];
  const Json truth = read_json(data_root() / "reference" / "ref03b_cox_enet_polished.json")["cox_gse7390"];
  const CsvTable data = read_csv(data_root() / "tabular" / meta["meta"]["file"].get<std::string>());
  std::vector<std::vector<double>> columns;
  for (const auto& name : meta["meta"]["cols"]) columns.push_back(numbers(data, name.get<std::string>()));
  Outcome outcome{OutcomeKind::survival, {}, numbers(data, "time"), {}};
  for (const double event : numbers(data, "event")) outcome.event.push_back(static_cast<int>(event));
  const Eigen::MatrixXd x = standardised(columns);
  ASSERT_EQ(x.rows(), 198);
  for (const auto& entry : truth) {
    ElasticNetSettings settings;
    settings.alpha = entry["alpha"].get<double>();
    settings.tolerance = 1e-12;
    settings.max_iterations = 20000;
    ElasticNet model(x, outcome, settings);
    EXPECT_NEAR(model.lambda_max(), meta["alpha_" + format_double(settings.alpha)]["lambda"][0].get<double>(), 1e-9);
    const double lambda = entry["lam"].get<double>();
    for (const double step : lambda_grid(model.lambda_max(), lambda, 15)) model.fit(step);
    const ElasticNetFit fit = model.fit(lambda);
    ASSERT_TRUE(fit.converged);
    Eigen::VectorXd expected = Eigen::VectorXd::Zero(x.cols());
    for (std::size_t k = 0; k < entry["nz"].size(); ++k)
      expected[entry["nz"][k].get<Eigen::Index>() - 1] = entry["coef_std"][k].get<double>();
    EXPECT_LT((fit.coef - expected).cwiseAbs().maxCoeff(), 1e-9) << settings.alpha << " " << lambda;
    EXPECT_EQ(fit.nonzero(), static_cast<Eigen::Index>(entry["nz"].size()));
    const double ratio = meta["alpha_" + format_double(settings.alpha)]["dev.ratio"][entry["k"].get<std::size_t>() - 1];
    EXPECT_NEAR(fit.deviance_ratio, ratio, 1e-6);
  }
}

// oracle: the same path in double. The columns are rounded to 7 digits, the solution to the tolerance.
TEST(ElasticNet, SinglePrecisionFindsTheSameFits) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = make_cohort(kind, 150, 220, 4, 1.0, 3);
    const Eigen::MatrixXd x = features(cohort.frame);
    ElasticNetSettings settings;
    settings.tolerance = 1e-6;
    ElasticNet exact(x, cohort.outcome, settings);
    settings.single_precision = true;
    ElasticNet single(x, cohort.outcome, settings);
    EXPECT_NEAR(single.lambda_max(), exact.lambda_max(), 1e-6 * exact.lambda_max());
    for (const double lambda : lambda_grid(exact.lambda_max(), 0.02 * exact.lambda_max(), 25)) {
      const ElasticNetFit wanted = exact.fit(lambda), fit = single.fit(lambda);
      EXPECT_TRUE(fit.converged) << lambda;
      EXPECT_LE(fit.kkt_gap, 1e-6);
      EXPECT_LT((fit.coef - wanted.coef).cwiseAbs().maxCoeff(), 1e-3) << lambda;
      EXPECT_NEAR(fit.deviance_ratio, wanted.deviance_ratio, 1e-5);
      // Optimal for the columns as they are, too.
      EXPECT_LT(violation(x, cohort.outcome, fit, settings), 2e-6) << lambda;
    }
  }
}

// Oracle: glmnet 4.1-6 (family = "binomial", thresh 1e-14) on two real radiomics tables, 105 and 851 features. At the
// smallest lambda, where features are nearly collinear, glmnet stops up to 5e-5 short in the linear predictor; that
// ours is the better minimum there is checked by comparing the objective itself.
TEST(ElasticNet, LogisticMatchesGlmnet) {
  for (const std::string name : {"LNDb", "Dai2023"}) {
    const std::string file = "tabular/radiomics_binary/" + name + ".csv.gz";
    LARC_NEEDS_DATA(file);
    const Json truth = read_json(data_root() / "reference" / "ref03_glmnet.json")["logit_" + name];
    const CsvTable data = gzipped_table(data_root() / file);
    std::vector<std::vector<double>> columns;
    for (const auto& column : data.header)
      if (column != "ID" && column != "Target") columns.push_back(numbers(data, column));
    const Outcome outcome{OutcomeKind::binary, numbers(data, "Target"), {}, {}};
    Eigen::VectorXd sd;
    const Eigen::MatrixXd x = standardised(columns, &sd);
    for (const double alpha : {1.0, 0.5, 0.05}) {
      const Json& wanted = truth["alpha_" + format_double(alpha)];
      ElasticNetSettings settings;
      settings.alpha = alpha;
      settings.tolerance = 1e-10;
      settings.max_iterations = 20000;
      ElasticNet model(x, outcome, settings);
      EXPECT_NEAR(model.lambda_max(), wanted["lambda"][0].get<double>(), 1e-9 * model.lambda_max()) << name;
      std::size_t next = 0;
      for (std::size_t k = 0; k < wanted["lambda"].size() && next < wanted["coefs"].size(); ++k) {
        const ElasticNetFit fit = model.fit(wanted["lambda"][k].get<double>());
        if (wanted["coefs"][next]["k"].get<std::size_t>() != k + 1) continue;
        const Json& entry = wanted["coefs"][next++];
        Eigen::VectorXd expected = Eigen::VectorXd::Zero(x.cols());
        const auto list = [&](const char* key) {
          return entry[key].is_array() ? entry[key] : Json::array({entry[key]});
        };
        const Json nonzero = list("nz");
        const Json value = list("value");
        for (std::size_t i = 0; i < nonzero.size(); ++i) {
          const Eigen::Index j = nonzero[i].get<Eigen::Index>() - 1;
          expected[j] = value[i].get<double>() * sd[j];
        }
        EXPECT_LT((x * (fit.coef - expected)).cwiseAbs().maxCoeff(), 1e-4) << name << alpha << " " << k;
        ElasticNetFit theirs = fit;
        theirs.coef = expected;
        theirs.intercept = entry["intercept"].get<double>();
        for (std::size_t j = 0; j < columns.size(); ++j)
          theirs.intercept +=
              expected[static_cast<Eigen::Index>(j)] / std::max(sd[static_cast<Eigen::Index>(j)], 1e-300) *
              (std::accumulate(columns[j].begin(), columns[j].end(), 0.0) / static_cast<double>(x.rows()));
        EXPECT_NEAR(fit.intercept, theirs.intercept, 1e-4) << name << alpha << " " << k;
        EXPECT_LE(objective(x, outcome, fit, alpha), objective(x, outcome, theirs, alpha) + 1e-13)
            << name << alpha << " " << k;
        EXPECT_NEAR(fit.deviance_ratio, wanted["dev.ratio"][k].get<double>(), 1e-6) << name << alpha << " " << k;
      }
      EXPECT_EQ(next, wanted["coefs"].size());
    }
  }
}

TEST(ElasticNet, OptimalityConditionsHold) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival})
    for (const double alpha : {0.0, 0.1, 0.5, 1.0}) {
      Cohort cohort = make_cohort(kind, 90, 40, 4, 0.8, 17);
      cohort.frame.columns[7].values = cohort.frame.columns[0].values;
      const Eigen::MatrixXd x = features(cohort.frame);
      ElasticNetSettings settings;
      settings.alpha = alpha;
      settings.tolerance = 1e-9;
      settings.penalty_factor.assign(40, 1.0);
      settings.penalty_factor[3] = 0.0;
      settings.penalty_factor[5] = 2.5;
      ElasticNet model(x, cohort.outcome, settings);
      double previous = -1.0;
      for (const double lambda : lambda_grid(model.lambda_max(), 0.02 * model.lambda_max(), 12)) {
        const ElasticNetFit fit = model.fit(lambda);
        EXPECT_TRUE(fit.converged) << fit.kkt_gap << " " << fit.reason;
        EXPECT_LT(violation(x, cohort.outcome, fit, settings), 2e-9) << alpha << " " << lambda;
        EXPECT_GE(fit.deviance_ratio, previous - 1e-12);
        previous = fit.deviance_ratio;
      }
    }
}

TEST(ElasticNet, LambdaMaxIsWhereTheModelIsEmpty) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = make_cohort(kind, 80, 20, 2, 1.0, 4);
    const Eigen::MatrixXd x = features(cohort.frame);
    ElasticNet model(x, cohort.outcome, {0.5, {}, 1e-10, 1000});
    EXPECT_EQ(model.fit(model.lambda_max() * 1.0001).nonzero(), 0);
    EXPECT_GE(model.fit(model.lambda_max() * 0.999).nonzero(), 1);
  }
}

// Without a penalty it is the ordinary maximum likelihood fit, computed elsewhere by Newton steps.
TEST(ElasticNet, NoPenaltyIsMaximumLikelihood) {
  const Cohort binary = make_cohort(OutcomeKind::binary, 150, 4, 2, 0.7, 6);
  Eigen::MatrixXd x = features(binary.frame);
  const ElasticNetFit logistic = elastic_net_path(x, binary.outcome, {0.5, {}, 1e-12, 1000}, {0.1, 0.0}).back();
  const stats::LogisticFit newton = stats::fit_logistic(x, binary.outcome.label);
  EXPECT_LT((logistic.coef - newton.coef).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_NEAR(logistic.intercept, newton.intercept, 1e-9);
  EXPECT_NEAR(log_likelihood(x, binary.outcome, logistic), newton.loglik, 1e-9);

  const Cohort survival = make_cohort(OutcomeKind::survival, 150, 4, 2, 0.7, 6);
  x = features(survival.frame);
  const ElasticNetFit cox = elastic_net_path(x, survival.outcome, {0.5, {}, 1e-12, 1000}, {0.1, 0.0}).back();
  const stats::CoxFit fit =
      stats::fit_cox(x, survival.outcome.time_months, survival.outcome.event, stats::Ties::breslow);
  EXPECT_LT((cox.coef - fit.coef).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_EQ(cox.intercept, 0.0);
}

TEST(ElasticNet, WarmAndColdStartsAgree) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 100, 60, 5, 0.6, 9);
  const Eigen::MatrixXd x = features(cohort.frame);
  const ElasticNetSettings settings{0.5, {}, 1e-11, 5000};
  ElasticNet model(x, cohort.outcome, settings);
  const double lambda = 0.1 * model.lambda_max();
  const Eigen::VectorXd cold = model.fit(lambda).coef;
  const auto path = elastic_net_path(x, cohort.outcome, settings, lambda_grid(model.lambda_max(), lambda, 25));
  EXPECT_LT((path.back().coef - cold).cwiseAbs().maxCoeff(), 1e-8);
}

// Equal copies share the weight under a ridge-like penalty.
TEST(ElasticNet, CopiesShareTheirWeight) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 100, 3, 1, 1.0, 10);
  cohort.frame.columns[1].values = cohort.frame.columns[0].values;
  const ElasticNetFit fit =
      elastic_net_path(features(cohort.frame), cohort.outcome, {0.1, {}, 1e-11, 5000}, {0.05}).back();
  EXPECT_NEAR(fit.coef[0], fit.coef[1], 1e-7);
  EXPECT_GT(fit.coef[0], 0.1);
}

TEST(ElasticNet, EndsAndErrors) {
  const Cohort cohort = make_cohort(OutcomeKind::binary, 30, 2, 1, 1.0, 3);
  const Eigen::MatrixXd x = features(cohort.frame);
  const ElasticNetFit empty = elastic_net_path(Eigen::MatrixXd(30, 0), cohort.outcome, {}, {0.1}).back();
  const double prevalence = static_cast<double>(cohort.outcome.events()) / 30.0;
  EXPECT_NEAR(empty.intercept, stats::logit(prevalence), 1e-7);
  Outcome none = cohort.outcome;
  none.label.assign(30, 0.0);
  EXPECT_LARC_ERROR(ElasticNet(x, none, {}), domain, "no patient has the outcome");
  none.label.assign(30, 1.0);
  EXPECT_LARC_ERROR(ElasticNet(x, none, {}), domain, "every patient");
  const Outcome censored{OutcomeKind::survival, {}, std::vector<double>(30, 1.0), std::vector<int>(30, 0)};
  EXPECT_LARC_ERROR(ElasticNet(x, censored, {}), domain, "no patient has the outcome");
  EXPECT_LARC_ERROR(ElasticNet(x.topRows(20), cohort.outcome, {}), shape_mismatch, "features");
  EXPECT_LARC_ERROR(ElasticNet(x, cohort.outcome, {1.5, {}, 1e-7, 10}), domain, "alpha");
  EXPECT_LARC_ERROR(ElasticNet(x, cohort.outcome, {0.5, {1.0}, 1e-7, 10}), shape_mismatch, "penalty_factor");
  EXPECT_LARC_ERROR(ElasticNet(x, cohort.outcome, {0.5, {1.0, -1.0}, 1e-7, 10}), domain, "penalty factor");
  ElasticNet model(x, cohort.outcome, {});
  EXPECT_LARC_ERROR(model.fit(-1.0), domain, "lambda");
  Eigen::MatrixXd holes = x;
  holes(0, 0) = kNaN;
  EXPECT_LARC_ERROR(ElasticNet(holes, cohort.outcome, {}), domain, "missing");
}

// Sorted rows without late entry go through loops of their own.
TEST(ElasticNet, CurvatureOfFourColumnsIsThatOfEach) {
  Random random(4);
  LossData data;
  data.kind = OutcomeKind::survival;
  for (int i = 0; i < 60; ++i) {
    data.stratum.push_back(i / 20);
    data.time.push_back(1.0 + i % 20 / 2);
    data.event.push_back(i % 20 > 2 && i < 40 && random.uniform() < 0.5 ? 1 : 0);
  }
  Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(60, 4, [&] { return random.normal(); }), four(60, 4), one(60, 4);
  const auto loss = make_loss(data);
  Eigen::VectorXd residual(60);
  loss->evaluate(x.col(0), residual);
  loss->freeze();
  const double* from[4];
  double* to[4];
  for (Eigen::Index l = 0; l < 4; ++l) {
    from[l] = x.col(l).data();
    to[l] = four.col(l).data();
    loss->curvature_times(from[l], one.col(l).data());
  }
  loss->curvature_times_four(from, to);
  EXPECT_TRUE(four == one);
}

TEST(ElasticNet, LambdaGrid) {
  const auto grid = lambda_grid(10.0, 0.1, 3);
  ASSERT_EQ(grid.size(), 3u);
  EXPECT_EQ(grid[0], 10.0);
  EXPECT_NEAR(grid[1], 1.0, 1e-14);
  EXPECT_NEAR(grid[2], 0.1, 1e-15);
  EXPECT_EQ(lambda_grid(0.0, 0.0, 5), std::vector<double>{0.0});
}
