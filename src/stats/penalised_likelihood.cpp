#include "stats/penalised_likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.h"

namespace larc::stats {

namespace {

constexpr int kMaxIterations = 500;
constexpr double kLongestReach = 5.0;  // of one step, in any linear predictor

}  // namespace

std::vector<Eigen::Index> all_but(Eigen::Index size, Eigen::Index held) {
  std::vector<Eigen::Index> free;
  for (Eigen::Index j = 0; j < size; ++j)
    if (j != held) free.push_back(j);
  return free;
}

PenalisedLikelihood::Maximum PenalisedLikelihood::maximise(const Eigen::VectorXd& start,
                                                           const std::vector<Eigen::Index>& free) const {
  Maximum best{free.empty(), 0, start, at(start)};
  while (!best.converged && best.iterations < kMaxIterations) {
    ++best.iterations;
    const Eigen::VectorXd gradient = best.at.gradient(free);
    Eigen::VectorXd step = Eigen::VectorXd::Zero(size());
    const Eigen::VectorXd moves = best.at.information(free, free).ldlt().solve(gradient);
    step(free) = moves;
    if (!step.allFinite()) break;
    // Scoring overshoots far from the maximum.
    if (const double far = reach(step); far > kLongestReach) step *= kLongestReach / far;
    bool moved = false;
    for (int halving = 0; halving < 30 && !moved; ++halving) {
      Eigen::VectorXd next = best.coef + step;
      At there = at(next);
      moved = there.penalised >= best.at.penalised - 1e-13 * (1.0 + std::abs(best.at.penalised));
      if (!moved) {
        step *= 0.5;
        continue;
      }
      best.converged = reach(step) < 1e-11 || gradient.cwiseAbs().maxCoeff() == 0.0;
      best.coef = std::move(next);
      best.at = std::move(there);
    }
    if (!moved) break;
  }
  return best;
}

// Where the root of the fallen likelihood, which is almost straight in the coefficient, reaches `target`.
double PenalisedLikelihood::profile_limit(const Maximum& top, Eigen::Index j, double se, double target,
                                          double side) const {
  const auto free = all_but(size(), j);
  Eigen::VectorXd start = top.coef;
  const auto fall = [&](double value) {
    start[j] = value;
    const Maximum profiled = maximise(start, free);
    start = profiled.coef;
    return std::sqrt(std::max(0.0, 2.0 * (top.at.penalised - profiled.at.penalised))) - target;
  };
  double inner = top.coef[j], inner_fall = -target;
  double outer = inner + side * target * se, outer_fall = fall(outer);
  for (int step = 0; outer_fall < 0.0 && step < 60; ++step) {
    inner = outer;
    inner_fall = outer_fall;
    outer = top.coef[j] + 2.0 * (outer - top.coef[j]);
    outer_fall = fall(outer);
  }
  if (!(outer_fall >= 0.0)) return side * std::numeric_limits<double>::infinity();
  // Secant with the older end's weight halved when it stays (Illinois): never leaves the bracket.
  int kept = 0;
  for (int step = 0; step < 100 && std::abs(outer - inner) > 1e-12 * (std::abs(outer) + se); ++step) {
    const double next = (inner * outer_fall - outer * inner_fall) / (outer_fall - inner_fall);
    const double next_fall = fall(next);
    if (next_fall == 0.0) return next;
    if (next_fall > 0.0) {
      outer = next;
      outer_fall = next_fall;
      if (kept == 1) inner_fall *= 0.5;
      kept = 1;
    } else {
      inner = next;
      inner_fall = next_fall;
      if (kept == -1) outer_fall *= 0.5;
      kept = -1;
    }
    if (std::abs(next_fall) < 1e-12) return next;
  }
  return 0.5 * (inner + outer);
}

ProfiledCoefficient PenalisedLikelihood::profile(const Maximum& top, Eigen::Index j, double level) const {
  ProfiledCoefficient result;
  result.value = top.coef[j];
  result.se = std::sqrt(top.at.inverse(j, j));
  const double target = critical_value(level);
  result.lower = profile_limit(top, j, result.se, target, -1.0);
  result.upper = profile_limit(top, j, result.se, target, 1.0);
  Eigen::VectorXd at_zero = top.coef;
  at_zero[j] = 0.0;
  const Maximum without = maximise(at_zero, all_but(size(), j));
  result.chi2 = std::max(0.0, 2.0 * (top.at.penalised - without.at.penalised));
  result.p = chi_squared_survival(result.chi2, 1.0);
  return result;
}

void scale_by(ProfiledCoefficient& coefficient, double factor) {
  for (double* value : {&coefficient.value, &coefficient.se, &coefficient.lower, &coefficient.upper}) *value *= factor;
}

}  // namespace larc::stats
