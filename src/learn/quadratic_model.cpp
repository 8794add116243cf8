#include "learn/quadratic_model.h"

#include <algorithm>
#include <cmath>

#include "learn/column_kernels.h"

namespace larc::learn {

namespace {

constexpr int kSweepRounds = 6;
constexpr int kMaxRounds = 300;
constexpr std::size_t kFewColumns = 64;    // so few are solved for directly
constexpr std::size_t kSomeColumns = 400;  // the same where iteration converges badly
constexpr int kRoundsOfMany = 2;           // for more, when columns become 0
constexpr int kMaxConjugateSteps = 100;
constexpr double kGoodSteps = 4.0;  // of conjugate gradients with a fresh factor

double soft_threshold(double value, double threshold) {
  if (value > threshold) return value - threshold;
  if (value < -threshold) return value + threshold;
  return 0.0;
}

double penalty_of(double b, double l1, double l2) {
  return l1 * std::abs(b) + 0.5 * l2 * b * b;
}

// H times columns of x, four at a time.
void curvature_of(const Eigen::MatrixXd& x, const Loss& loss, const std::vector<Eigen::Index>& order,
                  Eigen::MatrixXd& curved) {
  std::size_t done = 0;
  for (; done + 4 <= order.size(); done += 4) {
    const double* from[4];
    double* to[4];
    for (std::size_t l = 0; l < 4; ++l) {
      from[l] = x.col(order[done + l]).data();
      to[l] = curved.col(static_cast<Eigen::Index>(done + l)).data();
    }
    loss.curvature_times_four(from, to);
  }
  for (; done < order.size(); ++done)
    loss.curvature_times(x.col(order[done]).data(), curved.col(static_cast<Eigen::Index>(done)).data());
}

void curvature_of(const Eigen::MatrixXf& x, const Loss& loss, const std::vector<Eigen::Index>& order,
                  Eigen::MatrixXf& curved) {
  Eigen::MatrixXd wide(x.rows(), 4), product(x.rows(), 4);
  const std::vector<Eigen::Index> all{0, 1, 2, 3};
  for (std::size_t done = 0; done < order.size(); done += 4) {
    const std::size_t count = std::min<std::size_t>(4, order.size() - done);
    for (std::size_t l = 0; l < count; ++l)
      wide.col(static_cast<Eigen::Index>(l)) = x.col(order[done + l]).cast<double>();
    curvature_of(wide, loss, {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)}, product);
    for (std::size_t l = 0; l < count; ++l)
      curved.col(static_cast<Eigen::Index>(done + l)) = product.col(static_cast<Eigen::Index>(l)).cast<float>();
  }
}

template <typename Matrix>
class StoredModel : public QuadraticModel {
 public:
  using Number = typename Matrix::Scalar;
  StoredModel(const Matrix& x, const Loss& loss)
      : QuadraticModel(x.cols()), x_(x), loss_(loss), factor_position_(static_cast<std::size_t>(x.cols()), -1) {}
  void extend(const std::vector<Eigen::Index>& columns) override;
  void solve(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty, double tolerance) override;

 private:
  const Number* column(std::size_t k) const { return q_.data() + k * stride_; }
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

  const Matrix& x_;
  const Loss& loss_;
  std::vector<Number> q_;  // both triangles, leading dimension stride_
  std::size_t stride_ = 0;
  // A factor of an earlier block, in single precision, that makes conjugate gradients converge in a few steps.
  Eigen::LLT<Eigen::MatrixXf> factor_;
  std::vector<int> factor_position_;  // of a column in the factor, or -1
  Eigen::Index factor_size_ = 0;
  double excess_steps_ = 0.0;  // more than a good factor would have needed
};

template <typename Matrix>
void StoredModel<Matrix>::extend(const std::vector<Eigen::Index>& columns) {
  if (columns.empty()) return;
  const std::size_t old = columns_.size();
  for (const Eigen::Index j : columns) {
    position_[static_cast<std::size_t>(j)] = static_cast<int>(columns_.size());
    columns_.push_back(j);
  }
  const std::size_t m = columns_.size();
  if (m > stride_) {
    const std::size_t wider = std::max(m, stride_ + stride_ / 2 + 16);
    std::vector<Number> moved(wider * wider, Number{0});
    for (std::size_t k = 0; k < old; ++k) std::copy_n(column(k), old, moved.data() + k * wider);
    q_ = std::move(moved);
    stride_ = wider;
  }
  // New columns against all, but among themselves only the lower triangle.
  std::vector<Eigen::Index> order(columns_.begin() + static_cast<std::ptrdiff_t>(old), columns_.end());
  const double scale = 1.0 / static_cast<double>(x_.rows());
  Matrix curved(x_.rows(), static_cast<Eigen::Index>(m - old));
  curvature_of(x_, loss_, order, curved);
  std::vector<std::size_t> first(m - old);
  for (std::size_t k = 0; k < m - old; ++k) {
    first[k] = k;
    std::fill_n(q_.data() + (old + k) * stride_, m, Number{0});
  }
  column_products(x_, order, curved, first, scale, q_.data() + old * stride_ + old, stride_);
  if (old > 0) {
    const std::vector<Eigen::Index> before(columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(old));
    column_products(x_, before, curved, std::vector<std::size_t>(m - old, 0), scale, q_.data() + old * stride_,
                    stride_);
  }
  for (std::size_t k = old; k < m; ++k)
    for (std::size_t i = 0; i < k; ++i) {
      if (i < old)
        q_[k + i * stride_] = q_[i + k * stride_];
      else
        q_[i + k * stride_] = q_[k + i * stride_];
    }
}

template <typename Matrix>
double StoredModel<Matrix>::largest_gap(const std::vector<double>& b, const std::vector<double>& q,
                                        const Penalty& penalty) const {
  double largest = 0.0;
  for (std::size_t k = 0; k < b.size(); ++k)
    if (column(k)[k] > 0.0) largest = std::max(largest, optimality_gap(q[k], b[k], penalty.l1[k], penalty.l2[k]));
  return largest;
}

// One cycle; whether a column became or ceased to be 0, or changed its sign.
template <typename Matrix>
bool StoredModel<Matrix>::sweep(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty) const {
  bool changed = false;
  const std::size_t m = b.size();
  for (std::size_t k = 0; k < m; ++k) {
    const double curvature = column(k)[k];
    if (!(curvature > 0.0)) continue;
    const double next = soft_threshold(curvature * b[k] - q[k], penalty.l1[k]) / (curvature + penalty.l2[k]);
    if (next == b[k]) continue;
    changed = changed || (penalty.l1[k] > 0.0 && (next > 0.0) - (next < 0.0) != (b[k] > 0.0) - (b[k] < 0.0));
    add_scaled(next - b[k], column(k), q.data(), m);
    b[k] = next;
  }
  return changed;
}

// Moves by `step` on the active columns. Where that would carry a column across 0 it is left at 0, if
// that lowers the model and `several` allows it; otherwise the step ends where the first column meets 0. Whether a
// column became 0.
template <typename Matrix>
bool StoredModel<Matrix>::move(const std::vector<std::size_t>& active, const Eigen::VectorXd& step,
                               std::vector<double>& b, std::vector<double>& q, const Penalty& penalty,
                               bool several) const {
  const std::size_t m = b.size();
  bool crossed = false;
  double part = 1.0;
  std::size_t meets = active.size();
  std::vector<double> difference(active.size());
  for (std::size_t i = 0; i < active.size(); ++i) {
    const std::size_t k = active[i];
    difference[i] = step[static_cast<Eigen::Index>(i)];
    if (penalty.l1[k] == 0.0 || (b[k] + difference[i]) * b[k] > 0.0) continue;
    crossed = true;
    if (-b[k] / difference[i] < part) {
      part = -b[k] / difference[i];
      meets = i;
    }
    difference[i] = -b[k];
  }
  std::vector<double> product;
  const auto as_vector = [&] {
    return Eigen::Map<const Eigen::VectorXd>(difference.data(), static_cast<Eigen::Index>(difference.size()));
  };
  times(active, as_vector(), product);
  if (crossed) {
    double change = 0.0;
    for (std::size_t i = 0; i < active.size(); ++i) {
      const std::size_t k = active[i];
      change += difference[i] * (q[k] + 0.5 * product[k]) +
                penalty_of(b[k] + difference[i], penalty.l1[k], penalty.l2[k]) -
                penalty_of(b[k], penalty.l1[k], penalty.l2[k]);
    }
    if (!several || !(change < 0.0)) {
      for (std::size_t i = 0; i < active.size(); ++i)
        difference[i] = i == meets ? -b[active[i]] : part * step[static_cast<Eigen::Index>(i)];
      times(active, as_vector(), product);
    }
  }
  for (std::size_t i = 0; i < active.size(); ++i) {
    const double next = b[active[i]] + difference[i];
    b[active[i]] = penalty.l1[active[i]] > 0.0 && next * b[active[i]] <= 0.0 ? 0.0 : next;
  }
  for (std::size_t k = 0; k < m; ++k) q[k] += product[k];
  return crossed;
}

// product = Q step, for all columns.
template <typename Matrix>
void StoredModel<Matrix>::times(const std::vector<std::size_t>& active, const Eigen::VectorXd& step,
                                std::vector<double>& product) const {
  product.assign(columns_.size(), 0.0);
  std::vector<const Number*> pointers;
  for (const std::size_t k : active) pointers.push_back(column(k));
  std::vector<double> values(step.data(), step.data() + step.size());
  add_scaled(pointers, values, product.size(), product.data());
}

template <typename Matrix>
bool StoredModel<Matrix>::direct_solution(const std::vector<std::size_t>& active, const Penalty& penalty,
                                          Eigen::VectorXd& step) const {
  const Eigen::Index size = static_cast<Eigen::Index>(active.size());
  Eigen::MatrixXd block(size, size);
  for (Eigen::Index j = 0; j < size; ++j) {
    const std::size_t k = active[static_cast<std::size_t>(j)];
    for (Eigen::Index i = j; i < size; ++i) block(i, j) = column(k)[active[static_cast<std::size_t>(i)]];
    block(j, j) += penalty.l2[k];
  }
  const Eigen::VectorXd diagonal = block.diagonal();
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> factor(block);
  if (factor.info() != Eigen::Success) return false;
  // A pivot lost in rounding: the columns depend on each other, and descent by coordinates is safer.
  for (Eigen::Index j = 0; j < size; ++j)
    if (!(block(j, j) * block(j, j) > 1e-13 * diagonal[j])) return false;
  factor.solveInPlace(step);
  return true;
}

template <typename Matrix>
void StoredModel<Matrix>::factorise(const std::vector<std::size_t>& active, const Penalty& penalty) {
  const Eigen::Index size = static_cast<Eigen::Index>(active.size());
  Eigen::MatrixXf block(size, size);
  for (Eigen::Index j = 0; j < size; ++j) {
    const std::size_t k = active[static_cast<std::size_t>(j)];
    for (Eigen::Index i = j; i < size; ++i)
      block(i, j) = static_cast<float>(column(k)[active[static_cast<std::size_t>(i)]]);
    block(j, j) += static_cast<float>(penalty.l2[k] + 1e-5 * column(k)[k]);
  }
  factor_.compute(block);
  std::fill(factor_position_.begin(), factor_position_.end(), -1);
  factor_size_ = 0;
  excess_steps_ = 0.0;
  if (factor_.info() != Eigen::Success) return;
  factor_size_ = size;
  for (std::size_t i = 0; i < active.size(); ++i)
    factor_position_[static_cast<std::size_t>(columns_[active[i]])] = static_cast<int>(i);
}

// The factor's inverse for the columns it knows, the diagonal for others.
template <typename Matrix>
void StoredModel<Matrix>::precondition(const std::vector<std::size_t>& active, const Penalty& penalty,
                                       const Eigen::VectorXd& residual, Eigen::VectorXd& result) const {
  Eigen::VectorXf known = Eigen::VectorXf::Zero(factor_size_);
  const double largest = residual.cwiseAbs().maxCoeff();  // single precision has a narrow range
  const auto place = [&](std::size_t i) { return factor_position_[static_cast<std::size_t>(columns_[active[i]])]; };
  for (std::size_t i = 0; i < active.size(); ++i)
    if (place(i) >= 0) known[place(i)] = static_cast<float>(residual[static_cast<Eigen::Index>(i)] / largest);
  if (factor_size_ > 0) factor_.solveInPlace(known);
  for (std::size_t i = 0; i < active.size(); ++i) {
    const std::size_t k = active[i];
    const Eigen::Index row = static_cast<Eigen::Index>(i);
    result[row] =
        place(i) >= 0 ? largest * static_cast<double>(known[place(i)]) : residual[row] / (column(k)[k] + penalty.l2[k]);
  }
}

// Preconditioned conjugate gradients; `step` comes as the right-hand side.
template <typename Matrix>
void StoredModel<Matrix>::iterated_solution(const std::vector<std::size_t>& active, const Penalty& penalty,
                                            double tolerance, Eigen::VectorXd& step) {
  const double size = static_cast<double>(active.size());
  if (excess_steps_ * 2.0 * size > size * size / 12.0 || factor_size_ == 0) factorise(active, penalty);
  Eigen::VectorXd residual = step, preconditioned(step.size()), image(step.size()), l2(step.size());
  for (std::size_t i = 0; i < active.size(); ++i) l2[static_cast<Eigen::Index>(i)] = penalty.l2[active[i]];
  step.setZero();
  if (!(residual.cwiseAbs().maxCoeff() > tolerance)) return;
  precondition(active, penalty, residual, preconditioned);
  Eigen::VectorXd direction = preconditioned;
  double rho = residual.dot(preconditioned);
  std::vector<double> product;
  int iteration = 0;
  for (; iteration < kMaxConjugateSteps; ++iteration) {
    times(active, direction, product);
    for (std::size_t i = 0; i < active.size(); ++i) {
      const Eigen::Index row = static_cast<Eigen::Index>(i);
      image[row] = product[active[i]] + l2[row] * direction[row];
    }
    const double curvature = direction.dot(image);
    if (!(curvature > 0.0)) break;
    const double length = rho / curvature;
    step += length * direction;
    residual -= length * image;
    if (!(residual.cwiseAbs().maxCoeff() > tolerance)) break;
    precondition(active, penalty, residual, preconditioned);
    const double next = residual.dot(preconditioned);
    direction = preconditioned + (next / rho) * direction;
    rho = next;
  }
  excess_steps_ += std::max(0.0, iteration - kGoodSteps);
}

// Steps to the minimum over the columns that are not 0; where some become 0 on the way, on with the rest.
template <typename Matrix>
void StoredModel<Matrix>::exact_step(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty,
                                     double tolerance, bool to_the_end) {
  for (int round = 0; round < kMaxRounds; ++round) {
    std::vector<std::size_t> active;
    for (std::size_t k = 0; k < b.size(); ++k)
      if ((b[k] != 0.0 || penalty.l1[k] == 0.0) && column(k)[k] > 0.0) active.push_back(k);
    if (active.empty()) return;
    Eigen::VectorXd step(static_cast<Eigen::Index>(active.size()));
    for (std::size_t i = 0; i < active.size(); ++i) {
      const std::size_t k = active[i];
      step[static_cast<Eigen::Index>(i)] = -(q[k] + penalty.l2[k] * b[k] +
                                             (b[k] > 0.0   ? penalty.l1[k]
                                              : b[k] < 0.0 ? -penalty.l1[k]
                                                           : 0.0));
    }
    if (!(step.cwiseAbs().maxCoeff() > 0.3 * tolerance)) return;
    if (active.size() > (to_the_end ? kSomeColumns : kFewColumns))
      iterated_solution(active, penalty, 0.3 * tolerance, step);
    else if (!direct_solution(active, penalty, step))
      return;
    if (!move(active, step, b, q, penalty, !to_the_end)) return;
    if (!to_the_end && active.size() > kFewColumns && round >= kRoundsOfMany) return;
  }
}

// The exact minimum along the one column at 0 that is farthest from optimal.
template <typename Matrix>
bool StoredModel<Matrix>::add_worst(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty,
                                    double tolerance) const {
  std::size_t worst = b.size();
  double largest = tolerance;
  for (std::size_t k = 0; k < b.size(); ++k) {
    if (b[k] != 0.0 || !(column(k)[k] > 0.0)) continue;
    const double gap = optimality_gap(q[k], 0.0, penalty.l1[k], penalty.l2[k]);
    if (gap > largest) {
      largest = gap;
      worst = k;
    }
  }
  if (worst == b.size()) return false;
  const double next = soft_threshold(-q[worst], penalty.l1[worst]) / (column(worst)[worst] + penalty.l2[worst]);
  add_scaled(next, column(worst), q.data(), b.size());
  b[worst] = next;
  return true;
}

template <typename Matrix>
void StoredModel<Matrix>::solve(std::vector<double>& b, std::vector<double>& q, const Penalty& penalty,
                                double tolerance) {
  const int sweeps = b.size() <= kFewColumns ? 3 : 1;
  const std::vector<double> first_b = b, first_q = q;
  double gap = largest_gap(b, q, penalty);
  for (int round = 0; round < kSweepRounds && gap > tolerance; ++round) {
    for (int i = 0; i < sweeps; ++i)
      if (!sweep(b, q, penalty)) break;
    exact_step(b, q, penalty, tolerance, false);
    gap = largest_gap(b, q, penalty);
  }
  if (!(gap > tolerance)) return;
  // Of columns that are nearly alike, descent by coordinates takes in too many and is slow to sort them out. Once more
  // from the start, one column at a time; whichever ends closer counts.
  const std::vector<double> swept_b = b, swept_q = q;
  const double swept_gap = gap;
  b = first_b;
  q = first_q;
  gap = largest_gap(b, q, penalty);
  for (int round = 0; round < kMaxRounds && gap > tolerance; ++round) {
    exact_step(b, q, penalty, tolerance, true);
    gap = largest_gap(b, q, penalty);
    if (!(gap > tolerance) || !add_worst(b, q, penalty, tolerance)) break;
  }
  if (gap <= swept_gap) return;
  b = swept_b;
  q = swept_q;
}

}  // namespace

double optimality_gap(double g, double b, double l1, double l2) {
  if (b == 0.0) return std::max(std::abs(g) - l1, 0.0);
  return std::abs(g + l2 * b + (b > 0.0 ? l1 : -l1));
}

void QuadraticModel::reset(const std::vector<Eigen::Index>& columns) {
  for (const Eigen::Index j : columns_) position_[static_cast<std::size_t>(j)] = -1;
  columns_.clear();
  extend(columns);
}

std::unique_ptr<QuadraticModel> make_quadratic_model(const Eigen::MatrixXd& x, const Loss& loss) {
  return std::make_unique<StoredModel<Eigen::MatrixXd>>(x, loss);
}

std::unique_ptr<QuadraticModel> make_quadratic_model(const Eigen::MatrixXf& x, const Loss& loss) {
  return std::make_unique<StoredModel<Eigen::MatrixXf>>(x, loss);
}

}  // namespace larc::learn
