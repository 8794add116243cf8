#pragma once
#include <Eigen/Dense>
#include <memory>
#include <vector>

#include "learn/frame.h"

namespace larc::learn {

/// What a linear predictor is judged against: an outcome, and what may come with it. Empty vectors mean "none".
struct LossData {
  LossData() = default;
  LossData(const Outcome& outcome);  // NOLINT: an outcome is the plain case

  OutcomeKind kind = OutcomeKind::binary;
  std::vector<double> label;   // binary: (n,) 0 or 1
  std::vector<double> time;    // survival: (n,) >= 0
  std::vector<int> event;      // survival: (n,) 1 event, 0 censored
  std::vector<double> entry;   // survival: (n,) at risk only after this time (delayed entry), < time
  std::vector<int> stratum;    // survival: (n,) risk sets do not reach across strata
  std::vector<double> weight;  // (n,) >= 0; only their ratios count: they are scaled to a mean of 1
  std::vector<double> offset;  // (n,) added to the linear predictor

  std::size_t size() const { return kind == OutcomeKind::binary ? label.size() : time.size(); }
  LossData select_rows(const std::vector<std::size_t>& rows) const;
};

/// errors shape_mismatch, domain: names the argument and the first bad row
void check_loss_data(const LossData& data);

/// A log likelihood as a function of the linear predictor, with what Newton steps need. Rows count by their weight.
/// Keeps scratch space, so one object serves one thread.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual Eigen::Index size() const = 0;
  /// Log likelihood at eta (n,), without the offset, which is added here.
  virtual double log_likelihood(const Eigen::VectorXd& eta) = 0;
  /// The same, with its gradient `residual` (n,).
  virtual double evaluate(const Eigen::VectorXd& eta, Eigen::VectorXd& residual) = 0;
  /// Keeps the second derivative at the eta of the last `evaluate`.
  virtual void freeze() = 0;
  /// out = -(that second derivative, an n x n matrix) times x. x, out (n,)
  virtual void curvature_times(const double* x, double* out) const = 0;
  /// The same for four vectors, to the bit.
  virtual void curvature_times_four(const double* const* x, double* const* out) const;
  /// Log likelihood of the saturated model, from which deviances are counted.
  virtual double saturated() const = 0;
};

/// Log likelihood of the logistic model.
class LogisticLoss : public Loss {
 public:
  explicit LogisticLoss(const LossData& data);
  Eigen::Index size() const override { return y_.size(); }
  double log_likelihood(const Eigen::VectorXd& eta) override;
  double evaluate(const Eigen::VectorXd& eta, Eigen::VectorXd& residual) override;
  void freeze() override;
  void curvature_times(const double* x, double* out) const override;
  double saturated() const override { return 0.0; }

 private:
  Eigen::VectorXd y_;
  Eigen::VectorXd row_weight_;  // empty: 1
  Eigen::VectorXd offset_;      // empty: 0
  Eigen::VectorXd probability_;
  Eigen::VectorXd weight_;  // frozen second derivative
};

/// Cox partial likelihood with Breslow ties. The rows may come in any order; passes are faster when they come sorted by
/// stratum and time, as `cox_order` gives it.
class CoxLoss : public Loss {
 public:
  explicit CoxLoss(const LossData& data);
  Eigen::Index size() const override { return static_cast<Eigen::Index>(order_.size()); }
  double log_likelihood(const Eigen::VectorXd& eta) override;
  double evaluate(const Eigen::VectorXd& eta, Eigen::VectorXd& residual) override;
  void freeze() override;
  void curvature_times(const double* x, double* out) const override;
  void curvature_times_four(const double* const* x, double* const* out) const override;
  double saturated() const override { return saturated_; }

 private:
  // One event time of one stratum; its rows are those from this time up to the next event time.
  struct RiskSet {
    std::size_t begin = 0, end = 0;    // sorted rows; the risk set reaches from begin to the stratum's end
    std::size_t late = 0;              // first position in late_ of those who enter at this time or later
    std::size_t late_end = 0;          // the stratum's end in late_
    bool first = false, last = false;  // of its stratum
    double deaths = 0.0;               // weighted
  };
  const double* sorted(const Eigen::VectorXd& eta);
  double risk_sums(const double* eta);
  /// sum[k] = total of value over risk set k. value (n,) sorted
  void reach(const double* value, double* sum) const;

  std::vector<std::size_t> order_;  // rows by stratum and time
  bool identity_ = false;           // the rows came in that order
  std::vector<double> weight_;      // sorted
  std::vector<double> death_;       // sorted: the weight of an event, 0 for a censored row
  std::vector<double> offset_;      // sorted; empty: 0
  std::vector<RiskSet> sets_;
  std::vector<std::size_t> late_;    // delayed entry: sorted rows by stratum and entry time
  std::vector<std::size_t> before_;  // delayed entry: 1 + last set at or before a sorted row's entry, 0: none
  double saturated_ = 0.0;
  std::vector<double> eta_, risk_, sum_, hazard_;                    // of the last evaluation
  std::vector<double> frozen_risk_, frozen_expected_, frozen_rate_;  // of the frozen one
  mutable std::vector<double> product_, total_, total_four_;
};

std::unique_ptr<Loss> make_loss(const LossData& data);

/// Rows by stratum, then time; equal times in their order. Binary outcomes: the rows as they are.
std::vector<std::size_t> loss_order(const LossData& data);

}  // namespace larc::learn
