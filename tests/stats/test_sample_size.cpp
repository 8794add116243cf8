#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/logistic.h"
#include "stats/sample_size.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: the worked examples of Riley et al. (Statistics in Medicine 2019; help page of pmsampsize): a binary outcome
// with 24 parameters, R2 0.288, prevalence 0.174, and recurrence of venous thromboembolism with 30 parameters.
TEST(SampleSize, RileysExamples) {
  const SampleSize binary = binary_sample_size(0.174, 0.288, 24);
  ASSERT_EQ(binary.criteria.size(), 3u);
  EXPECT_EQ(binary.criteria[0].patients, 623);
  EXPECT_EQ(binary.criteria[1].patients, 662);
  EXPECT_EQ(binary.criteria[2].patients, 221);
  EXPECT_EQ(binary.patients, 662);
  EXPECT_NEAR(binary.events_per_parameter, 4.8, 0.005);
  const SampleSize survival = survival_sample_size(0.065, 2.0, 2.07, 0.051, 30);
  EXPECT_EQ(survival.criteria[0].patients, 5143);
  EXPECT_EQ(survival.criteria[1].patients, 1039);
  EXPECT_EQ(survival.patients, 5143);
  EXPECT_NEAR(survival.events_per_parameter, 23.07, 0.005);
}

TEST(SampleSize, CriteriaAreJustMet) {
  const SampleSize binary = binary_sample_size(0.3, 0.1, 10);
  for (const auto& criterion : {binary.criteria[0], binary.criteria[1]}) {
    // Expected shrinkage at n patients: 1 + p / (n log(1 - R2 / S)).
    const auto shrinkage = [&](double n) { return 1.0 + 10.0 / (n * std::log(1.0 - 0.1 / criterion.shrinkage)); };
    EXPECT_GE(shrinkage(criterion.patients), criterion.shrinkage);
    EXPECT_LT(shrinkage(criterion.patients - 1), criterion.shrinkage);
  }
  const SampleSize survival = survival_sample_size(0.1, 3.0, 2.0, 0.1, 1);
  const auto margin = [&](double n) {
    return std::exp(-0.3) - std::exp(-(0.1 + 1.96 * std::sqrt(0.1 / (2.0 * n))) * 3.0);
  };
  const auto below = [&](double n) {
    return std::exp(-(0.1 - 1.96 * std::sqrt(0.1 / (2.0 * n))) * 3.0) - std::exp(-0.3);
  };
  const double n = survival.criteria[2].patients;
  EXPECT_LE(std::max(margin(n), below(n)), 0.05);
  EXPECT_GT(std::max(margin(n - 1), below(n - 1)), 0.05);
}

// The integral against Riley's own way: simulate the predictor in both classes and fit.
TEST(SampleSize, CoxSnellFromAucIsThatOfALargeTable) {
  Random random(2);
  const double apart = std::sqrt(2.0) * 0.6744897501960817;  // area 0.75
  Eigen::MatrixXd x(40000, 1);
  std::vector<double> labels;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    labels.push_back(i % 5 == 0 ? 1.0 : 0.0);
    x(i, 0) = random.normal() + (labels.back() == 1.0 ? apart : 0.0);
  }
  const LogisticFit fit = fit_logistic(x, labels);
  EXPECT_NEAR(cox_snell_from_auc(0.75, 0.2), 1.0 - std::exp(-fit.likelihood_ratio / 40000.0), 0.005);
  // The outcome and its complement carry the same information.
  EXPECT_NEAR(cox_snell_from_auc(0.8, 0.3), cox_snell_from_auc(0.8, 0.7), 1e-13);
  EXPECT_LT(cox_snell_from_auc(0.501, 0.3), 1e-4);
  EXPECT_GT(cox_snell_from_auc(0.999, 0.5), 0.7);
}

// Royston's D of a concordance of 0.5 is nothing; R2 grows with it and with the share of events.
TEST(SampleSize, CoxSnellFromConcordance) {
  EXPECT_LT(cox_snell_from_concordance(0.501, 0.3), 1e-4);
  EXPECT_LT(cox_snell_from_concordance(0.7, 0.3), cox_snell_from_concordance(0.75, 0.3));
  EXPECT_LT(cox_snell_from_concordance(0.7, 0.3), cox_snell_from_concordance(0.7, 0.4));
  // Two steps by hand for C = 0.69: D = 5.5 x 0.19 + 10.26 x 0.19^3.
  const double d = 5.5 * 0.19 + 10.26 * std::pow(0.19, 3), e = std::pow(std::acos(-1.0), 2) / 6.0;
  const double r2d = (std::acos(-1.0) / 8 * d * d) / (e + std::acos(-1.0) / 8 * d * d);
  const double oq = e * r2d / (1.0 - (1.0 - e) * r2d);
  EXPECT_NEAR(cox_snell_from_concordance(0.69, 0.13455), 1.0 - std::pow(1.0 - oq, 0.13455), 1e-14);
}

TEST(SampleSize, Errors) {
  EXPECT_LARC_ERROR(binary_sample_size(0.0, 0.1, 5), domain, "prevalence");
  EXPECT_LARC_ERROR(binary_sample_size(0.1, 0.6, 5), domain, "R2");
  EXPECT_LARC_ERROR(binary_sample_size(0.1, 0.1, 0), domain, "parameter");
  EXPECT_LARC_ERROR(binary_sample_size(0.1, 0.1, 5, 1.0), domain, "shrinkage");
  EXPECT_LARC_ERROR(survival_sample_size(-1, 1, 1, 0.1, 5), domain, "rate");
  EXPECT_LARC_ERROR(survival_sample_size(0.1, 0, 1, 0.1, 5), domain, "horizon");
  EXPECT_LARC_ERROR(survival_sample_size(0.1, 1, 0, 0.1, 5), domain, "follow-up");
  EXPECT_LARC_ERROR(cox_snell_from_auc(0.5, 0.2), domain, "area");
  EXPECT_LARC_ERROR(cox_snell_from_auc(0.7, 1.0), domain, "prevalence");
  EXPECT_LARC_ERROR(cox_snell_from_concordance(1.0, 0.2), domain, "concordance");
  EXPECT_LARC_ERROR(cox_snell_from_concordance(0.7, 0.0), domain, "events");
}
