#include <gtest/gtest.h>

#include <cmath>

#include "learn/rank_svm.h"
#include "learn_data.h"
#include "stats/concordance.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

Eigen::MatrixXd features(const Cohort& cohort) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(cohort.frame.rows),
                    static_cast<Eigen::Index>(cohort.frame.columns.size()));
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    x.col(j) =
        Eigen::Map<const Eigen::VectorXd>(cohort.frame.columns[static_cast<std::size_t>(j)].values.data(), x.rows());
  return x;
}

}  // namespace

// Oracle: scipy 1.10 (BFGS, then Newton steps on all pairs written out) with numpy, on 14 rows with tied times.
TEST(RankSvm, AgreesWithScipy) {
  Eigen::MatrixXd x(14, 3);
  std::vector<double> time;
  std::vector<int> event;
  for (int i = 0; i < 14; ++i) {
    for (int j = 0; j < 3; ++j) x(i, j) = std::sin(1.7 * (i + 1) * (j + 1)) + std::cos(0.3 * (i + 2) * (j + 3));
    time.push_back(1.0 + i * 11 % 7);
    event.push_back(i % 3 != 0 ? 1 : 0);
  }
  RankSvmSettings settings;
  settings.tolerance = 1e-12;
  const RankSvm mild = fit_rank_svm(x, time, event, settings);
  EXPECT_TRUE(mild.converged) << mild.reason;
  EXPECT_EQ(mild.pairs, 59.0);
  EXPECT_NEAR(mild.objective, 0.450277778194042, 1e-13);
  const double expected_mild[] = {0.0418875562398121, -0.0983380241773643, 0.199308667177955};
  settings.cost = 20.0;
  const RankSvm strong = fit_rank_svm(x, time, event, settings);
  const double expected_strong[] = {0.109498595769955, -0.212597028253501, 0.386851340998595};
  EXPECT_NEAR(strong.objective, 8.03089522197895, 1e-12);
  for (Eigen::Index j = 0; j < 3; ++j) {
    EXPECT_NEAR(mild.coef[j], expected_mild[j], 1e-11);
    EXPECT_NEAR(strong.coef[j], expected_strong[j], 1e-11);
  }
}

// The gradient summed over all pairs one by one vanishes at the solution, ties and censoring included.
TEST(RankSvm, OptimalOverAllPairsOneByOne) {
  for (const double cost : {0.1, 5.0, 500.0}) {
    const Cohort cohort = make_cohort(OutcomeKind::survival, 150, 8, 3, 0.7, 13);
    const Eigen::MatrixXd x = features(cohort);
    const auto& time = cohort.outcome.time_months;
    const auto& event = cohort.outcome.event;
    RankSvmSettings settings;
    settings.cost = cost;
    const RankSvm model = fit_rank_svm(x, time, event, settings);
    ASSERT_TRUE(model.converged) << model.reason;
    const Eigen::VectorXd score = x * model.coef;
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(8);
    double loss = 0.0;
    double pairs = 0.0;
    for (Eigen::Index i = 0; i < 150; ++i)
      for (Eigen::Index j = 0; j < 150; ++j) {
        const std::size_t a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
        if (event[a] == 0 || !(time[a] < time[b] || (time[a] == time[b] && event[b] == 0))) continue;
        pairs += 1.0;
        const double hinge = std::max(0.0, 1.0 - score[i] + score[j]);
        loss += 0.5 * hinge * hinge;
        gradient -= hinge * (x.row(i) - x.row(j)).transpose();
      }
    EXPECT_EQ(model.pairs, pairs);
    EXPECT_NEAR(model.objective, 0.5 * model.coef.squaredNorm() + cost / pairs * loss, 1e-10 * model.objective);
    EXPECT_LT((model.coef + cost / pairs * gradient).cwiseAbs().maxCoeff(), 1e-8) << cost;
    EXPECT_GT(stats::harrell_c(time, event, {score.data(), score.data() + score.size()}).c, 0.7);
  }
}

TEST(RankSvm, RowOrderDoesNotMatter) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 60, 4, 2, 0.7, 2);
  const Eigen::MatrixXd x = features(cohort);
  std::vector<double> time(cohort.outcome.time_months.rbegin(), cohort.outcome.time_months.rend());
  std::vector<int> event(cohort.outcome.event.rbegin(), cohort.outcome.event.rend());
  const RankSvm a = fit_rank_svm(x, cohort.outcome.time_months, cohort.outcome.event);
  const RankSvm b = fit_rank_svm(x.colwise().reverse(), time, event);
  EXPECT_LT((a.coef - b.coef).cwiseAbs().maxCoeff(), 1e-8);
}

TEST(RankSvm, EndsAndErrors) {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Identity(4, 2);
  const std::vector<double> time{1.0, 2.0, 3.0, 4.0};
  EXPECT_NE(fit_rank_svm(x, time, {0, 0, 0, 0}).reason.find("nothing to rank"), std::string::npos);
  EXPECT_NE(fit_rank_svm(x, time, {0, 0, 0, 1}).reason.find("nothing to rank"), std::string::npos);
  EXPECT_EQ(fit_rank_svm(x, {2.0, 2.0, 2.0, 2.0}, {1, 1, 0, 0}).pairs, 4.0);
  EXPECT_EQ(fit_rank_svm(Eigen::MatrixXd(4, 0), time, {1, 1, 1, 1}).coef.size(), 0);
  EXPECT_LARC_ERROR(fit_rank_svm(x, {1.0}, {1}), shape_mismatch, "time");
  EXPECT_LARC_ERROR(fit_rank_svm(x, time, {1, 1, 2, 0}), domain, "event");
  RankSvmSettings settings;
  settings.cost = 0.0;
  EXPECT_LARC_ERROR(fit_rank_svm(x, time, {1, 1, 1, 1}, settings), domain, "cost");
  Eigen::MatrixXd holes = x;
  holes(0, 0) = kNaN;
  EXPECT_LARC_ERROR(fit_rank_svm(holes, time, {1, 1, 1, 1}), domain, "missing");
}
