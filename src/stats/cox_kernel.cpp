#include "stats/cox_kernel.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"
#include "core/simd.h"
#include "stats/running_sum.h"
#include "stats/vector_math.h"

namespace larc::stats {

namespace {

constexpr std::size_t kBlock = CoxRows::kBlock;
constexpr double kLargestExponent = 300.0;

// eta of one block.
LARC_SIMD void block_predictor(const double* x, std::size_t columns, const double* coef, double* __restrict eta) {
  for (std::size_t i = 0; i < kBlock; ++i) eta[i] = 0.0;
  for (std::size_t a = 0; a < columns; ++a) {
    const double* column = x + a * kBlock;
    const double slope = coef[a];
    for (std::size_t i = 0; i < kBlock; ++i) eta[i] += slope * column[i];
  }
}

// Running sums of risk * x over rows [begin, end) of a block, four columns side by side.
void running_sums(const double* x, const double* risk, std::size_t begin, std::size_t end, std::size_t columns,
                  double* carry, double* prefix) {
  std::size_t a = 0;
  for (; a + 4 <= columns; a += 4) {
    const double *x0 = x + a * kBlock, *x1 = x0 + kBlock, *x2 = x1 + kBlock, *x3 = x2 + kBlock;
    double *p0 = prefix + a * kBlock, *p1 = p0 + kBlock, *p2 = p1 + kBlock, *p3 = p2 + kBlock;
    double s0 = carry[a], s1 = carry[a + 1], s2 = carry[a + 2], s3 = carry[a + 3];
    for (std::size_t i = begin; i < end; ++i) {
      const double r = risk[i];
      p0[i] = s0 += r * x0[i];
      p1[i] = s1 += r * x1[i];
      p2[i] = s2 += r * x2[i];
      p3[i] = s3 += r * x3[i];
    }
    carry[a] = s0;
    carry[a + 1] = s1;
    carry[a + 2] = s2;
    carry[a + 3] = s3;
  }
  for (; a < columns; ++a) {
    double s = carry[a];
    for (std::size_t i = begin; i < end; ++i) prefix[a * kBlock + i] = s += risk[i] * x[a * kBlock + i];
    carry[a] = s;
  }
}

}  // namespace

CoxKernel::CoxKernel(const CoxRows& rows, Ties ties)
    : rows_(rows), weight_(rows.weight.empty() ? nullptr : &rows.weight), ties_(ties) {
  const std::size_t padded = rows.blocks() * kBlock;
  for (auto* buffer : {&eta_, &risk_, &expected_, &martingale_}) buffer->assign(padded, 0.0);
  for (auto* buffer : {&jump_, &less_, &suffix_, &s0_, &square_, &cross_, &tied_square_})
    buffer->assign(rows.groups.size() + 1, 0.0);
  for (auto* buffer : {&prefix_, &picked_, &scratch_}) buffer->assign(rows.columns * kBlock, 0.0);
  picked_weight_.assign(kBlock, 1.0);
  packed_.assign(rows.columns * rows.columns, 0.0);
}

void CoxKernel::evaluate(const Eigen::VectorXd& coef, Order order) {
  risks(coef);
  hazards();
  if (order != Order::likelihood) first_sums();
  if (order == Order::information) add_information();
}

void CoxKernel::risks(const Eigen::VectorXd& coef) {
  for (std::size_t b = 0; b < rows_.blocks(); ++b)
    block_predictor(rows_.block(b), rows_.columns, coef.data(), eta_.data() + b * kBlock);
  double lowest = 0.0, highest = 0.0;
  for (std::size_t i = 0; i < rows_.rows; ++i) {
    lowest = eta_[i] < lowest ? eta_[i] : lowest;
    highest = eta_[i] > highest ? eta_[i] : highest;
  }
  shift_ = highest > kLargestExponent || lowest < -kLargestExponent ? highest : 0.0;
  if (shift_ != 0.0)
    for (double& eta : eta_) eta -= shift_;
  exp_all(eta_.data(), risk_.data(), eta_.size());
  if (weight_ != nullptr)
    for (std::size_t i = 0; i < rows_.rows; ++i) risk_[i] *= (*weight_)[i];
  std::fill(risk_.begin() + static_cast<std::ptrdiff_t>(rows_.rows), risk_.end(), 0.0);
}

// Walks the event times. With s0 the sum of risks, e0 that of the d tied events and w their mean weight, step k =
// 0..d-1 of Efron's rule divides by s0 (1 - f e0 / s0), f = k / d. The sums over k of w / (1 - f e0 / s0)^2 times 1, f
// and f^2 are the weights of the outer products s1 s1', s1 e1' and e1 e1'.
void CoxKernel::hazards() {
  loglik_ = 0.0;
  double product = 1.0, product_weight = 0.0;  // logarithms are taken of products of several sums at a time
  const auto take_logs = [&] {
    loglik_ -= product_weight * std::log(product);
    product = 1.0;
  };
  RunningSum late;
  double plain = 0.0;
  const bool late_entry = rows_.late_entry();
  for (std::size_t s = 0; s < rows_.strata; ++s) {
    std::size_t row = rows_.stratum_begin[s];
    std::size_t out = row;
    late = {};
    plain = 0.0;
    for (std::size_t q = rows_.group_begin[s]; q < rows_.group_begin[s + 1]; ++q) {
      const CoxRows::Group& group = rows_.groups[q];
      double s0;
      if (late_entry) {
        for (; row < group.end; ++row) late.add(risk_[row]);
        for (; out < group.left; ++out) late.add(-risk_[rows_.entry_order[out]]);
        s0 = late.value();
      } else {
        for (; row < group.end; ++row) plain += risk_[row];
        s0 = plain;
      }
      s0_[q] = s0;
      double e0 = 0.0, sum_weight = 0.0, sum_eta = 0.0;
      for (std::size_t i = group.begin; i < group.events_end; ++i) {
        const double w = weight_ != nullptr ? (*weight_)[i] : 1.0;
        e0 += risk_[i];
        sum_weight += w;
        sum_eta += w * eta_[i];
      }
      double deaths = static_cast<double>(group.events_end - group.begin);
      if (rows_.weights_are_counts) deaths = sum_weight;
      jump_[q] = less_[q] = square_[q] = cross_[q] = tied_square_[q] = 0.0;
      if (sum_weight == 0.0) continue;  // drawn in no resample
      loglik_ += sum_eta;
      if (ties_ == Ties::breslow || deaths == 1.0) {
        jump_[q] = sum_weight / s0;
        square_[q] = sum_weight;
        if (sum_weight != product_weight) {
          take_logs();
          product_weight = sum_weight;
        }
        product *= s0;
        if (!(product > 1e-100 && product < 1e100)) take_logs();
        continue;
      }
      const double w = sum_weight / deaths;
      const double share = e0 / s0;
      double hazard = 0.0, less = 0.0;
      if (w != product_weight) {
        take_logs();
        product_weight = w;
      }
      for (double k = 0.0; k < deaths; k += 1.0) {
        const double f = k / deaths;
        const double ratio = 1.0 / (1.0 - f * share);
        hazard += ratio;
        less += f * ratio;
        square_[q] += w * ratio * ratio;
        cross_[q] += w * f * ratio * ratio;
        tied_square_[q] += w * f * f * ratio * ratio;
        product *= s0 / ratio;
        if (!(product > 1e-100 && product < 1e100)) take_logs();
      }
      jump_[q] = w * hazard / s0;
      less_[q] = w * less / s0;
    }
  }
  take_logs();
}

// risk times the hazard that each row meets: all of it at the event times between its entry and its end.
void CoxKernel::expected(const std::vector<double>& jump, const std::vector<double>& less, std::vector<double>& out) {
  for (std::size_t s = 0; s < rows_.strata; ++s) {
    const std::size_t first = rows_.group_begin[s], last = rows_.group_begin[s + 1];
    double sum = 0.0;
    std::size_t row = rows_.stratum_begin[s + 1];
    for (std::size_t q = last; q-- > first;) {
      const CoxRows::Group& group = rows_.groups[q];
      for (; row > group.end; --row) out[row - 1] = sum * risk_[row - 1];
      sum += jump[q];
      suffix_[q] = sum;
      for (; row > group.begin; --row) out[row - 1] = (row <= group.events_end ? sum - less[q] : sum) * risk_[row - 1];
    }
    for (; row > rows_.stratum_begin[s]; --row) out[row - 1] = sum * risk_[row - 1];
    if (rows_.late_entry())
      for (std::size_t i = rows_.stratum_begin[s]; i < rows_.stratum_begin[s + 1]; ++i)
        if (rows_.last_group[i] < last) out[i] -= suffix_[rows_.last_group[i]] * risk_[i];
  }
}

void CoxKernel::first_sums() {
  const auto k = static_cast<Eigen::Index>(rows_.columns);
  expected(jump_, less_, expected_);
  if (weight_ == nullptr)
    for (std::size_t i = 0; i < rows_.rows; ++i) martingale_[i] = rows_.event[i] - expected_[i];
  else
    for (std::size_t i = 0; i < rows_.rows; ++i) martingale_[i] = (*weight_)[i] * rows_.event[i] - expected_[i];
  gradient_ = Eigen::VectorXd::Zero(k);
  for (std::size_t b = 0; b < rows_.blocks(); ++b)
    add_weighted_sums(rows_.block(b), kBlock, martingale_.data() + b * kBlock, kBlock, rows_.columns, gradient_.data());
}

void CoxKernel::add_information() {
  const auto k = static_cast<Eigen::Index>(rows_.columns);
  gram(expected_, nullptr);
  information_.resize(k, k);
  for (Eigen::Index a = 0; a < k; ++a)
    for (Eigen::Index b = 0; b <= a; ++b) information_(a, b) = packed_[static_cast<std::size_t>(a * k + b)];
}

Eigen::MatrixXd CoxKernel::information_with(const std::vector<double>& factor) {
  const auto k = static_cast<Eigen::Index>(rows_.columns);
  std::vector<double> jump(jump_), less(less_), met(expected_.size(), 0.0);
  for (std::size_t q = 0; q < rows_.groups.size(); ++q) {
    jump[q] *= factor[q];
    less[q] *= factor[q];
  }
  expected(jump, less, met);
  gram(met, factor.data());
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(k, k);
  for (Eigen::Index a = 0; a < k; ++a)
    for (Eigen::Index b = 0; b <= a; ++b) result(a, b) = packed_[static_cast<std::size_t>(a * k + b)];
  return result;
}

void CoxKernel::gram(const std::vector<double>& expected, const double* factor) {
  std::fill(packed_.begin(), packed_.end(), 0.0);
  for (std::size_t b = 0; b < rows_.blocks(); ++b)
    add_weighted_gram(rows_.block(b), kBlock, expected.data() + b * kBlock, kBlock, rows_.columns, 1.0, scratch_.data(),
                      packed_.data());
  if (rows_.late_entry())
    means_late_entry(factor);
  else
    means(factor);
}

void CoxKernel::means(const double* factor) {
  const std::size_t k = rows_.columns;
  std::vector<double> carry(k, 0.0), s1(k);
  std::size_t q = 0, s = 0;
  for (std::size_t b = 0; b < rows_.blocks(); ++b) {
    const std::size_t start = b * kBlock, stop = std::min(start + kBlock, rows_.rows);
    for (std::size_t from = start; from < stop;) {
      while (from >= rows_.stratum_begin[s + 1]) {
        ++s;
        std::fill(carry.begin(), carry.end(), 0.0);
      }
      const std::size_t to = std::min<std::size_t>(stop, rows_.stratum_begin[s + 1]);
      running_sums(rows_.block(b), risk_.data() + start, from - start, to - start, k, carry.data(), prefix_.data());
      for (; q < rows_.groups.size() && rows_.groups[q].end <= to; ++q) {
        const double* at = prefix_.data() + (rows_.groups[q].end - 1 - start);
        if (square_[q] == 0.0) continue;
        if (cross_[q] == 0.0) {
          if (picked_count_ == kBlock) flush_means();
          const double scaled = std::sqrt(square_[q]) / s0_[q];
          double* out = picked_.data() + picked_count_;
          for (std::size_t a = 0; a < k; ++a) out[a * kBlock] = scaled * at[a * kBlock];
          picked_weight_[picked_count_++] = factor != nullptr ? factor[q] : 1.0;
          continue;
        }
        for (std::size_t a = 0; a < k; ++a) s1[a] = at[a * kBlock];
        add_mean(q, s1.data(), factor);
      }
      from = to;
    }
  }
  flush_means();
}

void CoxKernel::means_late_entry(const double* factor) {
  const std::size_t k = rows_.columns;
  std::vector<double> s1(k);
  std::vector<RunningSum> running(k);
  for (std::size_t s = 0; s < rows_.strata; ++s) {
    std::size_t row = rows_.stratum_begin[s], out = row;
    std::fill(running.begin(), running.end(), RunningSum{});
    for (std::size_t q = rows_.group_begin[s]; q < rows_.group_begin[s + 1]; ++q) {
      for (; row < rows_.groups[q].end; ++row)
        for (std::size_t a = 0; a < k; ++a) running[a].add(risk_[row] * rows_.value(row, a));
      for (; out < rows_.groups[q].left; ++out) {
        const std::size_t gone = rows_.entry_order[out];
        for (std::size_t a = 0; a < k; ++a) running[a].add(-risk_[gone] * rows_.value(gone, a));
      }
      for (std::size_t a = 0; a < k; ++a) s1[a] = running[a].value();
      add_mean(q, s1.data(), factor);
    }
  }
  flush_means();
}

// The outer products of s1 and e1 with their three weights, as one or two vectors: a Cholesky factor.
void CoxKernel::add_mean(std::size_t q, const double* s1, const double* factor) {
  const std::size_t k = rows_.columns;
  if (square_[q] == 0.0) return;
  if (picked_count_ + 2 > kBlock) flush_means();
  const double first = std::sqrt(square_[q]), inverse = 1.0 / s0_[q];
  double* out = picked_.data() + picked_count_;
  picked_weight_[picked_count_++] = factor != nullptr ? factor[q] : 1.0;
  if (cross_[q] == 0.0) {
    for (std::size_t a = 0; a < k; ++a) out[a * kBlock] = first * inverse * s1[a];
    return;
  }
  picked_weight_[picked_count_++] = factor != nullptr ? factor[q] : 1.0;
  const double cross = -cross_[q] / first;
  const double rest = std::sqrt(std::max(0.0, tied_square_[q] - cross * cross));
  const CoxRows::Group& group = rows_.groups[q];
  for (std::size_t a = 0; a < k; ++a) out[a * kBlock + 1] = 0.0;
  for (std::size_t i = group.begin; i < group.events_end; ++i) {
    const double* x = rows_.block(i / kBlock) + i % kBlock;
    for (std::size_t a = 0; a < k; ++a) out[a * kBlock + 1] += risk_[i] * x[a * kBlock];
  }
  for (std::size_t a = 0; a < k; ++a) {
    const double e1 = out[a * kBlock + 1];
    out[a * kBlock] = (first * s1[a] + cross * e1) * inverse;
    out[a * kBlock + 1] = rest * e1 * inverse;
  }
}

void CoxKernel::flush_means() {
  const std::size_t padded = (picked_count_ + 3) / 4 * 4;
  for (std::size_t i = picked_count_; i < padded; ++i) {
    picked_weight_[i] = 0.0;
    for (std::size_t a = 0; a < rows_.columns; ++a) picked_[a * kBlock + i] = 0.0;
  }
  add_weighted_gram(picked_.data(), kBlock, picked_weight_.data(), padded, rows_.columns, -1.0, scratch_.data(),
                    packed_.data());
  picked_count_ = 0;
}

InformationSolver::InformationSolver(const Eigen::MatrixXd& information, std::vector<char> kept)
    : factor_(information), kept_(std::move(kept)) {
  constexpr double kTolerance = 1.8189894035458565e-12;  // epsilon^0.75
  const Eigen::Index k = information.rows();
  const bool find = kept_.empty();
  if (find) kept_.assign(static_cast<std::size_t>(k), 1);
  const double limit = k > 0 ? kTolerance * information.diagonal().maxCoeff() : 0.0;
  for (Eigen::Index j = 0; j < k; ++j) {
    char& keep = kept_[static_cast<std::size_t>(j)];
    const double pivot = factor_(j, j);
    if (keep && !(pivot > (find ? limit : 0.0))) {
      if (find)
        keep = 0;
      else
        positive_ = false;
    }
    if (!keep || !positive_) continue;
    log_determinant_ += std::log(pivot);
    for (Eigen::Index i = j + 1; i < k; ++i) {
      const double multiple = factor_(i, j) / pivot;
      for (Eigen::Index m = i; m < k; ++m) factor_(m, i) -= multiple * factor_(m, j);
    }
    for (Eigen::Index i = j + 1; i < k; ++i) factor_(i, j) /= pivot;
  }
}

Eigen::VectorXd InformationSolver::solve(const Eigen::VectorXd& right) const {
  const Eigen::Index k = factor_.rows();
  Eigen::VectorXd x = right;
  const auto keep = [&](Eigen::Index j) { return kept_[static_cast<std::size_t>(j)] != 0; };
  for (Eigen::Index j = 0; j < k; ++j) {
    if (!keep(j)) {
      x[j] = 0.0;
      continue;
    }
    for (Eigen::Index i = j + 1; i < k; ++i) x[i] -= factor_(i, j) * x[j];
  }
  for (Eigen::Index j = k; j-- > 0;) {
    if (!keep(j)) continue;
    x[j] /= factor_(j, j);
    for (Eigen::Index i = j + 1; i < k; ++i)
      if (keep(i)) x[j] -= factor_(i, j) * x[i];
  }
  return x;
}

Eigen::MatrixXd InformationSolver::inverse() const {
  const Eigen::Index k = factor_.rows();
  Eigen::MatrixXd result(k, k);
  for (Eigen::Index j = 0; j < k; ++j) result.col(j) = solve(Eigen::VectorXd::Unit(k, j));
  return 0.5 * (result + result.transpose());
}

std::string aliased_reason(const std::vector<char>& kept) {
  std::string reason;
  for (std::size_t j = 0; j < kept.size(); ++j) {
    if (kept[j]) continue;
    reason += reason.empty() ? "constant or a combination of earlier columns: " : ", ";
    reason += "column " + std::to_string(j + 1);
  }
  return reason;
}

std::string both_reasons(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + "; " + second;
}

}  // namespace larc::stats
