#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "gzipped.h"
#include "reference.h"
#include "stats/logistic.h"
#include "stats/permutation.h"
#include "stats/roc.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

// The procedure of the reference: the three columns with the largest |t| (Welch), then a logistic model.
struct TopThree {
  Eigen::MatrixXd x;
  std::vector<int> fold;

  std::vector<Eigen::Index> select(const std::vector<double>& y, const Rows& rows) const {
    std::vector<std::pair<double, Eigen::Index>> scores;
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      double n[2] = {0, 0}, sum[2] = {0, 0}, squares[2] = {0, 0};
      for (const std::size_t i : rows) {
        const int group = y[i] == 1.0 ? 1 : 0;
        n[group] += 1.0;
        sum[group] += x(static_cast<Eigen::Index>(i), j);
      }
      for (const std::size_t i : rows) {
        const int group = y[i] == 1.0 ? 1 : 0;
        squares[group] += std::pow(x(static_cast<Eigen::Index>(i), j) - sum[group] / n[group], 2);
      }
      const double se = std::sqrt(squares[0] / (n[0] - 1) / n[0] + squares[1] / (n[1] - 1) / n[1]);
      scores.emplace_back(-std::abs(sum[1] / n[1] - sum[0] / n[0]) / se, j);
    }
    std::stable_sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return {scores[0].second, scores[1].second, scores[2].second};
  }

  double auc(const std::vector<double>& y, bool leaky) const {
    Rows all(y.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto chosen_on_all = leaky ? select(y, all) : std::vector<Eigen::Index>{};
    double sum = 0.0;
    for (int k = 1; k <= 5; ++k) {
      Rows training, held;
      for (const std::size_t i : all) (fold[i] == k ? held : training).push_back(i);
      const auto chosen = leaky ? chosen_on_all : select(y, training);
      Eigen::MatrixXd part(static_cast<Eigen::Index>(training.size()), 3);
      std::vector<double> outcome, score, truth;
      for (std::size_t i = 0; i < training.size(); ++i) {
        outcome.push_back(y[training[i]]);
        for (Eigen::Index j = 0; j < 3; ++j)
          part(static_cast<Eigen::Index>(i), j) =
              x(static_cast<Eigen::Index>(training[i]), chosen[static_cast<std::size_t>(j)]);
      }
      const LogisticFit fit = fit_logistic(part, outcome);
      for (const std::size_t i : held) {
        double eta = fit.intercept;
        for (Eigen::Index j = 0; j < 3; ++j)
          eta += fit.coef[j] * x(static_cast<Eigen::Index>(i), chosen[static_cast<std::size_t>(j)]);
        // Columns of one span leave a coefficient undefined; R's rank puts the missing predictions in their own order.
        score.push_back(std::isnan(eta) ? static_cast<double>(i) : eta);
        truth.push_back(y[i]);
      }
      sum += roc(truth, score).auc / 5.0;
    }
    return sum;
  }
};

}  // namespace

// Oracle: ref09, 200 given permutations of the outcome of a radiomics table; honest and with a leaking selection.
TEST(Permutation, MatchesROnGivenPermutations) {
  LARC_NEEDS_DATA("reference/perm_y_dai_200.csv.gz");
  Agreement agreement("stats_permutation", "R 4.2.2");
  const Json truth = reference("ref09_resampling")["perm_dai"];
  const CsvTable dai = gzipped_table(data_root() / "tabular/radiomics_binary/Dai2023.csv.gz");
  const std::vector<double> y = numbers(dai, "Target");
  TopThree procedure;
  procedure.fold = truth["foldid"].get<std::vector<int>>();
  std::vector<std::string> features;
  for (const auto& name : dai.header)
    if (name != "Target" && name != "ID") features.push_back(name);
  procedure.x.resize(static_cast<Eigen::Index>(y.size()), static_cast<Eigen::Index>(features.size()));
  for (std::size_t j = 0; j < features.size(); ++j) {
    const std::vector<double> column = numbers(dai, features[j]);
    for (std::size_t i = 0; i < y.size(); ++i)
      procedure.x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = column[i];
  }
  std::vector<double> null, leaky_null;
  for (const auto& permuted : number_rows(data_root() / "reference/perm_y_dai_200.csv.gz")) {
    null.push_back(procedure.auc(permuted, false));
    leaky_null.push_back(procedure.auc(permuted, true));
  }
  const PermutationTest result = permutation_p(procedure.auc(y, false), null);
  const PermutationTest leaky = permutation_p(procedure.auc(y, true), leaky_null);
  const std::string where = "Dai2023, 200 permutations";
  agreement.check("permutation", where, "cross-validated AUC", result.statistic, truth["cv_auc"].get<double>(), 1e-10);
  agreement.check("permutation", where, "AUC of the first ten permutations", {null.begin(), null.begin() + 10},
                  truth["perm_first10"].get<std::vector<double>>(), 1e-10);
  agreement.check("permutation", where, "mean and sd under the null", {result.null_mean, result.null_sd},
                  {truth["null_mean"], truth["null_sd"]}, 1e-10);
  agreement.check("permutation", where, "p", result.p, truth["p"].get<double>(), 1e-14);
  agreement.check("permutation", where, "with a leak: AUC, mean and sd under the null",
                  {leaky.statistic, leaky.null_mean, leaky.null_sd},
                  {truth["LEAKY_real"], truth["LEAKY_null_mean"], truth["LEAKY_null_sd"]}, 1e-10);
  agreement.finish();
}

TEST(Permutation, PIsNeverZeroAndCountsTies) {
  const std::vector<double> null{0.1, 0.2, 0.3, 0.4};
  EXPECT_EQ(permutation_p(0.9, null).p, 1.0 / 5.0);
  EXPECT_EQ(permutation_p(0.3, null).p, 3.0 / 5.0);
  EXPECT_EQ(permutation_p(0.3, null, Alternative::less).p, 4.0 / 5.0);
  EXPECT_EQ(permutation_p(0.0, null, Alternative::two_sided).p, 1.0 / 5.0);
  EXPECT_EQ(permutation_p(4, {1, 2, 3, 4}, Alternative::two_sided).extreme, 2U);
  const PermutationTest part = permutation_p(0.3, {0.1, kNaN, 0.5});
  EXPECT_EQ(part.undefined, 1U);
  EXPECT_EQ(part.p, 2.0 / 3.0);
}

// Under the null p is uniform: P(p <= 0.1) about 0.1; and threads do not matter.
TEST(Permutation, UniformUnderTheNull) {
  int small = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    Random random(derive_seed(1, "null", run));
    std::vector<double> x, y;
    for (int i = 0; i < 20; ++i) {
      x.push_back(random.normal());
      y.push_back(random.normal());
    }
    const auto product = [&](const Rows& order) {
      double sum = 0.0;
      for (std::size_t i = 0; i < 20; ++i) sum += x[i] * y[order[i]];
      return sum;
    };
    const PermutationTest one = permutation_test(20, product, {99, run, 1, 0.95});
    if (run == 0) {
      EXPECT_EQ(one.null, permutation_test(20, product, {99, run, 3, 0.95}).null);
    }
    small += one.p <= 0.1 ? 1 : 0;
  }
  EXPECT_GE(small, 8);  // 20, binomial sd 4.2
  EXPECT_LE(small, 33);
}

TEST(Permutation, EndsAndErrors) {
  EXPECT_FALSE(permutation_p(0.5, {}).reason.empty());
  EXPECT_FALSE(permutation_p(0.5, {kNaN}).reason.empty());
  EXPECT_FALSE(permutation_p(kNaN, {0.5}).reason.empty());
  EXPECT_TRUE(std::isnan(permutation_p(0.5, {0.4}).null_sd));
  const auto constant = [](const Rows&) { return 1.0; };
  EXPECT_EQ(permutation_test(4, constant, {9, 1, 1, 0.95}).p, 1.0);
  EXPECT_LARC_ERROR(permutation_test(0, constant), domain, "no rows");
  EXPECT_LARC_ERROR(permutation_test(4, constant, {0, 1, 1, 0.95}), domain, "permutations");
}
