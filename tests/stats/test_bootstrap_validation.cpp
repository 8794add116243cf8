#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "gzipped.h"
#include "reference.h"
#include "stats/bootstrap_validation.h"
#include "stats/bootstrap_validation_cox.h"
#include "stats/concordance.h"
#include "stats/cox.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

Eigen::MatrixXd rows_of(const Eigen::MatrixXd& x, const Rows& rows) {
  Eigen::MatrixXd part(static_cast<Eigen::Index>(rows.size()), x.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    part.row(static_cast<Eigen::Index>(i)) = x.row(static_cast<Eigen::Index>(rows[i]));
  return part;
}

template <typename Value>
std::vector<Value> rows_of(const std::vector<Value>& values, const Rows& rows) {
  std::vector<Value> part;
  for (const std::size_t row : rows) part.push_back(values[row]);
  return part;
}

}  // namespace

// Oracle: R 4.2.2, coxph(Surv(time, event) ~ age + sex + ph.ecog + ph.karno + wt.loss) of survival's lung, 500 given
// bootstrap samples (ref09). 1e-10: R's Newton steps stop at 1e-9 of the likelihood.
TEST(BootstrapValidation, MatchesROnGivenResamples) {
  LARC_NEEDS_DATA("reference/boot_idx_lung_500.csv.gz");
  Agreement agreement("stats_bootstrap", "R survival 3.5-3");
  const Json truth = reference("ref09_resampling")["lung_cox"];
  const SurvivalData data =
      survival_data(table("survival/derived_lung_cc.csv"), {"age", "sex", "ph.ecog", "ph.karno", "wt.loss"});
  const std::size_t n = data.time.size();
  ASSERT_EQ(n, truth["n"].get<std::size_t>());
  std::vector<Rows> resamples;
  for (const auto& line : number_rows(data_root() / "reference/boot_idx_lung_500.csv.gz")) {
    resamples.emplace_back();
    for (const double row : line) resamples.back().push_back(static_cast<std::size_t>(row) - 1);
  }
  ASSERT_EQ(resamples.size(), 500U);
  const FitRows fit = [&](const Rows& training) -> EvaluateRows {
    const CoxFit model =
        fit_cox(rows_of(data.x, training), rows_of(data.time, training), rows_of(data.event, training));
    const Eigen::VectorXd coef = model.coef;
    return [&data, coef](const Rows& rows) {
      return harrell_c(rows_of(data.time, rows), rows_of(data.event, rows), to_vector(rows_of(data.x, rows) * coef)).c;
    };
  };
  const BootstrapValidation result = bootstrap_validation(n, fit, resamples, 0.5);
  EXPECT_EQ(result.undefined, 0U);
  const std::string where = "lung, Cox, 500 resamples";
  const auto check = [&](const std::string& what, double actual, const char* key) {
    agreement.check("bootstrap", where, what, actual, truth[key].get<double>(), 1e-10);
  };
  check("apparent C", result.apparent, "apparent");
  check("optimism", result.optimism, "opt_mean");
  check("corrected", result.corrected, "corrected");
  check("out of bag", result.out_of_bag, "oob_mean");
  check(".632", result.estimate_632, "c632");
  for (std::size_t b = 0; b < 5; ++b)
    agreement.check("bootstrap", where, "C of a resample: itself, all, out of bag",
                    {result.replicates[b].training, result.replicates[b].original, result.replicates[b].out_of_bag},
                    {truth["first5"][b][0], truth["first5"][b][1], truth["first5"][b][2]}, 1e-10);
  std::vector<double> out_of_bag;
  for (const auto& one : result.replicates) out_of_bag.push_back(one.out_of_bag);
  const BootstrapLimits limits = bootstrap_limits(result.apparent, out_of_bag, {});
  agreement.check("bootstrap", where, "percentile limits", {limits.percentile.lower, limits.percentile.upper},
                  truth["percentile_ci_oob"].get<std::vector<double>>(), 1e-10);
  agreement.finish();
}

// A factor whose few patients of the first level are missed by some resamples: its two indicators are then one too
// many, and the model is that of the drawn rows, not one begun elsewhere.
TEST(BootstrapValidation, CoxByCountsDropsARedundantIndicator) {
  constexpr std::size_t n = 90;
  Random random(11);
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(n, 3);
  std::vector<double> time;
  std::vector<int> event(n, 1);
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    x(i, 0) = random.normal();
    if (i > 2) x(i, 1 + i % 2) = 1.0;
    time.push_back(1.0 - std::log(1.0 - random.uniform()) * std::exp(-0.5 * x(i, 0) - 1.5 * x(i, 1) - 2.0 * x(i, 2)));
  }
  ResampleSettings settings;
  settings.replicates = 120;
  settings.seed = 2;
  const CoxBootstrap result = cox_bootstrap_validation(x, time, event, Ties::efron, settings);
  std::size_t redundant = 0;
  for (std::size_t b = 0; b < settings.replicates; ++b) {
    const Rows rows = bootstrap_rows(n, settings.seed, b);
    if (std::any_of(rows.begin(), rows.end(), [](std::size_t row) { return row < 3; })) continue;
    ++redundant;
    const CoxFit refit = fit_cox(rows_of(x, rows), rows_of(time, rows), rows_of(event, rows), Ties::efron);
    for (Eigen::Index j = 0; j < 3; ++j) {
      const double coef = result.coef(j, static_cast<Eigen::Index>(b));
      ASSERT_EQ(std::isnan(coef), std::isnan(refit.coef[j])) << b << " " << j;
      if (!std::isnan(coef)) {
        EXPECT_NEAR(coef, refit.coef[j], 1e-9) << b << " " << j;
      }
    }
  }
  EXPECT_GT(redundant, 0U);
}

// Oracle: fit_cox and harrell_c on the drawn rows themselves. Ties in time and rows drawn twice are tied events. The
// last column never varies and the one before it does so in one row alone, which some resamples miss.
TEST(BootstrapValidation, CoxByCountsIsRefitsOfDrawnRows) {
  constexpr std::size_t n = 150;
  Random random(5);
  Eigen::MatrixXd x(n, 5);
  std::vector<double> time;
  std::vector<int> event;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    x.row(i) << random.normal(), 3.0 + 10.0 * random.normal(), random.uniform(), i == 4 ? 1.0 : 0.0, 7.0;
    time.push_back(std::ceil(40.0 * random.uniform() * std::exp(-0.5 * x(i, 0))) / 2.0);
    event.push_back(random.uniform() < 0.6 ? 1 : 0);
  }
  event[4] = 1;
  for (const Ties ties : {Ties::efron, Ties::breslow}) {
    ResampleSettings settings;
    settings.replicates = 60;
    settings.seed = 3;
    const CoxBootstrap result = cox_bootstrap_validation(x, time, event, ties, settings);
    std::size_t missed = 0;
    const FitRows fit = [&](const Rows& training) -> EvaluateRows {
      const Eigen::VectorXd coef =
          fit_cox(rows_of(x, training), rows_of(time, training), rows_of(event, training), ties).coef;
      return [&, coef](const Rows& rows) {
        return harrell_c(rows_of(time, rows), rows_of(event, rows), linear_predictor(rows_of(x, rows), coef)).c;
      };
    };
    const BootstrapValidation expected = bootstrap_validation(n, fit, 0.5, settings);
    EXPECT_NEAR(result.c.apparent, expected.apparent, 1e-12);
    EXPECT_NEAR(result.c.optimism, expected.optimism, 1e-12);
    EXPECT_NEAR(result.c.estimate_632_plus, expected.estimate_632_plus, 1e-12);
    EXPECT_EQ(result.c.undefined, 0U);
    for (std::size_t b = 0; b < settings.replicates; ++b) {
      const Rows rows = bootstrap_rows(n, settings.seed, b);
      const CoxFit refit = fit_cox(rows_of(x, rows), rows_of(time, rows), rows_of(event, rows), ties);
      for (Eigen::Index j = 0; j < 3; ++j)
        EXPECT_NEAR(result.coef(j, static_cast<Eigen::Index>(b)), refit.coef[j], 1e-10) << b << " " << j;
      const bool absent = std::count(rows.begin(), rows.end(), std::size_t{4}) == 0;
      missed += absent ? 1 : 0;
      EXPECT_EQ(std::isnan(result.coef(3, static_cast<Eigen::Index>(b))), absent);
      EXPECT_TRUE(std::isnan(result.coef(4, static_cast<Eigen::Index>(b))));
    }
    EXPECT_GT(missed, 0U);
    EXPECT_LT(missed, settings.replicates);
    settings.threads = 2;
    const CoxBootstrap again = cox_bootstrap_validation(x, time, event, ties, settings);
    EXPECT_EQ(again.c.optimism, result.c.optimism);
    EXPECT_TRUE(again.coef.topRows(3) == result.coef.topRows(3));
  }
  const CoxBootstrap none = cox_bootstrap_validation(x, time, std::vector<int>(n, 0));
  EXPECT_TRUE(std::isnan(none.c.apparent));
  EXPECT_EQ(none.c.reason, "no resample has a value");
  EXPECT_LARC_ERROR(cox_bootstrap_validation(Eigen::MatrixXd(0, 2), {}, {}), domain, "no rows");
}

// A fit that remembers its rows: every number is known in advance.
TEST(BootstrapValidation, Formulas) {
  const FitRows memory = [](const Rows& training) -> EvaluateRows {
    const std::size_t first = training.front();
    return [first](const Rows& rows) {  // error 0.1 on rows with the first one, 0.4 without
      return std::count(rows.begin(), rows.end(), first) > 0 ? 0.1 : 0.4;
    };
  };
  const BootstrapValidation result = bootstrap_validation(3, memory, {{0, 0, 1}, {2, 2, 2}}, 0.5);
  EXPECT_EQ(result.apparent, 0.1);
  EXPECT_EQ(result.optimism, 0.0);
  EXPECT_NEAR(result.out_of_bag, 0.4, 1e-15);
  EXPECT_NEAR(result.estimate_632, 0.368 * 0.1 + 0.632 * 0.4, 1e-15);
  EXPECT_NEAR(result.relative_overfitting, 0.75, 1e-15);
  const double w = 0.632 / (1 - 0.368 * 0.75);
  EXPECT_NEAR(result.weight, w, 1e-15);
  EXPECT_NEAR(result.estimate_632_plus, (1 - w) * 0.1 + w * 0.4, 1e-15);
  // Worse than no information: the overfitting is 1 and the out-of-bag error is cut.
  const BootstrapValidation worse = bootstrap_validation(3, memory, {{0, 0, 1}}, 0.3);
  EXPECT_EQ(worse.relative_overfitting, 1.0);
  EXPECT_NEAR(worse.estimate_632_plus, 0.3, 1e-15);
  // Out of bag better than apparent: no overfitting.
  const BootstrapValidation better = bootstrap_validation(3, memory, {{0, 0, 1}}, 0.05);
  EXPECT_EQ(better.relative_overfitting, 0.0);
  EXPECT_NEAR(better.weight, 0.632, 1e-15);
}

TEST(BootstrapValidation, ThreadsDoNotMatterAndUndefinedReplicatesAreCounted) {
  const FitRows fit = [](const Rows& training) -> EvaluateRows {
    const double sum = static_cast<double>(std::accumulate(training.begin(), training.end(), std::size_t{0}));
    return [sum](const Rows& rows) { return rows.size() == 8 ? sum : sum / static_cast<double>(rows.size()); };
  };
  const BootstrapValidation one = bootstrap_validation(8, fit, kNaN, {50, 9, 1, 0.95});
  const BootstrapValidation two = bootstrap_validation(8, fit, kNaN, {50, 9, 2, 0.95});
  EXPECT_EQ(one.corrected, two.corrected);
  EXPECT_EQ(one.out_of_bag, two.out_of_bag);
  EXPECT_TRUE(std::isnan(one.estimate_632_plus));
  EXPECT_NE(one.reason.find("no-information"), std::string::npos);
  // Nothing left out: that replicate has no out-of-bag value.
  const FitRows mean = [](const Rows&) -> EvaluateRows {
    return [](const Rows& rows) { return rows.empty() ? kNaN : 1.0; };
  };
  const BootstrapValidation partly = bootstrap_validation(2, mean, {{0, 1}, {0, 0}}, 0.5);
  EXPECT_EQ(partly.undefined, 1U);
  EXPECT_EQ(partly.out_of_bag, 1.0);
  EXPECT_EQ(bootstrap_validation(2, mean, {{0, 1}}, 0.5).reason, "no resample has a value");
}

TEST(BootstrapValidation, Errors) {
  const FitRows fit = [](const Rows&) -> EvaluateRows { return [](const Rows&) { return 1.0; }; };
  EXPECT_LARC_ERROR(bootstrap_validation(0, fit), domain, "no rows");
  EXPECT_LARC_ERROR(bootstrap_validation(3, fit, std::vector<Rows>{}), domain, "replicates");
  EXPECT_LARC_ERROR(bootstrap_validation(3, fit, {{0, 1, 3}}), domain, "row 3");
}
