#include "learn/elastic_net.h"
#include "learn/rotation.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

// A ridge in the coordinates is the ridge of the features: the same coefficients and predictions, whatever the factors.
TEST(Rotation, TheRidgeStaysTheSame) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = make_cohort(kind, 40, 90, 3, 0.8, 51);
    Eigen::MatrixXd x(40, 90);
    for (Eigen::Index j = 0; j < 90; ++j)
      x.col(j) = Eigen::Map<const Eigen::VectorXd>(cohort.frame.columns[static_cast<std::size_t>(j)].values.data(), 40);
    std::vector<double> factor(90, 1.0);
    factor[4] = factor[70] = 0.0;
    factor[6] = 2.5;
    const Rotation rotation(x, factor);
    EXPECT_LE(rotation.coordinates().cols(), 42);
    ElasticNet plain(x, cohort.outcome, {0.0, factor, 1e-11, 500, false});
    ElasticNet turned(rotation.coordinates(), cohort.outcome, {0.0, rotation.factors(), 1e-11, 500, false});
    for (const double lambda : {1.0, 0.1}) {
      const ElasticNetFit& expected = plain.fit(lambda);
      const ElasticNetFit& fit = turned.fit(lambda);
      double intercept = fit.intercept;
      const Eigen::VectorXd coef = rotation.coefficients(fit.coef, intercept);
      EXPECT_LT((coef - expected.coef).cwiseAbs().maxCoeff(), 1e-8);
      if (kind == OutcomeKind::binary) {
        EXPECT_NEAR(intercept, expected.intercept, 1e-8);
      }
      const Eigen::MatrixXd others = x.topRows(7).array() + 0.3;
      const Eigen::VectorXd of_features = (others * coef).array() + intercept;
      const Eigen::VectorXd of_coordinates = (rotation.coordinates_of(others) * fit.coef).array() + fit.intercept;
      EXPECT_LT((of_features - of_coordinates).cwiseAbs().maxCoeff(), 1e-9);
    }
  }
  EXPECT_LARC_ERROR(Rotation(Eigen::MatrixXd::Zero(3, 2), {1.0}), shape_mismatch, "penalty factors");
}

}  // namespace
