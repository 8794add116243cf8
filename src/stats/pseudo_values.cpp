#include "stats/pseudo_values.h"

#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/ipcw.h"
#include "stats/order.h"

namespace larc::stats {

namespace {

struct Step {
  double at_risk = 0.0, events = 0.0, own = 0.0;
  std::size_t begin = 0, end = 0;
};

/// own / at risk and the share that goes on; nothing happens when nobody is at risk.
double share(double part, double at_risk) {
  return at_risk > 0.0 ? part / at_risk : 0.0;
}

double inverse_cloglog(double eta) {
  return -std::expm1(-std::exp(eta));
}

constexpr int kIterations = 100;
constexpr int kHalvings = 30;
constexpr double kStepTolerance = 1e-12;
constexpr double kRankTolerance = 1e-10;

}  // namespace

std::vector<double> pseudo_incidence(const std::vector<double>& time, const std::vector<int>& cause, double horizon,
                                     int cause_of_interest) {
  check_horizon(horizon);
  const IpcwSample checked(time, cause);  // refuses bad input
  const std::vector<std::uint32_t> order = ascending_order(time);
  const std::size_t n = time.size();
  std::vector<Step> steps;
  for (std::size_t begin = 0; begin < n && time[order[begin]] <= horizon;) {
    Step step;
    step.at_risk = static_cast<double>(n - begin);
    step.begin = begin;
    for (step.end = begin; step.end < n && time[order[step.end]] == time[order[begin]]; ++step.end) {
      step.events += cause[order[step.end]] != 0 ? 1.0 : 0.0;
      step.own += cause[order[step.end]] == cause_of_interest ? 1.0 : 0.0;
    }
    steps.push_back(step);
    begin = step.end;
  }
  // Incidence from each step on, of those event free before it.
  std::vector<double> onward(steps.size() + 1, 0.0);
  for (std::size_t g = steps.size(); g-- > 0;)
    onward[g] =
        share(steps[g].own, steps[g].at_risk) + (1.0 - share(steps[g].events, steps[g].at_risk)) * onward[g + 1];
  const auto count = static_cast<double>(n);
  std::vector<double> pseudo(n);
  double survival = 1.0, incidence = 0.0;  // before the step, with one patient fewer at risk
  for (std::size_t g = 0; g < steps.size(); ++g) {
    const Step& step = steps[g];
    const double at_risk = step.at_risk - 1.0;
    for (std::size_t k = step.begin; k < step.end; ++k) {
      const int mine = cause[order[k]];
      const double own = step.own - (mine == cause_of_interest ? 1.0 : 0.0),
                   events = step.events - (mine != 0 ? 1.0 : 0.0);
      const double without =
          incidence + survival * (share(own, at_risk) + (1.0 - share(events, at_risk)) * onward[g + 1]);
      pseudo[order[k]] = count * onward[0] - (count - 1.0) * without;
    }
    incidence += survival * share(step.own, at_risk);
    survival *= 1.0 - share(step.events, at_risk);
  }
  for (std::size_t k = steps.empty() ? 0 : steps.back().end; k < n; ++k)
    pseudo[order[k]] = count * onward[0] - (count - 1.0) * incidence;
  return pseudo;
}

PseudoFit fit_pseudo_values(const Eigen::MatrixXd& x, const std::vector<double>& pseudo,
                            const std::vector<double>& offset) {
  const Eigen::Index n = x.rows(), p = x.cols();
  check_same_size("x", static_cast<std::size_t>(n), "pseudo", pseudo.size());
  if (!offset.empty()) check_same_size("offset", offset.size(), "pseudo", pseudo.size());
  check_finite("pseudo", pseudo);
  check_finite("offset", offset);
  if (!x.allFinite()) throw Error(ErrorCode::domain, "x has a value that is not finite");
  const Eigen::Map<const Eigen::VectorXd> y(pseudo.data(), n);
  const Eigen::VectorXd fixed =
      offset.empty() ? Eigen::VectorXd(Eigen::VectorXd::Zero(n)) : Eigen::Map<const Eigen::VectorXd>(offset.data(), n);
  const auto residuals = [&](const Eigen::VectorXd& coef) -> Eigen::VectorXd {
    return y - (x * coef + fixed).unaryExpr([](double eta) { return inverse_cloglog(eta); });
  };
  PseudoFit fit;
  fit.coef = Eigen::VectorXd::Zero(p);
  fit.se = Eigen::VectorXd::Constant(p, kNaN);
  fit.covariance = Eigen::MatrixXd::Constant(p, p, kNaN);
  Eigen::VectorXd rest = residuals(fit.coef);
  Eigen::MatrixXd slope(n, p);
  for (int iteration = 0; iteration < kIterations && !fit.converged; ++iteration) {
    const Eigen::VectorXd eta = x * fit.coef + fixed;
    for (Eigen::Index i = 0; i < n; ++i) slope.row(i) = std::exp(eta[i] - std::exp(eta[i])) * x.row(i);
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(slope.rows(), p);
    qr.setThreshold(kRankTolerance);
    qr.compute(slope);
    if (qr.rank() < p) {
      fit.reason = "the predictions do not vary enough for a regression";
      fit.coef.setConstant(kNaN);
      return fit;
    }
    Eigen::VectorXd step = qr.solve(rest);
    Eigen::VectorXd moved = residuals(fit.coef + step);
    for (int half = 0; half < kHalvings && !(moved.squaredNorm() <= rest.squaredNorm()); ++half) {
      step *= 0.5;
      moved = residuals(fit.coef + step);
    }
    fit.coef += step;
    rest = moved;
    fit.converged = step.cwiseAbs().maxCoeff() <= kStepTolerance * std::max(1.0, fit.coef.cwiseAbs().maxCoeff());
  }
  if (!fit.converged) {
    fit.reason = "the regression of the pseudo-values did not converge";
    return fit;
  }
  const Eigen::VectorXd eta = x * fit.coef + fixed;
  for (Eigen::Index i = 0; i < n; ++i) slope.row(i) = std::exp(eta[i] - std::exp(eta[i])) * x.row(i);
  const Eigen::MatrixXd bread = (slope.transpose() * slope).inverse();
  const Eigen::MatrixXd scores = slope.array().colwise() * rest.array();
  fit.covariance = bread * (scores.transpose() * scores) * bread;
  fit.se = fit.covariance.diagonal().cwiseSqrt();
  return fit;
}

}  // namespace larc::stats
