#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

/// A coefficient with what the penalised profile likelihood says about it.
struct ProfiledCoefficient {
  double value = kNaN;
  double se = kNaN;     // of the information at the estimate
  double lower = kNaN;  // limits where twice the penalised log likelihood has fallen by the quantile of chi-squared
  double upper = kNaN;
  double chi2 = kNaN;  // penalised likelihood ratio against 0
  double p = kNaN;
  std::string reason;  // why a limit is NaN or infinite, or the test NaN
};

/// A log likelihood with Firth's penalty, half the log determinant of its information.
class PenalisedLikelihood {
 public:
  struct At {
    double loglik = kNaN;
    double penalised = kNaN;
    Eigen::VectorXd gradient;     // of `penalised`
    Eigen::MatrixXd information;  // of `loglik`
    Eigen::MatrixXd inverse;      // of `information`
  };
  struct Maximum {
    bool converged = false;
    int iterations = 0;
    Eigen::VectorXd coef;
    At at;
  };

  virtual ~PenalisedLikelihood() = default;
  virtual Eigen::Index size() const = 0;
  virtual At at(const Eigen::VectorXd& coef) const = 0;
  /// How far a step (size(),) moves any linear predictor.
  virtual double reach(const Eigen::VectorXd& step) const = 0;

  /// Scoring steps with halving over the coefficients in `free`; the others stay as in `start`.
  Maximum maximise(const Eigen::VectorXd& start, const std::vector<Eigen::Index>& free) const;
  /// Limits and test of coefficient j from the profile below its maximum `top`. A limit that the profile does not reach
  /// is infinite, one that the search does not find NaN, both with a reason.
  /// source Heinze, Schemper 2002
  ProfiledCoefficient profile(const Maximum& top, Eigen::Index j, double level) const;

 private:
  struct Limit {
    double value = kNaN;
    std::string reason;
  };
  bool settled(const Maximum& maximum, const std::vector<Eigen::Index>& free) const;
  Limit profile_limit(const Maximum& top, Eigen::Index j, double se, double target, double side) const;
};

/// 0 .. size - 1 without `held`.
std::vector<Eigen::Index> all_but(Eigen::Index size, Eigen::Index held);

/// A coefficient of x from that of x * factor.
void scale_by(ProfiledCoefficient& coefficient, double factor);

}  // namespace larc::stats
