#include "stats/penalised_likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.h"

namespace larc::stats {

namespace {

constexpr int kMaxIterations = 500;
constexpr double kLongestReach = 5.0;  // of one step, in any linear predictor
constexpr double kSettledGain = 1e-9;  // what one more step would add to a penalised log likelihood that is settled
constexpr double kLimitFall = 1e-6;    // how far from its quantile the root of the fall may be at a limit

// Of twice the fall; NaN where a likelihood is.
double root_of_fall(const PenalisedLikelihood::Maximum& top, const PenalisedLikelihood::Maximum& lower) {
  const double fall = 2.0 * (top.at.penalised - lower.at.penalised);
  return fall < 0.0 ? 0.0 : std::sqrt(fall);
}

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

// Converged, or so close to the maximum that limits do not see the difference.
bool PenalisedLikelihood::settled(const Maximum& maximum, const std::vector<Eigen::Index>& free) const {
  if (maximum.converged) return true;
  const Eigen::VectorXd gradient = maximum.at.gradient(free);
  const Eigen::VectorXd step = maximum.at.information(free, free).ldlt().solve(gradient);
  return std::abs(gradient.dot(step)) < kSettledGain;
}

// Where the root of the fallen likelihood, which is almost straight in the coefficient, reaches `target`.
PenalisedLikelihood::Limit PenalisedLikelihood::profile_limit(const Maximum& top, Eigen::Index j, double se,
                                                              double target, double side) const {
  const std::string name = side < 0.0 ? "lower limit" : "upper limit";
  const Limit lost{kNaN, "the search for the " + name + " did not converge"};
  const auto free = all_but(size(), j);
  Eigen::VectorXd start = top.coef;
  bool reliable = true;
  const auto fall = [&](double value) {
    start[j] = value;
    const Maximum profiled = maximise(start, free);
    start = profiled.coef;
    reliable = settled(profiled, free);
    return root_of_fall(top, profiled) - target;
  };
  double inner = top.coef[j], inner_fall = -target;
  double outer = inner + side * target * se, outer_fall = fall(outer);
  for (int step = 0; outer_fall < 0.0 && step < 60; ++step) {
    inner = outer;
    inner_fall = outer_fall;
    outer = top.coef[j] + 2.0 * (outer - top.coef[j]);
    outer_fall = fall(outer);
  }
  if (std::isnan(outer_fall)) return lost;
  if (outer_fall < 0.0)
    return {side * std::numeric_limits<double>::infinity(), "the profile does not fall far enough for the " + name};
  // Secant with the older end's weight halved when it stays (Illinois): never leaves the bracket.
  int kept = 0;
  for (int step = 0; step < 100 && std::abs(outer - inner) > 1e-12 * (std::abs(outer) + se); ++step) {
    const double next = std::isinf(outer_fall) ? 0.5 * (inner + outer)  // a singular information
                                               : (inner * outer_fall - outer * inner_fall) / (outer_fall - inner_fall);
    const double next_fall = fall(next);
    if (std::isnan(next_fall)) return lost;
    if (std::abs(next_fall) < 1e-12) return reliable ? Limit{next, ""} : lost;
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
  }
  const double middle = 0.5 * (inner + outer);
  return std::abs(fall(middle)) < kLimitFall && reliable ? Limit{middle, ""} : lost;
}

ProfiledCoefficient PenalisedLikelihood::profile(const Maximum& top, Eigen::Index j, double level) const {
  ProfiledCoefficient result;
  result.value = top.coef[j];
  result.se = std::sqrt(top.at.inverse(j, j));
  const double target = critical_value(level);
  const auto say = [&](const std::string& reason) {
    if (!reason.empty()) result.reason += (result.reason.empty() ? "" : "; ") + reason;
  };
  for (const auto& [side, limit] : {std::pair{-1.0, &result.lower}, std::pair{1.0, &result.upper}}) {
    const Limit found = profile_limit(top, j, result.se, target, side);
    *limit = found.value;
    say(found.reason);
  }
  Eigen::VectorXd at_zero = top.coef;
  at_zero[j] = 0.0;
  const auto free = all_but(size(), j);
  const Maximum without = maximise(at_zero, free);
  if (!settled(without, free) || std::isnan(without.at.penalised)) {
    say("the fit without it, which its test needs, did not converge");
    return result;
  }
  const double root = root_of_fall(top, without);
  result.chi2 = root * root;
  result.p = chi_squared_survival(result.chi2, 1.0);
  return result;
}

void scale_by(ProfiledCoefficient& coefficient, double factor) {
  for (double* value : {&coefficient.value, &coefficient.se, &coefficient.lower, &coefficient.upper}) *value *= factor;
}

}  // namespace larc::stats
