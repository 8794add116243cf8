#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "stats/distributions.h"
#include "stats/penalised_likelihood.h"

using namespace larc;
using namespace larc::stats;

namespace {

/// A log likelihood of two coefficients, given with its gradient; its information is the identity.
class Given : public PenalisedLikelihood {
 public:
  using Function = std::function<std::pair<double, Eigen::Vector2d>(const Eigen::VectorXd&)>;
  explicit Given(Function function) : function_(std::move(function)) {}
  Eigen::Index size() const override { return 2; }
  double reach(const Eigen::VectorXd& step) const override { return step.cwiseAbs().maxCoeff(); }
  At at(const Eigen::VectorXd& coef) const override {
    const auto [value, gradient] = function_(coef);
    return {value, value, gradient, Eigen::Matrix2d::Identity(), Eigen::Matrix2d::Identity()};
  }
  ProfiledCoefficient first(double estimate) const {
    const Eigen::Vector2d top(estimate, 0.0);
    return profile({true, 0, top, at(top)}, 0, kLevel95);
  }

 private:
  Function function_;
};

}  // namespace

TEST(PenalisedLikelihood, QuadraticProfileHasNormalLimits) {
  const Given model([](const Eigen::VectorXd& b) {
    return std::pair{-0.5 * ((b[0] - 2.0) * (b[0] - 2.0) + b[1] * b[1]), Eigen::Vector2d(2.0 - b[0], -b[1])};
  });
  const ProfiledCoefficient result = model.first(2.0);
  EXPECT_NEAR(result.lower, 2.0 - critical_value(kLevel95), 1e-9);
  EXPECT_NEAR(result.upper, 2.0 + critical_value(kLevel95), 1e-9);
  EXPECT_NEAR(result.chi2, 4.0, 1e-12);
  EXPECT_EQ(result.reason, "");
}

// Falls by less than a half above its maximum: no upper limit.
TEST(PenalisedLikelihood, LimitThatTheProfileDoesNotReachIsInfinite) {
  const Given model([](const Eigen::VectorXd& b) {
    const double value = b[0] > 0.0 ? -0.4 * b[0] * b[0] / (1.0 + b[0] * b[0]) : -0.5 * b[0] * b[0];
    return std::pair{value - 0.5 * b[1] * b[1], Eigen::Vector2d(0.0, -b[1])};
  });
  const ProfiledCoefficient result = model.first(0.0);
  EXPECT_NEAR(result.lower, -critical_value(kLevel95), 1e-9);
  EXPECT_EQ(result.upper, std::numeric_limits<double>::infinity());
  EXPECT_EQ(result.reason, "the profile does not fall far enough for the upper limit");
}

// The other coefficient wanders without end: neither limits nor test may be given.
TEST(PenalisedLikelihood, LimitsOfAnUnsettledFitAreUndefined) {
  const Given model([](const Eigen::VectorXd& b) {
    return std::pair{-0.5 * b[0] * b[0], Eigen::Vector2d(-b[0], 1.0)};
  });
  const ProfiledCoefficient result = model.first(0.0);
  EXPECT_TRUE(std::isnan(result.lower));
  EXPECT_TRUE(std::isnan(result.upper));
  EXPECT_TRUE(std::isnan(result.p));
  EXPECT_EQ(result.reason,
            "the search for the lower limit did not converge; the search for the upper limit did not converge; the fit "
            "without it, which its test needs, did not converge");
}

// A likelihood that cannot be evaluated on the way is no limit at infinity.
TEST(PenalisedLikelihood, UndefinedLikelihoodIsNoInfiniteLimit) {
  const Given model([](const Eigen::VectorXd& b) {
    return std::pair{b[0] > 1.0 ? kNaN : -0.5 * b.squaredNorm(), Eigen::Vector2d(-b)};
  });
  const ProfiledCoefficient result = model.first(0.0);
  EXPECT_NEAR(result.lower, -critical_value(kLevel95), 1e-9);
  EXPECT_TRUE(std::isnan(result.upper));
  EXPECT_EQ(result.reason, "the search for the upper limit did not converge");
}
