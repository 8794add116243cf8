#pragma once
#include <Eigen/Dense>
#include <memory>
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
  virtual ~QuadraticModel() = default;

  const std::vector<Eigen::Index>& columns() const { return columns_; }
  bool has(Eigen::Index column) const { return position_[static_cast<std::size_t>(column)] >= 0; }
  /// Starts anew with these columns under the loss's frozen second derivative.
  void reset(const std::vector<Eigen::Index>& columns);
  /// Adds columns under the same second derivative.
  virtual void extend(const std::vector<Eigen::Index>& columns) = 0;

  /// Minimises q'd + d'Qd / 2 + penalty(b + d) over d: coordinate descent to find the signs, exact steps on the
  /// columns that are not 0. All in the order of `columns()`; b and q (the gradient of the model) are updated. Ends
  /// when no column's optimality gap exceeds `tolerance`, or when nothing is gained any more.
  virtual void solve(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty, double tolerance) = 0;

 protected:
  explicit QuadraticModel(Eigen::Index columns) : position_(static_cast<std::size_t>(columns), -1) {}

  std::vector<Eigen::Index> columns_;
  std::vector<int> position_;  // of a column among columns_, or -1
};

/// Q in double (MatrixXd) or in single precision (MatrixXf: half the memory and time; its steps end at gaps of about
/// 1e-7, which the steps after them, on the exact gradient, correct).
/// x (n, p) and loss must outlive the model.
std::unique_ptr<QuadraticModel> make_quadratic_model(const Eigen::MatrixXd& x, const Loss& loss);
std::unique_ptr<QuadraticModel> make_quadratic_model(const Eigen::MatrixXf& x, const Loss& loss);

}  // namespace larc::learn
