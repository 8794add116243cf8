#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "stats/cox_rows.h"

namespace larc::stats {

/// Rule for tied events. Efron lets the tied events leave the risk set one after the other by equal shares; Breslow
/// keeps all of them in.
enum class Ties { efron, breslow };

/// Log partial likelihood, its gradient and its information (minus the second derivative) at a coefficient vector on
/// the scale of CoxRows, and the risk of every row on the way. One object serves all Newton steps of a fit: it holds
/// the buffers.
///
/// The information is the sum over rows of risk * hazard * x x' less the sum over event times of mean mean', two plain
/// sums of products that run in blocks of rows; tied events need one or two vectors a time, however many there are.
/// Cost O(n p^2), no term in the number of ties. With delayed entry the running sums are kept in double-double, so that
/// rows that leave take nothing of the others with them.
class CoxKernel {
 public:
  enum class Order { likelihood, gradient, information };

  CoxKernel(const CoxRows& rows, Ties ties);
  /// coef (columns,)
  void evaluate(const Eigen::VectorXd& coef, Order order);
  /// After an evaluation with gradient: the information at the same place.
  void add_information();

  double loglik() const { return loglik_; }
  const Eigen::VectorXd& gradient() const { return gradient_; }
  /// Lower triangle only.
  const Eigen::MatrixXd& information() const { return information_; }

  // Of the last evaluation, for residuals and hazards; risks are exp(eta - shift()).
  double shift() const { return shift_; }
  const std::vector<double>& eta() const { return eta_; }
  /// weight * exp(eta - shift), (rows,)
  const std::vector<double>& risk() const { return risk_; }
  /// Per group: the jump of the cumulative hazard, over exp(shift) ...
  const std::vector<double>& jump() const { return jump_; }
  /// ... and how much less of it the tied events themselves undergo.
  const std::vector<double>& less() const { return less_; }
  /// weight * (event - expected), (rows,); after gradient or information
  const std::vector<double>& martingale() const { return martingale_; }
  /// Per group, with s0 the sum of risks, e0 that of the tied events, w their mean weight, f = 0, 1/d, ... the share
  /// that has left (0 for Breslow): s0, and the sums over the steps of w / (1 - f e0 / s0)^2 times 1, f and f^2.
  const std::vector<double>& s0() const { return s0_; }
  const std::vector<double>& square() const { return square_; }
  const std::vector<double>& cross() const { return cross_; }
  const std::vector<double>& tied_square() const { return tied_square_; }
  /// The information with the share of each group times factor[group]: what the covariance of the risk sets adds up to
  /// under other weights. (columns, columns), lower triangle; after an evaluation with gradient.
  Eigen::MatrixXd information_with(const std::vector<double>& factor);

 private:
  void risks(const Eigen::VectorXd& coef);
  void hazards();
  void expected(const std::vector<double>& jump, const std::vector<double>& less, std::vector<double>& out);
  void first_sums();
  void gram(const std::vector<double>& expected, const double* factor);
  void means(const double* factor);
  void means_late_entry(const double* factor);
  void add_mean(std::size_t group, const double* s1, const double* factor);
  void flush_means();

  const CoxRows& rows_;
  const std::vector<double>* weight_;
  Ties ties_;
  double shift_ = 0.0;
  double loglik_ = 0.0;
  Eigen::VectorXd gradient_;
  Eigen::MatrixXd information_;
  std::vector<double> eta_, risk_, expected_, martingale_;
  std::vector<double> jump_, less_, suffix_;
  std::vector<double> s0_;
  std::vector<double> square_, cross_, tied_square_;  // sums over the tied steps of the squared shares, see hazards()
  std::vector<double> prefix_, picked_, picked_weight_, scratch_, packed_;
  std::size_t picked_count_ = 0;
};

/// LDL' solver of an information matrix that sets aside a column which the earlier ones explain: its pivot is below
/// 1.8e-12 of the largest diagonal, as R's coxph has it.
class InformationSolver {
 public:
  /// lower triangle of a symmetric matrix; `kept` fixes the columns, or is empty to find them
  explicit InformationSolver(const Eigen::MatrixXd& information, std::vector<char> kept = {});
  const std::vector<char>& kept() const { return kept_; }
  /// Every pivot of a kept column is positive.
  bool positive() const { return positive_; }
  double log_determinant() const { return log_determinant_; }
  Eigen::VectorXd solve(const Eigen::VectorXd& right) const;
  /// 0 in rows and columns set aside.
  Eigen::MatrixXd inverse() const;

 private:
  Eigen::MatrixXd factor_;
  std::vector<char> kept_;
  bool positive_ = true;
  double log_determinant_ = 0.0;
};

/// Names the columns set aside, from 1; empty when none is.
std::string aliased_reason(const std::vector<char>& kept);
/// "first; second", or the one that is not empty.
std::string both_reasons(const std::string& first, const std::string& second);

}  // namespace larc::stats
