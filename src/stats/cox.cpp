#include "stats/cox.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/check.h"
#include "stats/design.h"

namespace larc::stats {

namespace {

constexpr int kMaxIterations = 50;
constexpr double kRunawayCoefficient = 20.0;  // per standard deviation of the covariate

std::vector<std::size_t> latest_first(const std::vector<double>& time) {
  std::vector<std::size_t> order(time.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return time[a] > time[b]; });
  return order;
}

// Walks the distinct times from the latest to the earliest. enter(i) for each patient at that time, then
// events(first, last) over the positions in `order` once their risk set is complete.
template <typename Enter, typename Leave>
void walk_risk_sets(const std::vector<std::size_t>& order, const std::vector<double>& time, Enter&& enter,
                    Leave&& finish) {
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    for (; end < order.size() && time[order[end]] == time[order[begin]]; ++end) enter(order[end]);
    finish(begin, end);
    begin = end;
  }
}

struct Derivatives {
  double loglik = 0.0;
  Eigen::VectorXd gradient;
  Eigen::MatrixXd information;
};

Derivatives derivatives(const Eigen::MatrixXd& rows, const std::vector<std::size_t>& order,
                        const std::vector<double>& time, const std::vector<int>& event, const Eigen::VectorXd& eta,
                        Ties ties) {
  // rows (k, n): one column per patient, so that a patient's covariates lie together.
  const Eigen::Index k = rows.rows();
  const double shift = eta.size() > 0 ? eta.maxCoeff() : 0.0;
  Derivatives result{0.0, Eigen::VectorXd::Zero(k), Eigen::MatrixXd::Zero(k, k)};
  double s0 = 0.0;
  Eigen::VectorXd s1 = Eigen::VectorXd::Zero(k);
  Eigen::MatrixXd s2 = Eigen::MatrixXd::Zero(k, k);
  const auto risk = [&](std::size_t i) { return std::exp(eta[static_cast<Eigen::Index>(i)] - shift); };
  walk_risk_sets(
      order, time,
      [&](std::size_t i) {
        const double r = risk(i);
        const auto x = rows.col(static_cast<Eigen::Index>(i));
        s0 += r;
        s1 += r * x;
        s2.selfadjointView<Eigen::Lower>().rankUpdate(x, r);
      },
      [&](std::size_t begin, std::size_t end) {
        double e0 = 0.0;
        Eigen::VectorXd e1 = Eigen::VectorXd::Zero(k);
        Eigen::MatrixXd e2 = Eigen::MatrixXd::Zero(k, k);
        int deaths = 0;
        for (std::size_t position = begin; position < end; ++position) {
          const std::size_t i = order[position];
          if (event[i] == 0) continue;
          ++deaths;
          const auto x = rows.col(static_cast<Eigen::Index>(i));
          result.loglik += eta[static_cast<Eigen::Index>(i)] - shift;
          result.gradient += x;
          if (ties == Ties::breslow) continue;
          const double r = risk(i);
          e0 += r;
          e1 += r * x;
          e2.selfadjointView<Eigen::Lower>().rankUpdate(x, r);
        }
        for (int death = 0; death < deaths; ++death) {
          const double f = ties == Ties::efron ? static_cast<double>(death) / deaths : 0.0;
          const double d0 = s0 - f * e0;
          const Eigen::VectorXd mean = (s1 - f * e1) / d0;
          result.loglik -= std::log(d0);
          result.gradient -= mean;
          result.information += (s2 - f * e2) / d0;
          result.information.selfadjointView<Eigen::Lower>().rankUpdate(mean, -1.0);
        }
      });
  result.information = result.information.selfadjointView<Eigen::Lower>();
  return result;
}

}  // namespace

CoxFit fit_cox(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event, Ties ties) {
  check_survival(time, event);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "time", time.size());
  const StandardDesign standard = standard_design(x);
  const Eigen::Index p = x.cols();
  const Eigen::Index k = standard.values.cols();
  CoxFit fit;
  fit.patients = time.size();
  fit.events = static_cast<std::size_t>(std::count(event.begin(), event.end(), 1));
  fit.coef = Eigen::VectorXd::Constant(p, kNaN);
  fit.se = Eigen::VectorXd::Constant(p, kNaN);
  fit.covariance = Eigen::MatrixXd::Constant(p, p, kNaN);
  fit.reason = standard.aliased_reason;
  if (fit.events == 0) {
    fit.reason = time.empty() ? "no patients" : "no events";
    return fit;
  }
  const Eigen::MatrixXd rows = standard.values.transpose();
  const std::vector<std::size_t> order = latest_first(time);
  Eigen::VectorXd coef = Eigen::VectorXd::Zero(k);
  Derivatives current = derivatives(rows, order, time, event, Eigen::VectorXd::Zero(x.rows()), ties);
  fit.loglik_null = current.loglik;
  fit.score = k > 0 ? current.gradient.dot(current.information.ldlt().solve(current.gradient)) : 0.0;
  fit.converged = k == 0;
  while (!fit.converged && fit.iterations < kMaxIterations) {
    ++fit.iterations;
    const Eigen::VectorXd step = current.information.ldlt().solve(current.gradient);
    if (!step.allFinite()) break;
    const double decrement = current.gradient.dot(step);
    double length = 1.0;
    for (int halving = 0; halving < 30; ++halving, length *= 0.5) {
      const Eigen::VectorXd next = coef + length * step;
      Derivatives there = derivatives(rows, order, time, event, standard.values * next, ties);
      if (there.loglik >= current.loglik - 1e-12 * std::abs(current.loglik)) {
        fit.converged = decrement < 1e-16 * (1.0 + std::abs(there.loglik)) || step.norm() < 1e-11;
        coef = next;
        current = std::move(there);
        break;
      }
    }
  }
  fit.loglik = current.loglik;
  if (k == 0) return fit;
  const Eigen::MatrixXd covariance = current.information.ldlt().solve(Eigen::MatrixXd::Identity(k, k));
  fit.wald = coef.dot(current.information * coef);
  if (coef.cwiseAbs().maxCoeff() > kRunawayCoefficient) {
    fit.converged = false;
    fit.reason = "a coefficient runs to infinity: a covariate orders the events perfectly; use a penalty";
  } else if (!fit.converged && fit.reason.empty()) {
    fit.reason = "no convergence in " + std::to_string(fit.iterations) + " steps";
  }
  for (Eigen::Index a = 0; a < k; ++a) {
    const Eigen::Index i = standard.used[static_cast<std::size_t>(a)];
    fit.coef[i] = coef[a] / standard.scale[i];
    fit.se[i] = std::sqrt(covariance(a, a)) / standard.scale[i];
    for (Eigen::Index b = 0; b < k; ++b) {
      const Eigen::Index j = standard.used[static_cast<std::size_t>(b)];
      fit.covariance(i, j) = covariance(a, b) / (standard.scale[i] * standard.scale[j]);
    }
  }
  return fit;
}

double cox_log_likelihood(const std::vector<double>& eta, const std::vector<double>& time,
                          const std::vector<int>& event, Ties ties) {
  check_survival(time, event);
  check_same_size("eta", eta.size(), "time", time.size());
  check_finite("eta", eta);
  const double shift = eta.empty() ? 0.0 : *std::max_element(eta.begin(), eta.end());
  const std::vector<std::size_t> order = latest_first(time);
  double loglik = 0.0;
  double s0 = 0.0;
  walk_risk_sets(
      order, time, [&](std::size_t i) { s0 += std::exp(eta[i] - shift); },
      [&](std::size_t begin, std::size_t end) {
        double e0 = 0.0;
        int deaths = 0;
        for (std::size_t position = begin; position < end; ++position) {
          const std::size_t i = order[position];
          if (event[i] == 0) continue;
          ++deaths;
          loglik += eta[i] - shift;
          e0 += std::exp(eta[i] - shift);
        }
        for (int death = 0; death < deaths; ++death)
          loglik -= std::log(s0 - (ties == Ties::efron ? e0 * death / deaths : 0.0));
      });
  return loglik;
}

double BaselineHazard::at(double when) const {
  const auto next = std::upper_bound(time.begin(), time.end(), when);
  return next == time.begin() ? 0.0 : cumulative[static_cast<std::size_t>(next - time.begin()) - 1];
}

BaselineHazard baseline_hazard(const std::vector<double>& eta, const std::vector<double>& time,
                               const std::vector<int>& event, Ties ties) {
  check_survival(time, event);
  check_same_size("eta", eta.size(), "time", time.size());
  check_finite("eta", eta);
  const std::vector<std::size_t> order = latest_first(time);
  BaselineHazard baseline;
  double s0 = 0.0;
  walk_risk_sets(
      order, time, [&](std::size_t i) { s0 += std::exp(eta[i]); },
      [&](std::size_t begin, std::size_t end) {
        double e0 = 0.0;
        int deaths = 0;
        for (std::size_t position = begin; position < end; ++position) {
          if (event[order[position]] == 0) continue;
          ++deaths;
          e0 += std::exp(eta[order[position]]);
        }
        if (deaths == 0) return;
        double step = 0.0;
        for (int death = 0; death < deaths; ++death)
          step += 1.0 / (s0 - (ties == Ties::efron ? e0 * death / deaths : 0.0));
        baseline.time.push_back(time[order[begin]]);
        baseline.cumulative.push_back(step);
      });
  std::reverse(baseline.time.begin(), baseline.time.end());
  std::reverse(baseline.cumulative.begin(), baseline.cumulative.end());
  std::partial_sum(baseline.cumulative.begin(), baseline.cumulative.end(), baseline.cumulative.begin());
  return baseline;
}

double cox_survival(const BaselineHazard& baseline, double eta, double when) {
  return std::exp(-baseline.at(when) * std::exp(eta));
}

}  // namespace larc::stats
