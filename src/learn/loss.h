#pragma once
#include <Eigen/Dense>
#include <memory>
#include <vector>

#include "learn/frame.h"

namespace larc::learn {

/// A log likelihood as a function of the linear predictor, with what a Newton-like step needs.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual Eigen::Index size() const = 0;
  /// Log likelihood at eta (n,).
  virtual double log_likelihood(const Eigen::VectorXd& eta) const = 0;
  /// The same, with its gradient `residual` (n,) and weights (n,) >= 0 such that -diag(weight) bounds the second
  /// derivative from below at eta.
  virtual double expand(const Eigen::VectorXd& eta, Eigen::VectorXd& residual, Eigen::VectorXd& weight) const = 0;
  /// Log likelihood of the saturated model, from which deviances are counted.
  virtual double saturated() const = 0;
};

/// labels (n,) 0 or 1
class LogisticLoss : public Loss {
 public:
  explicit LogisticLoss(const std::vector<double>& labels);
  Eigen::Index size() const override { return y_.size(); }
  double log_likelihood(const Eigen::VectorXd& eta) const override;
  double expand(const Eigen::VectorXd& eta, Eigen::VectorXd& residual, Eigen::VectorXd& weight) const override;
  double saturated() const override { return 0.0; }

 private:
  Eigen::VectorXd y_;
};

/// Cox partial likelihood with Breslow ties, sorted once. time (n,) >= 0; event (n,) 0 or 1
class CoxLoss : public Loss {
 public:
  CoxLoss(const std::vector<double>& time, const std::vector<int>& event);
  Eigen::Index size() const override { return static_cast<Eigen::Index>(order_.size()); }
  double log_likelihood(const Eigen::VectorXd& eta) const override;
  double expand(const Eigen::VectorXd& eta, Eigen::VectorXd& residual, Eigen::VectorXd& weight) const override;
  double saturated() const override { return saturated_; }

 private:
  struct RiskSet {
    std::size_t begin = 0;  // first position in order_ at this time; the risk set reaches from here to the end
    std::size_t end = 0;
    double deaths = 0.0;
  };
  double risk_sums(const Eigen::VectorXd& eta) const;

  std::vector<Eigen::Index> order_;  // patients by ascending time
  std::vector<double> event_;        // in that order
  std::vector<RiskSet> sets_;        // distinct times, ascending
  double saturated_ = 0.0;
  mutable std::vector<double> risk_;  // exp(eta - largest), in that order
  mutable std::vector<double> sum_;   // per risk set
};

/// The loss of an outcome; CoxLoss and LogisticLoss keep scratch space, so one object serves one thread.
std::unique_ptr<Loss> make_loss(const Outcome& outcome);

}  // namespace larc::learn
