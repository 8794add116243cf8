#include "learn/rank_svm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"

namespace larc::learn {

namespace {

// Prefix sums of several values at once over positions that come in one by one.
template <std::size_t width>
class PartialSums {
 public:
  explicit PartialSums(std::size_t size) : tree_(size + 1) {}
  void add(std::size_t position, const std::array<double, width>& values) {
    for (std::size_t i = position + 1; i < tree_.size(); i += i & (~i + 1))
      for (std::size_t k = 0; k < width; ++k) tree_[i][k] += values[k];
    for (std::size_t k = 0; k < width; ++k) total_[k] += values[k];
  }
  // Over positions 0 .. end - 1.
  std::array<double, width> before(std::size_t end) const {
    std::array<double, width> sum{};
    for (std::size_t i = end; i > 0; i -= i & (~i + 1))
      for (std::size_t k = 0; k < width; ++k) sum[k] += tree_[i][k];
    return sum;
  }
  std::array<double, width> from(std::size_t begin) const {
    std::array<double, width> sum = before(begin);
    for (std::size_t k = 0; k < width; ++k) sum[k] = total_[k] - sum[k];
    return sum;
  }

 private:
  std::vector<std::array<double, width>> tree_;
  std::array<double, width> total_{};
};

// The comparable pairs, and among them those inside the margin at given scores.
class Pairs {
 public:
  Pairs(const std::vector<double>& time, const std::vector<int>& event) : event_(event), order_(time.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    // Ascending; at equal times events come before censorings, which outlive them.
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return time[a] != time[b] ? time[a] < time[b] : event[a] > event[b];
    });
    // Rows between two bounds do not compare with each other: events at one time, or censorings.
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const bool same = k > 0 && event[order_[k]] == event[order_[k - 1]] &&
                        (event[order_[k]] == 0 || time[order_[k]] == time[order_[k - 1]]);
      if (!same) begin_.push_back(k);
    }
    begin_.push_back(order_.size());
    for (std::size_t g = 0; g + 1 < begin_.size(); ++g)
      if (event_[order_[begin_[g]]] == 1)
        count_ += static_cast<double>(begin_[g + 1] - begin_[g]) * static_cast<double>(order_.size() - begin_[g + 1]);
  }

  double count() const { return count_; }

  // Loss sum max(0, 1 - s_i + s_j)^2 / 2 and its gradient by row.
  double evaluate(const Eigen::VectorXd& score, Eigen::VectorXd& gradient) {
    const std::size_t n = order_.size();
    std::vector<std::size_t> by_score(n);
    std::iota(by_score.begin(), by_score.end(), std::size_t{0});
    const auto at = [&](std::size_t i) { return score[static_cast<Eigen::Index>(i)]; };
    std::stable_sort(by_score.begin(), by_score.end(), [&](std::size_t a, std::size_t b) { return at(a) < at(b); });
    rank_.resize(n);
    above_.resize(n);
    below_.resize(n);
    std::size_t above = 0;
    std::size_t below = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t row = by_score[k];
      rank_[row] = k;
      while (above < n && at(by_score[above]) <= at(row) - 1.0) ++above;
      while (below < n && at(by_score[below]) < at(row) + 1.0) ++below;
      above_[row] = above;
      below_[row] = below;
    }
    double loss = 0.0;
    gradient.setZero(score.size());
    later_than_events<3>(
        [&](std::size_t j) {
          return std::array<double, 3>{1.0, at(j), at(j) * at(j)};
        },
        [&](std::size_t i, const std::array<double, 3>& sum) {
          const double gap = 1.0 - at(i);
          loss += 0.5 * (sum[0] * gap * gap + 2.0 * gap * sum[1] + sum[2]);
          gradient[static_cast<Eigen::Index>(i)] -= sum[0] * gap + sum[1];
        });
    events_before<2>(
        [&](std::size_t i) {
          return std::array<double, 2>{1.0, at(i)};
        },
        [&](std::size_t j, const std::array<double, 2>& sum) {
          gradient[static_cast<Eigen::Index>(j)] += sum[0] * (1.0 + at(j)) - sum[1];
        });
    return loss;
  }

  // Second derivative by row at the last scores, times a direction.
  Eigen::VectorXd curvature_times(const Eigen::VectorXd& direction) const {
    const auto at = [&](std::size_t i) { return direction[static_cast<Eigen::Index>(i)]; };
    Eigen::VectorXd result = Eigen::VectorXd::Zero(direction.size());
    const auto value = [&](std::size_t i) { return std::array<double, 2>{1.0, at(i)}; };
    const auto add = [&](std::size_t i, const std::array<double, 2>& sum) {
      result[static_cast<Eigen::Index>(i)] += sum[0] * at(i) - sum[1];
    };
    later_than_events<2>(value, add);
    events_before<2>(value, add);
    return result;
  }

 private:
  // For each event i, the sums of value(j) over its later rows j inside the margin.
  template <std::size_t width, typename Value, typename Use>
  void later_than_events(const Value& value, const Use& use) const {
    PartialSums<width> sums(order_.size());
    for (std::size_t g = begin_.size() - 1; g-- > 0;) {
      if (event_[order_[begin_[g]]] == 1)
        for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) use(order_[k], sums.from(above_[order_[k]]));
      for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) sums.add(rank_[order_[k]], value(order_[k]));
    }
  }
  // For each row j, the sums of value(i) over the earlier events i inside the margin.
  template <std::size_t width, typename Value, typename Use>
  void events_before(const Value& value, const Use& use) const {
    PartialSums<width> sums(order_.size());
    for (std::size_t g = 0; g + 1 < begin_.size(); ++g) {
      for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) use(order_[k], sums.before(below_[order_[k]]));
      if (event_[order_[begin_[g]]] == 1)
        for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) sums.add(rank_[order_[k]], value(order_[k]));
    }
  }

  const std::vector<int>& event_;
  std::vector<std::size_t> order_, begin_;
  std::vector<std::size_t> rank_, above_,
      below_;  // by row: of its score; first score above it - 1; scores below it + 1
  double count_ = 0.0;
};

}  // namespace

RankSvm fit_rank_svm(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event,
                     const RankSvmSettings& settings) {
  stats::check_survival(time, event);
  stats::check_same_size("time", time.size(), "the features", static_cast<std::size_t>(x.rows()));
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the features hold missing values; impute them first");
  if (!(settings.cost > 0.0) || std::isinf(settings.cost))
    throw Error(ErrorCode::domain, "cost " + format_double(settings.cost) + " is not a number > 0");
  Pairs pairs(time, event);
  RankSvm model;
  model.coef = Eigen::VectorXd::Zero(x.cols());
  model.pairs = pairs.count();
  if (!(model.pairs > 0.0)) {
    model.reason = "no patient has an event before another's time, so there is nothing to rank";
    return model;
  }
  const double scale = settings.cost / model.pairs;
  Eigen::VectorXd by_row;
  const auto objective = [&](const Eigen::VectorXd& w) {
    return 0.5 * w.squaredNorm() + scale * pairs.evaluate(x * w, by_row);
  };
  model.objective = objective(model.coef);
  for (;; ++model.iterations) {
    const Eigen::VectorXd gradient = model.coef + scale * (x.transpose() * by_row);
    model.gradient = x.cols() > 0 ? gradient.cwiseAbs().maxCoeff() : 0.0;
    model.converged = model.gradient <= settings.tolerance;
    if (model.converged || model.iterations >= settings.max_iterations) break;
    // Conjugate gradients on the Newton equations; the penalty keeps them positive definite.
    Eigen::VectorXd step = Eigen::VectorXd::Zero(x.cols());
    Eigen::VectorXd residual = -gradient;
    Eigen::VectorXd direction = residual;
    double rho = residual.squaredNorm();
    const double enough = 1e-6 * std::sqrt(rho);
    for (Eigen::Index k = 0; k < 10 * x.cols() + 20 && std::sqrt(rho) > enough; ++k) {
      const Eigen::VectorXd image = direction + scale * (x.transpose() * pairs.curvature_times(x * direction));
      const double length = rho / direction.dot(image);
      step += length * direction;
      residual -= length * image;
      const double next = residual.squaredNorm();
      direction = residual + (next / rho) * direction;
      rho = next;
    }
    const double slope = gradient.dot(step);
    const Eigen::VectorXd from = model.coef;
    const double before = model.objective;
    bool lower = false;
    for (double length = 1.0; length > 1e-6 && !lower; length *= 0.5) {
      model.coef = from + length * step;
      model.objective = objective(model.coef);
      lower = model.objective <= before + 1e-4 * length * slope + 1e-15 * std::abs(before);
    }
    if (lower) continue;
    model.coef = from;
    model.objective = objective(from);
    break;
  }
  if (!model.converged) model.reason = "stopped with a gradient of " + format_double(model.gradient);
  return model;
}

}  // namespace larc::learn
