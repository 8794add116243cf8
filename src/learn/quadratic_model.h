#pragma once
#include <Eigen/Dense>
#include <vector>

#include "learn/loss.h"

namespace larc::learn {

/// The penalty of each column: l1 |b| + l2 / 2 b^2. Columns without l1 may change sign freely.
struct Penalty {
  std::vector<double> l1, l2;
};

/// How far gradient g of the loss at b is from optimality: 0 when g + l2 b + l1 sign(b) = 0, or |g| <= l1 where b = 0.
double optimality_gap(double g, double b, double l1, double l2);

/// Second-order model of a loss over a working set of columns, around a frozen linear predictor: Q = X' H X / n with
/// the exact second derivative H of the loss, kept while it still describes the loss well enough.
class QuadraticModel {
 public:
  /// x (n, p) and loss must outlive the model.
  QuadraticModel(const Eigen::MatrixXd& x, const Loss& loss);

  const std::vector<Eigen::Index>& columns() const { return columns_; }
  bool has(Eigen::Index column) const { return position_[static_cast<std::size_t>(column)] >= 0; }
  /// Starts anew with these columns under the loss's frozen second derivative.
  void reset(const std::vector<Eigen::Index>& columns);
  /// Adds columns under the same second derivative.
  void extend(const std::vector<Eigen::Index>& columns);

  /// Minimises q'd + d'Qd / 2 + penalty(b + d) over d: coordinate descent to find the signs, exact steps on the
  /// columns that are not 0. All in the order of `columns()`; b and q (the gradient of the model) are updated. Ends
  /// when no column's optimality gap exceeds `tolerance`, or when nothing is gained any more.
  void solve(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty, double tolerance);

 private:
  const double* column(std::size_t k) const { return q_.data() + k * stride_; }
  double largest_gap(const std::vector<double>& b, const std::vector<double>& q, const Penalty& penalty) const;
  bool sweep(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty) const;
  void exact_step(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty, double tolerance,
                  bool to_the_end);
  bool add_worst(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty, double tolerance) const;
  bool direct_solution(const std::vector<std::size_t>& active, const Penalty& penalty, Eigen::VectorXd& step) const;
  void iterated_solution(const std::vector<std::size_t>& active, const Penalty& penalty, double tolerance,
                         Eigen::VectorXd& step);
  void times(const std::vector<std::size_t>& active, const Eigen::VectorXd& step, std::vector<double>& product) const;
  void factorise(const std::vector<std::size_t>& active, const Penalty& penalty);
  void precondition(const std::vector<std::size_t>& active, const Penalty& penalty, const Eigen::VectorXd& residual,
                    Eigen::VectorXd& result) const;
  bool move(const std::vector<std::size_t>& active, const Eigen::VectorXd& step, std::vector<double>& b,
            std::vector<double>& q, const Penalty& penalty, bool several) const;

  const Eigen::MatrixXd& x_;
  const Loss& loss_;
  std::vector<Eigen::Index> columns_;
  std::vector<int> position_;  // of a column among columns_, or -1
  std::vector<double> q_;      // both triangles, leading dimension stride_
  std::size_t stride_ = 0;
  // A factor of an earlier block, in single precision, that makes conjugate gradients converge in a few steps.
  Eigen::LLT<Eigen::MatrixXf> factor_;
  std::vector<int> factor_position_;  // of a column in the factor, or -1
  Eigen::Index factor_size_ = 0;
  double excess_steps_ = 0.0;  // more than a good factor would have needed
};

}  // namespace larc::learn
