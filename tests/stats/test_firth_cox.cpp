#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "stats/cox.h"
#include "stats/firth_cox.h"
#include "support/agreement.h"
#include "survival_reference.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

// The penalised likelihood as it is written: every risk set anew.
double penalised(const Eigen::VectorXd& coef, const Eigen::MatrixXd& x, const SurvivalOutcome& rows, Ties ties) {
  const Eigen::VectorXd eta = x * coef;
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(x.cols(), x.cols());
  double loglik = 0.0;
  const auto stratum = [&](std::size_t i) { return rows.stratum.empty() ? 0 : rows.stratum[i]; };
  const auto tied = [&](std::size_t i, std::size_t j) {
    return rows.event[j] == 1 && rows.time[j] == rows.time[i] && stratum(j) == stratum(i);
  };
  for (std::size_t i = 0; i < rows.time.size(); ++i) {
    if (rows.event[i] == 0) continue;
    double before = 0.0, all = 0.0;  // tied events that come first
    for (std::size_t j = 0; j < rows.time.size(); ++j) {
      before += tied(i, j) && j < i ? 1.0 : 0.0;
      all += tied(i, j) ? 1.0 : 0.0;
    }
    double s0 = 0.0;
    Eigen::VectorXd s1 = Eigen::VectorXd::Zero(x.cols());
    Eigen::MatrixXd s2 = Eigen::MatrixXd::Zero(x.cols(), x.cols());
    for (std::size_t j = 0; j < rows.time.size(); ++j) {
      if (stratum(j) != stratum(i) || rows.time[j] < rows.time[i]) continue;
      if (!rows.entry.empty() && rows.entry[j] >= rows.time[i]) continue;
      const double share = ties == Ties::efron && tied(i, j) ? 1.0 - before / all : 1.0;
      const double risk = share * std::exp(eta[static_cast<Eigen::Index>(j)]);
      const Eigen::VectorXd row = x.row(static_cast<Eigen::Index>(j)).transpose();
      s0 += risk;
      s1 += risk * row;
      s2 += risk * row * row.transpose();
    }
    loglik += eta[static_cast<Eigen::Index>(i)] - std::log(s0);
    information += s2 / s0 - s1 * s1.transpose() / (s0 * s0);
  }
  return loglik + 0.5 * std::log(information.determinant());
}

Eigen::VectorXd estimates(const FirthCoxFit& fit) {
  Eigen::VectorXd coef(static_cast<Eigen::Index>(fit.coef.size()));
  for (std::size_t j = 0; j < fit.coef.size(); ++j) coef[static_cast<Eigen::Index>(j)] = fit.coef[j].value;
  return coef;
}

struct Truth {
  std::vector<double> coef;
  std::vector<double> limits;  // lower and upper of each coefficient
  std::vector<double> chi2;
  double null, top;
};

}  // namespace

// Oracle: the penalised likelihood written out in R 4.2.2: coefficients by Newton's steps on six-point derivatives
// until these are below 3e-11, profiles by optim (BFGS) and uniroot. coxphf 1.13.4 has the first model too, with
// coefficients 2e-8 off (its steps do not settle there) and the same limits.
TEST(FirthCox, MaximumOfTheLikelihoodWrittenOut) {
  const SurvivalReference data;
  Agreement agreement("firth_cox", "likelihood written out in R 4.2.2");
  const auto compare = [&](const std::string& model, Ties ties, const Truth& truth) {
    const SurvivalOutcome all = data.outcome(model == "strata, entry" ? "entry" : model);
    SurvivalOutcome outcome{all.time, all.event, all.entry, {}, {}, {}};
    if (model == "strata, entry") outcome.stratum = data.full.stratum;
    const FirthCoxFit fit = fit_firth_cox(data.x, outcome, ties);
    EXPECT_TRUE(fit.converged) << fit.reason;
    std::vector<double> limits, chi2;
    for (const auto& one : fit.coef) {
      limits.insert(limits.end(), {one.lower, one.upper});
      chi2.push_back(one.chi2);
    }
    const std::string name = "simulated, " + model + (ties == Ties::efron ? ", Efron" : ", Breslow");
    agreement.check("Firth Cox", name, "coefficients", to_vector(estimates(fit)), truth.coef, 1e-9);
    agreement.check("Firth Cox", name, "profile limits", limits, truth.limits, 1e-8);
    agreement.check("Firth Cox", name, "likelihood ratios", chi2, truth.chi2, 1e-8);
    agreement.check("Firth Cox", name, "penalised log likelihoods", {fit.penalised_loglik_null, fit.penalised_loglik},
                    {truth.null, truth.top}, 1e-11);
    // The estimate is a maximum of the likelihood written out.
    const Eigen::VectorXd coef = estimates(fit);
    EXPECT_NEAR(penalised(coef, data.x, outcome, ties), fit.penalised_loglik, 1e-10);
    for (Eigen::Index j = 0; j < 3; ++j) {
      const double step = 1e-4 * fit.coef[static_cast<std::size_t>(j)].se;
      const Eigen::VectorXd move = step * Eigen::VectorXd::Unit(3, j);
      EXPECT_NEAR(
          (penalised(coef + move, data.x, outcome, ties) - penalised(coef - move, data.x, outcome, ties)) / (2e-4), 0.0,
          1e-9)
          << name << ", derivative per standard error of coefficient " << j + 1;
    }
  };
  compare("plain", Ties::breslow,
          {{0.185180615406967425, -1.260518665236893598, 0.009551091331328523},
           {-0.12318536813913487, 0.47091572722209907, -2.09243451508476896, -0.46965151577336567,
            -0.0018846224932280210, 0.0212502683111420801},
           {1.43219915124095110, 9.78858548549581542, 2.6844548487543420379},
           -81.779867446911069,
           -76.425798968594407});
  compare("plain", Ties::efron,
          {{0.19842544060835077, -1.32530513621375579, 0.01048051890162684},
           {-0.11486970479263509, 0.48941641134982822, -2.16814615607749284, -0.52535056353896659,
            -0.0010810660682036705, 0.0223699221003081164},
           {1.58600735668380821, 10.58572062541145442, 3.1588840139343403735},
           -80.775200185193015,
           -74.979943322001475});
  compare("entry", Ties::efron,
          {{0.0813441924328256460, -0.5110470536191640267, 0.0092333627631683898},
           {-0.219111821138703589, 0.369879896494932747, -1.39440957601736271, 0.34283066634669457,
            -0.0044497785079364157, 0.0241398414970825752},
           {0.291493156424920130, 1.37617583281446798, 1.7192231923396121829},
           -49.177227137927410,
           -47.909491936518329});
  compare("strata, entry", Ties::efron,
          {{0.1625357300711288422, -0.6894103407488124668, 0.0013606629604104544},
           {-0.15049335388011742, 0.48257146792837352, -1.78658682985119821, 0.37287741221813642,
            -0.0170179905353952630, 0.0197940404953249292},
           {1.04958265090559877, 1.62613378827299471, 0.0219430105660194386},
           -23.626462326310349,
           -22.530941270216381});
  agreement.finish();
}

// Oracle: coxphf 1.13.4, epsilon and gconv 1e-9. It did not reach p values of the last two columns.
TEST(FirthCox, MatchesCoxphfOnVeterans) {
  LARC_NEEDS_DATA("tabular/survival/veteran.csv");
  const SurvivalData data =
      survival_data(table("survival/veteran.csv"), {"karno", "age", "trt", "prior", "celltypesquamous"});
  const FirthCoxFit fit = fit_firth_cox(data.x, {data.time, data.event, {}, {}, {}, {}});
  const std::vector<double> coef{-0.0343446827162780105, -0.0066173455639275854, 0.348592483449147783,
                                 -0.00097640930363076194, -0.72949787315160641};
  const std::vector<double> se{0.0053063837213822417, 0.0090984887533522279, 0.194472064228876390,
                               0.02033239244562283152, 0.22997620948017530};
  const std::vector<double> lower{-0.0447609137316945516, -0.0240512681542772236, -0.030800033349058169,
                                  -0.04183246124017993284, -1.19618961812481528};
  const std::vector<double> upper{-0.0239922487261375120, 0.0115807320439558110, 0.730319451703507316,
                                  0.03777090395975464532, -0.29473367934094685};
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(fit.coef[j].value / coef[j], 1.0, 1e-9) << j;
    EXPECT_NEAR(fit.coef[j].se / se[j], 1.0, 1e-9) << j;
    EXPECT_NEAR(fit.coef[j].lower / lower[j], 1.0, 1e-8) << j;
    EXPECT_NEAR(fit.coef[j].upper / upper[j], 1.0, 1e-8) << j;
  }
  EXPECT_NEAR(fit.coef[1].p, 0.4694934411298569, 1e-8);
  EXPECT_NEAR(fit.coef[2].p, 0.0717022722988585, 1e-8);
}

// Three patients, the example of coxphf: the likelihood is monotone. With e = exp(b) the information is 2e/(2e+1)^2 +
// e/(e+1)^2, and the root of the derivative to 50 digits; limits and p by coxphf.
TEST(FirthCox, MonotoneLikelihoodIsFinite) {
  Eigen::MatrixXd x(3, 1);
  x << 1, 1, 0;
  const SurvivalOutcome outcome{{1, 2, 3}, {1, 1, 1}, {}, {}, {}, {}};
  EXPECT_FALSE(fit_cox(x, outcome).converged);
  const FirthCoxFit fit = fit_firth_cox(x, outcome);
  ASSERT_TRUE(fit.converged) << fit.reason;
  EXPECT_NEAR(fit.coef[0].value, 1.3291038606390864, 1e-10);
  EXPECT_NEAR(fit.coef[0].se, 1.9290719939688677, 1e-10);
  EXPECT_NEAR(fit.coef[0].lower, -1.23305634011020060, 1e-8);
  EXPECT_NEAR(fit.coef[0].upper, 6.27047895793822985, 1e-8);
  EXPECT_NEAR(fit.coef[0].p, 0.33874993576389201, 1e-8);
  EXPECT_NEAR(fit.penalised_loglik_null, -std::log(6.0) + 0.5 * std::log(2.0 / 9.0 + 0.25), 1e-12);
  EXPECT_NEAR(fit.likelihood_ratio, fit.coef[0].chi2, 1e-10);
  // At a limit the profile has fallen by the quantile.
  EXPECT_NEAR(fit_firth_cox(x, outcome, Ties::breslow, 1.0 - fit.coef[0].p).coef[0].lower, 0.0, 1e-7);
}

TEST(FirthCox, ScaleAndShiftOfAColumn) {
  const SurvivalReference data;
  Eigen::MatrixXd moved = data.x;
  moved.col(2) = (moved.col(2).array() + 500.0) * 100.0;
  const SurvivalOutcome outcome = data.outcome("entry");
  const FirthCoxFit a = fit_firth_cox(data.x, outcome), b = fit_firth_cox(moved, outcome);
  EXPECT_NEAR(a.coef[2].value / b.coef[2].value, 100.0, 1e-7);
  EXPECT_NEAR(a.coef[2].upper / b.coef[2].upper, 100.0, 1e-7);
  EXPECT_NEAR(a.coef[0].p, b.coef[0].p, 1e-9);
  EXPECT_NEAR(a.likelihood_ratio, b.likelihood_ratio, 1e-9);
}

TEST(FirthCox, UndefinedAndErrors) {
  Eigen::MatrixXd x(4, 2);
  x << 1, 2, 2, 4, 4, 8, 3, 6;
  const SurvivalOutcome rows{{1, 2, 3, 4}, {1, 0, 1, 1}, {}, {}, {}, {}};
  EXPECT_EQ(fit_firth_cox(x, {{1, 2, 3, 4}, {0, 0, 0, 0}, {}, {}, {}, {}}).reason, "no events");
  EXPECT_EQ(fit_firth_cox(Eigen::MatrixXd(0, 2), {}).reason, "no patients");
  const FirthCoxFit collinear = fit_firth_cox(x, rows);
  EXPECT_TRUE(std::isfinite(collinear.coef[0].value));
  EXPECT_TRUE(std::isnan(collinear.coef[1].value));
  EXPECT_NE(collinear.reason.find("column 2"), std::string::npos);
  EXPECT_EQ(collinear.df, 1);
  const FirthCoxFit constant = fit_firth_cox(Eigen::MatrixXd::Ones(4, 1), rows);
  EXPECT_EQ(constant.df, 0);
  EXPECT_FALSE(constant.reason.empty());
  EXPECT_LARC_ERROR(fit_firth_cox(x, {{1, 2}, {1, 0}, {}, {}, {}, {}}), shape_mismatch, "covariates");
  EXPECT_LARC_ERROR(fit_firth_cox(x, {rows.time, rows.event, {}, {1, 1, 2, 1}, {}, {}}), domain, "weights");
  EXPECT_LARC_ERROR(fit_firth_cox(x, rows, Ties::breslow, 1.0), domain, "level");
}
